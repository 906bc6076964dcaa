//! Columns beyond their types.

use super::charset::is_textual;
use super::types::json_checked;
use super::{Work, column_object};
use crate::mysql::ddl::ast::{Column, ColumnKey, ForeignKey, Key, KeyKind, KeyPart};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::Feature;
use crate::product::{Product, Version};

impl Work<'_> {
    /// Keys and references of columns become the table's, as the server prints them.
    pub(super) fn lift_column_keys(&mut self) {
        let mut columns = std::mem::take(&mut self.table.columns);
        for column in &mut columns {
            let part = || vec![KeyPart::column(column.name.clone())];
            match column.key.take() {
                Some(ColumnKey::Primary) => {
                    self.table.keys.insert(0, Key::new(KeyKind::Primary, None, part()));
                }
                Some(ColumnKey::Unique) => {
                    let name = Some(self.free_key_name(&column.name));
                    self.table.keys.push(Key::new(KeyKind::Unique, name, part()));
                }
                None => {}
            }
            let Some(reference) = column.references.take() else { continue };
            if self.enforces_column_references() {
                let columns = vec![column.name.clone()];
                self.table.foreign_keys.push(ForeignKey { name: None, columns, reference });
            } else {
                let why = format!("{} reads REFERENCES of a column and ignores it", self.source);
                let object = column_object(&column.name);
                self.note(NoteCode::ForeignKeyNotCreated, object, "REFERENCES left out", why);
            }
        }
        self.table.columns = columns;
    }

    fn enforces_column_references(&self) -> bool {
        match self.source.product {
            Product::Mariadb => self.source.version >= Version(10, 5, 0),
            Product::Mysql => self.source.version >= Version(9, 0, 0),
            _ => false,
        }
    }

    /// A key's name that no other has: the column's, then with a number, as the servers choose it.
    pub(super) fn free_key_name(&self, column: &str) -> String {
        let taken = |name: &str| {
            let names = self.table.keys.iter().filter_map(|key| key.name.as_deref());
            names.into_iter().any(|other| other.eq_ignore_ascii_case(name))
        };
        let numbered = (2..).map(|number| format!("{column}_{number}"));
        std::iter::once(column.to_owned()).chain(numbered).find(|n| !taken(n)).unwrap_or_default()
    }

    pub(super) fn convert_columns(&mut self) {
        let mut columns = std::mem::take(&mut self.table.columns);
        for column in &mut columns {
            self.convert_type(column);
            self.convert_default(column);
            self.convert_generated(column);
            self.convert_attributes(column);
            self.convert_visibility(column);
            self.convert_column_checks(column);
            let explicit = column.nullable.is_none() && column.generated.is_none();
            // Left to itself, a server may make a TIMESTAMP not null and give it a default.
            if explicit && column.ty.name == "timestamp" && column.row_bound.is_none() {
                column.nullable = Some(true);
            }
        }
        self.table.columns = columns;
    }

    fn convert_generated(&mut self, column: &mut Column) {
        let Some(mut generated) = column.generated.take() else { return };
        let object = column_object(&column.name);
        generated.expression = self.convert_expression(&object, &generated.expression);
        if let Some(function) = self.missing_function(&generated.expression) {
            let why = self.target_lacks(&format!("function {function}"));
            let advice = "rewrite the expression, or make it an ordinary column";
            self.refuse(&object, why, advice);
        }
        if !self.target.has(Feature::GeneratedOnGenerated)
            && let Some(other) = self.generated_in(&generated.expression)
        {
            let why = format!("it is computed from the generated column {other}");
            let advice = "write the other column's expression in its place";
            self.refuse(&object, self.target_lacks("that") + ": " + &why, advice);
        }
        if column.nullable.is_some() && !self.target.has(Feature::GeneratedNotNull) {
            if column.nullable == Some(false) {
                let why = self.target_lacks("NOT NULL for generated columns");
                self.note(NoteCode::AttributeDropped, &object, "NOT NULL left out", why);
            }
            column.nullable = None;
        }
        column.generated = Some(generated);
    }

    fn convert_attributes(&mut self, column: &mut Column) {
        if self.stays() {
            return;
        }
        for attribute in std::mem::take(&mut column.attributes) {
            let what = format!("{} left out", attribute.shown());
            let why = format!("it belongs to {}", self.source.product);
            self.note(NoteCode::AttributeDropped, column_object(&column.name), what, why);
        }
    }

    fn convert_visibility(&mut self, column: &mut Column) {
        if !column.invisible {
            return;
        }
        let object = column_object(&column.name);
        // MariaDB wants a value for each column that an INSERT need not name.
        let bare = column.nullable == Some(false)
            && column.default.is_none()
            && !column.auto_increment
            && column.generated.is_none();
        if !self.target.has(Feature::InvisibleColumns) {
            let why = self.target_lacks("invisible columns");
            self.note(NoteCode::ColumnShown, object, "INVISIBLE left out", why);
            column.invisible = false;
        } else if bare && self.to(Product::Mariadb) {
            let why = self.target_lacks("invisible NOT NULL columns without default");
            self.note(NoteCode::ColumnShown, object, "INVISIBLE left out", why);
            column.invisible = false;
        }
    }

    /// Checks of columns become the table's, to be added later; that of MariaDB's JSON is its type.
    fn convert_column_checks(&mut self, column: &mut Column) {
        let stays = self.to(Product::Mariadb);
        for check in std::mem::take(&mut column.checks) {
            let own = json_checked(&check.expression)
                .is_some_and(|name| name.eq_ignore_ascii_case(&column.name));
            if own && stays && is_textual(&column.ty) {
                column.checks.push(check);
            } else {
                self.table.checks.push(check);
            }
        }
    }
}

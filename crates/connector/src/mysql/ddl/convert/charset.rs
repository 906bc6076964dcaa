//! Character sets and collations of the table and its columns.

use super::{KeyRisk, Work, column_object};
use crate::mysql::ddl::ast::{DataType, KeyKind, OptionValue, TableOption};
use crate::mysql::ddl::collation::{Choice, choose, default_collation, grows};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::canonical;
use crate::product::Product;

/// Whether values of the type are text.
pub(in crate::mysql::ddl) fn is_textual(ty: &DataType) -> bool {
    matches!(ty.name.as_str(), "char" | "varchar" | "enum" | "set") || ty.name.ends_with("text")
}

impl Work<'_> {
    pub(super) fn convert_charsets(&mut self) {
        let inherited = self.table_collation();
        let table = inherited.as_ref().map(|c| choose(c, self.target, self.options));
        if let (Some(from), Some(choice)) = (&inherited, &table) {
            self.note_choice("table", from, choice);
            self.set_option("CHARSET", &choice.charset);
            self.set_option("COLLATE", &choice.collation);
        }
        let mut columns = std::mem::take(&mut self.table.columns);
        for column in columns.iter_mut().filter(|column| is_textual(&column.ty)) {
            let Some(from) = self.column_collation(&column.ty, inherited.as_deref()) else {
                continue;
            };
            let choice = choose(&from, self.target, self.options);
            let object = column_object(&column.name);
            // Told once for all columns that are like the table.
            if inherited.as_ref() != Some(&from) {
                self.note_choice(&object, &from, &choice);
            }
            if choice.may_merge {
                self.merging.push((column.name.clone(), choice.collation.clone()));
            }
            if choice.recoded {
                self.make_room(&object, &from, &choice, &mut column.ty);
            }
            let same = table.as_ref().is_some_and(|table| table.collation == choice.collation);
            column.ty.charset = (!same).then(|| choice.charset.clone());
            column.ty.collation = (!same).then(|| choice.collation.clone());
        }
        self.table.columns = columns;
    }

    /// The collation of columns that name none.
    fn table_collation(&self) -> Option<String> {
        let word = |name| self.table.option(name).and_then(OptionValue::word).map(canonical);
        let charset = word("CHARSET");
        word("COLLATE").or_else(|| charset.map(|charset| default_collation(self.source, &charset)))
    }

    fn column_collation(&self, ty: &DataType, inherited: Option<&str>) -> Option<String> {
        match (&ty.collation, &ty.charset) {
            (Some(collation), _) => Some(canonical(collation)),
            (None, Some(charset)) => Some(default_collation(self.source, charset)),
            (None, None) => inherited.map(str::to_owned),
        }
    }

    fn note_choice(&mut self, object: &str, from: &str, choice: &Choice) {
        if !choice.changed {
            return;
        }
        let what = format!("{from} became {}", choice.collation);
        let lacks = self.target_lacks(&format!("collation {from}"));
        let (code, why) = match choice.may_merge {
            true => (
                NoteCode::CollationMayMerge,
                format!("{lacks}; values that differ under the old one may be equal under this"),
            ),
            false => (
                NoteCode::CollationChanged,
                format!(
                    "{lacks}; distinct values stay distinct, but searches and order may differ"
                ),
            ),
        };
        self.note(code, object, what, why);
    }

    /// TEXT counts bytes, and a wider character set takes more of them.
    fn make_room(&mut self, object: &str, from: &str, choice: &Choice, ty: &mut DataType) {
        let old = from.split('_').next().unwrap_or(from);
        let why = self.target_lacks(&format!("character set {old}"));
        let what = format!("{old} became {}", choice.charset);
        self.note(NoteCode::CharsetChanged, object, what, why);
        let wider = match ty.name.as_str() {
            "tinytext" => "text",
            "text" => "mediumtext",
            "mediumtext" => "longtext",
            _ => return,
        };
        if grows(old, &choice.charset) {
            let what = format!("{} became {wider}", ty.name);
            let why = format!("its text takes more bytes in {}", choice.charset);
            self.note(NoteCode::TypeChanged, object, what, why);
            wider.clone_into(&mut ty.name);
        }
    }

    pub(super) fn set_option(&mut self, name: &str, value: &str) {
        let value = Some(OptionValue::Word(value.to_owned()));
        match self.table.options.iter_mut().find(|option| option.name == name) {
            Some(option) => option.value = value,
            None => {
                let option = TableOption { name: name.to_owned(), value, quoted: false };
                self.table.options.push(option);
            }
        }
    }

    /// A type's character set and collation for text that must be compared as bytes.
    pub(super) fn set_binary_text(&self, ty: &mut DataType) {
        let choice = choose("utf8mb4_bin", self.target, self.options);
        (ty.charset, ty.collation) = (Some(choice.charset), Some(choice.collation));
    }

    pub(super) fn find_key_risks(&mut self) {
        let unique = self.table.keys.iter().filter(|key| key.is_unique());
        for key in unique {
            let columns: Vec<(String, Option<String>)> = key
                .parts
                .iter()
                .filter_map(|part| part.column_name())
                .map(|name| {
                    let merging = self.merging.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
                    (name.to_owned(), merging.map(|(_, collation)| collation.clone()))
                })
                .collect();
            if columns.iter().any(|(_, collation)| collation.is_some()) {
                let name = match key.kind {
                    KeyKind::Primary => "PRIMARY".to_owned(),
                    _ => key.name.clone().unwrap_or_default(),
                };
                self.key_risks.push(KeyRisk { key: name, columns });
            }
        }
    }

    /// Whether the collation of MariaDB's JSON is still that of JSON.
    pub(super) fn is_mariadb_json(&self, ty: &DataType) -> bool {
        self.source.product == Product::Mariadb && ty.name == "longtext"
    }
}

//! Whether a table that exists can take the place of the one that would be created.

mod keys;
mod types;

use super::ast::{Column, Default, OptionValue, Table};
use super::collation::default_collation;
use super::convert::is_textual;
use super::quote::Quoting;
use super::render::default_text;
use super::target::canonical;
use crate::product::Server;

/// Something about the existing table that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `column a`, `index k`, `table`.
    pub object: String,
    pub expected: String,
    pub found: String,
    /// Whether every row fits all the same.
    pub compatible: bool,
}

impl Difference {
    fn new(object: &str, expected: &str, found: &str, compatible: bool) -> Self {
        let [object, expected, found] = [object, expected, found].map(str::to_owned);
        Self { object, expected, found, compatible }
    }
}

/// How `existing`, as `server` prints it, differs from `expected`, as it was converted for it.
pub fn compare_tables(expected: &Table, existing: &Table, server: &Server) -> Vec<Difference> {
    let mut found = Vec::new();
    for column in &expected.columns {
        match existing.column(&column.name) {
            None => {
                let object = format!("column {}", column.name);
                found.push(Difference::new(&object, &column.ty.name, "nothing", false));
            }
            Some(other) => {
                let sides = Sides { expected, existing, server };
                sides.column(column, other, &mut found);
            }
        }
    }
    for column in &existing.columns {
        if expected.column(&column.name).is_none() {
            let object = format!("column {}", column.name);
            let found_text = if fills_itself(column) { "a column" } else { "a column to be given" };
            found.push(Difference::new(&object, "nothing", found_text, fills_itself(column)));
        }
    }
    compare_order(expected, existing, &mut found);
    keys::compare(expected, existing, &mut found);
    compare_partitions(expected, existing, &mut found);
    found
}

/// Whether a row can be written that does not name the column.
fn fills_itself(column: &Column) -> bool {
    column.nullable != Some(false)
        || column.default.as_ref().is_some_and(|default| *default != Default::Null)
        || column.auto_increment
        || column.generated.is_some()
}

fn compare_order(expected: &Table, existing: &Table, found: &mut Vec<Difference>) {
    let shared = |table: &Table, other: &Table| -> Vec<String> {
        let names = table.columns.iter().filter(|column| other.column(&column.name).is_some());
        names.map(|column| column.name.to_lowercase()).collect()
    };
    let (ours, theirs) = (shared(expected, existing), shared(existing, expected));
    if ours != theirs {
        found.push(Difference::new("table", "columns in order", "another order", true));
    }
}

fn compare_partitions(expected: &Table, existing: &Table, found: &mut Vec<Difference>) {
    let text = |table: &Table| match &table.partitioning {
        None => "not partitioned".to_owned(),
        Some(partitioning) => {
            let count = partitioning.partitions.len();
            let count = u32::try_from(count).ok().filter(|count| *count > 0);
            let count = count.or(partitioning.count).unwrap_or(1);
            format!("{count} partitions by {:?}", partitioning.by.kind)
        }
    };
    let (ours, theirs) = (text(expected), text(existing));
    if ours != theirs {
        // A row may find no partition among fewer.
        let compatible = existing.partitioning.is_none();
        found.push(Difference::new("table", &ours, &theirs, compatible));
    }
}

/// Both tables, for what a column takes from its table.
#[derive(Debug, Clone, Copy)]
struct Sides<'a> {
    expected: &'a Table,
    existing: &'a Table,
    server: &'a Server,
}

impl Sides<'_> {
    fn column(self, ours: &Column, theirs: &Column, found: &mut Vec<Difference>) {
        let object = format!("column {}", ours.name);
        let mut differ = |expected: &str, other: &str, compatible: bool| {
            found.push(Difference::new(&object, expected, other, compatible));
        };
        let fit = types::fit(ours, theirs);
        if fit != types::Fit::Same {
            let compatible = fit == types::Fit::Wider;
            differ(&types::shown(&ours.ty), &types::shown(&theirs.ty), compatible);
        }
        let required = |column: &Column| column.nullable == Some(false);
        if required(ours) != required(theirs) && ours.generated.is_none() {
            let word = |required| if required { "NOT NULL" } else { "NULL" };
            differ(word(required(ours)), word(required(theirs)), required(ours));
        }
        self.compare_generated(ours, theirs, &mut differ);
        if is_textual(&ours.ty) && is_textual(&theirs.ty) {
            self.compare_collation(ours, theirs, &mut differ);
        }
        if ours.auto_increment != theirs.auto_increment {
            let word = |is| if is { "AUTO_INCREMENT" } else { "no AUTO_INCREMENT" };
            differ(word(ours.auto_increment), word(theirs.auto_increment), true);
        }
        if !types::same_default(ours, theirs) {
            let text = |column: &Column| match &column.default {
                None => "no default".to_owned(),
                Some(default) => format!("default {}", default_text(default, Quoting::default())),
            };
            differ(&text(ours), &text(theirs), true);
        }
        if ours.on_update != theirs.on_update {
            let word = |at: Option<u8>| if at.is_some() { "ON UPDATE" } else { "no ON UPDATE" };
            differ(word(ours.on_update), word(theirs.on_update), true);
        }
    }

    fn compare_generated(
        self,
        ours: &Column,
        theirs: &Column,
        differ: &mut impl FnMut(&str, &str, bool),
    ) {
        match (&ours.generated, &theirs.generated) {
            (None, None) => {}
            (Some(a), Some(b)) if a.expression.means(&b.expression) => {
                if a.stored != b.stored {
                    let word = |stored| if stored { "STORED" } else { "VIRTUAL" };
                    differ(word(a.stored), word(b.stored), true);
                }
            }
            // Servers print one expression in many ways: only a person can tell.
            (Some(a), Some(b)) => {
                differ(&a.expression.shown(), &b.expression.shown(), true);
            }
            (Some(_), None) => differ("a generated column", "an ordinary one", true),
            (None, Some(_)) => differ("an ordinary column", "a generated one", false),
        }
    }

    fn compare_collation(
        self,
        ours: &Column,
        theirs: &Column,
        differ: &mut impl FnMut(&str, &str, bool),
    ) {
        let ours = self.collation(self.expected, ours);
        let theirs = self.collation(self.existing, theirs);
        let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
        if ours == theirs {
            return;
        }
        let charset = |collation: &str| collation.split('_').next().unwrap_or("").to_owned();
        let holds = charset(&ours) == charset(&theirs) || charset(&theirs) == "utf8mb4";
        differ(&ours, &theirs, holds);
    }

    fn collation(self, table: &Table, column: &Column) -> Option<String> {
        let word = |name| table.option(name).and_then(OptionValue::word).map(canonical);
        let default = |charset: &str| default_collation(self.server, charset);
        let own = column.ty.collation.as_deref().map(canonical);
        own.or_else(|| column.ty.charset.as_deref().map(default))
            .or_else(|| word("COLLATE"))
            .or_else(|| word("CHARSET").map(|charset| default(&charset)))
    }
}

#[cfg(test)]
mod tests;

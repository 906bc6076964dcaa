//! What tables looked like. Rows are decoded with the definition of their own time, so a definition
//! is never changed: another one gets another number.

use crate::table::Table;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

/// A table as it was, and its number in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub number: u32,
    pub table: Table,
}

/// The definitions that are known of a log, by number. Numbers begin with 1. A log gives them without
/// gaps, and whoever reads only its later part knows those alone that are still used there.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    tables: BTreeMap<u32, Arc<Table>>,
    numbers: HashMap<Arc<Table>, u32>,
    highest: u32,
}

impl Definitions {
    /// The number of a table as it is; a new one if it never was like this.
    ///
    /// # Panics
    /// After four thousand million definitions.
    pub fn number(&mut self, table: &Table) -> u32 {
        if let Some(known) = self.numbers.get(table) {
            return *known;
        }
        let number = self.highest.checked_add(1).expect("nobody changes definitions so often");
        self.keep(number, Arc::new(table.clone()));
        number
    }

    fn keep(&mut self, number: u32, table: Arc<Table>) {
        self.highest = self.highest.max(number);
        self.tables.insert(number, Arc::clone(&table));
        self.numbers.insert(table, number);
    }

    /// The table of a number.
    pub fn table(&self, number: u32) -> Option<&Arc<Table>> {
        self.tables.get(&number)
    }

    /// Takes over a definition that was written. Says no if its number was something else.
    #[must_use]
    pub fn restore(&mut self, definition: &Definition) -> bool {
        match self.table(definition.number) {
            Some(known) => **known == definition.table,
            None if definition.number == 0 => false,
            None => {
                self.keep(definition.number, Arc::new(definition.table.clone()));
                true
            }
        }
    }

    /// Gives no number up to this one again, known or not.
    pub fn reserve(&mut self, highest: u32) {
        self.highest = self.highest.max(highest);
    }

    /// The highest number that was given.
    pub fn highest(&self) -> u32 {
        self.highest
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Those with higher numbers than this.
    pub fn since(&self, known: u32) -> impl Iterator<Item = Definition> {
        let new = self.tables.range((Bound::Excluded(known), Bound::Unbounded));
        new.map(|(number, table)| Definition { number: *number, table: Table::clone(table) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, LogicalType};

    fn table(columns: &[&str]) -> Table {
        let column = |name: &&str| Column {
            name: (*name).into(),
            logical: LogicalType::Bit(3),
            native: "bit(3)".into(),
            nullable: true,
            collation: None,
            generated: false,
        };
        let columns = columns.iter().map(column).collect();
        Table { database: "d".into(), name: "t".into(), columns, keys: vec![] }
    }

    #[test]
    fn a_table_that_is_as_it_was_keeps_its_number() {
        let mut definitions = Definitions::default();
        let numbers = [&["a"][..], &["a", "b"], &["a"]].map(|it| definitions.number(&table(it)));
        assert_eq!(numbers, [1, 2, 1]);
        assert_eq!(definitions.table(2).unwrap().columns.len(), 2);
        assert!(definitions.table(0).is_none() && definitions.table(3).is_none());
        assert_eq!(definitions.since(1).map(|it| it.number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn written_definitions_come_back_under_their_numbers_and_foreign_ones_are_refused() {
        let mut definitions = Definitions::default();
        for columns in [&["a"][..], &["b"]] {
            definitions.number(&table(columns));
        }
        let written = serde_json::to_string(&definitions.since(0).collect::<Vec<_>>()).unwrap();
        let read: Vec<Definition> = serde_json::from_str(&written).unwrap();
        let mut restored = Definitions::default();
        assert!(read.iter().all(|definition| restored.restore(definition)));
        assert!(restored.restore(&read[0]), "twice is once");
        assert_eq!(restored.table(2), definitions.table(2));
        let table = table(&["c"]);
        assert!(!restored.restore(&Definition { number: 2, table: table.clone() }), "another");
        assert!(!restored.restore(&Definition { number: 0, table }), "no number");
    }

    #[test]
    fn a_log_that_is_known_in_part_gives_no_number_twice() {
        let mut known = Definitions::default();
        assert!(known.restore(&Definition { number: 7, table: table(&["a"]) }));
        known.reserve(9);
        assert_eq!(known.number(&table(&["a"])), 7);
        assert_eq!((known.number(&table(&["b"])), known.highest(), known.len()), (10, 10, 2));
        assert_eq!(known.since(7).map(|it| it.number).collect::<Vec<_>>(), [10]);
    }
}

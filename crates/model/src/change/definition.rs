//! What tables looked like. Rows are decoded with the definition of their own time, so a definition
//! is never changed: another one gets another number.

use crate::table::Table;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// A table as it was, and its number in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub number: u32,
    pub table: Table,
}

/// All definitions that a log has, by number. Numbers begin with 1 and have no gaps.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    tables: Vec<Arc<Table>>,
    numbers: HashMap<Arc<Table>, u32>,
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
        let table = Arc::new(table.clone());
        self.tables.push(Arc::clone(&table));
        let number = u32::try_from(self.tables.len()).expect("nobody changes definitions so often");
        self.numbers.insert(table, number);
        number
    }

    /// The table of a number.
    pub fn table(&self, number: u32) -> Option<&Arc<Table>> {
        self.tables.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Takes over a definition that was written. Says no if a number is left out, or was something
    /// else.
    #[must_use]
    pub fn restore(&mut self, definition: &Definition) -> bool {
        match self.table(definition.number) {
            Some(known) => **known == definition.table,
            None => self.number(&definition.table) == definition.number,
        }
    }

    /// How many there are; also the highest number.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Those behind the first so many.
    pub fn since(&self, known: usize) -> impl Iterator<Item = Definition> {
        let new = (1_u32..).zip(&self.tables).skip(known);
        new.map(|(number, table)| Definition { number, table: Table::clone(table) })
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
        assert!(!restored.restore(&Definition { number: 9, table }), "a gap");
    }
}

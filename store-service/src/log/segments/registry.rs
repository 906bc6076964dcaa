//! Which definitions a log has, which of them its present segment has said, and which are current.

use oms_model::{
    Table,
    change::{Defined, Definition, Definitions, Statement},
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

type Name = (String, String);

/// What was said so far.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    pub definitions: Definitions,
    said: HashSet<u32>,
    current: BTreeMap<Name, u32>,
}

/// What changes before a block.
#[derive(Debug, Clone, Default)]
pub struct News {
    pub definitions: Vec<Definition>,
    current: Vec<u32>,
    gone: Vec<Name>,
}

impl News {
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty() && self.current.is_empty() && self.gone.is_empty()
    }

    /// Hears what a statement did.
    pub fn hear(&mut self, statement: &Statement, definitions: &mut Definitions) {
        let is = |table: &Table, name: &Name| table.database == name.0 && table.name == name.1;
        for name in &statement.touches {
            if statement.tables.iter().any(|table| is(table, name)) {
                continue;
            }
            let of_it = |number: &u32| definitions.table(*number).is_some_and(|it| is(it, name));
            self.current.retain(|number| !of_it(number));
            self.gone.push(name.clone());
        }
        for table in &statement.tables {
            self.gone.retain(|name| !is(table, name));
            self.current.push(definitions.number(table));
        }
    }
}

impl Registry {
    /// Takes over what a segment says.
    pub fn hear(&mut self, defined: &Defined) -> Result<(), &'static str> {
        if defined.opens {
            self.said.clear();
            self.current.clear();
        }
        self.definitions.reserve(defined.highest);
        for definition in &defined.definitions {
            if !self.definitions.restore(definition) {
                return Err("a number that was another table's");
            }
            self.said.insert(definition.number);
        }
        for name in &defined.gone {
            self.current.remove(name);
        }
        for number in &defined.current {
            let table = self.definitions.table(*number).ok_or("a table that nobody defined")?;
            self.current.insert((table.database.clone(), table.name.clone()), *number);
        }
        Ok(())
    }

    /// What a new segment begins with.
    pub fn open(&mut self) -> Defined {
        self.said = self.current.values().copied().collect();
        let mut current: Vec<u32> = self.said.iter().copied().collect();
        current.sort_unstable();
        Defined {
            opens: true,
            highest: self.definitions.highest(),
            definitions: current.iter().filter_map(|number| self.definition(*number)).collect(),
            current,
            gone: Vec::new(),
        }
    }

    /// What has to be said before a block that uses these tables.
    pub fn before(&mut self, news: News, uses: &[u32]) -> Result<Option<Defined>, &'static str> {
        let News { definitions, mut current, gone } = news;
        // A table is as it was defined last, unless a statement says otherwise.
        current.splice(0..0, definitions.iter().map(|definition| definition.number));
        let mut defined =
            Defined { opens: false, highest: 0, definitions: Vec::new(), current, gone };
        for definition in definitions {
            if !self.definitions.restore(&definition) {
                return Err("a number that was another table's");
            }
            defined.definitions.push(definition);
        }
        defined.highest = self.definitions.highest();
        let is_new = |defined: &Defined, number: u32| {
            defined.definitions.iter().any(|definition| definition.number == number)
        };
        for number in uses.iter().chain(&defined.current.clone()) {
            if !self.said.contains(number) && !is_new(&defined, *number) {
                let again = self.definition(*number).ok_or("rows of a table nobody defined")?;
                defined.definitions.push(again);
            }
        }
        self.hear(&defined)?;
        let says_nothing =
            defined.definitions.is_empty() && defined.current.is_empty() && defined.gone.is_empty();
        Ok((!says_nothing).then_some(defined))
    }

    fn definition(&self, number: u32) -> Option<Definition> {
        let table = self.definitions.table(number)?;
        Some(Definition { number, table: Table::clone(table) })
    }

    /// The tables as they are, as far as anybody said.
    pub fn tables(&self) -> Vec<Arc<Table>> {
        self.current
            .values()
            .filter_map(|number| self.definitions.table(*number).cloned())
            .collect()
    }
}

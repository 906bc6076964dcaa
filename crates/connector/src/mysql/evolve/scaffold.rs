//! New parts of a table, converted as those of whole tables are: they are put into a table of their
//! own, beside columns that only stand for those that are there, and that is converted.

use super::task::Task;
use crate::evolve::{Obstacle, Place};
use crate::mysql::ddl::ast::{Column, DataType, Generated, Name, Table, same_name};
use crate::mysql::ddl::{
    IndexStrategy, Mode, NameMap, Options, Tokens, convert_table, parse_table,
};
use oms_model::ObjectName;
use oms_model::change::Action;

pub(super) struct Scaffold {
    pub table: Table,
    /// Columns that are new, or anew.
    new: Vec<String>,
    /// Something is said about the table itself.
    pub of_table: bool,
}

impl Scaffold {
    /// `after`: the name that the table has after the statement.
    pub fn new(task: &Task<'_>, source: &ObjectName, after: &ObjectName, now: &Table) -> Self {
        let mut table = Table::named(Name::within(&source.database, &source.name));
        let computed = |name: &str| now.column(name).and_then(|it| it.generated.clone());
        match task.model(after) {
            Some(model) => {
                for known in &model.columns {
                    let ty = native(&task.translator.source_mode(), &known.native);
                    let mut column = Column::new(&known.name, ty.unwrap_or_default());
                    column.nullable = Some(known.nullable);
                    if let Some(collation) = &known.collation {
                        say_collation(&mut column.ty, collation);
                    }
                    if known.generated {
                        let unknown = || Generated { expression: Tokens::default(), stored: true };
                        column.generated = Some(computed(&known.name).unwrap_or_else(unknown));
                    }
                    table.columns.push(column);
                }
            }
            None => table.columns.extend(now.columns.iter().cloned()),
        }
        Self { table, new: vec![], of_table: false }
    }

    /// Adds a column, in place of one that only stands for it.
    pub fn column(&mut self, column: Column) {
        self.new.push(column.name.to_lowercase());
        match self.table.columns.iter_mut().find(|known| same_name(&known.name, &column.name)) {
            Some(known) => *known = column,
            None => self.table.columns.push(column),
        }
    }

    /// What it is at the target, with all that is to be said about it.
    pub fn convert(self, task: &mut Task<'_>, place: &Place) -> Result<Table, Obstacle> {
        let mut names = NameMap::within(self.table.name.database.clone().unwrap_or_default());
        let mut map = |source: ObjectName, place: &Place| {
            let target = (place.database.clone(), place.table.clone());
            names.tables.insert((source.database, source.name), target);
        };
        let own = self.table.name.database.clone().unwrap_or_default();
        map(ObjectName::new(own, &self.table.name.name), place);
        for key in &self.table.foreign_keys {
            let other = task.full(&key.reference.table);
            if let Some(place) = task.place(&other) {
                map(other, &place);
            }
        }
        let mut indexes = task.translator.options.indexes;
        if indexes == IndexStrategy::Deferred {
            indexes = IndexStrategy::WithTable;
        }
        let usual = task.translator.options.clone();
        let options = Options { names, indexes, hidden_key: false, ..usual };
        let translator = task.translator;
        let made = convert_table(&self.table, &translator.source, &translator.target, &options);
        let concerns = |object: &str| match object.strip_prefix("column ") {
            Some(column) => self.new.contains(&column.to_lowercase()),
            None => object != "table" || self.of_table,
        };
        if let Some(reason) = made.unsupported.iter().find(|reason| concerns(&reason.object)) {
            return Err(Obstacle {
                action: Action::Other,
                why: format!("[{}] {}", reason.object, reason.why),
                advice: reason.advice.clone(),
            });
        }
        for note in made.notes.iter().filter(|note| concerns(&note.object)) {
            task.remark(format!("[{}] {}", note.object, note.what), note.why.clone());
        }
        Ok(made.table)
    }
}

/// A type as a catalog writes it.
pub(super) fn native(mode: &Mode, native: &str) -> Option<DataType> {
    let text = format!("CREATE TABLE t (c {native})");
    parse_table(text.as_bytes(), *mode).ok()?.columns.pop().map(|column| column.ty)
}

/// Says the collation of a text, and its charset with it.
pub(super) fn say_collation(ty: &mut DataType, collation: &str) {
    ty.charset = collation.split('_').next().map(str::to_owned);
    ty.collation = Some(collation.to_owned());
}

//! How the rows of each table are read.

use super::{Decoder, Into, Outcome, Question};
use crate::mysql::changes::event::{Event, RowsEvent, TableMap, kind};
use crate::mysql::changes::fault::Fault;
use crate::mysql::changes::history::{TableName, Versioning, complete};
use crate::mysql::changes::plan::{Misfit, Plan};
use crate::mysql::changes::walk::Walk;
use oms_model::change::origin;

/// A table that rows name by a number.
#[derive(Debug)]
pub(super) struct Mapped {
    /// Its description, to see whether another one says the same.
    said: Box<[u8]>,
    /// The era of the history that it was read in.
    era: u64,
    rows: Rows,
}

/// What is done with the rows of a table.
#[derive(Debug)]
enum Rows {
    Unwanted,
    /// They say which of our tasks writes the transaction.
    Marks(Plan),
    Wanted {
        plan: Plan,
        number: Option<u32>,
    },
}

impl Decoder {
    pub(super) fn table_map(&mut self, event: &Event<'_>) -> Result<Outcome, Fault> {
        let head = self.head(kind::TABLE_MAP, 8);
        let number = TableMap::number(event.body, head)?;
        let known = self.maps.get(&number);
        if known.is_some_and(|it| it.era == self.history.era && *it.said == *event.body) {
            return Ok(Outcome::Going);
        }
        let map = TableMap::read(event.body, head)?;
        let name = self.history.key(&map.database, &map.table);
        let marks = name.0 == origin::DATABASE && name.1 == origin::PROGRESS;
        let wanted = self.selection.wants(&map.database, &map.table);
        let rows = if !wanted && !marks {
            Rows::Unwanted
        } else {
            match self.plan(&map, name, wanted)? {
                Ok(plan) if wanted => Rows::Wanted { plan, number: None },
                Ok(plan) => Rows::Marks(plan),
                Err(Outcome::Going) => Rows::Unwanted,
                Err(outcome) => return Ok(outcome),
            }
        };
        let said = event.body.into();
        self.maps.insert(number, Mapped { said, era: self.history.era, rows });
        Ok(Outcome::Going)
    }

    /// How the rows are read, or what is to be asked before that is known. A table of ours that
    /// cannot be read marks nothing.
    fn plan(
        &mut self,
        map: &TableMap,
        name: TableName,
        wanted: bool,
    ) -> Result<Result<Plan, Outcome>, Fault> {
        let completed = complete(self.history.get(&name), map, &self.texts);
        let known = match completed {
            Ok(mut known) => {
                let end = self.ends.get(&name).filter(|_| self.history.get(&name).is_none());
                if let Some(end) = end.filter(|end| known.table.place(end).is_some()) {
                    known.versioning = Versioning::Column(end.clone());
                }
                known
            }
            Err(_) if self.shifted.contains_key(&name) => {
                let why = "it was changed since, and what it was like is not known";
                return Err(undecodable(map, why));
            }
            Err(_) if !self.asked.contains(&name) => {
                self.asked.push(name.clone());
                return Ok(Err(Outcome::Ask(Question::Tables(vec![name]))));
            }
            Err(_) if !wanted => return Ok(Err(Outcome::Going)),
            Err(why) => return Err(undecodable(map, &why)),
        };
        if self.history.get(&name) != Some(&known) {
            self.history.learn(name, known.clone());
        }
        match Plan::new(map, &known, &self.texts) {
            Ok(plan) => Ok(Ok(plan)),
            Err(Misfit::Texts { charset, texts }) => {
                Ok(Err(Outcome::Ask(Question::Written { charset, texts })))
            }
            Err(Misfit::Unlike(why)) => Err(undecodable(map, &why)),
        }
    }

    pub(super) fn rows(
        &mut self,
        event: &RowsEvent<'_>,
        into: &mut Into<'_>,
    ) -> Result<Outcome, Fault> {
        if event.is_dummy() {
            return Ok(Outcome::Going);
        }
        let mapped = self.maps.get_mut(&event.table);
        let mapped = mapped.ok_or_else(|| Fault::damaged("rows of a table that was not named"))?;
        match &mut mapped.rows {
            Rows::Unwanted => {}
            Rows::Marks(plan) => {
                let found = Walk::new(plan, event, &mut self.scratch).first_text()?;
                self.transaction.origin = found.or(self.transaction.origin.take());
            }
            Rows::Wanted { plan, number } => {
                let number = match *number {
                    Some(number) => number,
                    None => *number.insert(into.definitions.number(&plan.table)),
                };
                Walk::new(plan, event, &mut self.scratch).gather(number, into.entries)?;
                self.transaction.wrote = true;
            }
        }
        // A huge value leaves no more behind than is good to keep.
        self.scratch.clear();
        self.scratch.shrink_to(1 << 20);
        Ok(Outcome::Going)
    }
}

fn undecodable(map: &TableMap, why: &str) -> Fault {
    let table = format!("{}.{}", map.database, map.table);
    let advice = match map.metadata.names.is_empty() {
        true => ": set binlog_row_metadata = FULL at the source, or start where the table is known",
        false => "",
    };
    Fault::Undecodable { table, message: format!("{why}{advice}").into() }
}

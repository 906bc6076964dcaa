//! What statements of the log change.

use super::{Decoder, Into, Outcome, Question};
use crate::changes::Step;
use crate::evolve::{GhostKind, ghost_of};
use crate::mysql::changes::event::{Event, Query, mode_names};
use crate::mysql::changes::fault::Fault;
use crate::mysql::changes::history::{Circumstances, Effect, Known, TableName, Versioning};
use crate::mysql::changes::place::Place;
use crate::mysql::changes::survey::begins_with;
use crate::mysql::changes::words::{Said, Wanted, may_select, named_tables, said, wanted_table};
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::change::Change;
use crate::mysql::ddl::{Mode, parse_change};
use oms_model::change::Statement;

/// A definition that was applied.
#[derive(Debug)]
pub(super) struct Defined {
    statement: Statement,
    effect: Effect,
}

/// A definition that was applied just now.
struct Applied {
    defined: Defined,
    /// Columns and unique keys stay as they are.
    keeps: bool,
    /// Rows come with it that are not in the log.
    moves: bool,
}

impl Decoder {
    /// `body`: the event's, as it was before it was compressed.
    pub(super) fn query(
        &mut self,
        event: &Event<'_>,
        body: &[u8],
        into: &mut Into<'_>,
    ) -> Result<Outcome, Fault> {
        let head = self.head(super::kind::QUERY, 13);
        let query = Query::read(body, head)?;
        let mode = self.mode(&query);
        match said(query.text, mode) {
            Said::Begin => {
                self.transaction.open = true;
                Ok(Outcome::Going)
            }
            Said::Commit => Ok(self.commit(event)),
            Said::Rollback => Ok(self.rollback()),
            Said::Savepoint(name) => {
                // Whoever heard of it has to hear of the end.
                self.transaction.wrote = true;
                Ok(Outcome::Step(Step::Savepoint(name)))
            }
            Said::RollbackTo(name) => Ok(Outcome::Step(Step::RollbackTo(name))),
            Said::Xa => {
                self.transaction.open = true;
                Ok(Outcome::Going)
            }
            Said::XaCommit(name) => {
                let commit = self.committed(event);
                Ok(Outcome::Step(Step::CommitPrepared { name, commit }))
            }
            Said::XaRollback(name) => {
                self.end();
                let moved = self.moved();
                Ok(Outcome::Step(Step::RollbackPrepared { name, moved }))
            }
            Said::Definition => self.definition(event, &query, mode, into),
            Said::Rows => {
                self.no_rows_as_text(&query, query.text, mode)?;
                Ok(self.after_statement(event))
            }
            Said::Nothing => Ok(self.after_statement(event)),
        }
    }

    /// A statement that loads a file, and says so as text.
    pub(super) fn load(&mut self, event: &Event<'_>) -> Result<Outcome, Fault> {
        let query = Query::read(event.body, self.head(event.kind, 26))?;
        let mode = self.mode(&query);
        self.no_rows_as_text(&query, query.text, mode)?;
        Ok(Outcome::Going)
    }

    fn mode(&self, query: &Query<'_>) -> Mode {
        let mut mode = Mode::of(&self.server, &mode_names(query.session.sql_mode()));
        // It is what a user wrote, not what a server prints.
        mode.raw_members = false;
        mode
    }

    /// One that is alone is a transaction of its own.
    fn after_statement(&mut self, event: &Event<'_>) -> Outcome {
        if self.transaction.open { Outcome::Going } else { self.commit(event) }
    }

    fn no_rows_as_text(&self, query: &Query<'_>, text: &[u8], mode: Mode) -> Result<(), Fault> {
        match wanted_table(query, text, mode, self) {
            None => Ok(()),
            Some(table) => Err(as_text(table, text)),
        }
    }

    /// A table that is created and filled by one statement gets rows that nobody logs.
    fn no_rows_with_definition(
        &self,
        text: &[u8],
        moves: bool,
        effect: &Effect,
    ) -> Result<(), Fault> {
        let wanted = |(database, table): &&TableName| self.selection.wants(database, table);
        match effect.touched.iter().find(wanted).filter(|_| moves) {
            None => Ok(()),
            Some((database, table)) => Err(as_text(format!("{database}.{table}"), text)),
        }
    }

    fn definition(
        &mut self,
        event: &Event<'_>,
        query: &Query<'_>,
        mode: Mode,
        into: &mut Into<'_>,
    ) -> Result<Outcome, Fault> {
        let mut defined = match self.defined.take() {
            Some(defined) => defined,
            None => match self.apply(query, mode) {
                Ok(Applied { mut defined, keeps, moves }) => {
                    self.no_rows_with_definition(query.text, moves, &defined.effect)?;
                    self.settle(&mut defined.effect, keeps);
                    self.transaction.definitions += 1;
                    defined
                }
                Err(question) => return Ok(Outcome::Ask(question)),
            },
        };
        let wants = |database: &str, table: &str| self.selection.wants(database, table);
        // What becomes of a ghost table becomes of its table in the end.
        let wanted = |(database, table): &TableName| {
            let ghost = || ghost_of(table).filter(|ghost| ghost.kind == GhostKind::Next);
            wants(database, table) || ghost().is_some_and(|ghost| wants(database, &ghost.of))
        };
        if defined.effect.touched.iter().any(wanted) {
            let doubtful = defined.effect.doubtful.iter();
            let unknown: Vec<TableName> =
                doubtful.filter(|name| !self.asked.contains(name)).cloned().collect();
            if !unknown.is_empty() {
                self.asked.extend(unknown.iter().cloned());
                self.defined = Some(defined);
                return Ok(Outcome::Ask(Question::Tables(unknown)));
            }
            let environment = &mut defined.statement.environment;
            let began = match environment.remove("microseconds") {
                Some(part) => format!("{}.{part:0>6}", event.at),
                None => event.at.to_string(),
            };
            environment.insert("timestamp".to_owned(), began);
            self.write(defined, into);
        }
        Ok(self.after_statement(event))
    }

    /// Counts a definition for the tables that are not yet what the server says of them. With the last
    /// one they are.
    fn settle(&mut self, effect: &mut Effect, keeps: bool) {
        let mut seen: Vec<TableName> = Vec::new();
        for name in &effect.touched {
            if seen.contains(name) {
                continue;
            }
            seen.push(name.clone());
            let is_known = self.history.get(name).is_some();
            let Some(left) = self.shifted.get_mut(name) else { continue };
            *left = left.saturating_sub(usize::from(!keeps));
            if is_known || *left == 0 {
                self.shifted.remove(name);
            } else {
                effect.doubtful.retain(|doubtful| doubtful != name);
            }
        }
    }

    /// Makes a definition's changes.
    fn apply(&mut self, query: &Query<'_>, mode: Mode) -> Result<Applied, Question> {
        let text = self.readable(query)?;
        let database = String::from_utf8_lossy(query.database).into_owned();
        let environment = query.session.environment(|number| self.texts.name(number));
        let parsed = parse_change(text.as_bytes(), mode);
        let collation = self.default_collation(query, &database, parsed.as_ref().ok());
        let on = environment.get("explicit_defaults_for_timestamp");
        let explicit_timestamps = on.map_or(self.texts.explicit_timestamps, |on| on == "ON");
        let with = Circumstances {
            database: &database,
            texts: &self.texts,
            collation,
            explicit_timestamps,
        };
        let key = |name: &Name| {
            let own = name.database.as_deref().unwrap_or(&database);
            self.history.key(own, &name.name)
        };
        let (effect, keeps, moves) = match parsed {
            // It may have been there: then it stays what it was.
            Ok(Change::Create(table))
                if table.if_not_exists && self.shifted.contains_key(&key(&table.name)) =>
            {
                let touched = vec![key(&table.name)];
                (Effect { touched, doubtful: vec![] }, true, table.moves_rows())
            }
            Ok(change) => {
                let moves = matches!(&change, Change::Create(table) if table.moves_rows());
                let mut effect = self.history.apply(&change, &with);
                if let Change::DropDatabase(database) = &change {
                    let (database, _) = self.history.key(database, "");
                    let shifted = self.shifted.keys().filter(|name| name.0 == database);
                    let mut shifted: Vec<TableName> = shifted.cloned().collect();
                    shifted.sort();
                    effect.touched.extend(shifted);
                }
                (effect, change.keeps_definitions(), moves)
            }
            // What cannot be read has changed the tables that it names.
            Err(_) => {
                let named = named_tables(text.as_bytes(), mode);
                let named: Vec<TableName> = named.iter().map(key).collect();
                let moves = may_select(text.as_bytes(), mode);
                (Effect { touched: named.clone(), doubtful: named }, false, moves)
            }
        };
        let database = (!database.is_empty()).then_some(database);
        let touches = effect.touched.clone();
        let statement = Statement { database, text, environment, touches, tables: vec![] };
        Ok(Applied { defined: Defined { statement, effect }, keeps, moves })
    }

    /// The collation that a table has whose text names none. The log says it where the session has set
    /// it; otherwise it is that of the database.
    fn default_collation(
        &mut self,
        query: &Query<'_>,
        database: &str,
        change: Option<&Change>,
    ) -> Option<String> {
        let home = match change {
            Some(Change::Create(table)) => table.name.database.as_deref().unwrap_or(database),
            // What is made anew is as it is now.
            Some(Change::Database(_)) if begins_with(query.text, "CREATE") => return None,
            Some(Change::Database(name)) => {
                let altered = if name.is_empty() { database } else { name };
                self.texts.forget_database(altered);
                return None;
            }
            _ => database,
        };
        let own = query.session.database_collation().filter(|_| home == database);
        let own = own.map(|number| self.texts.name(number));
        own.or_else(|| self.texts.of_database(home).map(ToOwned::to_owned))
    }

    /// The text in UTF-8.
    fn readable(&mut self, query: &Query<'_>) -> Result<String, Question> {
        if let Some((bytes, text)) = self.heard.take()
            && bytes == query.text
        {
            return Ok(text);
        }
        let collation = query.session.client().and_then(|number| self.texts.collation(number));
        let charset = collation.map_or("utf8mb4", |collation| collation.charset.as_str());
        let plain = query.text.is_ascii() || charset.starts_with("utf8") || charset == "binary";
        match plain {
            true => Ok(String::from_utf8_lossy(query.text).into_owned()),
            false => {
                Err(Question::Read { charset: charset.to_owned(), bytes: query.text.to_vec() })
            }
        }
    }

    fn write(&mut self, defined: Defined, into: &mut Into<'_>) {
        let Defined { mut statement, effect } = defined;
        let mut seen: Vec<TableName> = Vec::new();
        for name in effect.touched {
            if !seen.contains(&name) {
                let known = self.history.get(&name);
                statement.tables.extend(known.map(|known| oms_model::Table::clone(&known.table)));
                seen.push(name);
            }
        }
        statement.touches = seen;
        into.entries.statement(&statement);
        self.transaction.wrote = true;
    }

    /// Takes over what the server says of a table; `None` if there is none.
    pub(in crate::mysql) fn learn(&mut self, name: TableName, known: Option<Known>) {
        match known {
            Some(known) => self.history.learn(name, known),
            None => drop(self.history.forget(&name)),
        }
    }

    /// Takes over that a table has been changed since by so many statements, which the server cannot
    /// say anything about: its rows are read by the names in the log, or not at all.
    pub(in crate::mysql) fn doubt(&mut self, name: TableName, now: Option<Known>, left: usize) {
        self.history.forget(&name);
        if let Some(Versioning::Column(end)) = now.map(|now| now.versioning) {
            self.ends.insert(name.clone(), end);
        }
        self.shifted.insert(name, left);
    }

    /// Where the transaction begins that is being read, and how many definitions of it were applied.
    pub(in crate::mysql) fn applied(&self) -> (&Place, usize) {
        (&self.place, self.transaction.definitions)
    }

    /// Takes over what the server read.
    pub(in crate::mysql) fn hear(&mut self, bytes: Vec<u8>, text: String) {
        self.heard = Some((bytes, text));
    }
}

impl Wanted for Decoder {
    fn wants(&self, database: &str, table: &str) -> bool {
        self.selection.wants(database, table)
    }

    fn has(&self, database: &str, table: &str) -> bool {
        let name = self.history.key(database, table);
        let is_known = self.history.get(&name).is_some() || self.shifted.contains_key(&name);
        is_known && self.selection.wants(database, table)
    }

    fn has_any(&self, database: &str) -> bool {
        let mut names = self.history.names().chain(self.shifted.keys());
        names.any(|(within, name)| within == database && self.selection.wants(within, name))
    }
}

fn as_text(table: String, text: &[u8]) -> Fault {
    let statement = String::from_utf8_lossy(text);
    Fault::Statement { table, statement: statement.chars().take(LONGEST_SHOWN).collect() }
}

/// How much of a statement is shown.
const LONGEST_SHOWN: usize = 300;

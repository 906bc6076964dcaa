//! What was changed of definitions between a place and the end of the log. Tables that are read from
//! the server are as they are at the end: where the log has no names of columns, rows of an earlier
//! time could be taken for others without anybody noticing.

use super::dump;
use super::event::{Event, Payload, Query, kind, mode_names, plain_query};
use super::fault::Fault;
use super::history::{Circumstances, History, TableName};
use super::logs::{self, Viewer};
use super::place::Place;
use super::source::Source;
use super::texts::Texts;
use super::words::{Said, named_tables, said};
use crate::changes::{ChangeError, Headway};
use crate::mysql::data_session::DataSession;
use crate::mysql::ddl::change::Change;
use crate::mysql::ddl::{Mode, parse_change};
use crate::product::Server;
use std::collections::{HashMap, HashSet};

/// What a survey is made with.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub folds: bool,
    pub texts: &'a Texts,
    pub server: &'a Server,
    /// The tables that were read from the server.
    pub present: HashSet<TableName>,
    /// So many definitions come first that were applied before.
    pub applied: usize,
}

/// The tables that definitions change between a place and the end of the log, and by how many of them.
/// A database whose defaults change is told as a table without a name.
pub(super) async fn rest(
    session: DataSession,
    (source, place): (&Source, &Place),
    scope: Scope<'_>,
    headway: &Headway,
) -> Result<HashMap<TableName, usize>, ChangeError> {
    let log = dump::rest(session, source, place).await?;
    let mut survey = Survey::new(scope);
    logs::watch(log, &mut survey, place, headway).await?;
    Ok(survey.shifted)
}

pub(super) fn begins_with(text: &[u8], word: &str) -> bool {
    let text = text.trim_ascii_start();
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// Finds the tables that are not what they were, and by how many statements.
#[derive(Debug)]
struct Survey<'a> {
    /// Knows only what the log itself defines.
    history: History,
    scope: Scope<'a>,
    /// Tables that the log says are gone; a database without a table is all of it.
    gone: HashSet<TableName>,
    shifted: HashMap<TableName, usize>,
}

impl<'a> Survey<'a> {
    fn new(scope: Scope<'a>) -> Self {
        let history = History::new(scope.folds);
        Self { history, scope, gone: HashSet::new(), shifted: HashMap::new() }
    }

    fn query(&mut self, body: &[u8]) -> Result<(), Fault> {
        const HEAD: usize = 13;
        let query = Query::read(body, HEAD)?;
        let mut mode = Mode::of(self.scope.server, &mode_names(query.session.sql_mode()));
        mode.raw_members = false;
        if said(query.text, mode) != Said::Definition {
            return Ok(());
        }
        if self.scope.applied > 0 {
            self.scope.applied -= 1;
            return Ok(());
        }
        let database = String::from_utf8_lossy(query.database);
        let Ok(change) = parse_change(query.text, mode) else {
            // What cannot be read has changed the tables that it names.
            let named = named_tables(query.text, mode).into_iter().map(|name| {
                let own = name.database.as_deref().unwrap_or(&database);
                self.history.key(own, &name.name)
            });
            for name in named.collect::<HashSet<TableName>>() {
                self.history.forget(&name);
                self.count(name);
            }
            return Ok(());
        };
        // What is made by it is as the database is now, if that stayed so.
        if let Change::Database(name) = &change
            && !begins_with(query.text, "CREATE")
        {
            let own = if name.is_empty() { &*database } else { name };
            self.count((own.to_owned(), String::new()));
        }
        self.change(&change, &database);
        Ok(())
    }

    fn change(&mut self, change: &Change, database: &str) {
        let with = Circumstances {
            database,
            texts: self.scope.texts,
            collation: None,
            explicit_timestamps: true,
        };
        if let Change::Create(table) = change
            && table.if_not_exists
        {
            let own = table.name.database.as_deref().unwrap_or(database);
            let name = self.history.key(own, &table.name.name);
            // It may have been there: then it stays as it is.
            if self.scope.present.contains(&name) && !self.is_gone(&name) {
                return;
            }
        }
        let known: HashSet<TableName> = self.history.names().cloned().collect();
        let mut effect = self.history.apply(change, &with);
        if let Change::DropDatabase(database) = change {
            let (database, _) = self.history.key(database, "");
            let all = self.scope.present.iter().chain(self.shifted.keys());
            let within = all.filter(|name| name.0 == database && !self.is_gone(name));
            let within: Vec<TableName> = within.cloned().collect();
            effect.touched.extend(within);
            self.gone.insert((database, String::new()));
        }
        if change.keeps_definitions() {
            return;
        }
        let is_new = matches!(change, Change::Create(table) if !table.or_replace);
        let mut counted: HashSet<TableName> = HashSet::new();
        for name in effect.touched {
            let was_known = known.contains(&name) || is_new;
            let counts = effect.doubtful.contains(&name) || !was_known;
            match self.history.get(&name).is_some() || effect.doubtful.contains(&name) {
                true => drop(self.gone.remove(&name)),
                false => drop(self.gone.insert(name.clone())),
            }
            if counts && counted.insert(name.clone()) {
                self.count(name);
            }
        }
    }

    fn is_gone(&self, name: &TableName) -> bool {
        let all = (name.0.clone(), String::new());
        self.history.get(name).is_none() && (self.gone.contains(name) || self.gone.contains(&all))
    }

    fn count(&mut self, name: TableName) {
        *self.shifted.entry(name).or_default() += 1;
    }

    /// Statements may be within a compressed transaction.
    fn payload(&mut self, body: &[u8]) -> Result<(), Fault> {
        let mut payload = Payload::read(body)?;
        while let Some(bytes) = payload.next()? {
            let event = Event::read(bytes, super::event::Checksum::None)?;
            if event.kind == kind::QUERY {
                self.query(event.body)?;
            }
        }
        Ok(())
    }
}

impl Viewer for Survey<'_> {
    fn see(&mut self, event: &Event<'_>) -> Result<bool, Fault> {
        match event.kind {
            kind::QUERY => self.query(event.body)?,
            kind::MARIADB_QUERY_COMPRESSED => {
                let body = plain_query(event.body, 13)?;
                self.query(&body)?;
            }
            kind::TRANSACTION_PAYLOAD => self.payload(event.body)?,
            _ => {}
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;

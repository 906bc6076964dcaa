//! What was changed of definitions between a place and the end of the log. Tables that are read from
//! the server are as they are at the end: where the log has no names of columns, rows of an earlier
//! time could be taken for others without anybody noticing.

use super::event::{Event, Query, kind, mode_names, plain_query};
use super::fault::Fault;
use super::history::{Circumstances, History, TableName};
use super::logs::Viewer;
use super::texts::Texts;
use crate::mysql::ddl::change::Change;
use crate::mysql::ddl::{Mode, parse_change};
use crate::product::Server;
use std::collections::HashMap;

/// Finds the tables that are not what they were, and by how many statements.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    /// Knows only what the log itself defines.
    history: History,
    texts: &'a Texts,
    server: &'a Server,
    pub shifted: HashMap<TableName, usize>,
}

impl<'a> Survey<'a> {
    pub fn new(folds: bool, texts: &'a Texts, server: &'a Server) -> Self {
        Self { history: History::new(folds), texts, server, shifted: HashMap::new() }
    }

    fn query(&mut self, body: &[u8]) -> Result<(), Fault> {
        const HEAD: usize = 13;
        let query = Query::read(body, HEAD)?;
        let words = query.text.trim_ascii_start();
        if words.starts_with(b"BEGIN") || words.starts_with(b"COMMIT") {
            return Ok(());
        }
        let mut mode = Mode::of(self.server, &mode_names(query.session.sql_mode()));
        mode.raw_members = false;
        // One that cannot be read is met again by whoever reads the rows.
        let Ok(change) = parse_change(query.text, mode) else { return Ok(()) };
        let database = String::from_utf8_lossy(query.database);
        let with = Circumstances {
            database: &database,
            texts: self.texts,
            collation: None,
            explicit_timestamps: true,
        };
        let known: Vec<TableName> = self.history.names().cloned().collect();
        let effect = self.history.apply(&change, &with);
        if change.keeps_definitions() {
            return Ok(());
        }
        let is_new = matches!(change, Change::Create(_));
        let mut counted: Vec<TableName> = Vec::new();
        for name in effect.touched {
            let was_known = known.contains(&name) || is_new;
            let counts = effect.doubtful.contains(&name) || !was_known;
            if counts && !counted.contains(&name) {
                *self.shifted.entry(name.clone()).or_default() += 1;
                counted.push(name);
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
            _ => {}
        }
        Ok(true)
    }
}

//! `LOAD DATA LOCAL`: fewer words to parse than an insert, where the server allows it.
//!
//! With LOCAL a server skips rows that are there already and bends values that do not fit, and only
//! counts them. So it runs in a transaction that is taken back unless every row went in without a
//! warning; the insert that follows then says what was wrong.

use super::Writing;
use super::statements::Statements;
use crate::mysql::data_fault;
use crate::mysql::encode;
use crate::mysql::wire::{Chunks, WireError};
use crate::writer::{Batch, WriteError};

/// How a load went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loaded {
    All,
    /// Nothing was written: the rows want another way.
    Nothing,
    /// Nothing was written: the server wants no such statements.
    Never,
}

/// The name that stands for our rows in the statement.
const FILE: &str = "oms rows";
/// The statement is switched off at the server, or at all, or for this user.
const SWITCHED_OFF: [u16; 4] = [1148, 3948, 4166, 1227];

impl Writing {
    pub(super) async fn load(
        &mut self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
    ) -> Result<Loaded, WriteError> {
        let mut lines = std::mem::take(&mut self.buffer);
        lines.clear();
        let width = statements.into.columns.len();
        let written = rows
            .range
            .clone()
            .try_for_each(|at| encode::line(&mut lines, width, rows.rows.row(at).take(width)));
        let outcome = match written {
            Ok(()) => self.load_lines(statements, rows.len(), &lines).await,
            // The insert says which row and why.
            Err(_) => Ok(Loaded::Nothing),
        };
        self.buffer = lines;
        outcome
    }

    async fn load_lines(
        &mut self,
        statements: &Statements<'_>,
        rows: usize,
        lines: &[u8],
    ) -> Result<Loaded, WriteError> {
        self.begin().await?;
        let sql = statements.load(FILE);
        let mut source = Whole(Some(lines));
        let done = self.session.wire.load_local(sql.as_bytes(), FILE, &mut source).await;
        match done {
            Ok(done) if done.affected == rows as u64 && done.warnings == 0 => {
                self.write(b"COMMIT").await?;
                Ok(Loaded::All)
            }
            Ok(_) => {
                self.session.run(b"ROLLBACK").await.map_err(WriteError::Failed)?;
                Ok(Loaded::Nothing)
            }
            Err(WireError::Server { code, .. }) if SWITCHED_OFF.contains(&code) => {
                self.session.run(b"ROLLBACK").await.map_err(WriteError::Failed)?;
                Ok(Loaded::Never)
            }
            Err(error) => {
                self.end(Err(data_fault::of_write(error))).await.map(|()| Loaded::Nothing)
            }
        }
    }
}

/// Lines that are in memory as a whole.
struct Whole<'a>(Option<&'a [u8]>);

impl Chunks for Whole<'_> {
    async fn next(&mut self) -> Result<Option<&[u8]>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.take())
    }
}

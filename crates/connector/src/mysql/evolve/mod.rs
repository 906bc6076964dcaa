//! Definitions that follow those of another member of the family.
//!
//! | file | what it is |
//! |---|---|
//! | `session` | runs steps, and keeps the journal |
//! | `translator` | which statement becomes what |
//! | `task` | a statement while it is translated: names, policies, what is left out |
//! | `create`, `rename`, `alter` | by kinds of statements |
//! | `keep` | which clauses are done |
//! | `piece`, `column`, `key`, `division` | clauses of `ALTER TABLE` |
//! | `scaffold` | new parts of a table, converted as those of whole tables are |
//! | `cutover` | a ghost table takes the place of its table |
//! | `sign` | whether a step was run |

mod alter;
mod column;
mod create;
mod cutover;
mod division;
mod journal;
mod keep;
mod key;
mod piece;
mod rename;
mod scaffold;
mod session;
mod sign;
mod task;
mod translator;

use super::Mysql;
use super::data_session::{DataSession, Use};
use super::schema::{describe, is_of_the_family};
use super::seat;
use super::seated::Seated;
use crate::data_error::DataError;
use crate::evolve::{EvolveSession, Evolver, Translator};
use crate::product::Server;
use crate::schema::{Choices, SchemaError};
use crate::seat::Seat;
use async_trait::async_trait;
use session::Evolving;
use std::time::Duration;
use translator::MysqlTranslator;

#[async_trait]
impl Evolver for Mysql {
    async fn translator(
        &self,
        source: &Server,
        choices: Choices,
    ) -> Result<Box<dyn Translator>, SchemaError> {
        if !is_of_the_family(source.product) {
            let why = format!("statements of {source} cannot be written for a {}", self.site.kind);
            return Err(DataError::Unsupported(why).into());
        }
        let mut session = DataSession::open(&self.site, self.member, Use::Defining).await?;
        let target = describe(&mut session).await?;
        session.wire.quit().await;
        Ok(Box::new(MysqlTranslator::new(source.clone(), target, choices)))
    }

    async fn evolving(&self, seat: &Seat) -> Result<Box<dyn EvolveSession>, SchemaError> {
        let session = Seated::open(&self.site, self.member, Use::Defining, Some(seat)).await?;
        let mut session = Evolving::new(session);
        session.prepare().await?;
        Ok(Box::new(session))
    }

    async fn end_evolving(&self, seat: &Seat, limit: Duration) -> Result<(), SchemaError> {
        let mut session = DataSession::open(&self.site, self.member, Use::Defining).await?;
        let ended = seat::vacate(&mut session, std::iter::once(seat.clone()), limit).await;
        session.wire.quit().await;
        Ok(ended?)
    }
}

#[cfg(test)]
mod tests;

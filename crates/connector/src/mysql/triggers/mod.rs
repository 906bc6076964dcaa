//! Capture by triggers, for a database that lets nobody read its log.
//!
//! ```text
//! business ──▶ table ──trigger, same transaction──▶ change table ──poll──▶ entries
//!                                                        ▲                    │
//!                                                        └── deleted once kept┘
//! ```
//!
//! Each captured table has a change table with its own columns and three triggers that write every
//! image there, with the change itself: what is rolled back leaves nothing, and values keep their
//! types. A poll reads all change tables in one snapshot, so it sees whole transactions, and becomes
//! one transaction of the log. What is late is not missed: a poll takes what it sees and remembers the
//! numbers that it took, it never goes by "greater than". Changes of one row are in order, since who
//! changes it later waited for its lock, and so has a higher number; changes of different rows that
//! are seen together may come in any order.
//!
//! A capture begins behind all that lies there once it is in place: what happened while its triggers
//! were made may be there in part.
//!
//! What was read is deleted once it is kept elsewhere. Until then its numbers are in the position, so
//! that whoever continues from there neither reads it again nor leaves it.
//!
//! | file | what it is |
//! |---|---|
//! | `home` | the database of a capture, and every statement about what is in it |
//! | `install` | putting it in place, finding it again, removing it |
//! | `drift` | whether the captured tables are still what they were |
//! | `place` | the position: what was read and is not deleted |
//! | `images` | from rows of a change table to entries |
//! | `poll` | the stream: round after round |
//! | `round` | one walk over all change tables |

mod drift;
mod home;
mod images;
mod install;
mod place;
mod poll;
mod round;

use super::Mysql;
use super::data_session::{DataSession, Use};
use crate::changes::{
    Capture, ChangeError, ChangeReader, ChangeStream, Follow, Headway, Horizon, Moved,
};
use async_trait::async_trait;
use home::Home;
pub(super) use home::is_ours;
use oms_model::Position;
use place::Place;
use poll::Polling;
use std::time::SystemTime;

/// A database of the family, followed by triggers.
#[derive(Debug)]
pub(super) struct Triggers<'a>(pub &'a Mysql);

#[async_trait]
impl ChangeReader for Triggers<'_> {
    async fn end(&self) -> Result<Position, ChangeError> {
        Err(no_log())
    }

    async fn at(&self, _moment: SystemTime, _headway: &Headway) -> Result<Position, ChangeError> {
        Err(no_log())
    }

    async fn horizon(&self, place: &Position) -> Result<Horizon, ChangeError> {
        let place = Place::read(place)?;
        let home = Home::new(self.0.member, &place.capture)?;
        let mut session = DataSession::open(&self.0.site, self.0.member, Use::Reading).await?;
        let reaches = install::is_there(&mut session, &home).await?;
        session.wire.quit().await;
        // What the triggers wrote stays until it is kept.
        Ok(Horizon { reaches, oldest: None, left: None })
    }

    async fn install(&self, capture: &Capture) -> Result<Position, ChangeError> {
        let home = Home::new(self.0.member, &capture.name)?;
        let mut session = DataSession::open(&self.0.site, self.0.member, Use::Defining).await?;
        install::install(&mut session, &home, capture.selection.as_ref()).await?;
        let place = install::beginning(&mut session, &home).await?;
        session.wire.quit().await;
        Ok(place.position())
    }

    async fn remove(&self, name: &str) -> Result<(), ChangeError> {
        let home = Home::new(self.0.member, name)?;
        let mut session = DataSession::open(&self.0.site, self.0.member, Use::Defining).await?;
        install::remove(&mut session, &home).await?;
        session.wire.quit().await;
        Ok(())
    }

    fn includes(&self, place: &Position, other: &Position) -> Result<bool, ChangeError> {
        Place::read(place)?.includes(&Place::read(other)?)
    }

    fn covers(&self, place: &Position, transaction: &str) -> Result<bool, ChangeError> {
        Place::read(place)?.covers(transaction)
    }

    async fn follow(&self, follow: Follow) -> Result<Box<dyn ChangeStream>, ChangeError> {
        Ok(Box::new(Polling::begin(self.0, follow).await?))
    }
}

fn no_log() -> ChangeError {
    let message = "triggers see only what happens once they are installed";
    ChangeError::NotLogged { message: message.into() }
}

/// Where the reading is, when nothing was found.
fn moved(place: &Place, at: Option<i64>) -> Moved {
    Moved { position: place.position(), at, bytes: 0 }
}

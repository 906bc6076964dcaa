//! The use cases of project-service: one folder a resource, one use case a file.

pub mod data_source;
mod enrol;
mod fresh;
pub mod label;
mod owned;
pub mod project;
pub mod selection;

pub use enrol::enrol;
pub use fresh::{fresh_id, now};
pub use owned::{move_owner, owned_by};

use crate::{Error, repo};
use oms_chassis::{
    Conn,
    db::{is_deadlock, is_duplicate},
};
use oms_contracts::Detail;
use oms_model::{Actor, Right};

/// Refuses an actor whose role has not the right over anything at all.
pub fn require(actor: &Actor, right: Right) -> Result<(), Error> {
    if actor.role.may(right) { Ok(()) } else { Err(Error::Forbidden(actor.role)) }
}

/// The first of several faults in words, and how many there are besides.
fn first_of(details: &[Detail]) -> String {
    let rest = details.len().saturating_sub(1);
    match details.first() {
        Some(detail) if rest > 0 => {
            format!("{}: {}, and {rest} more", detail.field, detail.message)
        }
        Some(detail) => format!("{}: {}", detail.field, detail.message),
        None => "it is incomplete".into(),
    }
}

/// Runs a write in a transaction, and again when it lost a race: another one took something unique,
/// referred to what is deleted, or held what it needed and waited for what it held. The second time
/// its own checks see the winner and can name it.
pub fn retried<T>(
    conn: &mut Conn,
    work: impl Fn(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    const ATTEMPTS: usize = 3;
    let mut attempt = 1;
    loop {
        match conn.write(&work) {
            Err(Error::Repo(repo::Error::Query(error)))
                if is_lost_race(&error) && attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

fn is_lost_race(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind::ForeignKeyViolation, Error::DatabaseError};
    is_duplicate(error)
        || is_deadlock(error)
        || matches!(error, DatabaseError(ForeignKeyViolation, _))
}

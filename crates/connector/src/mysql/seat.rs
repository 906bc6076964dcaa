//! Seats as named locks: a lock's holder can be asked for, and killed.
//!
//! MySQL and MariaDB give a lock back when its session is gone, and a session is gone when nothing it
//! was told can take effect any more. OceanBase remembers the holder for longer, so a seat has
//! several places there: whoever finds one held by the dead takes the next one.

use super::data_fault;
use super::data_session::DataSession;
use super::wire::WireError;
use crate::data_error::DataError;
use crate::seat::{Seat, Seating, Standing};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a killed session is given before it is looked at again.
const PAUSE: Duration = Duration::from_millis(20);
/// How many locks one statement asks about.
const AT_ONCE: usize = 256;

/// What became of a lock's holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// The lock is free.
    Forgotten,
    /// The lock is not, though nobody holds it any more.
    Remembered,
}

/// Takes a seat. Whoever sits there is ended. Gives the lock's name, where there is one.
pub(super) async fn take(
    session: &mut DataSession,
    seat: &Seat,
    limit: Duration,
) -> Result<(Standing, Option<String>), DataError> {
    let until = Instant::now() + limit;
    for place in 0..session.member.seat_places() {
        let name = name(seat, place);
        loop {
            match lock(session, &name).await {
                Ok(true) => return Ok((Standing::Seated, Some(name))),
                Ok(false) => {}
                Err(error) if has_no_locks(&error) => return Ok((Standing::Standing, None)),
                Err(error) => return Err(error),
            }
            if evict(session, &name, until).await? == Gone::Remembered {
                break;
            }
        }
    }
    Ok((Standing::Crowded, None))
}

/// Ends whoever sits in any of the seats.
pub(super) async fn vacate(
    session: &mut DataSession,
    seating: &Seating,
    limit: Duration,
) -> Result<(), DataError> {
    let until = Instant::now() + limit;
    let places = session.member.seat_places();
    let names: Vec<String> =
        seating.all().flat_map(|seat| (0..places).map(move |place| name(&seat, place))).collect();
    for names in names.chunks(AT_ONCE) {
        let held = holders(session, names).await.map_err(|error| match has_no_locks(&error) {
            true => DataError::Unsupported(format!(
                "the server has no named locks, so it cannot be known whether an earlier run's \
                 statements are at an end: {error}"
            )),
            false => error,
        })?;
        for (name, _) in names.iter().zip(held).filter(|(_, holder)| holder.is_some()) {
            evict(session, name, until).await?;
        }
    }
    Ok(())
}

/// Gives a seat up.
pub(super) async fn leave(session: &mut DataSession, name: &str) {
    // One that cannot be given up is taken by whoever comes next.
    let _ = session.number(&format!("SELECT RELEASE_LOCK('{name}')")).await;
}

fn name(seat: &Seat, place: u32) -> String {
    match place {
        0 => seat.to_string(),
        place => format!("{seat}.{place}"),
    }
}

/// Whether the server does not know what a named lock is, or forbids them.
fn has_no_locks(error: &DataError) -> bool {
    matches!(error, DataError::Server { .. } | DataError::Forbidden { .. })
}

async fn lock(session: &mut DataSession, name: &str) -> Result<bool, DataError> {
    Ok(session.number(&format!("SELECT GET_LOCK('{name}', 0)")).await? == 1)
}

/// Ends the holder of a lock, and waits until it is gone.
async fn evict(session: &mut DataSession, name: &str, until: Instant) -> Result<Gone, DataError> {
    let held = async |session: &mut DataSession| {
        let held = holders(session, &[name.to_owned()]).await?;
        Ok::<_, DataError>(held.into_iter().next().flatten())
    };
    loop {
        let Some(holder) = held(session).await? else { return Ok(Gone::Forgotten) };
        let is_gone = !kill(session, holder).await?;
        if is_gone && held(session).await? == Some(holder) {
            return Ok(Gone::Remembered);
        }
        if Instant::now() >= until {
            return Err(DataError::Passing {
                code: "KILL".into(),
                message: format!("the session {holder} of an earlier run is still at work"),
            });
        }
        if !is_gone {
            sleep(PAUSE).await;
        }
    }
}

/// Tells a session to end; `false` when there is none. A server says so only of one whose last
/// statement has been taken back or is done.
async fn kill(session: &mut DataSession, id: u64) -> Result<bool, DataError> {
    const NO_SUCH_SESSION: u16 = 1094;
    match session.wire.execute(format!("KILL {id}").as_bytes()).await {
        Ok(_) => Ok(true),
        Err(WireError::Server { code: NO_SUCH_SESSION, .. }) => Ok(false),
        Err(error) => Err(data_fault::of_wire(error)),
    }
}

/// Who holds these locks.
async fn holders(
    session: &mut DataSession,
    names: &[String],
) -> Result<Vec<Option<u64>>, DataError> {
    let asked: Vec<String> = names.iter().map(|name| format!("IS_USED_LOCK('{name}')")).collect();
    let sql = format!("SELECT {}", asked.join(", "));
    let table = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let row = table.rows.first().ok_or_else(|| data_fault::of_wire(WireError::NoRows))?;
    let holder = |at| {
        let text = row.text(at).map_err(data_fault::of_wire)?;
        Ok(text.and_then(|text| text.parse().ok()))
    };
    (0..names.len()).map(holder).collect()
}

//! Seats as named locks: a lock's holder can be asked for, and killed.
//!
//! MySQL and MariaDB give a lock back when its session is gone, and a session is gone when nothing it
//! was told can take effect any more. OceanBase remembers the holder for longer, so a seat has
//! several places there: whoever finds one held by the dead takes the next one.

use super::data_fault;
use super::data_session::DataSession;
use super::wire::WireError;
use crate::data_error::DataError;
use crate::seat::{Seat, Standing};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long a killed session is given before it is looked at again.
const PAUSE: Duration = Duration::from_millis(20);
/// How long giving a seat up may take: a silent server keeps nobody from ending.
const GOODBYE: Duration = Duration::from_secs(5);
/// Takes a lock of the session's own and gives it back.
const TRIED: &[u8] = b"SELECT GET_LOCK(CONCAT('oms.probe.', CONNECTION_ID()), 0), \
    RELEASE_LOCK(CONCAT('oms.probe.', CONNECTION_ID()))";
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
                Err(error) => return Err(data_fault::of_wire(error)),
            }
            if evict(session, &name, until).await? == Gone::Remembered {
                break;
            }
        }
    }
    Ok((Standing::Crowded, None))
}

/// How long whoever sits in a seat is waited for when it is taken.
pub(super) const EVICTION: Duration = Duration::from_secs(10);

/// Ends whoever sits in any of the seats.
pub(super) async fn vacate(
    session: &mut DataSession,
    seats: impl Iterator<Item = Seat>,
    limit: Duration,
) -> Result<(), DataError> {
    let until = Instant::now() + limit;
    let places = session.member.seat_places();
    let names: Vec<String> =
        seats.flat_map(|seat| (0..places).map(move |place| name(&seat, place))).collect();
    // Some forbid to take a lock, and answer all the same that nobody has it.
    session.wire.query(TRIED).await.map_err(unknowable)?;
    for names in names.chunks(AT_ONCE) {
        let held = holders(session, names).await.map_err(unknowable)?;
        for (name, _) in names.iter().zip(held).filter(|(_, holder)| holder.is_some()) {
            evict(session, name, until).await?;
        }
    }
    Ok(())
}

/// Gives a seat up.
pub(super) async fn leave(session: &mut DataSession, name: &str) {
    let sql = format!("SELECT RELEASE_LOCK('{name}')");
    // One that cannot be given up is taken by whoever comes next.
    let _ = timeout(GOODBYE, session.number(&sql)).await;
}

fn name(seat: &Seat, place: u32) -> String {
    match place {
        0 => seat.to_string(),
        place => format!("{seat}.{place}"),
    }
}

/// What servers say that have no named locks: there is no such function (older OceanBase,
/// TiDB), or none as no database is chosen (MySQL, MariaDB) or loaded (1128); it is not supported, or
/// does nothing (OceanBase, TiDB, Vitess, Galera clusters); it may not be run by the user.
const NO_LOCKS: [u16; 5] = [1305, 1046, 1128, 1235, 1370];
/// An error without a number of its own; Percona's clusters forbid the function with it.
const UNNUMBERED: u16 = 1105;

/// Whether the server does not know what a named lock is, or forbids them. Any other error says
/// nothing about that.
fn has_no_locks(error: &WireError) -> bool {
    match error {
        WireError::Server { code: UNNUMBERED, message, .. } => message.contains("GET_LOCK"),
        WireError::Server { code, .. } => NO_LOCKS.contains(code),
        _ => false,
    }
}

fn unknowable(error: WireError) -> DataError {
    match has_no_locks(&error) {
        true => DataError::Unsupported(format!(
            "the server has no named locks, so it cannot be known whether an earlier run's \
             statements are at an end: {error}"
        )),
        false => data_fault::of_wire(error),
    }
}

async fn lock(session: &mut DataSession, name: &str) -> Result<bool, WireError> {
    let table = session.wire.query(format!("SELECT GET_LOCK('{name}', 0)").as_bytes()).await?;
    let answer = table.value()?;
    answer.map(|answer| answer == "1").ok_or_else(|| WireError::protocol("a lock is in no state"))
}

/// Ends the holder of a lock, and waits until it is gone.
async fn evict(session: &mut DataSession, name: &str, until: Instant) -> Result<Gone, DataError> {
    let held = async |session: &mut DataSession| {
        let held = holders(session, &[name.to_owned()]).await.map_err(data_fault::of_wire)?;
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

/// Interrupts the statement of whoever sits in the seat of that name, which it keeps.
pub(super) async fn interrupt(session: &mut DataSession, name: &str) -> Result<(), DataError> {
    let held = holders(session, &[name.to_owned()]).await.map_err(data_fault::of_wire)?;
    match held.first() {
        Some(Some(holder)) => session.run(format!("KILL QUERY {holder}").as_bytes()).await,
        _ => Ok(()),
    }
}

/// Who holds these locks.
async fn holders(
    session: &mut DataSession,
    names: &[String],
) -> Result<Vec<Option<u64>>, WireError> {
    let asked: Vec<String> = names.iter().map(|name| format!("IS_USED_LOCK('{name}')")).collect();
    let sql = format!("SELECT {}", asked.join(", "));
    let table = session.wire.query(sql.as_bytes()).await?;
    let row = table.rows.first().ok_or(WireError::NoRows)?;
    let holder = |at| Ok(row.text(at)?.and_then(|text| text.parse().ok()));
    (0..names.len()).map(holder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TlsMode;
    use crate::mysql::data_session::Use;
    use crate::mysql::dialect::{Member, Mysql};
    use crate::mysql::wire::tests::site_of;
    use crate::mysql::{mariadb::Mariadb, oceanbase::OceanBase};
    use oms_testkit::servers::{ServerKind, of_this_run};

    async fn session(kind: ServerKind) -> DataSession {
        let member: &'static dyn Member = match kind {
            ServerKind::MariaDb => &Mariadb(Mysql),
            ServerKind::OceanBase => &OceanBase(Mysql),
            _ => &Mysql,
        };
        let site = site_of(of_this_run(kind), TlsMode::Disable);
        DataSession::open(&site, member, Use::Writing).await.unwrap()
    }

    fn said(code: u16, message: &str) -> WireError {
        WireError::Server { code, state: "HY000".into(), message: message.into() }
    }

    #[tokio::test]
    async fn a_function_that_a_server_lacks_is_told_from_one_that_fails() {
        for kind in [ServerKind::MySql, ServerKind::MariaDb, ServerKind::OceanBase] {
            let mut session = session(kind).await;
            let missing = session.wire.query(b"SELECT OMS_HAS_NO_SUCH_LOCK('a', 0)").await;
            let missing = missing.unwrap_err();
            assert!(has_no_locks(&missing), "{kind}: {missing}");
            let failing = session.wire.query(b"SELECT GET_LOCK('a', 0) FROM oms.absent").await;
            let failing = failing.unwrap_err();
            assert!(!has_no_locks(&failing), "{kind}: {failing}");
        }
    }

    #[test]
    fn only_what_says_so_means_that_there_are_no_locks() {
        let forbidden = "Percona-XtraDB-Cluster prohibits use of GET_LOCK with pxc_strict_mode";
        assert!(has_no_locks(&said(1235, "not supported")));
        assert!(has_no_locks(&said(1105, forbidden)));
        for (code, message) in [(1105, "out of luck"), (4013, "no memory"), (1317, "interrupted")] {
            assert!(!has_no_locks(&said(code, message)), "{code}");
        }
        assert!(!has_no_locks(&WireError::Dropped));
    }
}

//! Putting a capture in place, finding it again, and removing it. Each step may be done twice: what
//! a crash left half done is done again.

use super::super::data_fault;
use super::super::data_session::DataSession;
use super::super::ddl::{Quoting, literal};
use super::super::sketch;
use super::home::{EVENTS, Home, PREFIX, Stage, Watched};
use super::place::{Numbers, Place};
use crate::changes::{ChangeError, Selection};
use crate::data_error::DataError;
use oms_model::Table;
use oms_model::change::origin;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long transactions are waited for that began before there were triggers.
const LONGEST_TRANSACTION: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Numbers that are asked for at once.
const PAGE: u64 = 50_000;

/// Installs what is wanted and not there.
pub(super) async fn install(
    session: &mut DataSession,
    home: &Home,
    selection: &dyn Selection,
) -> Result<(), ChangeError> {
    let sql = format!("CREATE DATABASE IF NOT EXISTS {}", home.member.quote(&home.database));
    session.run(sql.as_bytes()).await?;
    session.run(home.create_list().as_bytes()).await?;
    let known = known(session, home).await?;
    let (mut new, mut again) = (Vec::new(), Vec::new());
    let mut next = highest(session, home).await?;
    let wanted = wanted(session, home, selection).await?;
    let is_wanted =
        |watched: &Watched| wanted.iter().any(|(table, _)| is_same(table, &watched.table));
    // One that is there again is read afresh, which says that it was gone.
    let over = known.iter().filter(|watched| match watched.stage {
        Stage::Begun => true,
        Stage::Gone => is_wanted(watched),
        Stage::Active | Stage::Afresh | Stage::Past => false,
    });
    for watched in over {
        put_away(session, home, watched).await?;
    }
    for (table, storage) in wanted {
        let of = |stages: &[Stage]| {
            known.iter().any(|it| stages.contains(&it.stage) && is_same(&it.table, &table))
        };
        // One that is not what it was is found by whoever reads.
        if of(&[Stage::Active, Stage::Afresh]) {
            continue;
        }
        next += 1;
        let was_gone = of(&[Stage::Gone]);
        let begun = Watched { number: next, table, storage, stage: Stage::Begun };
        put(session, home, &begun).await?;
        let list = if was_gone { &mut again } else { &mut new };
        list.push(begun);
    }
    activate(session, home, &mut new, Stage::Active).await?;
    activate(session, home, &mut again, Stage::Afresh).await
}

/// Where a capture begins that is in place: behind all that lies in its change tables.
///
/// The triggers of a table come one after the other, so of what happened until the last one was there
/// a row may have been written down that came, and not that it went. None of it is needed: it was
/// committed before now, and whoever reads the tables from now on has it.
pub(super) async fn beginning(
    session: &mut DataSession,
    home: &Home,
) -> Result<Place, ChangeError> {
    let mut place = Place::beginning(&home.name);
    let counting = known(session, home).await?.into_iter();
    let counting = counting.filter(|it| matches!(it.stage, Stage::Active | Stage::Afresh));
    // In one snapshot, so that no transaction and no change is taken in half.
    session.run(b"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    session.run(b"BEGIN").await?;
    for watched in counting {
        let (mut lying, mut last) = (Numbers::default(), 0);
        loop {
            let page = session.numbers(&home.numbers(watched.number, last, PAGE)).await?;
            page.iter().for_each(|number| lying.add(*number));
            match page.last() {
                Some(number) if page.len() as u64 == PAGE => last = *number,
                _ => break,
            }
        }
        if !lying.is_empty() {
            place.taken.insert(watched.number, lying);
        }
    }
    session.run(b"COMMIT").await?;
    Ok(place)
}

pub(super) fn is_same(one: &Table, other: &Table) -> bool {
    (&one.database, &one.name) == (&other.database, &other.name)
}

/// The highest number that was ever given.
pub(super) async fn highest(session: &mut DataSession, home: &Home) -> Result<u32, ChangeError> {
    let highest = session.number(&home.highest()).await?;
    Ok(u32::try_from(highest).unwrap_or(u32::MAX))
}

/// Makes the change table and the triggers of a table. They count once they are active.
pub(super) async fn put(
    session: &mut DataSession,
    home: &Home,
    watched: &Watched,
) -> Result<(), ChangeError> {
    session.run(home.note(watched).as_bytes()).await?;
    session.run(home.create_changes(watched).as_bytes()).await?;
    // A trigger is created in the database that the session is in.
    let enter = format!("USE {}", home.member.quote(&watched.table.database));
    session.run(enter.as_bytes()).await?;
    // What the business writes must not be refused for what its image would not be.
    session.run(b"SET sql_mode = ''").await?;
    for event in EVENTS {
        session.run(home.drop_trigger(watched, event).as_bytes()).await?;
        match session.run(home.create_trigger(watched, event).as_bytes()).await {
            // A kernel that tries again by itself finds what it has made the first time.
            Err(DataError::Server { code, .. }) if code == TRIGGER_EXISTS => {}
            done => done?,
        }
    }
    Ok(())
}

const TRIGGER_EXISTS: &str = "5734";

/// Waits until no transaction is left that may have changed the tables before there were triggers,
/// and lets them count.
pub(super) async fn activate(
    session: &mut DataSession,
    home: &Home,
    new: &mut [Watched],
    stage: Stage,
) -> Result<(), ChangeError> {
    if new.is_empty() {
        return Ok(());
    }
    settle(session).await?;
    for watched in new {
        watched.stage = stage;
        session.run(home.note(watched).as_bytes()).await?;
    }
    Ok(())
}

/// Removes a table's triggers, its change table, and that it was captured. Its number stays taken:
/// positions may still have it.
pub(super) async fn put_away(
    session: &mut DataSession,
    home: &Home,
    watched: &Watched,
) -> Result<(), ChangeError> {
    drop_triggers(session, home, watched).await?;
    session.run(home.drop_changes(watched.number).as_bytes()).await?;
    let past = Watched { stage: Stage::Past, ..watched.clone() };
    session.run(home.note(&past).as_bytes()).await?;
    let highest = highest(session, home).await?;
    session.run(home.forget_below(highest.into()).as_bytes()).await?;
    Ok(())
}

/// Removes a table's triggers. Those of a table that was dropped are gone with it.
pub(super) async fn drop_triggers(
    session: &mut DataSession,
    home: &Home,
    watched: &Watched,
) -> Result<(), ChangeError> {
    for event in EVENTS {
        match session.run(home.drop_trigger(watched, event).as_bytes()).await {
            Ok(()) | Err(DataError::NoSuchDatabase(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Removes a capture and every trace of it.
pub(super) async fn remove(session: &mut DataSession, home: &Home) -> Result<(), ChangeError> {
    if is_there(session, home).await? {
        for watched in known(session, home).await? {
            put_away(session, home, &watched).await?;
        }
    }
    let sql = format!("DROP DATABASE IF EXISTS {}", home.member.quote(&home.database));
    session.run(sql.as_bytes()).await?;
    // One that the list did not know of would keep the business from writing.
    for trigger in strays(session, home).await? {
        session.run(format!("DROP TRIGGER IF EXISTS {trigger}").as_bytes()).await?;
    }
    Ok(())
}

/// The capture's triggers, whatever the list says.
async fn strays(session: &mut DataSession, home: &Home) -> Result<Vec<String>, ChangeError> {
    let sql = "SELECT trigger_schema, trigger_name FROM information_schema.triggers";
    let found = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let stray = |row: &super::super::wire::TextRow| {
        let name = row.text(1).ok().flatten().filter(|name| home.is_trigger(name))?;
        Some(home.member.qualified(row.text(0).ok().flatten()?, name))
    };
    Ok(found.rows.iter().filter_map(stray).collect())
}

/// Whether the capture's list is there.
pub(super) async fn is_there(session: &mut DataSession, home: &Home) -> Result<bool, ChangeError> {
    let sql = format!(
        "SELECT COUNT(*) FROM information_schema.tables \
         WHERE table_schema = '{}' AND table_name = 'captured'",
        home.database
    );
    Ok(session.number(&sql).await? > 0)
}

/// What is captured.
pub(super) async fn known(
    session: &mut DataSession,
    home: &Home,
) -> Result<Vec<Watched>, ChangeError> {
    let sql =
        format!("SELECT number, definition, storage, stage FROM {} ORDER BY number", home.list());
    let found = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let damaged = || ChangeError::Damaged {
        place: home.database.clone(),
        message: "the list of captured tables cannot be read".into(),
    };
    let read = |row: &super::super::wire::TextRow| {
        let number = row.text(0).ok()??.parse().ok()?;
        let table = serde_json::from_slice(row.bytes(1)?).ok()?;
        let storage = row.text(2).ok()??.to_owned();
        let stage = Stage::of(row.text(3).ok()??)?;
        Some(Watched { number, table, storage, stage })
    };
    let all = found.rows.iter().map(|row| read(row).ok_or_else(damaged));
    let all: Vec<Watched> = all.collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|watched| watched.stage != Stage::Past).collect())
}

/// The tables that are wanted, as they are, each with its storage.
pub(super) async fn wanted(
    session: &mut DataSession,
    home: &Home,
    selection: &dyn Selection,
) -> Result<Vec<(Table, String)>, ChangeError> {
    let sql = "SELECT table_schema, table_name FROM information_schema.tables \
               WHERE table_type = 'BASE TABLE'";
    let found = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &found.rows {
        let name = |at| {
            Ok::<_, ChangeError>(
                row.text(at).map_err(data_fault::of_wire)?.unwrap_or_default().to_owned(),
            )
        };
        let (database, table) = (name(0)?, name(1)?);
        let is_ours = database.starts_with(PREFIX) || database == origin::DATABASE;
        if !is_ours && !home.member.is_system(&database) && selection.wants(&database, &table) {
            names.entry(database).or_default().push(table);
        }
    }
    let mut wanted = Vec::new();
    for (database, tables) in names {
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        let storages = storages(session, home, &database).await?;
        for (name, sketch) in sketch::sketches(session, &database, &tables).await? {
            let table = sketch?.table;
            check(home, &table)?;
            wanted.push((table, storages.get(&name).cloned().unwrap_or_default()));
        }
    }
    wanted.sort_by(|(a, _), (b, _)| (&a.database, &a.name).cmp(&(&b.database, &b.name)));
    Ok(wanted)
}

/// Whether triggers could write down all that is in a table.
fn check(home: &Home, table: &Table) -> Result<(), ChangeError> {
    if let Some(column) = table.columns.iter().find(|column| !is_plain(&column.name)) {
        let message = format!(
            "triggers of this database cannot name the column {:?} of {table}, and would refuse what \
             the business writes; leave the table out",
            column.name
        );
        return Err(ChangeError::NotLogged { message });
    }
    let bad = table.columns.iter().find(|column| !home.member.triggers_take(&column.logical));
    bad.map_or(Ok(()), |column| {
        let message = format!(
            "triggers of this database cannot read the column {:?} of {table}, which is of the type \
             {}; leave the table out",
            column.name, column.native
        );
        Err(ChangeError::NotLogged { message })
    })
}

/// Whether a trigger can name a column. OceanBase loses the quotes of `NEW.name` before it reads the
/// statement: with another sign in it, that fails, or reads something else.
fn is_plain(column: &str) -> bool {
    column.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '$'))
}

#[test]
fn columns_that_need_quotes_are_not_plain() {
    for plain in ["id", "1", "1a", "select", "größe", "a$b", "_a", "rowid", "数"] {
        assert!(is_plain(plain), "{plain}");
    }
    for other in ["a`b", "x.y", "a-b", "space col", "back\\slash", "it's", "a:b", "a\"b", "a;b"] {
        assert!(!is_plain(other), "{other}");
    }
}

/// What the database calls the storage of its tables' rows.
async fn storages(
    session: &mut DataSession,
    home: &Home,
    database: &str,
) -> Result<HashMap<String, String>, ChangeError> {
    let database = literal(database.as_bytes(), Quoting::default());
    let Some(sql) = home.member.storages(&database) else { return Ok(HashMap::new()) };
    let found = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let text =
        |row: &super::super::wire::TextRow, at| Some(row.text(at).ok().flatten()?.to_owned());
    Ok(found.rows.iter().filter_map(|row| Some((text(row, 0)?, text(row, 1)?))).collect())
}

/// Waits for the transactions that are open now, and for those that statements begin which are at
/// work now: they may have been planned without a trigger.
async fn settle(session: &mut DataSession) -> Result<(), ChangeError> {
    let until = Instant::now() + LONGEST_TRANSACTION;
    // What was only a statement is a transaction the second time, or over.
    for _ in 0..2 {
        outlast(session, until).await?;
    }
    Ok(())
}

async fn outlast(session: &mut DataSession, until: Instant) -> Result<(), ChangeError> {
    let mut before = open_transactions(session).await?;
    while !before.is_empty() {
        if Instant::now() >= until {
            let sessions: Vec<String> = before.into_values().collect();
            return Err(DataError::Passing {
                code: "TRANSACTION".into(),
                message: format!(
                    "the sessions {} have transactions open from before the triggers were there; \
                     they have to end first",
                    sessions.join(", ")
                ),
            }
            .into());
        }
        sleep(PAUSE).await;
        let now: HashSet<String> = open_transactions(session).await?.into_keys().collect();
        before.retain(|transaction, _| now.contains(transaction));
    }
    Ok(())
}

/// The transactions that are open, each with its session; none where triggers wait for them by
/// themselves.
async fn open_transactions(
    session: &mut DataSession,
) -> Result<HashMap<String, String>, ChangeError> {
    let mut refusal = None;
    for sql in session.member.open_transactions() {
        match session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire) {
            Ok(found) => {
                let text = |row: &super::super::wire::TextRow, at| {
                    row.text(at).ok().flatten().unwrap_or_default().to_owned()
                };
                return Ok(found.rows.iter().map(|row| (text(row, 0), text(row, 1))).collect());
            }
            Err(error) => refusal = Some(error),
        }
    }
    refusal.map_or(Ok(HashMap::new()), |error| Err(error.into()))
}

//! What becomes of the captured tables: new ones that are wanted, ones that are not what they were,
//! and ones that are gone.
//!
//! Triggers see no definitions change, and nothing of a table that is emptied. So a table that is
//! new, that has other columns or whose storage is another one gets new triggers, and is read afresh:
//! the next round says that it was emptied and gives all its rows. That costs as much as reading the
//! table, and is exact whatever happened in between.

use super::super::data_fault;
use super::super::data_session::DataSession;
use super::home::{Home, Stage, Watched};
use super::install;
use crate::changes::{ChangeError, Selection};
use oms_model::Table;
use oms_model::change::Statement;
use std::time::{Duration, Instant};

/// A server that counts in seconds may have more to say than what was seen of the same second.
const UNSURE: Duration = Duration::from_secs(3);

/// When definitions were looked at, and what they were like.
#[derive(Debug, Default)]
pub(super) struct Looked {
    mark: Option<String>,
    changed: Option<Instant>,
}

impl Looked {
    /// Whether something may have changed since the last look.
    pub async fn is_stale(&mut self, session: &mut DataSession) -> Result<bool, ChangeError> {
        let Some(sql) = session.member.definitions_mark() else { return Ok(true) };
        let found = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let mark = found.value().map_err(data_fault::of_wire)?.map(str::to_owned);
        if mark != self.mark {
            (self.mark, self.changed) = (mark, Some(Instant::now()));
        }
        Ok(self.changed.is_some_and(|changed| changed.elapsed() < UNSURE))
    }
}

/// Follows what became of the tables. Gives those that are gone, which is to be told. That is noted:
/// whoever begins again before it was kept has to hear of it as well.
pub(super) async fn follow(
    session: &mut DataSession,
    home: &Home,
    selection: &dyn Selection,
    watched: &mut Vec<Watched>,
) -> Result<Vec<Watched>, ChangeError> {
    let wanted = install::wanted(session, home, selection).await?;
    let listed = install::known(session, home).await?;
    // A number that was given is not given again, not even one that a crash left half done.
    let mut next = install::highest(session, home).await?;
    for half_done in listed.iter().filter(|it| it.stage == Stage::Begun) {
        install::put_away(session, home, half_done).await?;
    }
    let (mut kept, mut gone) = (Vec::new(), Vec::new());
    for known in watched.drain(..) {
        match wanted.iter().find(|(table, _)| install::is_same(table, &known.table)) {
            Some((table, storage)) if *table == known.table && *storage == known.storage => {
                kept.push(known);
            }
            found => gone.push((known, found.is_some())),
        }
    }
    let mut told = Vec::new();
    for (mut known, is_there) in gone {
        // One that nobody wants any more is not gone for that.
        if is_there || !selection.wants(&known.table.database, &known.table.name) {
            install::put_away(session, home, &known).await?;
            continue;
        }
        known.stage = Stage::Gone;
        session.run(home.note(&known).as_bytes()).await?;
        install::drop_triggers(session, home, &known).await?;
        told.push(known);
    }
    let mut new = Vec::new();
    for (table, storage) in wanted {
        if kept.iter().any(|known| install::is_same(&known.table, &table)) {
            continue;
        }
        next += 1;
        let begun = Watched { number: next, table, storage, stage: Stage::Begun };
        install::put(session, home, &begun).await?;
        new.push(begun);
    }
    install::activate(session, home, &mut new, Stage::Afresh).await?;
    *watched = kept;
    watched.extend(new);
    Ok(told)
}

/// That a table is gone.
pub(super) fn dropped(home: &Home, table: &Table) -> Statement {
    Statement {
        database: Some(table.database.clone()),
        text: format!(
            "DROP TABLE IF EXISTS {}",
            home.member.qualified(&table.database, &table.name)
        ),
        touches: vec![(table.database.clone(), table.name.clone())],
        ..Statement::default()
    }
}

/// That a table was emptied, and what it looks like now.
pub(super) fn emptied(home: &Home, table: &Table) -> Statement {
    Statement {
        text: format!("TRUNCATE TABLE {}", home.member.qualified(&table.database, &table.name)),
        tables: vec![table.clone()],
        ..dropped(home, table)
    }
}

//! Storing a task.

use super::{Error as Refusal, Shown, find::shown, secrets::opened};
use crate::{
    Error,
    app::AppState,
    domain::{
        Outline, Task, check, difference,
        secrets::{TaskSecrets, split},
    },
    ops::{now, task::sealed},
    repo::{self, full::NewTable, schema::NewObject},
};
use oms_chassis::{Conn, Vault, db::is_duplicate};
use oms_contracts::{
    Detail,
    sync::{ObjectSpec, TaskId, TaskKind, TaskSpec, TaskState},
};

/// What became of a task that was sent.
#[derive(Debug)]
pub struct Put {
    pub shown: Shown,
    /// It is new, and not one that was there.
    pub made: bool,
}

/// Stores a task. One that is there stays as it is if it is equal; a different one replaces it as
/// long as it was never started.
pub async fn put(state: &AppState, id: TaskId, spec: TaskSpec) -> Result<Put, Error> {
    let faults = check::spec(&spec);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    for end in [&spec.source, &spec.target] {
        oms_connector::entrance(end.kind).map_err(Refusal::from)?;
    }
    let (vault, runner) = (state.vault.clone(), state.runner.clone());
    state
        .db
        .run(move |conn| {
            let sent = Sent::of(&vault, id, spec);
            let made = match conn.write(|conn| sent.store(conn, &vault)) {
                // Somebody stored a task of that id in between: it is there now.
                Err(Error::Repo(repo::Error::Query(error))) if is_duplicate(&error) => {
                    conn.write(|conn| sent.store(conn, &vault))?
                }
                stored => stored?,
            };
            let task = super::require(conn, &sent.task.outline.id)?;
            Ok(Put { shown: shown(conn, &runner, task)?, made })
        })
        .await
}

/// A task as it was sent.
struct Sent {
    task: Task,
    secrets: TaskSecrets,
}

impl Sent {
    fn of(vault: &Vault, id: TaskId, spec: TaskSpec) -> Self {
        let (spec, secrets) = split(spec);
        let sealed = sealed(vault, &id, &secrets);
        let now = now();
        let outline = Outline {
            id,
            kind: spec.kind,
            state: TaskState::Init,
            since: now,
            created_at: now,
            started_at: None,
            objects: spec.objects.len() as u64,
            owner: None,
            lease_until: 0,
            epoch: 0,
            revision: 1,
            error: None,
        };
        let limits = spec.limits.clone();
        Self { task: Task { outline, spec, sealed, limits, live: None }, secrets }
    }

    /// Says whether the task is new.
    fn store(&self, conn: &mut Conn, vault: &Vault) -> Result<bool, Error> {
        let task = &self.task;
        let Some(known) = repo::task::find(conn, &task.outline.id)? else {
            repo::task::insert(conn, task)?;
            self.store_objects(conn)?;
            return Ok(true);
        };
        let differences = self.differences(&known, vault)?;
        if differences.is_empty() {
            return Ok(false);
        }
        if !repo::task::replace(conn, task)? {
            return Err(Refusal::Differs(known.outline.state, differences).into());
        }
        repo::full::clear(conn, &task.outline.id)?;
        repo::schema::clear(conn, &task.outline.id)?;
        self.store_objects(conn)?;
        Ok(false)
    }

    fn differences(&self, known: &Task, vault: &Vault) -> Result<Vec<Detail>, Error> {
        let secrets = opened(vault, &known.outline.id, &known.sealed)?;
        Ok(difference::between((&known.spec, &secrets), (&self.task.spec, &self.secrets)))
    }

    /// All that the task names is listed from the beginning.
    fn store_objects(&self, conn: &mut Conn) -> Result<(), Error> {
        let id = &self.task.outline.id;
        let named = || (0..).zip(&self.task.spec.objects);
        match self.task.spec.kind {
            TaskKind::Full => {
                let table = |(number, object): (u32, &ObjectSpec)| NewTable {
                    number,
                    source: object.source.clone(),
                    target: object.target.clone(),
                };
                let tables: Vec<NewTable> = named().map(table).collect();
                repo::full::insert_tables(conn, id, &tables)?;
            }
            TaskKind::Schema => {
                let object = |(number, object): (u32, &ObjectSpec)| NewObject {
                    number,
                    kind: object.kind,
                    source: object.source.clone(),
                    target: object.target.clone(),
                };
                let objects: Vec<NewObject> = named().map(object).collect();
                repo::schema::insert_objects(conn, id, &objects)?;
            }
            TaskKind::Incr => {}
        }
        Ok(())
    }
}

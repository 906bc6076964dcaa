//! Tasks: made, started, watched to their end, and stopped when somebody asks.

use super::{book::Book, changes, follow, host::Host, show::Show, side::Side, wish::Wish};
use crate::{
    fault::{Code, Fault},
    out::Out,
    signals::Signals,
};
use oms_clients::{ClientError, SyncClient};
use oms_contracts::{
    Detail, ErrorCode, Page, Retry,
    page::MAX_PAGE_SIZE,
    sync::{
        FullSettings, IndexStrategy, Limits, NewTables, ObjectQuery, ObjectState, ObjectView,
        SchemaSettings, SyncObjectKind, TableQuery, TableState, TableView, TaskId, TaskKind,
        TaskSpec, TaskState, TaskView,
    },
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// The first look comes soon, since small migrations end soon; the others seldom, since each sums
/// up all tables.
const FIRST_LOOK: Duration = Duration::from_millis(20);
const EVERY: Duration = Duration::from_millis(500);
/// How long the service may be unable to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many failures are told one by one.
const TOLD: usize = 20;

/// Building an index takes OceanBase about as long as keeping it for so many rows.
const SMALL: u64 = 50_000;

/// Drives the tasks of one migration.
#[derive(Debug)]
pub struct Drive<'a> {
    pub host: &'a Host,
    pub book: &'a Book,
    /// How tables are followed that are made meanwhile.
    pub wish: &'a Wish,
    pub limits: &'a Limits,
    pub out: Out,
    pub signals: &'a mut Signals,
    /// Where the migration keeps what it knows.
    pub root: &'a Path,
}

/// The task of a kind.
pub fn id(kind: TaskKind) -> TaskId {
    let name = format!("migrate.{}", kind.as_ref().to_lowercase());
    TaskId::parse(&name).expect("this is an id")
}

impl Drive<'_> {
    /// Makes the tasks, or finds them as they were made.
    pub async fn make(&self, source: &Side, target: &Side) -> Result<(), Fault> {
        for kind in self.kinds() {
            let spec = self.spec(kind, source, target);
            let made = self.host.tasks.put_task(&id(kind), &spec).await.map_err(changed)?;
            if made.limits != *self.limits {
                self.host.tasks.set_limits(&id(kind), self.limits).await?;
            }
        }
        Ok(())
    }

    pub fn kinds(&self) -> Vec<TaskKind> {
        let asked = &self.book.asked;
        let kinds = [
            (asked.schema, TaskKind::Schema),
            (asked.full, TaskKind::Full),
            (asked.incr.is_some(), TaskKind::Incr),
        ];
        kinds.into_iter().filter(|(wanted, _)| *wanted).map(|(_, kind)| kind).collect()
    }

    fn new_tables(&self) -> NewTables {
        NewTables {
            rules: self.wish.rules.clone(),
            naming: self.wish.naming.clone(),
            except: self.book.left_out.clone(),
        }
    }

    fn spec(&self, kind: TaskKind, source: &Side, target: &Side) -> TaskSpec {
        let asked = &self.book.asked;
        let takes =
            |object: &SyncObjectKind| kind == TaskKind::Schema || *object == SyncObjectKind::Table;
        let objects = self.book.objects.iter().filter(|object| takes(&object.kind));
        TaskSpec {
            kind,
            source: source.endpoint(),
            target: target.endpoint(),
            objects: objects.cloned().collect(),
            schema: (kind == TaskKind::Schema).then(|| SchemaSettings {
                index_strategy: asked.index,
                index_at_once_below: SMALL,
                ..SchemaSettings::default()
            }),
            full: (kind == TaskKind::Full).then_some(FullSettings {
                allow_dest_table_not_empty: asked.allow_nonempty,
                changes_follow: asked.incr.is_some(),
                none_pk_uk_truncate_dst_table: false,
            }),
            incr: asked
                .incr
                .filter(|_| kind == TaskKind::Incr)
                .map(|incr| follow::settings(incr, asked.full, self.new_tables())),
            limits: self.book.first_limits.clone(),
        }
    }

    /// Creates what is to be created, and loads what is to be loaded.
    pub async fn run(&mut self, show: &mut Show<'_>) -> Result<Option<TaskView>, Fault> {
        let asked = &self.book.asked;
        let later = asked.schema && asked.index == IndexStrategy::AfterLoad;
        if asked.schema {
            let schema = self.host.tasks.task(&id(TaskKind::Schema)).await?;
            let is_new = schema.summary.state != TaskState::Finished;
            if is_new {
                self.finish(TaskKind::Schema, show).await?;
            }
            let place = (self.root, self.out);
            changes::tell(&self.host.tasks, &id(TaskKind::Schema), place, is_new).await?;
        }
        let loaded = match asked.full {
            true => Some(self.finish(TaskKind::Full, show).await?),
            false => None,
        };
        if later && asked.full {
            let task = id(TaskKind::Schema);
            patiently(|| self.host.tasks.build_indexes(&task)).await?;
            self.watch(TaskKind::Schema, show).await?;
        }
        Ok(loaded)
    }

    async fn finish(&mut self, kind: TaskKind, show: &mut Show<'_>) -> Result<TaskView, Fault> {
        let task = id(kind);
        patiently(|| self.host.tasks.start(&task)).await?;
        self.watch(kind, show).await
    }

    /// Waits until a task that was started has ended.
    async fn watch(&mut self, kind: TaskKind, show: &mut Show<'_>) -> Result<TaskView, Fault> {
        let id = id(kind);
        let mut pause = FIRST_LOOK;
        loop {
            let task = patiently(|| self.host.tasks.task(&id)).await?;
            match task.summary.state {
                TaskState::Finished => {
                    show.end(&task)?;
                    return Ok(task);
                }
                TaskState::Failed | TaskState::Suspend | TaskState::Init => {
                    show.end(&task)?;
                    return Err(self.failed(&task).await);
                }
                TaskState::Running | TaskState::Stopping => show.task(&task)?,
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(EVERY),
                () = self.signals.any() => {
                    show.pause();
                    self.out.remark("Stopping; what was loaded is recorded. Once more ends at once.");
                    let tasks = &self.host.tasks;
                    self.signals.outlast(stop(tasks, &id)).await?;
                    return Err(Fault::interrupted().advise("the same command goes on where it stopped".into()));
                }
            }
        }
    }

    /// Why a task ended as it should not.
    pub async fn failed(&self, task: &TaskView) -> Fault {
        let Some(error) = &task.summary.error else {
            let message = format!("the task is {}", task.summary.state);
            return Fault::new(Code::ServiceEnded, message);
        };
        let details = match task.summary.kind {
            TaskKind::Full => self.failed_tables(&task.summary.id).await,
            TaskKind::Schema => self.failed_objects(&task.summary.id).await,
            TaskKind::Incr => Ok(Vec::new()),
        };
        let fault = Fault::of(error.code, error.message.clone()).advise(error.advice.clone());
        let details = match error.code {
            ErrorCode::IndexesFailed => {
                changes::failed_indexes(&self.host.tasks, &task.summary.id).await
            }
            _ => details,
        };
        // That the particulars cannot be read must not hide why it failed.
        fault.listing(details.unwrap_or_default())
    }

    async fn failed_tables(&self, id: &TaskId) -> Result<Vec<Detail>, ClientError> {
        let state = Some(TableState::Failed);
        let query = TableQuery { state, page_size: Some(MAX_PAGE_SIZE), ..TableQuery::default() };
        let page = self.host.tasks.tables(id, &query).await?;
        Ok(told(page, |table: TableView| {
            let failure = table.failure?;
            let message = format!("{}: {}; {}", failure.code, failure.message, failure.advice);
            Some(Detail::new(table.source.to_string(), message))
        }))
    }

    async fn failed_objects(&self, id: &TaskId) -> Result<Vec<Detail>, ClientError> {
        let mut details = Vec::new();
        for state in [ObjectState::Failed, ObjectState::DdlFailed, ObjectState::NotSupported] {
            let query = ObjectQuery {
                state: Some(state),
                page_size: Some(MAX_PAGE_SIZE),
                ..Default::default()
            };
            let page = self.host.tasks.objects(id, &query).await?;
            details.extend(told(page, |object: ObjectView| {
                let why = object.error.map_or_else(
                    || state.to_string(),
                    |error| format!("{}: {}; {}", error.code.as_str(), error.message, error.advice),
                );
                Some(Detail::new(object.source.to_string(), why))
            }));
        }
        Ok(details)
    }

    /// All tables of the load.
    pub async fn tables(&self) -> Result<Vec<TableView>, Fault> {
        let (mut tables, mut number) = (Vec::new(), 1);
        loop {
            let query = TableQuery {
                page_number: Some(number),
                page_size: Some(MAX_PAGE_SIZE),
                ..TableQuery::default()
            };
            let page = self.host.tasks.tables(&id(TaskKind::Full), &query).await?;
            if page.items.is_empty() {
                return Ok(tables);
            }
            tables.extend(page.items);
            number += 1;
        }
    }
}

/// The first of them, and how many more there are.
fn told<T>(page: Page<T>, tell: impl Fn(T) -> Option<Detail>) -> Vec<Detail> {
    let all = page.total_count;
    let mut details: Vec<Detail> = page.items.into_iter().filter_map(tell).take(TOLD).collect();
    let more = all.saturating_sub(details.len() as u64);
    if more > 0 {
        details.push(Detail::new("", format!("and {more} more")));
    }
    details
}

/// Stops a task, and waits until nothing of it is at work.
pub async fn stop(tasks: &SyncClient, id: &TaskId) -> Result<(), Fault> {
    patiently(|| tasks.stop(id)).await?;
    loop {
        let task = patiently(|| tasks.task(id)).await?;
        if !matches!(task.summary.state, TaskState::Running | TaskState::Stopping) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Repeats a call that may be answered in a moment. Every command is one that may be repeated.
pub async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<T, ClientError>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        match call().await {
            Err(ClientError::Refused { problem, .. })
                if problem.code.retry() == Retry::Soon && Instant::now() < until => {}
            answered => return Ok(answered?),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The command line is the one it was begun with, so what differs is what is not kept: passwords, the
/// files that are named, and how connections are protected.
fn changed(error: ClientError) -> Fault {
    match error {
        ClientError::Refused { problem, .. } if problem.code == ErrorCode::TaskDiffers => {
            let message = "this is not what the migration was begun with";
            let details = problem.details.into_iter();
            let details = details
                .map(|one| Detail::new(flag_of(&one.field).unwrap_or(one.field), one.message));
            Fault::new(Code::SettingsChanged, message).listing(details)
        }
        other => other.into(),
    }
}

/// The flag or variable that a part of a task comes from.
fn flag_of(place: &str) -> Option<String> {
    let (role, rest) = place.split_once('.')?;
    let flag = match rest {
        "password" => format!("the password in --{role} or OMS_{}_PASSWORD", role.to_uppercase()),
        "tls.mode" => format!("tls= in --{role}"),
        "tls.caPem" => format!("--{role}-ca"),
        "tls.clientCertificatePem" => format!("--{role}-cert"),
        "tls.clientKeyPem" => format!("--{role}-key"),
        "kind" | "host" | "port" | "user" | "database" => format!("the {rest} in --{role}"),
        _ => return None,
    };
    ["source", "target"].contains(&role).then_some(flag)
}

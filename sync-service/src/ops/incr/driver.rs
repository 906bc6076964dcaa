//! Runs an INCR task: from its specification to connectors and a store, and from its limits to a sync
//! that follows them while they change.

use super::drift::DriftBook;
use super::gauge::Gauge;
use super::overlap::Overlap;
use super::references;
use super::statements::StatementBook;
use super::store::{StoreEnd, StoreFeed};
use super::tables::Tables;
use super::watch::Watch;
use super::{Cascades, Defining, Knobs, Meter, Mode, Outcome as Ran, Policy, Sync};
use crate::domain::incr::{Treatments, memory, sessions};
use crate::domain::{Fence, Live};
use crate::ops::{connect, names::keep_apart, schema::choices, seating::seating};
use crate::repo::incr::{self as rows, Begun};
use crate::runner::{Failure, Outcome, TaskContext, TaskDriver};
use async_trait::async_trait;
use oms_chassis::{Coded, Conn, Db};
use oms_clients::StoreClient;
use oms_connector::{Connector, product::Server};
use oms_contracts::{
    ErrorCode,
    sync::{ApplyMode, DdlSettings, DriftPolicy, Endpoint, Limits, TaskSpec},
};
use oms_model::change::Seq;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Drives incremental syncs.
#[derive(Debug)]
pub struct IncrDriver {
    pub stores: StoreClient,
}

/// How long a database may be away before the task fails.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often is shown how it goes.
const EVERY: Duration = Duration::from_secs(1);

#[async_trait]
impl TaskDriver for IncrDriver {
    async fn run(&self, task: TaskContext) -> Outcome {
        match self.drive(task).await {
            Ok(Ran::Stopped) => Outcome::Stopped,
            Ok(Ran::Failed(failure)) | Err(failure) => Outcome::Failed(failure),
        }
    }
}

impl IncrDriver {
    async fn drive(&self, mut task: TaskContext) -> Result<Ran, Failure> {
        let spec = Arc::clone(&task.spec);
        let settings = spec.incr.clone().ok_or_else(without_settings)?;
        let target = connector(&spec.target)?;
        keep_apart(target.as_ref(), &spec.objects).await?;
        let Some(Source { skew_ms, cascades, server }) = look(&spec, &task).await? else {
            return Ok(Ran::Stopped);
        };
        let begun = begin(&task.db, &task.fence).await?;
        let overlap = Overlap { stores: &self.stores, task: &task, settings: &settings, skew_ms };
        let Some(handover) = overlap.handover(&begun).await? else { return Ok(Ran::Stopped) };
        let end = Arc::new(StoreEnd::default());
        let (meter, limits) = (Arc::new(Meter::default()), task.limits.borrow_and_update().clone());
        let knobs = Arc::new(Knobs::new(sessions(&limits), memory(&limits)));
        knobs.limit(limits.throttle_rps, limits.throttle_iops);
        let tables = Tables::new(&spec, &settings, &handover, cascades);
        let tables = tables.map_err(|complaints| Failure {
            code: ErrorCode::Invalid,
            message: format!("the rules for new tables cannot be understood: {complaints}"),
        })?;
        if cascades == Cascades::Silent {
            let source = connector(&spec.source)?;
            references::are_at(target.as_ref(), source.as_ref(), &tables).await?;
        }
        let book = StatementBook { db: task.db.clone(), fence: task.fence.clone() };
        let defining = server.map(|source| Defining {
            source,
            treatments: treatments(&settings.ddl),
            choices: choices(&spec),
            decisions: Arc::new(book.clone()),
            notices: Arc::new(book),
        });
        let sync = Sync {
            target,
            feeder: Arc::new(StoreFeed {
                client: self.stores.clone(),
                store: settings.store.clone(),
                consumer: task.fence.task.clone(),
                end: Arc::clone(&end),
            }),
            mapping: Arc::new(tables),
            records: Arc::new(DriftBook { db: task.db.clone(), fence: task.fence.clone() }),
            seating: seating(&spec, &begun.name),
            task: begun.name,
            token: task.fence.epoch,
            start: settings.after,
            overlap_end: handover.end,
            defined_upto: Seq::START,
            defining,
            mode: mode(settings.mode),
            policy: policy(settings.on_drift),
            knobs: Arc::clone(&knobs),
            meter: Arc::clone(&meter),
            patience: PATIENCE,
            stop: task.stop.clone(),
        };
        let gauge = Gauge::new(Arc::clone(&meter), end, skew_ms, settings.caught_up_ms);
        let watch = Watch::begin(self.stores.clone(), &task, &settings.store, meter);
        let ran = follow(sync, &mut task, &knobs, gauge, &watch).await;
        watch.end().await;
        Ok(ran)
    }
}

/// What the source says of itself.
struct Source {
    /// Its clock minus ours.
    skew_ms: i64,
    cascades: Cascades,
    /// Unknown where it is away: statements on definitions end the task then.
    server: Option<Server>,
}

/// Looks at the source. Nothing when the task is to stop.
async fn look(spec: &TaskSpec, task: &TaskContext) -> Result<Option<Source>, Failure> {
    let source = connector(&spec.source)?;
    tokio::select! {
        probed = source.probe().probe() => Ok(Some(match probed {
            Ok(report) => Source {
                skew_ms: report.clock_skew_ms,
                cascades: match report.logs_cascades {
                    true => Cascades::Logged,
                    false => Cascades::Silent,
                },
                server: Some(report.server),
            },
            // A source that is away holds nobody up who has changes of it to apply.
            Err(error) => {
                tracing::warn!(%error, "the source cannot be asked: its clock is taken for ours");
                Source { skew_ms: 0, cascades: Cascades::Unknown, server: None }
            }
        })),
        () = task.stop.cancelled() => Ok(None),
    }
}

/// Runs until it ends, says how it goes, and lets it have what the limits say.
async fn follow(
    sync: Sync,
    task: &mut TaskContext,
    knobs: &Knobs,
    mut gauge: Gauge,
    watch: &Watch,
) -> Ran {
    let running = sync.run();
    tokio::pin!(running);
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            ran = &mut running => {
                task.live.send_replace(live(&mut gauge, watch));
                return ran;
            }
            _ = tick.tick() => { task.live.send_replace(live(&mut gauge, watch)); }
            // Without anybody left to change them the limits stay.
            Ok(()) = task.limits.changed() => limit(knobs, &task.limits.borrow_and_update()),
        }
    }
}

fn live(gauge: &mut Gauge, watch: &Watch) -> Live {
    let seen = watch.seen();
    let mut progress = gauge.look();
    progress.store_error = seen.store_error;
    progress.drifted = seen.drifted;
    Live {
        rows_per_second: progress.written_per_second,
        bytes_per_second: progress.bytes_per_second,
        incr: Some(progress),
        ..Live::default()
    }
}

fn limit(knobs: &Knobs, limits: &Limits) {
    knobs.want(sessions(limits));
    knobs.hold(memory(limits));
    knobs.limit(limits.throttle_rps, limits.throttle_iops);
}

fn connector(end: &Endpoint) -> Result<Arc<dyn Connector>, Failure> {
    connect::connector(end)
        .map_err(|error| Failure { code: ErrorCode::KindNotSupported, message: error.to_string() })
}

/// Begins the task, if it was never run, under a name that no other task has at any target.
async fn begin(db: &Db, fence: &Fence) -> Result<Begun, Failure> {
    let (fence, name) = (fence.clone(), Uuid::now_v7().simple().to_string());
    let work = move |conn: &mut Conn| rows::begin(conn, &fence, &name).map_err(crate::Error::from);
    db.run(work).await.map_err(|error| unkept(&error))
}

/// Removes what the target keeps of a task that nobody runs.
pub async fn forget(spec: &TaskSpec, name: &str) -> Result<(), String> {
    let target = connect::connector(&spec.target).map_err(|error| error.to_string())?;
    let Some(applier) = target.applier() else { return Ok(()) };
    let seat = seating(spec, name).seat(0);
    let mut session = applier.applying(&seat).await.map_err(|error| error.to_string())?;
    session.forget(name).await.map_err(|error| error.to_string())?;
    session.leave().await;
    Ok(())
}

pub(super) fn unkept(error: &crate::Error) -> Failure {
    Failure { code: error.code(), message: error.to_string() }
}

fn without_settings() -> Failure {
    Failure { code: ErrorCode::Internal, message: "the task does not say what it applies".into() }
}

fn mode(mode: ApplyMode) -> Mode {
    match mode {
        ApplyMode::Eventual => Mode::Eventual,
        ApplyMode::Transactional => Mode::Transactional,
    }
}

fn policy(policy: DriftPolicy) -> Policy {
    match policy {
        DriftPolicy::Stop => Policy::Stop,
        DriftPolicy::Repair => Policy::Repair,
        DriftPolicy::Record => Policy::Record,
    }
}

fn treatments(ddl: &DdlSettings) -> Treatments {
    let all = Treatments::all(ddl.default);
    ddl.kinds.iter().fold(all, |all, (action, treatment)| all.with(*action, *treatment))
}

//! What all that work on a task share.

use super::{
    book::Book,
    fault::Halt,
    line::{End, Line, ask},
    plan,
    seats::Seats,
};
use crate::{
    ops::{connect, seating::seating},
    runner::{Failure, TaskContext},
};
use oms_connector::{
    Connector, DataError,
    schema::{Converter, DefinitionKind, FoundTrigger, SchemaError},
};
use oms_contracts::{
    ErrorCode,
    sync::{Endpoint, SchemaSettings},
};
use oms_model::ObjectName;
use std::{
    collections::{HashMap, HashSet},
    future::ready,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How long sessions of an earlier run may take to end, in one attempt.
const VACATING: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Shared {
    pub settings: SchemaSettings,
    pub converter: Box<dyn Converter>,
    pub book: Book,
    pub stop: CancellationToken,
    seats: Arc<Seats>,
    pub source: Arc<dyn Connector>,
    pub target: Arc<dyn Connector>,
    /// What the target has, by the names there.
    there: Mutex<HashMap<ObjectName, DefinitionKind>>,
    /// Triggers of the source, by table; what is not known is not in it.
    pub triggers: Mutex<HashMap<ObjectName, Vec<FoundTrigger>>>,
    /// Tables whose triggers the source does not show, if it has any.
    pub hidden_triggers: Mutex<HashSet<ObjectName>>,
    /// How many rows the source thinks its tables have; not known of all.
    pub sizes: Mutex<HashMap<ObjectName, u64>>,
    /// Why databases could not be created.
    pub barred: Mutex<HashMap<String, String>>,
}

impl Shared {
    /// Looks at both databases.
    pub async fn open(task: &TaskContext) -> Result<Self, Halt> {
        let source = connector(&task.spec.source)?;
        let target = connector(&task.spec.target)?;
        let book = Book { db: task.db.clone(), fence: task.fence.clone() };
        let seating = seating(&task.spec, task.fence.task.as_str());
        let seats = Seats::new(seating, book.clone());
        let mut line = Line::to_source(&source, &task.stop);
        let server = ask!(line, session => ready(Ok(session.server().clone())));
        let server = server.map_err(|refused| broken(refused.code(), refused.message))?;
        let mut line = Line::to_target(&target, &task.stop, seats.post());
        let converter = loop {
            let made = match line.schema() {
                Ok(schema) => schema.converter(&server, plan::choices(&task.spec)).await,
                Err(error) => Err(error),
            };
            if let Some(made) = line.judge(made).await? {
                break made.map_err(|refused| broken(refused.code(), refused.message))?;
            }
        };
        Ok(Self {
            settings: plan::settings(&task.spec),
            converter,
            book,
            seats,
            stop: task.stop.clone(),
            source,
            target,
            there: Mutex::default(),
            triggers: Mutex::default(),
            hidden_triggers: Mutex::default(),
            sizes: Mutex::default(),
            barred: Mutex::default(),
        })
    }

    pub fn line(&self, end: End) -> Line {
        match end {
            End::Source => Line::to_source(&self.source, &self.stop),
            End::Target => Line::to_target(&self.target, &self.stop, self.seats.post()),
        }
    }

    /// Ends what earlier runs left at the target: a statement of theirs may still be at work there,
    /// for hours where it builds an index.
    pub async fn vacate(&self) -> Result<(), Halt> {
        let mut line = self.line(End::Target);
        loop {
            let vacated = match line.schema() {
                Ok(schema) => schema.vacate(&self.seats.seating, VACATING).await,
                Err(error) => Err(error),
            };
            match &vacated {
                // Each statement is looked after by the name of what it makes all the same.
                Err(SchemaError::Data(error @ DataError::Unsupported(_))) => {
                    tracing::warn!(%error, "statements of an earlier run may go on");
                    return Ok(());
                }
                Err(SchemaError::Data(error @ DataError::Forbidden { .. })) => {
                    return Err(Halt::of_data(End::Target.word(), error));
                }
                _ => {}
            }
            if let Some(vacated) = line.judge(vacated).await? {
                return vacated.map_err(|refused| broken(refused.code(), refused.message));
            }
        }
    }

    /// Whether a table gets its indexes at once where those of others wait.
    pub fn is_small(&self, table: &ObjectName) -> bool {
        let sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        sizes.get(table).is_some_and(|rows| *rows < self.settings.index_at_once_below)
    }

    /// What the target has under a name.
    pub fn found(&self, name: &ObjectName) -> Option<DefinitionKind> {
        let name = self.converter.name(name);
        self.there.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied()
    }

    /// The target has something under a name.
    pub fn note_found(&self, name: ObjectName, kind: DefinitionKind) {
        self.there.lock().unwrap_or_else(PoisonError::into_inner).insert(name, kind);
    }

    /// What the target was to have under a name it has not got.
    pub fn forget_found(&self, name: &ObjectName) {
        let name = self.converter.name(name);
        self.there.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
    }

    /// All that is known of the target is to be looked at anew.
    pub fn forget_all(&self) {
        self.there.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn check_stop(&self) -> Result<(), Halt> {
        if self.stop.is_cancelled() { Err(Halt::Stopped) } else { Ok(()) }
    }
}

fn broken(code: ErrorCode, message: String) -> Halt {
    Halt::Broken(Failure { code, message })
}

fn connector(end: &Endpoint) -> Result<Arc<dyn Connector>, Halt> {
    connect::connector(end).map_err(|error| broken(ErrorCode::KindNotSupported, error.to_string()))
}

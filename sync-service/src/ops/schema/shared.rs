//! What all that work on a task share.

use super::{
    book::Book,
    fault::Halt,
    line::{End, Line, ask},
    plan,
};
use crate::{
    ops::connect,
    runner::{Failure, TaskContext},
};
use oms_connector::{
    Connector,
    schema::{Converter, DefinitionKind, FoundTrigger},
};
use oms_contracts::{
    ErrorCode,
    sync::{Endpoint, SchemaSettings},
};
use oms_model::ObjectName;
use std::{
    collections::HashMap,
    future::ready,
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::sync::CancellationToken;

#[derive(Debug)]
pub struct Shared {
    pub settings: SchemaSettings,
    pub converter: Box<dyn Converter>,
    pub book: Book,
    pub stop: CancellationToken,
    source: Arc<dyn Connector>,
    pub target: Arc<dyn Connector>,
    /// What the target has, by the names there.
    there: Mutex<HashMap<ObjectName, DefinitionKind>>,
    /// Triggers of the source, by table; what is not known is not in it.
    pub triggers: Mutex<HashMap<ObjectName, Vec<FoundTrigger>>>,
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
        let mut line = Line::new(&source, End::Source, &task.stop);
        let server = ask!(line, session => ready(Ok(session.server().clone())));
        let server = server.map_err(|refused| broken(refused.code(), refused.message))?;
        let mut line = Line::new(&target, End::Target, &task.stop);
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
            book: Book { db: task.db.clone(), fence: task.fence.clone() },
            stop: task.stop.clone(),
            source,
            target,
            there: Mutex::default(),
            triggers: Mutex::default(),
            sizes: Mutex::default(),
            barred: Mutex::default(),
        })
    }

    pub fn line(&self, end: End) -> Line {
        let connector = match end {
            End::Source => &self.source,
            End::Target => &self.target,
        };
        Line::new(connector, end, &self.stop)
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

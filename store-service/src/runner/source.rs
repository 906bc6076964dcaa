//! Where changes come from.

use crate::ops::connector;
use async_trait::async_trait;
use oms_connector::{
    ChangeError, ChangeReader, ChangeStream, Connector,
    changes::{Capture, Follow, Headway, Heartbeat, Horizon, Selection},
};
use oms_contracts::store::{CaptureMethod, StoreSpec};
use oms_model::{
    DatabaseKind, Position, SourceObject,
    change::origin,
    selection::{self, TargetNaming},
};
use std::{fmt, ops::Deref, sync::Arc, time::SystemTime};

/// A database that cannot be captured in this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("changes of {kind} cannot be captured by {method} yet")]
pub struct NotOffered {
    pub kind: DatabaseKind,
    pub method: CaptureMethod,
}

/// Opens what is to be followed. Nobody is asked yet.
pub trait Sources: Send + Sync + 'static {
    /// Whether any database offers a method.
    fn offers(&self, method: CaptureMethod) -> bool;

    fn open(&self, spec: &StoreSpec) -> Result<Arc<dyn ChangeReader>, NotOffered>;
}

impl fmt::Debug for dyn Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sources")
    }
}

/// The databases that there are connectors for.
#[derive(Debug, Clone, Copy)]
pub struct Databases;

impl Sources for Databases {
    fn offers(&self, method: CaptureMethod) -> bool {
        let follows = |kind: DatabaseKind| {
            let nowhere = connector::nowhere(kind);
            connector::connector(&nowhere).is_ok_and(|it| reader(&*it, method).is_some())
        };
        oms_connector::supported_kinds().into_iter().any(follows)
    }

    fn open(&self, spec: &StoreSpec) -> Result<Arc<dyn ChangeReader>, NotOffered> {
        let not_offered = || NotOffered { kind: spec.source.kind, method: spec.method };
        let opened = connector::connector(&spec.source).ok();
        let offering = opened.filter(|it| reader(&**it, spec.method).is_some());
        let connector = offering.ok_or_else(not_offered)?;
        Ok(Arc::new(Database { connector, method: spec.method }))
    }
}

/// What follows the changes of a database.
enum Reader<'a> {
    Log(&'a dyn ChangeReader),
    Triggers(Box<dyn ChangeReader + 'a>),
}

impl<'a> Deref for Reader<'a> {
    type Target = dyn ChangeReader + 'a;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Log(reader) => *reader,
            Self::Triggers(reader) => &**reader,
        }
    }
}

fn reader(connector: &dyn Connector, method: CaptureMethod) -> Option<Reader<'_>> {
    match method {
        CaptureMethod::Binlog => connector.changes().map(Reader::Log),
        CaptureMethod::Trigger => connector.changes_by_triggers().map(Reader::Triggers),
        CaptureMethod::LogicalDecoding => None,
    }
}

/// A connector that can follow changes by this method.
struct Database {
    connector: Arc<dyn Connector>,
    method: CaptureMethod,
}

impl Database {
    fn changes(&self) -> Reader<'_> {
        reader(&*self.connector, self.method).expect("it was asked when it was opened")
    }
}

#[async_trait]
impl ChangeReader for Database {
    async fn end(&self) -> Result<Position, ChangeError> {
        self.changes().end().await
    }

    async fn at(&self, moment: SystemTime, headway: &Headway) -> Result<Position, ChangeError> {
        self.changes().at(moment, headway).await
    }

    async fn horizon(&self, place: &Position) -> Result<Horizon, ChangeError> {
        self.changes().horizon(place).await
    }

    async fn install(&self, capture: &Capture) -> Result<Position, ChangeError> {
        self.changes().install(capture).await
    }

    async fn remove(&self, name: &str) -> Result<(), ChangeError> {
        self.changes().remove(name).await
    }

    async fn beat(&self, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        self.changes().beat(heartbeat).await
    }

    async fn stop_beating(&self, heartbeat: &Heartbeat) -> Result<(), ChangeError> {
        self.changes().stop_beating(heartbeat).await
    }

    fn includes(&self, place: &Position, other: &Position) -> Result<bool, ChangeError> {
        self.changes().includes(place, other)
    }

    fn covers(&self, place: &Position, transaction: &str) -> Result<bool, ChangeError> {
        self.changes().covers(place, transaction)
    }

    async fn follow(&self, follow: Follow) -> Result<Box<dyn ChangeStream>, ChangeError> {
        self.changes().follow(follow).await
    }
}

/// The tables of a store.
pub(super) struct Chosen(selection::Selection);

impl Chosen {
    /// The tables that a store names. One that was kept names some.
    pub fn of(spec: &StoreSpec) -> Option<Self> {
        selection::Selection::compile(&spec.objects, TargetNaming::Objects).ok().map(Self)
    }
}

impl Selection for Chosen {
    fn wants(&self, database: &str, table: &str) -> bool {
        // What a heartbeat writes is no change of anybody, even where all tables are wanted.
        !table.starts_with(origin::HEARTBEAT) && self.0.takes(&SourceObject::table(database, table))
    }
}

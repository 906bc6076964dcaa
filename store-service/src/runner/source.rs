//! Where changes come from.

use crate::ops::connector;
use async_trait::async_trait;
use oms_connector::{
    ChangeError, ChangeReader, ChangeStream, Connector,
    changes::{Follow, Horizon, Selection},
};
use oms_contracts::store::{CaptureMethod, StoreSpec};
use oms_model::{
    DatabaseKind, Position, SourceObject,
    selection::{self, TargetNaming},
};
use std::{fmt, sync::Arc, time::SystemTime};

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
            connector::connector(&nowhere).is_ok_and(|it| it.changes().is_some())
        };
        let is_log = method == CaptureMethod::Binlog;
        is_log && oms_connector::supported_kinds().into_iter().any(follows)
    }

    fn open(&self, spec: &StoreSpec) -> Result<Arc<dyn ChangeReader>, NotOffered> {
        let not_offered = || NotOffered { kind: spec.source.kind, method: spec.method };
        let is_log = spec.method == CaptureMethod::Binlog;
        let opened = connector::connector(&spec.source).ok();
        let offering = opened.filter(|it| is_log && it.changes().is_some());
        Ok(Arc::new(Database(offering.ok_or_else(not_offered)?)))
    }
}

/// A connector that can follow changes.
struct Database(Arc<dyn Connector>);

impl Database {
    fn changes(&self) -> &dyn ChangeReader {
        self.0.changes().expect("it was asked when it was opened")
    }
}

#[async_trait]
impl ChangeReader for Database {
    async fn end(&self) -> Result<Position, ChangeError> {
        self.changes().end().await
    }

    async fn at(&self, moment: SystemTime) -> Result<Position, ChangeError> {
        self.changes().at(moment).await
    }

    async fn horizon(&self, place: &Position) -> Result<Horizon, ChangeError> {
        self.changes().horizon(place).await
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
        self.0.takes(&SourceObject::table(database, table))
    }
}

//! Databases: what each kind can do, behind one set of traits.
//!
//! A database is a set of capabilities ([`Connector`]); one it lacks is absent, never faked. There
//! is one folder per family of databases, with the same file names in each, so that a missing
//! capability shows in a listing. Members of a family wrap it and override what differs.
//! `registry.rs` alone knows which kind is served by what; services, HTTP and the meaning of a
//! project belong to others.

pub mod address;
mod allowance;
mod answerer;
pub mod apply;
pub mod catalog;
pub mod changes;
pub mod data_error;
mod deadline;
pub mod dialect;
pub mod error;
pub mod evolve;
mod mysql;
mod net;
mod postgres;
pub mod privilege;
pub mod probe;
pub mod product;
mod registry;
pub mod schema;
pub mod seat;
pub mod snapshot;
pub mod tls;
mod waits;
pub mod writer;

pub use address::{Address, ClientCertificate, Tls, TlsMode, UrlError};
pub use apply::{
    Applied, ApplySession, Cascade, ChangeWriter, ClaimError, Follower, Images, Mark, OtherKey,
    Progress, Reaction, Savepoint,
};
pub use catalog::{Catalog, DatabaseQuery, DatabaseScope, Listing, ObjectQuery, Page};
pub use changes::{ChangeError, ChangeReader, ChangeStream};
pub use data_error::DataError;
pub use dialect::Dialect;
pub use error::{CatalogError, ConnectError, Phase};
pub use evolve::{EvolveSession, Evolver, Translator};
pub use mysql::ddl as mysql_ddl;
pub use privilege::{MissingPrivilege, Purpose};
pub use probe::{Probe, ProbeReport};
pub use registry::{
    DEFAULT_LIMIT, Entrance, NotSupportedYet, Role, entrance, kinds_for, may_be_active_active,
    open, open_waiting, open_within, supported_kinds,
};
pub use schema::{Schema, SchemaError, SchemaSession};
pub use seat::{Seat, Seating, Standing};
pub use snapshot::{
    Estimate, Field, Part, Partitions, ReadEnd, ReadSession, RowSink, Scan, Sketch, SnapshotReader,
};
pub use tls::TlsFailure;
pub use waits::Waits;
pub use writer::{Batch, Destination, RowWriter, TargetColumn, WriteError, WriteSession};

/// One database, seen through what it can do. Opening one does no I/O: each call connects, does its
/// work and leaves within the limit it was opened with.
///
/// Capabilities that not every database has are `Option`s here: reading a snapshot, following
/// changes, writing rows, applying changes.
pub trait Connector: std::fmt::Debug + Send + Sync {
    /// The database's language.
    fn dialect(&self) -> &dyn Dialect;
    /// Whether and how it can be reached.
    fn probe(&self) -> &dyn Probe;
    /// What is in it.
    fn catalog(&self) -> &dyn Catalog;
    /// Its rows, as they are.
    fn snapshot(&self) -> Option<&dyn SnapshotReader> {
        None
    }
    /// Its definitions, and creating what others define.
    fn schema(&self) -> Option<&dyn Schema> {
        None
    }
    /// What is committed in it, as it happens.
    fn changes(&self) -> Option<&dyn ChangeReader> {
        None
    }
    /// The same, where its log cannot be read: by triggers that are put in place.
    fn changes_by_triggers(&self) -> Option<Box<dyn ChangeReader + '_>> {
        None
    }
    /// Putting rows into it.
    fn writer(&self) -> Option<&dyn RowWriter> {
        None
    }
    /// Doing to it what was done elsewhere.
    fn applier(&self) -> Option<&dyn ChangeWriter> {
        None
    }
    /// Letting its definitions follow those of another one.
    fn evolver(&self) -> Option<&dyn Evolver> {
        None
    }
}

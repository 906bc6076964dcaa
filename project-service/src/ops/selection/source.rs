//! Asking a source what it holds.

use crate::{
    Error,
    ops::data_source::{Error as Refusal, Opened},
};
use oms_chassis::{DbError, on_worker_thread};
use oms_connector::DatabaseScope;
use oms_model::SourceObject;
use std::collections::BTreeSet;

/// The tables and views of a source that can be migrated, in these databases or in all of them, and
/// never beyond the one a data source is limited to.
pub(super) async fn objects(
    opened: &Opened,
    databases: Option<BTreeSet<String>>,
) -> Result<Vec<SourceObject>, Error> {
    let scope = match (opened.scope()?, databases) {
        (scope, None) => scope,
        (DatabaseScope::All, Some(wanted)) => DatabaseScope::Only(Vec::from_iter(wanted)),
        (DatabaseScope::Only(allowed), Some(wanted)) => {
            DatabaseScope::Only(allowed.into_iter().filter(|db| wanted.contains(db)).collect())
        }
    };
    if scope == DatabaseScope::Only(Vec::new()) {
        return Ok(Vec::new());
    }
    Ok(opened.catalog().names(&scope).await.map_err(Refusal::from)?)
}

/// Work on many objects, away from the threads that serve requests.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    Ok(on_worker_thread(work).await.map_err(DbError::from)?)
}

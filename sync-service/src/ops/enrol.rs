//! Starting: the instance takes its identity and its next epoch.

use crate::{Error, domain, runner::Drivers};
use oms_chassis::{Db, instance::Instance};
use oms_contracts::ServiceName;

/// Enrols this process in the service's metadata.
pub async fn enrol(db: &Db, id: Option<String>, drivers: &Drivers) -> Result<Instance, Error> {
    let kinds = domain::capabilities(|kind| drivers.has(kind));
    Ok(Instance::enrol(db, ServiceName::SyncService, id, kinds).await?)
}

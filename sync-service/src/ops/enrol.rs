//! Starting: the instance takes its identity and its next epoch.

use crate::{Error, domain};
use oms_chassis::{Db, instance::Instance};
use oms_contracts::ServiceName;

/// Enrols this process in the service's metadata.
pub async fn enrol(db: &Db, id: Option<String>) -> Result<Instance, Error> {
    let kinds = domain::capabilities(|_| false);
    Ok(Instance::enrol(db, ServiceName::SyncService, id, kinds).await?)
}

//! Starting: the instance takes its identity and its next epoch.

use crate::Error;
use oms_chassis::{Db, instance::Instance};
use oms_contracts::ServiceName;

/// Enrols this process in the service's metadata.
pub async fn enrol(db: &Db, id: Option<String>) -> Result<Instance, Error> {
    Ok(Instance::enrol(db, ServiceName::Gateway, id, Vec::new()).await?)
}

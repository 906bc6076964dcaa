//! Starting: the instance takes its identity and its next epoch.

use crate::{Error, domain, runner::Sources};
use oms_chassis::{Db, instance::Instance};
use oms_contracts::ServiceName;

/// Enrols this process in the service's metadata.
pub async fn enrol(db: &Db, id: Option<String>, sources: &dyn Sources) -> Result<Instance, Error> {
    let kinds = domain::capabilities(|method| sources.offers(method));
    Ok(Instance::enrol(db, ServiceName::StoreService, id, kinds).await?)
}

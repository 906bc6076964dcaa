//! The description of the whole public API, out of the services' own.

use crate::{domain::description, state::Siblings};
use bytes::Bytes;
use oms_clients::{ClientError, ServiceClient};
use oms_contracts::{ServiceName, service::InstanceView};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// A description is taken as it is for so long; anybody may ask for it as often as they like.
const FRESH: Duration = Duration::from_secs(5);

/// Which run of a service a description came from: a description changes with a start only.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    instance: String,
    epoch: u64,
    version: String,
}

impl From<InstanceView> for Run {
    fn from(view: InstanceView) -> Self {
        Self { instance: view.instance_id, epoch: view.epoch, version: view.version }
    }
}

#[derive(Debug, Default)]
struct Known {
    documents: BTreeMap<ServiceName, (Run, Value)>,
    merged: Option<(Instant, Bytes)>,
}

/// The services' descriptions as last heard, and what became of them.
#[derive(Debug, Default)]
pub struct Description {
    known: Mutex<Known>,
}

impl Description {
    /// The merged description. A service that does not answer is described as it was last; one
    /// that never did is left out.
    pub async fn merged(&self, siblings: &Siblings, own: impl FnOnce() -> Value) -> Bytes {
        let mut known = self.known.lock().await;
        if let Some((at, merged)) = &known.merged
            && at.elapsed() < FRESH
        {
            return merged.clone();
        }
        let asked = siblings.all().map(|(name, sibling)| {
            let last = known.documents.get(&name).map(|(run, _)| run);
            async move { (name, changed(&sibling.status, last).await) }
        });
        for (name, answer) in futures::future::join_all(asked).await {
            match answer {
                Ok(Some(fresh)) => drop(known.documents.insert(name, fresh)),
                Ok(None) => {}
                Err(error) => tracing::warn!(service = %name, %error, "no description to be had"),
            }
        }
        let siblings =
            known.documents.iter().map(|(name, (_, document))| (*name, document.clone()));
        let documents: Vec<(ServiceName, Value)> =
            std::iter::once((ServiceName::Gateway, own())).chain(siblings).collect();
        let merged = description::merge(&documents, env!("CARGO_PKG_VERSION"));
        let merged = Bytes::from(merged.to_string());
        known.merged = Some((Instant::now(), merged.clone()));
        merged
    }
}

/// The service's description, unless it is the run whose description is known.
async fn changed(
    service: &ServiceClient,
    last: Option<&Run>,
) -> Result<Option<(Run, Value)>, ClientError> {
    let run = Run::from(service.instance().await?);
    if last == Some(&run) {
        return Ok(None);
    }
    Ok(Some((run, service.openapi().await?)))
}

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

/// Descriptions are kept as texts: as values they take ten times the memory, and they are looked
/// into only when one of them changes.
#[derive(Debug, Default)]
struct Known {
    documents: BTreeMap<ServiceName, (Run, String)>,
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
        let answers = futures::future::join_all(asked).await;
        let mut news = known.merged.is_none();
        for (name, answer) in answers {
            match answer {
                Ok(Some((run, document))) => {
                    known.documents.insert(name, (run, document.to_string()));
                    news = true;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(service = %name, %error, "no description to be had"),
            }
        }
        let merged = match &known.merged {
            Some((_, merged)) if !news => merged.clone(),
            _ => merge(own(), &known.documents),
        };
        known.merged = Some((Instant::now(), merged.clone()));
        merged
    }
}

fn merge(own: Value, documents: &BTreeMap<ServiceName, (Run, String)>) -> Bytes {
    let siblings = documents.iter().map(|(name, (_, document))| {
        (*name, serde_json::from_str(document).expect("it was a value before"))
    });
    let documents: Vec<(ServiceName, Value)> =
        std::iter::once((ServiceName::Gateway, own)).chain(siblings).collect();
    Bytes::from(description::merge(&documents, env!("CARGO_PKG_VERSION")).to_string())
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

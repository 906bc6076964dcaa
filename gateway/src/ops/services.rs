//! How the services are: all are asked at once, and none is waited for long.

use crate::{
    AppState,
    state::{Sibling, Siblings},
};
use oms_chassis::instance::Instance;
use oms_clients::Relay;
use oms_contracts::{
    ServiceName,
    gateway::system::ServiceView,
    service::{HealthView, paths},
};
use oms_model::actor::Actor;

/// The gateway itself and its siblings, in calling order.
pub async fn services(state: &AppState, me: &Instance, actor: &Actor) -> Vec<ServiceView> {
    let (own, siblings) = futures::join!(myself(state, me), ask_all(&state.siblings, actor));
    std::iter::once(own).chain(siblings).collect()
}

async fn myself(state: &AppState, me: &Instance) -> ServiceView {
    let answers = state.db.ping().await;
    ServiceView {
        service: ServiceName::Gateway,
        ready: answers.is_ok(),
        address: None,
        instance: Some(me.view()),
        error: answers.err().map(|error| error.to_string()),
    }
}

async fn ask_all(siblings: &Siblings, actor: &Actor) -> Vec<ServiceView> {
    futures::future::join_all(siblings.all().map(|(name, s)| ask(name, s, actor))).await
}

async fn ask(service: ServiceName, sibling: &Sibling, actor: &Actor) -> ServiceView {
    let readiness = Relay {
        method: reqwest::Method::GET,
        path: paths::READYZ.to_owned(),
        content_type: None,
        if_match: None,
        body: bytes::Bytes::new(),
    };
    let (instance, readiness) =
        futures::join!(sibling.status.instance(), sibling.status.peer().relay(readiness, actor));
    let health = readiness.map(|answer| {
        serde_json::from_slice(&answer.body).unwrap_or(HealthView {
            service,
            ready: false,
            faults: vec![format!("{service} answered {} with no state", answer.status)],
        })
    });
    let (ready, fault) = match health {
        Ok(health) => (health.ready, health.faults.first().cloned()),
        Err(error) => (false, Some(error.to_string())),
    };
    let (instance, error) = match instance {
        Ok(instance) => (Some(instance), fault),
        Err(error) => (None, Some(fault.unwrap_or_else(|| error.to_string()))),
    };
    ServiceView {
        service,
        ready: ready && instance.is_some(),
        address: Some(sibling.address.clone()),
        instance,
        error,
    }
}

//! `/api/v1/projects`. The data sources behind the drafts were never reached: a draft asks nobody.

mod act;
mod backends;
mod copy;
mod cost;
mod create;
mod delete;
mod description;
mod edit;
mod input;
mod label;
mod list;
mod property;
mod rename;
mod rights;

use crate::{
    app::TestApp,
    data_sources::{store, unreached},
};
use diesel::{RunQueryDsl, sql_query, sql_types};
use oms_contracts::project::project::{ProjectView, paths};
use oms_model::{Actor, DatabaseKind, EndpointId, ProjectId};
use project_service::{Settings, domain::lifecycle::ProjectState};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A service with two data sources of somebody.
pub struct Stage {
    pub app: TestApp,
    pub source: EndpointId,
    pub sink: EndpointId,
}

impl Stage {
    pub async fn of(owner: &Actor) -> Self {
        Self::with(owner, |_| {}).await
    }

    pub async fn with(owner: &Actor, change: impl FnOnce(&mut Settings)) -> Self {
        let app = TestApp::with(change).await;
        let (source, sink) = ends(&app, owner);
        Self { app, source, sink }
    }

    /// A draft with nothing wrong about it.
    pub fn body(&self, name: &str) -> Value {
        body(name, &self.source, &self.sink)
    }

    /// Creates a draft.
    pub async fn draft(&self, by: Actor, name: &str) -> ProjectView {
        self.app.by(by).post(paths::ALL, &self.body(name)).await.ok(StatusCode::CREATED)
    }

    pub async fn view(&self, by: Actor, id: &ProjectId) -> ProjectView {
        self.app.by(by).get(&paths::one(id)).await.ok(StatusCode::OK)
    }
}

/// Two data sources that are stored without being asked.
pub fn ends(app: &TestApp, owner: &Actor) -> (EndpointId, EndpointId) {
    let name = |side: &str| format!("{side}-{}", owner.account);
    let mut source = unreached(owner, &name("source"), &format!("{}.source", owner.account));
    source.settings.kind = DatabaseKind::Mysql;
    let mut sink = unreached(owner, &name("sink"), &format!("{}.sink", owner.account));
    sink.settings.kind = DatabaseKind::ObMysql;
    let ids = (source.id.clone(), sink.id.clone());
    store(app, &[source, sink]);
    ids
}

pub fn body(name: &str, source: &EndpointId, sink: &EndpointId) -> Value {
    json!({
        "name": name,
        "type": "MIGRATION",
        "sourceEndpointId": source,
        "sinkEndpointId": sink,
        "transferMapping": {
            "mode": "SPECIFIC",
            "databases": [{ "name": "shop", "tables": [{ "name": "orders" }, { "name": "items" }] }]
        },
        "enableStructTransfer": true,
        "enableFullTransfer": true,
        "enableIncrTransfer": true
    })
}

/// Puts a project into a state behind the service's back.
pub fn put_into(app: &TestApp, id: &ProjectId, state: ProjectState) {
    let changed = sql_query("UPDATE projects SET state = ? WHERE id = ?")
        .bind::<sql_types::Text, _>(state.as_str())
        .bind::<sql_types::Text, _>(id.as_str())
        .execute(&mut app.metadata())
        .expect("an update");
    assert_eq!(changed, 1);
}

//! `/api/v1/selection` and the objects of projects, against the four real servers.

mod exchange;
mod many;
mod preview;
mod refusals;
mod validate;

use crate::{
    app::{Answer, TestApp, settings_of, user},
    data_sources::servers,
};
use oms_contracts::project::{
    data_source::{DataSourceSettings, DataSourceView, paths as sources},
    selection::{SelectionPreview, paths},
};
use oms_model::EndpointId;
use oms_testkit::{
    TestDb,
    servers::{Server, ServerKind},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A data source with two schemas to choose from.
pub struct Shop {
    pub app: TestApp,
    pub endpoint: EndpointId,
    /// Orders, items, a view, what is temporary, and two names that cannot be migrated.
    pub shop: String,
    /// Orders again, and logs.
    pub archive: String,
    pub server: &'static Server,
    dbs: Vec<TestDb>,
}

const SHOP: [&str; 4] = ["items", "orders_1", "orders_2", "tmp_x"];
const ODD: [&str; 2] = ["a$$b", "has blank"];
const ARCHIVE: [&str; 2] = ["logs", "orders_1"];

impl Shop {
    pub async fn on(server: &'static Server) -> Self {
        let app = TestApp::start().await;
        let main = TestDb::create(server).await.expect("a database");
        let mut settings = settings_of("shop", server);
        let (shop, archive, dbs) = match server.kind {
            ServerKind::Postgres => {
                settings =
                    DataSourceSettings { database: Some(main.name().to_owned()), ..settings };
                main.exec("CREATE SCHEMA shop; CREATE SCHEMA archive").await.expect("schemas");
                ("shop".to_owned(), "archive".to_owned(), vec![main])
            }
            ServerKind::MySql | ServerKind::MariaDb | ServerKind::OceanBase => {
                let other = TestDb::create(server).await.expect("a database");
                (main.name().to_owned(), other.name().to_owned(), vec![main, other])
            }
        };
        let made = app.by(user()).post(sources::ALL, &settings).await;
        let endpoint = made.ok::<DataSourceView>(StatusCode::CREATED).id;
        let stage = Self { app, endpoint, shop, archive, server, dbs };
        stage.fill().await;
        stage
    }

    /// One for each of the four servers.
    pub async fn everywhere() -> Vec<Self> {
        let mut all = Vec::new();
        for server in servers() {
            all.push(Self::on(server).await);
        }
        all
    }

    async fn fill(&self) {
        for (schema, tables) in
            [(&self.shop, &SHOP[..]), (&self.shop, &ODD), (&self.archive, &ARCHIVE)]
        {
            for table in tables {
                let table = self.quoted(schema, table);
                let columns = "(id INT PRIMARY KEY, state VARCHAR(20), amount DECIMAL(10, 2))";
                self.exec(&format!("CREATE TABLE {table} {columns}")).await;
            }
        }
        let (view, table) =
            (self.quoted(&self.shop, "v_orders"), self.quoted(&self.shop, "orders_1"));
        self.exec(&format!("CREATE VIEW {view} AS SELECT id FROM {table}")).await;
    }

    pub async fn exec(&self, sql: &str) {
        self.dbs[0].exec(sql).await.expect("a statement");
    }

    pub fn quoted(&self, schema: &str, name: &str) -> String {
        let quote = if self.server.kind == ServerKind::Postgres { '"' } else { '`' };
        format!("{quote}{schema}{quote}.{quote}{name}{quote}")
    }

    /// A mapping of rules, in which `shop.` and `archive.` stand for the real names.
    pub fn rules(&self, white: &[&str], black: &[&str]) -> Value {
        let real = |rules: &[&str]| rules.iter().map(|rule| self.real(rule)).collect::<Vec<_>>();
        json!({
            "mode": "WILDCARD",
            "tableAndViewWhiteList": real(white),
            "tableAndViewBlackList": real(black)
        })
    }

    pub fn real(&self, text: &str) -> String {
        text.replace("shop.", &format!("{}.", self.shop))
            .replace("archive.", &format!("{}.", self.archive))
    }

    /// Asks for a preview; `more` is laid over the request.
    pub async fn ask(&self, mapping: &Value, more: Value) -> Answer {
        let mut body = json!({ "sourceEndpointId": self.endpoint, "transferMapping": mapping });
        let object = body.as_object_mut().expect("an object");
        object.extend(more.as_object().expect("an object").clone());
        self.app.by(user()).post(paths::PREVIEW, &body).await
    }

    pub async fn preview(&self, mapping: &Value, more: Value) -> SelectionPreview {
        self.ask(mapping, more).await.ok(StatusCode::OK)
    }
}

/// The names of the objects on the page.
pub fn names(preview: &SelectionPreview) -> Vec<&str> {
    preview.objects.items.iter().map(|object| object.source.name.as_str()).collect()
}

//! `/api/v1/labels`.

mod change;
mod create;
mod input;

use crate::app::TestApp;
use diesel::{RunQueryDsl, sql_query};
use oms_contracts::{
    Page,
    project::label::{LabelName, LabelView, paths},
};
use oms_model::{Actor, LabelId};
use reqwest::StatusCode;

pub fn named(name: &str) -> LabelName {
    LabelName { name: name.to_owned() }
}

pub async fn make(app: &TestApp, by: Actor, name: &str) -> LabelView {
    app.by(by).post(paths::ALL, &named(name)).await.ok(StatusCode::CREATED)
}

pub async fn list(app: &TestApp, by: Actor, query: &str) -> Page<LabelView> {
    app.by(by).get(&format!("{}?{query}", paths::ALL)).await.ok(StatusCode::OK)
}

/// Puts a label on a project that need not be there.
pub fn attach(app: &TestApp, label: &LabelId, project: &str) {
    let sql = format!("INSERT INTO project_labels VALUES ('{project}', '{label}')");
    sql_query(sql).execute(&mut app.metadata()).expect("inserts");
}

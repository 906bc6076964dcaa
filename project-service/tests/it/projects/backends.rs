//! The same promises on every database the metadata may live in.

use super::{body, ends};
use crate::app::{TestApp, user};
use futures::future::join_all;
use oms_contracts::{
    ErrorCode, Page,
    project::{
        data_source::paths as sources,
        label::{LabelName, LabelView, paths as labels},
        project::{ProjectSummary, ProjectView, RenameProject, paths},
    },
};
use oms_testkit::{
    TestDb,
    servers::{Server, mysql, oceanbase, postgres},
};
use reqwest::StatusCode;
use serde_json::json;

async fn on(server: &Server) {
    let db = TestDb::create(server).await.expect("a database");
    let url = db.url();
    let app = TestApp::with(|settings| settings.metadata.url = url.into()).await;
    projects_are_found(&app).await;
    one_of_two_changes_wins(&app).await;
    one_of_two_names_wins(&app).await;
    neither_end_is_lost(&app).await;
}

#[tokio::test]
async fn projects_live_in_mysql() {
    on(mysql()).await;
}

#[tokio::test]
async fn projects_live_in_oceanbase() {
    on(oceanbase()).await;
}

#[tokio::test]
async fn projects_live_in_postgresql() {
    on(postgres()).await;
}

async fn make(app: &TestApp, name: &str, label: Option<&LabelView>) -> ProjectView {
    let listed: Page<oms_contracts::project::data_source::DataSourceView> =
        app.by(user()).get(&format!("{}?sortField=name", sources::ALL)).await.ok(StatusCode::OK);
    let (source, sink) = match &listed.items[..] {
        [source, sink, ..] => (source.id.clone(), sink.id.clone()),
        _ => ends(app, &user()),
    };
    let mut body = body(name, &source, &sink);
    body["labelIds"] = json!(label.map(|label| &label.id).into_iter().collect::<Vec<_>>());
    app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED)
}

async fn projects_are_found(app: &TestApp) {
    let name = LabelName { name: "prod".into() };
    let label: LabelView = app.by(user()).post(labels::ALL, &name).await.ok(StatusCode::CREATED);
    let mut made = Vec::new();
    for (name, label) in [("Grün_1🚀", Some(&label)), ("blue%2", None), ("red!3", Some(&label))]
    {
        made.push(make(app, name, label).await);
    }
    for view in &made {
        let found: ProjectView = app.by(user()).get(&paths::one(&view.id)).await.ok(StatusCode::OK);
        assert_eq!(found, *view);
    }
    for (query, expected) in [
        (String::new(), vec!["Grün_1🚀", "blue%2", "red!3"]),
        ("search=GR%C3%9CN_".to_owned(), vec!["Grün_1🚀"]),
        ("search=%25".to_owned(), vec!["blue%2"]),
        ("search=!".to_owned(), vec!["red!3"]),
        (format!("labelIds={}&states=INIT&types=MIGRATION", label.id), vec!["Grün_1🚀", "red!3"]),
        ("sourceKinds=POSTGRESQL".to_owned(), vec![]),
    ] {
        let path = format!("{}?{query}", paths::ALL);
        let page: Page<ProjectSummary> = app.by(user()).get(&path).await.ok(StatusCode::OK);
        let mut names: Vec<&str> = page.items.iter().map(|item| item.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{query}");
    }
    let path = format!("{}?name=red!3", paths::one(&made[2].id));
    app.by(user()).delete(&path).await.done();
    make(app, "red!3", None).await;
}

async fn one_of_two_changes_wins(app: &TestApp) {
    let made = make(app, "raced", None).await;
    let (caller, path) = (app.by(user()), paths::one(&made.id));
    let answers = join_all((0..20).map(|_| caller.put(&path, 1, &made.spec))).await;
    let won = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(won, 1);
    for answer in answers.into_iter().filter(|answer| answer.status != StatusCode::OK) {
        answer.refused(ErrorCode::Stale);
    }
}

async fn one_of_two_names_wins(app: &TestApp) {
    let mut rivals = Vec::new();
    for i in 0..8 {
        rivals.push(paths::act(&make(app, &format!("rival-{i}"), None).await.id, "rename"));
    }
    let (caller, wanted) = (app.by(user()), RenameProject { name: "wanted".into() });
    let answers = join_all(rivals.iter().map(|path| caller.post(path, &wanted))).await;
    let won = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(won, 1);
    for answer in answers.into_iter().filter(|answer| answer.status != StatusCode::OK) {
        answer.refused(ErrorCode::ProjectNameTaken);
    }
}

/// A project and the end of its data source: one of them comes first, and the other sees it.
async fn neither_end_is_lost(app: &TestApp) {
    for round in 0..8 {
        let who = crate::app::actor(&format!("u{round}"), oms_model::Role::User, 1);
        let (source, sink) = ends(app, &who);
        let (caller, body) = (app.by(who), body("p", &source, &sink));
        let path = sources::one(&sink);
        let (made, gone) = futures::join!(caller.post(paths::ALL, &body), caller.delete(&path));
        match (made.status, gone.status) {
            (StatusCode::CREATED, _) => drop(gone.refused(ErrorCode::DataSourceInUse)),
            (_, StatusCode::NO_CONTENT) => drop(made.refused(ErrorCode::Invalid)),
            other => panic!("neither won: {other:?}"),
        }
    }
}

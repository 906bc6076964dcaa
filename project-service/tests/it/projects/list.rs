//! Lists of projects.

use super::{Stage, ends, put_into};
use crate::app::{TestApp, admin, colleague, stranger, user};
use diesel::{RunQueryDsl, sql_query, sql_types};
use oms_contracts::{
    ErrorCode, Page,
    project::{
        label::{LabelName, LabelView, paths as labels},
        project::{ProjectSummary, ProjectView, paths},
    },
};
use oms_model::{Actor, LabelId, ProjectId};
use project_service::domain::lifecycle::ProjectState;
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn list(app: &TestApp, by: Actor, query: &str) -> Page<ProjectSummary> {
    app.by(by).get(&format!("{}?{query}", paths::ALL)).await.ok(StatusCode::OK)
}

/// The names on a page, and the total.
async fn names(app: &TestApp, by: Actor, query: &str) -> (Vec<String>, u64) {
    let page = list(app, by, query).await;
    (page.items.into_iter().map(|item| item.name).collect(), page.total_count)
}

#[track_caller]
fn are(found: (Vec<String>, u64), expected: &[&str]) {
    assert_eq!(
        (found.0, found.1),
        (expected.iter().map(|n| (*n).to_owned()).collect(), expected.len() as u64)
    );
}

/// Gives projects times of their own, so that an order can be expected.
fn date(app: &TestApp, id: &ProjectId, created: i64, modified: i64) {
    sql_query("UPDATE projects SET created_at = ?, modified_at = ? WHERE id = ?")
        .bind::<sql_types::BigInt, _>(created)
        .bind::<sql_types::BigInt, _>(modified)
        .bind::<sql_types::Text, _>(id.as_str())
        .execute(&mut app.metadata())
        .expect("an update");
}

async fn make(stage: &Stage, name: &str, change: impl FnOnce(&mut Value)) -> ProjectView {
    let mut body = stage.body(name);
    change(&mut body);
    stage.app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED)
}

async fn label(app: &TestApp, name: &str) -> LabelId {
    let body = LabelName { name: name.to_owned() };
    app.by(user()).post(labels::ALL, &body).await.ok::<LabelView>(StatusCode::CREATED).id
}

/// Four projects that differ in all that lists are filtered by.
async fn four() -> (Stage, [LabelId; 2]) {
    use oms_model::DatabaseKind::{Kafka, Mariadb, Postgresql};
    let stage = Stage::of(&user()).await;
    let other = |name: &str, kind| {
        let mut end = crate::data_sources::unreached(&user(), name, &format!("{name}.example"));
        end.settings.kind = kind;
        end
    };
    let ends = [other("maria", Mariadb), other("pg", Postgresql), other("queue", Kafka)];
    let [maria, pg, queue] = ends.clone().map(|end| end.id);
    crate::data_sources::store(&stage.app, &ends);
    let labels = [label(&stage.app, "prod").await, label(&stage.app, "eu").await];
    let [prod, eu] = &labels;
    let first = make(&stage, "Alpha_1", |body| body["labelIds"] = json!([prod])).await;
    let second = make(&stage, "beta%2", |body| {
        body["labelIds"] = json!([prod, eu]);
        body["sourceEndpointId"] = json!(maria);
    })
    .await;
    let third = make(&stage, "gamma!3", |body| {
        body["labelIds"] = json!([eu]);
        body["sinkEndpointId"] = json!(pg);
    })
    .await;
    let fourth = make(&stage, "ΔELTA-4", |body| {
        body["type"] = json!("SYNC");
        body["sinkEndpointId"] = json!(queue);
    })
    .await;
    put_into(&stage.app, &second.id, ProjectState::Running);
    put_into(&stage.app, &third.id, ProjectState::Failed);
    put_into(&stage.app, &fourth.id, ProjectState::Released);
    for (project, created, modified) in [
        (&first, 1_000, 9_000),
        (&second, 2_000, 6_000),
        (&third, 3_000, 7_000),
        (&fourth, 4_000, 8_000),
    ] {
        date(&stage.app, &project.id, created, modified);
    }
    (stage, labels)
}

const ALL: [&str; 4] = ["ΔELTA-4", "gamma!3", "beta%2", "Alpha_1"];

#[tokio::test]
async fn each_filter_lets_through_what_it_names() {
    let (stage, [prod, eu]) = four().await;
    let app = &stage.app;
    are(names(app, user(), "").await, &ALL);
    for (query, expected) in [
        ("search=ALPHA", &["Alpha_1"][..]),
        ("search=%CE%B4elta", &["ΔELTA-4"]),
        ("search=_", &["Alpha_1"]),
        ("search=%25", &["beta%2"]),
        ("search=!", &["gamma!3"]),
        ("search=a", &["ΔELTA-4", "gamma!3", "beta%2", "Alpha_1"]),
        ("search=nobody", &[]),
        ("search=%27%20OR%201%3D1%20--", &[]),
        ("search=%20%20", &ALL),
        ("states=RUNNING,FAILED", &["gamma!3", "beta%2"]),
        ("states=INIT", &["Alpha_1"]),
        ("states=DELETED", &[]),
        ("states=UNCONFIGURED", &[]),
        ("states=UNCONFIGURED,INIT", &["Alpha_1"]),
        ("states=", &ALL),
        ("types=SYNC", &["ΔELTA-4"]),
        ("types=SYNC,MIGRATION", &ALL),
        ("sourceKinds=MARIADB", &["beta%2"]),
        ("sourceKinds=MARIADB,MYSQL", &ALL),
        ("sinkKinds=POSTGRESQL,KAFKA", &["ΔELTA-4", "gamma!3"]),
        ("sinkKinds=DB2_LUW", &[]),
        ("sourceKinds=MYSQL&sinkKinds=OB_MYSQL", &["Alpha_1"]),
        ("types=MIGRATION&states=RUNNING,RELEASED&search=2", &["beta%2"]),
    ] {
        let found = names(app, user(), query).await;
        assert_eq!(found.0, expected, "{query}");
        assert_eq!(found.1, expected.len() as u64, "{query}");
    }
    are(names(app, user(), &format!("labelIds={prod}")).await, &["beta%2", "Alpha_1"]);
    are(names(app, user(), &format!("labelIds={prod},{eu}")).await, &ALL[1..]);
    let both = format!("labelIds={eu}&states=FAILED&sinkKinds=POSTGRESQL");
    are(names(app, user(), &both).await, &["gamma!3"]);
    are(names(app, user(), "labelIds=l_0000000000000000").await, &[]);
}

#[tokio::test]
async fn a_project_is_found_by_its_id_or_the_beginning_of_it() {
    let (stage, _) = four().await;
    let all = list(&stage.app, user(), "").await.items;
    for item in &all {
        let id = item.id.as_str();
        are(names(&stage.app, user(), &format!("search={id}")).await, &[&item.name]);
        are(names(&stage.app, user(), &format!("search={}", &id[..12])).await, &[&item.name]);
        are(names(&stage.app, user(), &format!("search={}", &id[3..])).await, &[]);
    }
}

#[tokio::test]
async fn a_line_shows_the_narrow_facts_and_the_labels() {
    let (stage, _) = four().await;
    let page = list(&stage.app, user(), "search=beta").await;
    let line = &page.items[0];
    let whole = stage.view(user(), &line.id).await;
    assert_eq!(
        (&line.name, line.kind, line.status),
        (&whole.spec.name, whole.spec.kind, whole.status)
    );
    assert_eq!((&line.labels, &line.owner), (&whole.labels, &whole.owner));
    let label_names: Vec<&str> = line.labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(label_names, ["eu", "prod"]);
    assert_eq!((line.gmt_create, line.gmt_modified), (whole.gmt_create, whole.gmt_modified));
    assert_eq!(line.source_endpoint_type, whole.source_endpoint_type);
    assert_eq!(line.sink_endpoint_id, whole.spec.sink_endpoint_id);
    assert!(line.enable_struct_transfer && line.enable_full_transfer && line.enable_incr_transfer);
    assert!(!line.enable_full_verify && !line.enable_reverse_incr_transfer);
}

#[tokio::test]
async fn lists_are_sorted_by_either_time_in_either_direction() {
    let (stage, _) = four().await;
    let mut ascending = ALL;
    ascending.reverse();
    for (query, expected) in [
        ("", ALL),
        ("sortField=gmtCreate", ALL),
        ("sortField=gmtCreate&order=asc", ascending),
        ("sortField=gmtModified&order=descend", ["Alpha_1", "ΔELTA-4", "gamma!3", "beta%2"]),
        ("sortField=gmtModified&order=asc", ["beta%2", "gamma!3", "ΔELTA-4", "Alpha_1"]),
    ] {
        assert_eq!(names(&stage.app, user(), query).await.0, expected, "{query}");
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_miss_a_project_when_times_are_equal() {
    let stage = Stage::of(&user()).await;
    for i in 0..25 {
        let made = stage.draft(user(), &format!("p{i}")).await;
        date(&stage.app, &made.id, 1_000, 1_000);
    }
    for (sort, order) in [("gmtCreate", "asc"), ("gmtModified", "descend")] {
        let mut seen = std::collections::HashSet::new();
        for (number, length) in [(1, 10), (2, 10), (3, 5), (4, 0)] {
            let query = format!("sortField={sort}&order={order}&pageNumber={number}");
            let page = list(&stage.app, user(), &query).await;
            assert_eq!((page.items.len(), page.total_count), (length, 25), "{query}");
            assert_eq!((page.page_number, page.page_size), (number, 10));
            assert!(page.items.into_iter().all(|item| seen.insert(item.id)), "{query}");
        }
        assert_eq!(seen.len(), 25);
    }
    let far = list(&stage.app, user(), "pageNumber=4294967295&pageSize=150").await;
    assert_eq!((far.items.len(), far.total_count), (0, 25));
    let whole = list(&stage.app, user(), "pageSize=25").await;
    assert_eq!((whole.items.len(), whole.total_count), (25, 25));
}

#[tokio::test]
async fn parameters_out_of_range_or_unknown_are_refused() {
    let stage = Stage::of(&user()).await;
    for query in [
        "pageSize=0",
        "pageSize=151",
        "pageSize=1000000000",
        "pageSize=-1",
        "pageSize=ten",
        "pageSize=99999999999999999999",
        "pageNumber=0",
        "pageNumber=1.5",
        "states=init",
        "states=INIT;RUNNING",
        "types=COPY",
        "sourceKinds=mysql",
        "labelIds=x",
        "labelIds=l_1'%20or%201=1",
        "sortField=name",
        "sortField=created_at;drop%20table%20projects",
        "order=desc",
        "owner=u_0000000000000000",
        "states=INIT&states=RUNNING",
    ] {
        let path = format!("{}?{query}", paths::ALL);
        stage.app.by(user()).get(&path).await.refused(ErrorCode::InvalidParameter);
    }
    let long = format!("{}?search={}", paths::ALL, "x".repeat(129));
    stage.app.by(user()).get(&long).await.refused(ErrorCode::Invalid);
}

#[tokio::test]
async fn everybody_lists_what_they_see_with_its_own_total() {
    let stage = Stage::of(&user()).await;
    let (source, sink) = ends(&stage.app, &colleague());
    for i in 0..12 {
        stage.draft(user(), &format!("mine-{i}")).await;
        let theirs = super::body(&format!("theirs-{i}"), &source, &sink);
        let answer = stage.app.by(colleague()).post(paths::ALL, &theirs).await;
        answer.ok::<ProjectView>(StatusCode::CREATED);
    }
    for (who, total) in [(user(), 12), (colleague(), 12), (admin(), 24), (stranger(), 0)] {
        let page = list(&stage.app, who, "pageSize=5").await;
        assert_eq!((page.items.len() as u64, page.total_count), (total.min(5), total));
    }
}

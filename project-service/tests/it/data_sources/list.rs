//! Lists: what is seen, found, in which order, and on which page.

use super::{store, unreached};
use crate::app::{TestApp, actor, admin, colleague, root, stranger, user, viewer};
use oms_contracts::{
    ErrorCode, Page,
    project::data_source::{DataSourceView, paths},
};
use oms_model::{DatabaseKind, Role};
use project_service::domain::data_source::DataSource;
use reqwest::StatusCode;

async fn names(app: &TestApp, by: oms_model::Actor, query: &str) -> (Vec<String>, u64) {
    let path = format!("{}?{query}", paths::ALL);
    let page: Page<DataSourceView> = app.by(by).get(&path).await.ok(StatusCode::OK);
    (page.items.into_iter().map(|item| item.name).collect(), page.total_count)
}

fn some() -> Vec<DataSource> {
    let made = |n: i64, name: &str, host: &str| DataSource {
        created_at: n,
        modified_at: 100 - n,
        ..unreached(&user(), name, host)
    };
    let mut all = vec![
        made(1, "beta_1", "one.example"),
        made(2, "Alpha", "two.example"),
        made(3, "beta%2", "three.example"),
        made(4, "ÄRGER", "four.example"),
        made(5, "b!3", "five.example"),
    ];
    all[1].settings.kind = DatabaseKind::Postgresql;
    all[2].settings.kind = DatabaseKind::ObMysql;
    all[3].settings.region = Some("eu".into());
    all
}

#[tokio::test]
async fn searches_are_plain_text_in_any_case() {
    let app = TestApp::start().await;
    let sources = some();
    store(&app, &sources);
    let search = async |text: &str| {
        let (mut found, total) = names(&app, user(), &format!("search={text}")).await;
        assert_eq!(found.len() as u64, total);
        found.sort();
        found.join(" ")
    };
    assert_eq!(search("BETA").await, "beta%2 beta_1");
    assert_eq!(search("%25").await, "beta%2");
    assert_eq!(search("_").await, "beta_1");
    assert_eq!(search("!").await, "b!3");
    assert_eq!(search("%C3%A4rg").await, "ÄRGER");
    assert_eq!(search("TWO.ex").await, "Alpha");
    assert_eq!(search(sources[3].id.as_str()).await, "ÄRGER");
    assert_eq!(search("'%20OR%201=1%20--").await, "");
    assert_eq!(search("").await.split(' ').count(), 5);
}

#[tokio::test]
async fn lists_are_filtered_and_sorted() {
    let app = TestApp::start().await;
    store(&app, &some());
    let of = async |query: &str| names(&app, user(), query).await.0.join(" ");
    assert_eq!(of("").await, "b!3 ÄRGER beta%2 Alpha beta_1", "the newest first");
    assert_eq!(of("order=asc").await, "beta_1 Alpha beta%2 ÄRGER b!3");
    assert_eq!(of("sortField=gmtModified").await, "beta_1 Alpha beta%2 ÄRGER b!3");
    assert_eq!(of("sortField=name&order=asc").await, "Alpha b!3 beta%2 beta_1 ÄRGER");
    assert_eq!(of("kinds=POSTGRESQL,OB_MYSQL&order=asc").await, "Alpha beta%2");
    assert_eq!(of("kinds=TIDB").await, "");
    assert_eq!(of("region=eu").await, "ÄRGER");
    assert_eq!(of("kinds=MARIADB&search=beta").await, "beta_1");
}

#[tokio::test]
async fn pages_cut_the_list_and_know_its_length() {
    let app = TestApp::start().await;
    store(&app, &some());
    let page = async |query: &str| names(&app, user(), &format!("order=asc&{query}")).await;
    let two = |a: &str, b: &str| (vec![a.to_owned(), b.to_owned()], 5);
    assert_eq!(page("pageSize=2").await, two("beta_1", "Alpha"));
    assert_eq!(page("pageSize=2&pageNumber=2").await, two("beta%2", "ÄRGER"));
    assert_eq!(page("pageSize=2&pageNumber=3").await, (vec!["b!3".to_owned()], 5));
    assert_eq!(page("pageSize=150&pageNumber=4294967295").await, (vec![], 5));
}

#[tokio::test]
async fn everybody_sees_what_the_role_reaches() {
    let app = TestApp::start().await;
    let sources = [
        unreached(&user(), "alices", "a.example"),
        unreached(&colleague(), "bobs", "b.example"),
        unreached(&stranger(), "strangers", "c.example"),
    ];
    store(&app, &sources);
    let all = ["alices", "bobs", "strangers"];
    for (who, seen) in [
        (user(), &all[..1]),
        (colleague(), &all[1..2]),
        (admin(), &all[..2]),
        (viewer(), &all[..2]),
        (stranger(), &all[2..]),
        (root(), &all[..]),
        (actor("rv", Role::RootViewer, 0), &all[..]),
        (actor("newcomer", Role::User, 1), &all[..0]),
    ] {
        let (found, total) = names(&app, who.clone(), "sortField=name&order=asc").await;
        assert_eq!(
            (found, total),
            (seen.iter().map(|s| s.to_string()).collect(), seen.len() as u64)
        );
        for source in &sources {
            let answer = app.by(who.clone()).get(&paths::one(&source.id)).await;
            match seen.contains(&source.settings.name.as_str()) {
                true => drop(answer.ok::<DataSourceView>(StatusCode::OK)),
                false => drop(answer.refused(ErrorCode::NoSuchDataSource)),
            }
        }
    }
}

#[tokio::test]
async fn odd_queries_are_refused() {
    let app = TestApp::start().await;
    for query in [
        "pageSize=0",
        "pageSize=151",
        "pageSize=1000000000",
        "pageSize=99999999999999999999",
        "pageNumber=0",
        "pageNumber=-1",
        "pageNumber=one",
        "sortField=password",
        "sortField=name;DROP%20TABLE%20data_sources",
        "order=up",
        "kinds=MYSQL,SQLITE",
        "colour=red",
        "search=a&search=b",
    ] {
        let path = format!("{}?{query}", paths::ALL);
        app.by(user()).get(&path).await.refused(ErrorCode::InvalidParameter);
    }
}

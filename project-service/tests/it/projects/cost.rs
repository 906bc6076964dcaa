//! What a list costs: the statements behind it, whatever its size, and none prepared twice.

use super::Stage;
use crate::app::user;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use oms_contracts::{
    Page,
    project::{
        label::{LabelName, LabelView, paths as labels},
        project::{ProjectSummary, paths},
    },
};
use reqwest::StatusCode;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

// Each test is a process of its own, so that these count for one test alone.
static RUN: AtomicUsize = AtomicUsize::new(0);
static PREPARED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => RUN.fetch_add(1, Ordering::Relaxed),
            InstrumentationEvent::CacheQuery { .. } => PREPARED.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }
}

#[expect(clippy::unnecessary_wraps, reason = "diesel asks for an Option")]
fn counting() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(Counting))
}

/// The statements that a list of this many projects runs and prepares.
async fn cost(stage: &Stage, query: &str, items: usize) -> (usize, usize) {
    let (run, prepared) = (RUN.load(Ordering::Relaxed), PREPARED.load(Ordering::Relaxed));
    let path = format!("{}?{query}", paths::ALL);
    let page: Page<ProjectSummary> = stage.app.by(user()).get(&path).await.ok(StatusCode::OK);
    assert_eq!(page.items.len(), items);
    assert!(page.items.iter().all(|item| item.labels.len() == 1));
    (RUN.load(Ordering::Relaxed) - run, PREPARED.load(Ordering::Relaxed) - prepared)
}

#[tokio::test]
async fn a_list_takes_three_statements_at_most_and_prepares_none_of_them_twice() {
    set_default_instrumentation(counting).expect("set once");
    let stage = Stage::with(&user(), |settings| settings.metadata.connections = 1).await;
    let name = LabelName { name: "prod".into() };
    let label: LabelView =
        stage.app.by(user()).post(labels::ALL, &name).await.ok(StatusCode::CREATED);
    for i in 0..40 {
        let mut body = stage.body(&format!("p{i}"));
        body["labelIds"] = json!([label.id]);
        let made = stage.app.by(user()).post(paths::ALL, &body).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    assert_eq!(cost(&stage, "", 10).await.0, 3, "the page, its labels, the total");
    assert_eq!(cost(&stage, "", 10).await, (2, 0), "the total is known, the statements prepared");
    assert_eq!(cost(&stage, "pageSize=30", 30).await.0, 2);
    assert_eq!(cost(&stage, "pageSize=30", 30).await, (2, 0));
    assert_eq!(cost(&stage, "states=INIT", 10).await.0, 3);
    assert_eq!(cost(&stage, "pageSize=150", 40).await.0, 2, "a last page tells the total");
    stage.draft(user(), "one-more").await;
    let path = format!("{}?pageNumber=2", paths::ALL);
    let page: Page<ProjectSummary> = stage.app.by(user()).get(&path).await.ok(StatusCode::OK);
    assert_eq!(page.total_count, 41, "what is known is never out of date here");
}

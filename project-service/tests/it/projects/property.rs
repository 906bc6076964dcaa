//! Whatever arrives, the answer is a refusal or a project, never a failure of ours.

use super::Stage;
use crate::app::user;
use oms_contracts::project::project::paths;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};

const CASES: u32 = 300;

/// Any JSON, with the words of the body among its keys and texts.
fn anything() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        3 => prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

const WORDS: [&str; 24] = [
    "name",
    "type",
    "MIGRATION",
    "SYNC",
    "labelIds",
    "transferMapping",
    "mode",
    "SPECIFIC",
    "WILDCARD",
    "COMPLEX",
    "databases",
    "tables",
    "views",
    "mappedName",
    "whereClause",
    "filterColumns",
    "columns",
    "columnName",
    "tableAndViewWhiteList",
    "fullTransferConfig",
    "incrTransferConfig",
    "recordTypeWhiteList",
    "[a-z]*.t?[!x",
    "id > 1 AND (",
];

/// A place in the body, and what is put there.
fn mutation() -> impl Strategy<Value = (usize, Value)> {
    (0..PLACES.len(), anything())
}

const PLACES: [&str; 14] = [
    "/name",
    "/type",
    "/sourceEndpointId",
    "/labelIds",
    "/transferMapping",
    "/transferMapping/mode",
    "/transferMapping/databases",
    "/transferMapping/databases/0/name",
    "/transferMapping/databases/0/tables",
    "/transferMapping/databases/0/tables/0",
    "/transferMapping/tableAndViewWhiteList",
    "/fullTransferConfig",
    "/incrTransferConfig",
    "/commonTransferConfig",
];

fn samples<T>(strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = TestRunner::new(Config::default());
    let one = |runner: &mut TestRunner| strategy.new_tree(runner).expect("a value").current();
    (0..CASES).map(|_| one(&mut runner)).collect()
}

#[tokio::test]
async fn arbitrary_json_is_refused_and_never_breaks_anything() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    let caller = stage.app.by(user());
    for body in samples(anything()) {
        let answer = caller.post(paths::ALL, &body).await;
        assert!(answer.status.is_client_error(), "{} for {body}", answer.status);
    }
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_body_with_something_odd_in_it_is_a_project_or_a_refusal() {
    let stage = Stage::of(&user()).await;
    let caller = stage.app.by(user());
    for (i, (place, value)) in samples(mutation()).into_iter().enumerate() {
        let mut body = stage.body(&format!("p{i}"));
        body["labelIds"] = json!([]);
        body["fullTransferConfig"] = json!({});
        body["incrTransferConfig"] = json!({});
        body["commonTransferConfig"] = json!({});
        body["transferMapping"]["tableAndViewWhiteList"] = json!([]);
        *body.pointer_mut(PLACES[place]).expect("it is there") = value;
        let answer = caller.post(paths::ALL, &body).await;
        let fine = answer.status.is_success() || answer.status.is_client_error();
        assert!(fine, "{} {} for {body}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn arbitrary_bytes_are_refused() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    let caller = stage.app.by(user());
    for bytes in samples(prop::collection::vec(any::<u8>(), 0..200)) {
        let answer = caller.send(Method::POST, paths::ALL, bytes.clone()).await;
        assert!(answer.status.is_client_error(), "{} for {bytes:?}", answer.status);
    }
    assert_eq!(stage.app.stored(), before);
}

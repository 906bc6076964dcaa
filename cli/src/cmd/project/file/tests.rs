//! Documents that need no gateway, and documents written and read again.

use super::*;
use crate::cmd::project::view::tests::project;
use std::time::Duration;

/// A gateway nobody listens at: what is wrong with a document is found before it is asked.
fn nobody() -> GatewayClient {
    let url = "http://127.0.0.1:9".parse().unwrap();
    GatewayClient::new(url, Duration::from_secs(1)).unwrap()
}

async fn read(document: Value) -> Result<ProjectSpec, String> {
    spec_of(&nobody(), "FILE", document).await.map_err(|fault| fault.lines()[0].clone())
}

fn least() -> Value {
    json!({
        "name": "p",
        "sourceEndpointId": "e_00000000000000aa",
        "sinkEndpointId": "e_00000000000000bb",
        "objects": ["shop.*"],
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut document = least();
    document[key] = value;
    document
}

#[tokio::test]
async fn rules_become_a_selection_and_the_kind_has_a_default() {
    let spec = read(with("exclude", json!(["shop.a"]))).await.unwrap();
    assert_eq!(spec.kind, oms_model::ProjectType::Migration);
    assert_eq!(spec.transfer_mapping.table_and_view_white_list, ["shop.*"]);
    assert_eq!(spec.transfer_mapping.table_and_view_black_list, ["shop.a"]);
}

#[tokio::test]
async fn what_is_said_twice_or_wrongly_is_refused_with_its_place() {
    for (document, words) in [
        (json!([1]), "it is no mapping of names to values"),
        (with("source", json!("x")), "it has both source and sourceEndpointId"),
        (with("transferMapping", json!({})), "it has both objects and transferMapping"),
        (with("objects", json!("shop.*")), "objects is no list of texts"),
        (with("labels", json!([1])), "labels is no list of texts"),
        (with("naem", json!("x")), "unknown field `naem`"),
        (with("enableFullTransfer", json!("yes")), "at enableFullTransfer"),
        (with("fullTransferConfig", json!({ "rps": 1 })), "at fullTransferConfig"),
        (with("sourceEndpointId", json!("x")), "not a data source id"),
    ] {
        let told = read(document.clone()).await.unwrap_err();
        assert!(told.starts_with("error[CLI-0003]: FILE ") && told.contains(words), "{told}");
    }
}

#[test]
fn a_project_is_written_with_names_for_ids() {
    let yaml = serde_saphyr::to_string(&Document::of(&project())).unwrap();
    insta::assert_snapshot!(yaml, @r"
    name: shop
    type: MIGRATION
    source: shop-mysql
    sink: e_00000000000000bb
    labels:
    - prod
    enableFullTransfer: true
    enableFullVerify: false
    enableIncrTransfer: true
    enableIncrVerify: false
    enableReverseIncrTransfer: false
    enableStructTransfer: true
    fullTransferConfig:
      fullTransferSpeedMode: FAST
      throttleRps: 1000
    transferMapping:
      databases:
      - mappedName: sales
        name: shop
        tables:
        - mappedName: o2
          name: orders
          whereClause: id > 7
        views:
        - name: v
      databasesBlack:
      - name: sys
      mode: COMPLEX
      tableAndViewBlackList:
      - shop.*_ghc
      tableAndViewWhiteList:
      - shop.a*
    ");
}

#[tokio::test]
async fn what_is_written_reads_back_as_the_same() {
    let mut original = project();
    original.spec.transfer_mapping = by_rules(vec!["shop.*".into()], vec!["shop.a: #x".into()]);
    // Without a gateway there is nobody to turn names into ids.
    original.source_connect_info = None;
    original.labels.clear();
    original.spec.label_ids.clear();
    let yaml = serde_saphyr::to_string(&Document::of(&original)).unwrap();
    let mut tree: Value = serde_saphyr::from_str(&yaml).unwrap();
    for (short, long) in [("source", "sourceEndpointId"), ("sink", "sinkEndpointId")] {
        let id = tree.as_object_mut().unwrap().remove(short).unwrap();
        tree[long] = id;
    }
    assert_eq!(read(tree).await.unwrap(), original.spec);
}

//! Labels and the projects that carry them.

use super::shop::Shop;
use crate::harness::{Ground, stable};

#[test]
fn labels_come_change_and_go() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    assert_eq!(admin.run(&["label", "add", "prod"]).done(), "Created the label prod.\n");
    admin.run(&["label", "add", "PROD"]).refused(4, "LABEL-0002");
    admin.run(&["label", "rename", "prod", "live"]).done();
    admin.run(&["label", "rename", "prod", "x"]).refused(4, "LABEL-0001");
    let id = admin.json(&["label", "list"])["items"][0]["id"].as_str().unwrap().to_owned();
    let created = admin.json(&["label", "list"])["items"][0]["createdAt"].as_str().unwrap()[..19]
        .replace('T', " ");
    let table = stable(&admin.run(&["label", "list"]).done(), &[&id, &created]);
    insta::assert_snapshot!(table, @r"
    NAME  PROJECTS  OWNER  CREATED  ID
    live  0  admin  ···  ···
    ");
    admin.run(&["label", "delete", "live"]).refused(2, "CLI-0002");
    admin.run(&["label", "delete", &id, "--yes"]).done();
    assert_eq!(admin.json(&["label", "list"])["totalCount"], 0);
}

#[tokio::test]
async fn projects_carry_labels() {
    let Shop { admin, up: _up, ground: _ground, .. } = Shop::open().await;
    for name in ["one", "two", "three"] {
        admin.run(&["label", "add", name]).done();
    }
    let create =
        ["--source", "source", "--sink", "target", "--objects", "shop.*", "--label", "one"];
    admin.run(&[&["project", "create", "p"], &create[..]].concat()).done();
    let told = admin.run(&["label", "attach", "p", "two", "one", "two"]).done();
    assert_eq!(told, "p carries one, two.\n");
    assert_eq!(admin.run(&["label", "detach", "p", "one"]).done(), "p carries two.\n");
    assert_eq!(admin.run(&["label", "set", "p", "three"]).done(), "p carries three.\n");
    admin.run(&["label", "attach", "p", "four"]).refused(4, "LABEL-0001");
    assert_eq!(admin.json(&["project", "list", "--label", "three"])["totalCount"], 1);
    assert_eq!(admin.json(&["project", "list", "--label", "two"])["totalCount"], 0);
    admin.run(&["label", "delete", "three", "--yes"]).refused(4, "LABEL-0004");
    admin.run(&["label", "delete", "three", "--force"]).done();
    assert_eq!(admin.json(&["project", "show", "p"])["labels"], serde_json::json!([]));
    assert_eq!(admin.run(&["label", "set", "p"]).done(), "p carries no label.\n");
}

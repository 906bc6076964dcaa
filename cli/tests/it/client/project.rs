//! Projects: drafts, documents, names.

use super::shop::Shop;
use crate::harness::{Person, stable};
use std::path::Path;

fn create(admin: &Person, name: &str, more: &[&str]) -> crate::harness::Ended {
    let start = ["project", "create", name, "--source", "source", "--sink", "target"];
    admin.run(&[&start[..], more].concat())
}

fn document(dir: &Path, text: &str) -> String {
    let file = dir.join("project.yaml");
    std::fs::write(&file, text).expect("it can be written");
    file.to_str().expect("temp paths are UTF-8").to_owned()
}

const DOCUMENT: &str = "
name: shop
source: source
sink: target
labels: [prod, night]
objects: [shop.*]
exclude: ['shop.*_ghc']
enableStructTransfer: true
enableFullTransfer: true
fullTransferConfig:
  throttleRps: 1000
";

#[tokio::test]
async fn a_project_is_drafted_shown_changed_and_deleted() {
    let Shop { admin, up: _up, ground: _ground, .. } = Shop::open().await;
    admin.run(&["label", "add", "prod"]).done();
    let told = create(
        &admin,
        "shop",
        &[
            "--objects",
            "shop.*,stock.a?",
            "--exclude",
            "shop.*_ghc",
            "--types",
            "schema,full,incr",
            "--label",
            "prod",
        ],
    );
    assert!(told.done().ends_with("It is a draft: nothing runs.\n"));
    let shown = admin.json(&["project", "show", "shop"]);
    let ids = ["id", "gmtCreate", "gmtModified"].map(|key| shown[key].as_str().unwrap().to_owned());
    let times = [&ids[1], &ids[2]].map(|time| time[..19].replace('T', " "));
    let card = admin.run(&["project", "show", "shop"]).done();
    insta::assert_snapshot!(stable(&card, &[&ids[0], &times[0], &times[1]]), @r"
    name  shop
    id  ···
    kind  MIGRATION
    status  INIT
    source  source (MYSQL)
    target  target (OB_MYSQL)
    steps  schema, full, incr
    mode  WILDCARD
    labels  prod
    importance  MEDIUM
    owner  admin
    created  ···
    modified  ···
    revision  1
    allowed  START, DELETE, EDIT, RENAME, CLONE, SET_LABELS, VIEW_PARAMETERS, MODIFY_PARAMETERS, MODIFY_ALERT, ADD_OBJECTS, REMOVE_OBJECTS, DOWNLOAD_OBJECTS

    matching rules
    RULE
    shop.*
    stock.a?

    left out
    RULE
    shop.*_ghc
    ");

    let told = admin.run(&["project", "edit", "shop", "--types", "schema,full"]).done();
    assert_eq!(told, "Changed shop in 1 place.\n");
    let told = admin.run(&["project", "edit", "shop", "--types", "schema,full"]).done();
    assert_eq!(told, "shop is unchanged.\n");
    let edited = admin.json(&["project", "show", "shop"]);
    assert_eq!((&edited["enableIncrTransfer"], &edited["revision"]), (&false.into(), &2.into()));
    assert_eq!(edited["transferMapping"], shown["transferMapping"]);

    admin.run(&["project", "rename", "shop", "shop-2"]).done();
    admin.run(&["project", "clone", "shop-2", "shop-3"]).done();
    assert_eq!(admin.json(&["project", "list", "--status", "init"])["totalCount"], 2);
    let told = admin.run(&["project", "delete", "shop-3"]).refused(2, "CLI-0002");
    assert!(told.contains("give --name"), "{told}");
    admin.run(&["project", "delete", "shop-3", "--name", "shop-2"]).refused(4, "PROJECT-0004");
    admin.run(&["project", "delete", "shop-3", "--name", "shop-3"]).done();
    admin.run(&["project", "show", "shop-3"]).refused(4, "GHANA-PROJECT000001");
    admin.run(&["datasource", "delete", "source", "--yes"]).refused(4, "DATASOURCE-0004");
}

#[tokio::test]
async fn what_cannot_be_run_yet_says_so_and_stays_as_it_is() {
    let Shop { admin, up: _up, ground: _ground, .. } = Shop::open().await;
    create(&admin, "shop", &["--objects", "shop.*"]).done();
    admin.run(&["project", "start", "shop"]).refused(4, "COMMON-0012");
    for verb in ["pause", "resume", "release"] {
        admin.run(&["project", verb, "shop"]).refused(4, "PROJECT-0003");
    }
    assert_eq!(admin.json(&["project", "show", "shop"])["status"], "INIT");
}

#[tokio::test]
async fn a_document_is_applied_once_however_often_it_is_applied() {
    let Shop { admin, up: _up, ground, .. } = Shop::open().await;
    for name in ["prod", "night"] {
        admin.run(&["label", "add", name]).done();
    }
    let file = document(ground.dir.path(), DOCUMENT);
    let apply = ["project", "apply", "-f", &file];
    let dry = [&apply[..], &["--dry-run"]].concat();
    assert_eq!(admin.run(&dry).done(), "shop would be created.\n");
    assert_eq!(admin.json(&["project", "list"])["totalCount"], 0);
    let made = admin.json(&apply);
    assert_eq!((&made["result"], &made["dryRun"]), (&"created".into(), &false.into()));
    let id = made["project"]["id"].as_str().unwrap();
    for _ in 0..2 {
        assert_eq!(admin.run(&apply).done(), format!("shop ({id}) is unchanged.\n"));
    }
    let turned = DOCUMENT.replace("[prod, night]", "[night, prod]");
    document(ground.dir.path(), &turned);
    assert_eq!(admin.json(&apply)["result"], "unchanged", "labels have no order");
    assert_eq!(admin.json(&["project", "show", "shop"])["revision"], 1);

    let other = DOCUMENT
        .replace("objects: [shop.*]", "objects: [shop.a*]")
        .replace("throttleRps: 1000", "throttleRps: 2000\nenableIncrTransfer: true");
    document(ground.dir.path(), &other);
    let told = stable(&admin.run(&dry).done(), &[id]);
    insta::assert_snapshot!(told, @r"
    shop (···) would be changed:
    PLACE  FROM  TO
    enableIncrTransfer  false  true
    fullTransferConfig.throttleRps  1000  2000
    transferMapping.tableAndViewWhiteList[]  shop.*  -
    transferMapping.tableAndViewWhiteList[]  -  shop.a*
    ");
    assert_eq!(admin.json(&["project", "show", "shop"])["revision"], 1);
    let changed = admin.json(&apply);
    assert_eq!(changed["changes"].as_array().unwrap().len(), 4);
    assert_eq!(changed["project"]["fullTransferConfig"]["throttleRps"], 2000);
    assert_eq!(admin.json(&apply)["result"], "unchanged");
}

#[tokio::test]
async fn what_is_exported_is_what_is_applied() {
    let Shop { admin, source, up: _up, ground, .. } = Shop::open().await;
    let database = source.name();
    admin.run(&["label", "add", "prod"]).done();
    let rule = format!("{database}.o*={database}.all_orders");
    create(&admin, "shop", &["--objects", &rule, "--label", "prod"]).done();
    for format in ["yaml", "json"] {
        let file = ground.dir.path().join(format!("shop.{format}"));
        let file = file.to_str().unwrap();
        admin.run(&["project", "export", "shop", "--format", format, "-o", file]).done();
        assert_eq!(admin.json(&["project", "apply", "-f", file])["result"], "unchanged");
        let text = std::fs::read_to_string(file).unwrap();
        // Under another name it is another project.
        let renamed = text.replacen("shop", &format!("shop-{format}"), 1);
        let made = admin.feed(&["--json", "project", "apply", "-f", "-"], &renamed).done();
        assert!(made.contains(r#""result":"created""#), "{made}");
    }
    let printed = admin.run(&["project", "export", "shop"]).done();
    assert!(printed.contains("source: source\nsink: target\n"), "{printed}");
}

#[tokio::test]
async fn documents_that_are_wrong_are_told_with_the_place_and_change_nothing() {
    let Shop { admin, up: _up, ground, .. } = Shop::open().await;
    let wrong = |text: String| {
        let file = document(ground.dir.path(), &text);
        admin.run(&["project", "apply", "-f", &file])
    };
    for (part, other, words) in [
        (
            "enableFullTransfer: true",
            "enableFullTransfre: true",
            "unknown field `enableFullTransfre`",
        ),
        ("throttleRps: 1000", "throttleRps: fast", "at fullTransferConfig.throttleRps"),
        ("objects: [shop.*]", "objects: shop.*", "objects is no list of texts"),
        ("name: shop", "name: [shop", "is neither YAML nor JSON"),
        (
            "sink: target",
            "sink: target\nsinkEndpointId: e_12345678",
            "both sink and sinkEndpointId",
        ),
    ] {
        let text = DOCUMENT.replace("labels: [prod, night]\n", "").replace(part, other);
        let told = wrong(text).refused(2, "CLI-0003");
        assert!(told.contains(words), "{words} is not in {told}");
    }
    wrong(DOCUMENT.to_owned()).refused(4, "LABEL-0001");
    let unlabelled = DOCUMENT.replace("labels: [prod, night]\n", "");
    wrong(unlabelled.replace("source: source", "source: nowhere")).refused(4, "DATASOURCE-0001");
    let told = wrong(unlabelled.replace("[shop.*]", "['a b.*']")).refused(4, "COMMON-0006");
    assert!(told.contains("\n  - transferMapping.tableAndViewWhiteList[0]: "), "{told}");
    wrong(unlabelled.replace("name: shop", "name: 'two words'")).refused(4, "COMMON-0006");
    admin.run(&["project", "apply", "-f", "/nowhere.yaml"]).refused(2, "CLI-0003");
    assert_eq!(admin.json(&["project", "list"])["totalCount"], 0);
}

#[tokio::test]
async fn what_is_missing_in_a_command_line_is_named() {
    let Shop { admin, up: _up, ground: _ground, .. } = Shop::open().await;
    let told = admin.run(&["project", "create", "p"]).refused(2, "CLI-0001");
    assert!(told.contains("--source, --sink, --objects"), "{told}");
    admin.run(&["project", "create"]).misused();
    admin.run(&["project", "create", "p", "-f", "x", "--source", "s"]).misused();
    create(&admin, "p", &["--exclude", "a.b"]).misused();
    create(&admin, "p", &["--objects", "a.*", "--types", "schema,dance"]).misused();
    create(&admin, "p", &["--objects", "a.*"]).done();
    admin.run(&["project", "edit", "p"]).misused();
    assert_eq!(admin.json(&["project", "list", "--kind", "sync"])["totalCount"], 0);
    assert_eq!(admin.json(&["project", "list", "--source-kind", "mysql"])["totalCount"], 1);
}

#[tokio::test]
async fn a_user_sees_its_own_projects_and_an_equal_name_is_no_conflict() {
    let Shop { admin, up, ground, .. } = Shop::open().await;
    create(&admin, "shop", &["--objects", "shop.*"]).done();
    admin.feed(&["user", "add", "li", "--password-stdin"], crate::harness::FIRST).done();
    let li = up.person("li");
    assert_eq!(li.json(&["project", "list"])["totalCount"], 0);
    li.run(&["project", "show", "shop"]).refused(4, "GHANA-PROJECT000001");
    let text =
        "{name: shop, source: source, sink: target, objects: [shop.*], enableFullTransfer: true}";
    let file = document(ground.dir.path(), text);
    li.run(&["project", "apply", "-f", &file]).refused(4, "DATASOURCE-0001");
    // An administrator's apply is about its own project of that name.
    assert_eq!(
        admin.json(&["project", "apply", "-f", &file])["project"]["owner"]["account"],
        "admin"
    );
}

//! What a selection comes to, and objects as files.

use super::shop::Shop;
use crate::harness::stable;

#[tokio::test]
async fn a_preview_shows_what_a_project_takes_and_what_other_rules_would() {
    let Shop { admin, source, up: _up, ground: _ground, .. } = Shop::open().await;
    let database = source.name();
    let (all, temporary) = (format!("{database}.*"), format!("{database}.tmp_*"));
    let create = ["project", "create", "shop", "--source", "source", "--sink", "target"];
    admin.run(&[&create[..], &["--objects", &all, "--exclude", &temporary]].concat()).done();
    let shown = admin.run(&["project", "preview", "shop"]).done();
    insta::assert_snapshot!(stable(&shown, &[database]), @r"
    comes to  2 tables and 1 view
    of  4 objects at the source
    excluded  1 object
    usable  yes

    objects
    SOURCE  TARGET  KIND  SETTINGS
    ···.items  ···.items  TABLE
    ···.latest  ···.latest  VIEW
    ···.orders  ···.orders  TABLE
    ");

    let orders = format!("{database}.orders={database}.sales,{database}.none");
    let preview = ["project", "preview", "shop", "--objects", &orders, "--tab", "removed"];
    let shown = admin.run(&preview).done();
    insta::assert_snapshot!(stable(&shown, &[database]), @r"
    comes to  1 table
    of  4 objects at the source
    new  1 object
    removed  3 objects
    usable  yes

    lines that match nothing
    LINE  AT  REASON
    ···.none  tableAndViewWhiteList[1]  ··· has no such object

    removed objects
    SOURCE  TARGET  KIND  SETTINGS
    ···.items  ···.items  TABLE
    ···.latest  ···.latest  VIEW
    ···.orders  ···.orders  TABLE
    ");

    let alone = ["project", "preview", "--source", "source", "--objects", &all, "--search", "ord"];
    let found = admin.json(&alone);
    assert_eq!(
        (&found["counts"]["final"], &found["objects"]["totalCount"]),
        (&4.into(), &1.into())
    );
    let page = admin.run(&["project", "preview", "shop", "--page-size", "1"]);
    assert!(page.stderr.contains("1 of 3 objects"), "{page:?}");
    admin.run(&["project", "preview"]).misused();
    admin.run(&["project", "preview", "--source", "source"]).misused();
    let wrong = ["project", "preview", "--source", "source", "--objects", "no dot"];
    admin.run(&wrong).refused(4, "PROJECT-0006");
}

#[tokio::test]
async fn objects_go_to_a_file_and_come_back() {
    let Shop { admin, source, up: _up, ground, .. } = Shop::open().await;
    let database = source.name();
    let all = format!("{database}.*");
    let create = ["project", "create", "shop", "--source", "source", "--sink", "target"];
    admin.run(&[&create[..], &["--objects", &all]].concat()).done();
    let text = format!("{database}.orders | {database}.items |");
    let import = ["project", "import", "shop", "-"];
    let told = admin.feed(&[&import[..], &["--dry-run"]].concat(), &text).done();
    assert_eq!(told, "shop would get 2 tables and 0 views.\n");
    assert_eq!(admin.json(&["project", "show", "shop"])["transferMapping"]["mode"], "WILDCARD");
    admin.feed(&import, &text).refused(2, "CLI-0002");
    let told = admin.feed(&[&import[..], &["--yes"]].concat(), &text).done();
    assert_eq!(told, "shop has 2 tables and 0 views now.\n");
    assert_eq!(admin.json(&["project", "show", "shop"])["transferMapping"]["mode"], "SPECIFIC");

    let file = ground.dir.path().join("objects.csv");
    let path = file.to_str().unwrap();
    admin.run(&["project", "export", "shop", "--format", "csv", "-o", path]).done();
    let csv = std::fs::read_to_string(&file).unwrap();
    assert!(csv.contains("orders") && csv.contains("items"), "{csv}");
    let (same, renamed) = (format!(",{database},orders,"), format!(",{database},all_orders,"));
    assert!(csv.contains(&same), "{csv}");
    std::fs::write(&file, csv.replace(&same, &renamed)).unwrap();
    admin.run(&["project", "import", "shop", path, "--yes"]).done();
    let shown = admin.run(&["project", "show", "shop"]).done();
    assert!(shown.contains(&format!("{database}.all_orders")), "{shown}");
    let names = admin.run(&["project", "export", "shop", "--format", "text"]).done();
    assert!(names.contains(&format!("{database}.orders")), "{names}");

    let unknown = format!("{database}.orders | {database}.no_such_table |");
    let told = admin.feed(&[&import[..], &["--yes"]].concat(), &unknown).refused(4, "PROJECT-0007");
    assert!(told.contains("no_such_table"), "{told}");
    let kept = admin.json(&["project", "show", "shop"]);
    assert_eq!(kept["transferMapping"]["databases"][0]["tables"].as_array().unwrap().len(), 2);
    let template = admin.run(&["project", "template"]).done();
    assert!(template.contains("sourceDatabase,sourceTable"), "{template}");
}

//! Data sources on real databases.

use super::shop::{Shop, add, url_of};
use crate::harness::{Ground, run, stable};
use oms_testkit::{
    TestDb, TestUser,
    peer::{ClosedPort, ClosingServer},
    servers,
};

#[tokio::test]
async fn a_data_source_is_added_looked_at_changed_copied_and_deleted() {
    let server = servers::mariadb();
    let user = TestUser::create(server, "oms", "s3cret", &["SELECT ON *.*"]).await.unwrap();
    let other = TestUser::create(server, "oms", "0ther", &["SELECT ON *.*"]).await.unwrap();
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let told =
        admin.run(&["datasource", "add", "shop", "--url", &url_of(user.server(), None)]).done();
    assert!(told.starts_with("Registered shop: MariaDB 10.11"), "{told}");
    let shown = admin.json(&["datasource", "show", "shop"]);
    assert_eq!((&shown["kind"], &shown["hasPassword"]), (&"MARIADB".into(), &true.into()));
    assert!(!shown.to_string().contains("s3cret"));

    // A change keeps the password, unless it would go elsewhere; a wrong one is not saved.
    admin.run(&["datasource", "edit", "shop", "--description", "the shop"]).done();
    let elsewhere = ["datasource", "edit", "shop", "--tls", "disable"];
    let told = admin.run(&elsewhere).refused(2, "CLI-0002");
    assert!(told.contains("OMS_DATASOURCE_PASSWORD"), "{told}");
    admin.feed(&[&elsewhere[..], &["--password-stdin"]].concat(), "s3cret\n").done();
    let edit = ["datasource", "edit", "shop", "--password-stdin"];
    admin.feed(&edit, "wrong\n").refused(4, "DATASOURCE-0014");
    admin.run(&["datasource", "test", "shop"]).done();
    let to_other = ["datasource", "edit", "shop", "--user", other.name(), "--password-stdin"];
    admin.feed(&to_other, "0ther").done();
    let shown = admin.json(&["datasource", "show", "shop"]);
    assert_eq!(shown["description"], "the shop");
    assert_eq!(
        (&shown["username"], &shown["tls"]["mode"]),
        (&other.name().into(), &"disable".into())
    );

    let copy = ["datasource", "copy", "shop", "shop-2", "--user", user.name(), "--password-stdin"];
    admin.feed(&copy, "s3cret").done();
    assert_eq!(admin.json(&["datasource", "list", "--sort", "name"])["totalCount"], 2);
    admin.run(&["datasource", "delete", "shop"]).refused(2, "CLI-0002");
    admin.run(&["datasource", "delete", "shop", "--yes"]).done();
    admin.run(&["datasource", "show", "shop"]).refused(4, "DATASOURCE-0001");
    assert_eq!(admin.json(&["datasource", "list"])["items"][0]["name"], "shop-2");
}

#[tokio::test]
async fn a_password_need_not_stand_in_a_command_line() {
    let server = servers::mariadb();
    let user = TestUser::create(server, "oms", "s3cret", &[]).await.unwrap();
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let url = url_of(user.server(), None).replace(":s3cret@", "@");
    let test = ["datasource", "test", "--url", &url];
    let told = admin.run(&test).refused(2, "CLI-0002");
    assert!(told.contains("OMS_DATASOURCE_PASSWORD"), "{told}");
    admin.feed(&[&test[..], &["--password-stdin"]].concat(), "s3cret\n").done();
    run(admin.command(&test).env("OMS_DATASOURCE_PASSWORD", "s3cret"), None).done();
    admin.run(&[&test[..], &["--no-password"]].concat()).refused(4, "DATASOURCE-0014");
    let mut whole = admin.command(&["datasource", "add", "shop"]);
    run(whole.env("OMS_DATASOURCE_URL", url_of(user.server(), None)), None).done();
}

#[tokio::test]
async fn a_document_says_what_flags_do_not() {
    let database = TestDb::create(servers::postgres()).await.unwrap();
    let server = database.server();
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let document = serde_json::json!({
        "name": "pg", "kind": "POSTGRESQL", "host": server.host, "port": server.port,
        "username": server.user, "database": database.name(), "connExtraAttributes": { "a": 1 },
    });
    let file = ground.dir.path().join("pg.yaml");
    std::fs::write(&file, document.to_string()).unwrap();
    let mut command = admin.command(&["datasource", "add", "-f", file.to_str().unwrap()]);
    if server.password.is_empty() {
        command.arg("--no-password");
    } else {
        command.env("OMS_DATASOURCE_PASSWORD", &server.password);
    }
    run(&mut command, None).done();
    let shown = admin.json(&["datasource", "show", "pg"]);
    assert_eq!(shown["connExtraAttributes"]["a"], 1);
    std::fs::write(&file, "name: x\nkind: MYSQL\nprot: 1\n").unwrap();
    let told =
        admin.run(&["datasource", "add", "-f", file.to_str().unwrap()]).refused(2, "CLI-0003");
    assert!(told.contains("unknown field `prot`"), "{told}");
}

#[tokio::test]
async fn what_is_in_a_data_source_is_shown_in_tables() {
    let Shop { source, admin, up: _up, ground: _ground, .. } = Shop::open().await;
    let database = source.name();
    let plain = |text: String| stable(&text, &[database]);
    let tables = plain(admin.run(&["datasource", "tables", "source", database]).done());
    let columns = plain(admin.run(&["datasource", "columns", "source", database, "items"]).done());
    insta::assert_snapshot!(tables, @r"
    NAME  KIND  ROWS  BYTES  KEY  ENGINE  COMMENT
    items  TABLE  0  16384  primary  InnoDB
    latest  VIEW  -  -  none  -
    orders  TABLE  0  16384  primary  InnoDB
    tmp_old  TABLE  0  16384  primary  InnoDB
    ");
    insta::assert_snapshot!(columns, @r"
    table  ···.items

    columns
    #  COLUMN  TYPE  NULL  DEFAULT  EXTRA  COMMENT
    1  order_id  bigint unsigned  no  -
    2  pos  int  no  -

    keys
    KEY  KIND  COLUMNS  METHOD
    PRIMARY  PRIMARY  order_id, pos  BTREE

    foreign keys
    FOREIGN KEY  COLUMNS  REFERENCES  UPDATE  DELETE
    items_ibfk_1  order_id  ···.orders (id)  NO ACTION  NO ACTION
    ");
    let found = admin.json(&["datasource", "databases", "source", "--search", database]);
    assert_eq!(found["items"][0]["name"], database);
    let views = admin.json(&["datasource", "tables", "source", database, "--kind", "view"]);
    assert_eq!((&views["items"][0]["name"], &views["totalCount"]), (&"latest".into(), &1.into()));
    admin.run(&["datasource", "tables", "source", "no_such_db"]).refused(4, "DATASOURCE-0020");
    let columns = ["datasource", "columns", "source", database, "no_such_table"];
    admin.run(&columns).refused(4, "DATASOURCE-0021");
}

#[tokio::test]
async fn a_test_tells_what_an_account_lacks() {
    let user = TestUser::create(servers::mysql(), "oms", "s3cret", &[]).await.unwrap();
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let told = admin.run(&["datasource", "test", "--url", &url_of(user.server(), None)]).done();
    assert!(told.contains("missing privileges\nPRIVILEGE"), "{told}");
    assert!(told.contains("GRANT "), "{told}");
}

#[tokio::test]
async fn each_way_to_fail_is_an_error_of_its_own() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let (closed, closing) = (ClosedPort::reserve().unwrap(), ClosingServer::start().unwrap());
    let mysql = servers::mysql();
    for (address, code) in [
        ("mysql://u@no-such-host.invalid".to_owned(), "DATASOURCE-0010"),
        (format!("mysql://u@{}", closed.address()), "DATASOURCE-0011"),
        (format!("mysql://u@{}", closing.address()), "DATASOURCE-0018"),
        (format!("mysql://{}:wrong@{}:{}", mysql.user, mysql.host, mysql.port), "DATASOURCE-0014"),
        (url_of(mysql, Some("no_such_db")), "DATASOURCE-0016"),
        (url_of(mysql, None).replace("mysql:", "mariadb:"), "DATASOURCE-0015"),
    ] {
        let add = ["datasource", "add", "x", "--url", &address];
        let mut command = admin.command(&add);
        let told = run(command.env("OMS_DATASOURCE_PASSWORD", "x"), None);
        let told = if mysql.password.is_empty() && !address.contains(":wrong@") {
            admin.run(&[&add[..], &["--no-password"]].concat())
        } else {
            told
        };
        told.refused(4, code);
    }
    for wrong in ["kafka://u@h", "mysql://h", "mysql://u:hunter2@h/a/b", "nonsense"] {
        let told = admin.run(&["datasource", "add", "x", "--url", wrong]).refused(2, "CLI-0001");
        assert!(!told.contains("hunter2"), "{told}");
    }
    assert_eq!(admin.json(&["datasource", "list"])["totalCount"], 0);
}

#[tokio::test]
async fn lists_are_filtered_and_sorted() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    add(&admin, "b-maria", &url_of(servers::mariadb(), None));
    add(&admin, "a-mysql", &url_of(servers::mysql(), None));
    let names = |filter: &[&str]| -> Vec<String> {
        let listed = admin.json(&[&["datasource", "list"], filter].concat());
        let items = listed["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["--sort", "name", "--ascending"]), ["a-mysql", "b-maria"]);
    assert_eq!(names(&["--sort", "created", "--ascending"]), ["b-maria", "a-mysql"]);
    assert_eq!(names(&["--kind", "mariadb,POSTGRESQL"]), ["b-maria"]);
    assert_eq!(names(&["--search", "MYSQL"]), ["a-mysql"]);
    let kinds = admin.run(&["datasource", "kinds"]).done();
    assert!(
        kinds.lines().any(|line| line.split_whitespace().eq(["OB_MYSQL", "supported"])),
        "{kinds}"
    );
    assert!(
        kinds.lines().any(|line| line.split_whitespace().eq(["KAFKA", "not", "yet"])),
        "{kinds}"
    );
}

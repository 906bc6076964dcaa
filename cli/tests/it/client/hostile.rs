//! Texts that want to be obeyed: a terminal must not see them raw.

use super::shop::Shop;
use serde_json::Value;

/// Sets the window's title, clears the screen, turns the direction of reading.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}gpj";

#[tokio::test]
async fn comments_of_a_database_are_shown_and_not_obeyed() {
    let Shop { admin, source, up: _up, ground: _ground, .. } = Shop::open().await;
    let database = source.name();
    source.exec(&format!("ALTER TABLE orders COMMENT '{EVIL}'")).await.unwrap();
    source.exec(&format!("ALTER TABLE items MODIFY pos INT COMMENT '{EVIL}'")).await.unwrap();
    for arguments in [
        &["datasource", "tables", "source", database][..],
        &["datasource", "columns", "source", database, "items"],
    ] {
        let shown = admin.run(arguments).done();
        assert!(shown.contains(r"\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}gpj"), "{shown:?}");
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
        let json = admin.run(&[&["--json"], arguments].concat()).done();
        assert!(!json.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{json:?}");
        // Escaped, and still the same text.
        let value: Value = serde_json::from_str(&json).unwrap();
        let has = |key: &str| {
            value[key].as_array().is_some_and(|all| all.iter().any(|item| item["comment"] == EVIL))
        };
        assert!(has("items") || has("columns"), "{json}");
    }
}

#[tokio::test]
async fn names_of_any_sort_are_one_argument_and_no_path_or_query() {
    let Shop { admin, source, up: _up, ground: _ground, .. } = Shop::open().await;
    let database = source.name();
    let names =
        ["..", "a?b=c#d", "'; drop table orders; --", "%2e%2e", "订单", "a\nb", "../../projects"];
    for name in names {
        if !name.contains(['/', '\n', '.']) {
            let columns = ["datasource", "columns", "source", database, name];
            admin.run(&columns).refused(4, "DATASOURCE-0021");
        }
        admin.run(&["project", "show", name]).refused(4, "GHANA-PROJECT000001");
        admin.run(&["label", "rename", name, "x"]).refused(4, "LABEL-0001");
        admin.run(&["user", "show", name]).refused(4, "USER-0001");
    }
    // No URL can name these, so they are refused before one is made of them.
    for name in [".", ".."] {
        admin.run(&["datasource", "tables", "source", name]).refused(4, "DATASOURCE-0020");
        admin.run(&["datasource", "columns", "source", name, "x"]).refused(4, "DATASOURCE-0020");
    }
    let told = admin.run(&["project", "show", "evil\u{1b}[2J"]).refused(4, "GHANA-PROJECT000001");
    assert!(told.contains(r"evil\u{1b}[2J") && !told.contains('\u{1b}'), "{told:?}");
}

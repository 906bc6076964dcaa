//! Users, departments and API keys.

use crate::harness::{FIRST, Ground, SECOND, stable};

#[test]
fn users_come_change_and_go() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let made = admin.json(&["user", "add", "li", "--role", "user", "--email", "li@example.org"]);
    let password = made["generatedPassword"].as_str().expect("it is shown this once").to_owned();
    assert_eq!(made["user"]["account"], "li");
    up.stranger().log_in("li", &password).done();

    admin.run(&["user", "edit", "li", "--description", "night shift", "--email", ""]).done();
    let li = admin.json(&["user", "show", "li"]);
    assert_eq!((li["description"].as_str(), li.get("email")), (Some("night shift"), None));
    assert_eq!(admin.json(&["user", "show", li["id"].as_str().unwrap()])["account"], "li");

    assert_eq!(admin.run(&["user", "disable", "li"]).done(), "li may not log in any more.\n");
    up.stranger().log_in("li", &password).refused(4, "AUTH-0013");
    assert_eq!(admin.json(&["user", "list", "--disabled"])["totalCount"], 1);
    admin.run(&["user", "enable", "li"]).done();
    assert_eq!(admin.json(&["user", "list", "--disabled"])["totalCount"], 0);

    let reset = admin.json(&["user", "reset-password", "li"]);
    up.stranger().log_in("li", &password).refused(4, "AUTH-0002");
    up.stranger().log_in("li", reset["password"].as_str().unwrap()).done();

    let told = admin.run(&["user", "delete", "li"]).refused(2, "CLI-0002");
    assert!(told.contains("give --yes"), "{told}");
    admin.run(&["user", "delete", "li", "--yes"]).done();
    admin.run(&["user", "show", "li"]).refused(4, "USER-0001");
}

#[test]
fn a_first_password_may_be_given() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let told = admin.feed(&["user", "add", "li", "--password-stdin"], FIRST).done();
    assert_eq!(told, "Created li.\n");
    let li = up.person("li");
    assert_eq!(li.json(&["whoami"])["account"], "li");
    // A user sees no others, but itself.
    li.run(&["user", "list"]).refused(4, "AUTH-0009");
    li.run(&["user", "show", "admin"]).refused(4, "AUTH-0009");
    li.run(&["user", "edit", "li", "--email", "li@example.org"]).done();
    assert_eq!(li.json(&["user", "show", "li"])["email"], "li@example.org");
}

#[test]
fn a_list_of_users_is_a_table() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    admin.run(&["user", "add", "li", "--role", "ADMIN_VIEWER"]).done();
    let listed = admin.json(&["user", "list"]);
    let id = listed["items"][1]["id"].as_str().unwrap();
    let login = listed["items"][0]["lastLoginAt"].as_str().unwrap();
    let login = login[..19].replace('T', " ");
    let table = stable(&admin.run(&["user", "list"]).done(), &[id, &login]);
    insta::assert_snapshot!(table, @r"
    ACCOUNT  ROLE  DEPARTMENT  STATE  LAST LOGIN  ID
    admin  ADMIN  default  enabled  ···  u_0000000admin
    li  ADMIN_VIEWER  default  enabled  never  ···
    ");
    let shown = admin.run(&["user", "list", "--search", "nobody-is-called-so"]).done();
    assert_eq!(shown, "ACCOUNT  ROLE  DEPARTMENT  STATE  LAST LOGIN  ID\n");
}

#[test]
fn refusals_name_every_fault_and_change_nothing() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    for (account, code) in [("li2", "COMMON-0006"), ("'; drop table users; --", "COMMON-0006")] {
        let told = admin.run(&["user", "add", "--", account]).refused(4, code);
        assert!(told.contains("\n  - account: "), "{told}");
    }
    admin.run(&["user", "add", "admin"]).refused(4, "USER-0002");
    admin.run(&["user", "add", "boss", "--role", "ADMIN"]).refused(4, "AUTH-0009");
    let told = admin.run(&["user", "add", "li", "--role", "KING"]).misused();
    assert!(told.contains("ADMIN_VIEWER"), "the known ones are listed: {told}");
    let told = admin.run(&["user", "edit", "admin"]).misused();
    assert!(told.contains("--email"), "{told}");
    admin.run(&["user", "delete", "admin", "--yes"]).refused(4, "USER-0003");
    assert_eq!(admin.json(&["user", "list"])["totalCount"], 1);
}

#[test]
fn departments_are_roots_business() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    up.person("admin").run(&["department", "list"]).refused(4, "AUTH-0009");
    let root = up.person("root");
    assert_eq!(root.run(&["department", "add", "研发"]).done(), "Created the department 研发.\n");
    root.run(&["department", "rename", "研发", "lab"]).done();
    let told = root.run(&["department", "delete", "LAB", "--yes"]).refused(4, "USER-0005");
    assert!(told.contains("did you mean lab?"), "{told}");
    root.run(&["user", "add", "li", "--department", "lab"]).done();
    assert_eq!(root.json(&["user", "list", "--department", "lab"])["totalCount"], 1);
    root.run(&["department", "delete", "lab", "--yes"]).refused(4, "USER-0007");
    root.run(&["user", "delete", "li", "--yes"]).done();
    root.run(&["department", "delete", "lab", "--yes"]).done();
    root.run(&["department", "delete", "default", "--yes"]).refused(4, "USER-0008");
    assert_eq!(root.json(&["department", "list"])["totalCount"], 1);
}

#[test]
fn an_api_key_shows_its_secret_once() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let ended = admin.run(&["api-key", "create", "--description", "reports"]);
    assert!(ended.stderr.contains("shown this once"), "{ended:?}");
    let secret = ended.done().lines().last().unwrap().split_whitespace().last().unwrap().to_owned();
    let listed = admin.json(&["api-key", "list"]);
    assert!(!listed.to_string().contains(&secret));
    let id = listed["items"][0]["id"].as_str().unwrap();
    admin.run(&["api-key", "disable", id]).done();
    assert_eq!(admin.json(&["api-key", "list", "--user", "admin"])["items"][0]["enabled"], false);
    admin.run(&["api-key", "enable", id]).done();
    admin.run(&["api-key", "delete", id, "--yes"]).done();
    assert_eq!(admin.json(&["api-key", "list"])["totalCount"], 0);
    admin.run(&["api-key", "enable", id]).refused(4, "USER-0009");
    let told = admin.run(&["api-key", "enable", "k_"]).misused();
    assert!(told.contains("not an API key id") || told.contains("k_ followed by"), "{told}");
}

#[test]
fn long_lists_are_fetched_whole_or_by_the_page() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let letters: Vec<String> = ('a'..='l').map(|letter| format!("user_{letter}")).collect();
    for account in &letters {
        admin.feed(&["user", "add", account, "--password-stdin"], SECOND).done();
    }
    let all = admin.json(&["user", "list", "--search", "user_"]);
    assert_eq!((all["items"].as_array().unwrap().len(), &all["totalCount"]), (12, &12.into()));
    let page =
        admin.json(&["user", "list", "--search", "user_", "--page", "2", "--page-size", "5"]);
    assert_eq!(page["items"].as_array().unwrap().len(), 5);
    assert_eq!((&page["items"][0]["account"], &page["totalCount"]), (&"user_f".into(), &12.into()));
    for wrong in [["--page", "0"], ["--page-size", "0"], ["--page-size", "1000000000"]] {
        admin.run(&[&["user", "list"], &wrong[..]].concat()).misused();
    }
}

//! Keys of the system, and who may turn them.

use crate::harness::{Ground, SECOND};
use oms_testkit::{TestUser, servers};

#[test]
fn signing_keys_change_while_sessions_go_on() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let (root, admin) = (up.person("root"), up.person("admin"));
    admin.run(&["keys", "rotate"]).refused(4, "AUTH-0009");
    let (first, second) = (root.json(&["keys", "rotate"]), root.json(&["keys", "rotate"]));
    assert_ne!(first["kid"], second["kid"]);
    admin.run(&["whoami"]).done();
    admin.expire();
    admin.run(&["whoami"]).done();
}

#[tokio::test]
async fn a_vault_key_is_rotated_and_every_secret_still_opens() {
    let server = servers::mariadb();
    let user = TestUser::create(server, "oms", "s3cret", &[]).await.unwrap();
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let (root, admin) = (up.person("root"), up.person("admin"));
    let url = super::shop::url_of(user.server(), None);
    admin.run(&["datasource", "add", "shop", "--url", &url]).done();
    let key = || std::fs::read_to_string(ground.data().join("vault.key")).unwrap();
    let before = key();
    admin.run(&["vault", "rotate"]).refused(4, "AUTH-0009");
    let told = root.run(&["vault", "rotate"]).done();
    assert!(told.contains("project-service        1"), "{told}");
    assert!(told.contains("sync-service           0"), "{told}");
    assert!(key().ends_with(&before) && key() != before, "the old key stays behind the new one");
    admin.run(&["datasource", "test", "shop"]).done();
    // What was sealed anew opens after a restart, too.
    up.stop();
    let up = ground.up_with_passwords();
    let admin = up.stranger();
    admin.log_in("admin", SECOND).done();
    admin.run(&["datasource", "test", "shop"]).done();
}

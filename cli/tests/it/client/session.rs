//! Logging in, staying logged in, logging out.

use crate::harness::{FIRST, Ground, Person, SECOND, mode, run};
use oms_testkit::peer::{ClosedPort, ClosingServer};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_wrong_password_leaves_no_session() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.stranger();
    let told = person.log_in("admin", "wrong").refused(4, "AUTH-0002");
    assert!(told.contains("\n  request: "), "{told}");
    assert!(!person.session_file().exists());
    person.run(&["whoami"]).refused(4, "CLI-0010");
}

#[test]
fn the_first_password_opens_nothing_but_the_way_to_another() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.stranger();
    let ended = person.log_in("admin", FIRST);
    assert!(ended.stderr.contains("Before anything else the password is to be changed"));
    assert_eq!(ended.done(), format!("Logged in as admin at {}/.\n", up.url));
    person.run(&["label", "list"]).refused(4, "AUTH-0008");
    let passwd = ["user", "passwd", "--password-stdin"];
    person.feed(&passwd, &format!("{FIRST}\nweak\n")).refused(4, "AUTH-0011");
    person.feed(&passwd, &format!("wrong\n{SECOND}\n")).refused(4, "AUTH-0012");
    person.feed(&passwd, &format!("{FIRST}\n")).refused(2, "CLI-0001");
    let told = person.feed(&passwd, &format!("{FIRST}\n{SECOND}\n")).done();
    assert_eq!(told, "Changed the password of admin.\n");
    person.run(&["label", "list"]).done();
    up.stranger().log_in("admin", FIRST).refused(4, "AUTH-0002");
}

#[test]
fn secrets_may_come_from_the_environment() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.stranger();
    let mut login = person.command(&["login"]);
    login.envs([("OMS_URL", up.url.as_str()), ("OMS_ACCOUNT", "admin"), ("OMS_PASSWORD", FIRST)]);
    run(&mut login, None).done();
    let mut passwd = person.command(&["user", "passwd"]);
    passwd.envs([("OMS_PASSWORD", FIRST), ("OMS_NEW_PASSWORD", SECOND)]);
    run(&mut passwd, None).done();
    assert_eq!(person.json(&["whoami"])["passwordChangeRequired"], false);
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.stranger();
    let told = person.run(&["login", "--url", &up.url]).refused(2, "CLI-0002");
    assert!(told.contains("give --account"), "{told}");
    let told = person.run(&["login", "--account", "admin"]).refused(2, "CLI-0002");
    assert!(told.contains("give --password-stdin, or set OMS_PASSWORD"), "{told}");
    person.feed(&["login", "--account", "admin", "--password-stdin"], "").refused(2, "CLI-0001");
}

#[test]
fn the_session_is_closed_to_others_and_refused_when_it_was_opened() {
    let ground = Ground::new();
    let person = ground.up_with_passwords().person("admin");
    let file = person.session_file();
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = person.run(&["whoami"]).refused(4, "CLI-0014");
    assert!(told.contains("set its mode to 600"), "{told}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, "{").unwrap();
    let told = person.run(&["whoami"]).refused(4, "CLI-0014");
    assert!(told.contains("is not a session file"), "{told}");
}

#[test]
fn a_session_is_renewed_before_it_runs_out_and_when_the_gateway_no_longer_takes_it() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.person("admin");
    let refresh =
        |person: &Person| person.session()["profiles"]["default"]["tokens"]["refresh"].clone();
    let before = refresh(&person);
    person.run(&["whoami"]).done();
    assert_eq!(refresh(&person), before, "a fresh token is not renewed");
    person.expire();
    person.run(&["whoami"]).done();
    let renewed = refresh(&person);
    assert_ne!(renewed, before);
    // Fresh by our clock, but no token of this gateway.
    person.tamper("access", "eyJhbGciOiJub25lIn0.e30.");
    person.run(&["whoami"]).done();
    assert_ne!(refresh(&person), renewed);
}

#[test]
fn many_commands_at_once_use_each_refresh_token_once() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.person("admin");
    for _ in 0..3 {
        person.expire();
        std::thread::scope(|scope| {
            let commands: Vec<_> =
                (0..8).map(|_| scope.spawn(|| person.run(&["whoami"]))).collect();
            for command in commands {
                command.join().unwrap().done();
            }
        });
    }
    // A token used twice would have ended the session.
    person.run(&["label", "list"]).done();
}

#[test]
fn a_session_that_is_over_is_forgotten_and_says_how_to_log_in() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.person("admin");
    let old = person.session();
    person.expire();
    person.run(&["whoami"]).done();
    // The token of before, used a second time: by a thief, as far as anybody can tell.
    let mut stolen = old;
    stolen["profiles"]["default"]["tokens"]["accessExpiresAt"] = "2020-01-01T00:00:00Z".into();
    let thief = up.stranger();
    std::fs::create_dir_all(thief.session_file().parent().unwrap()).unwrap();
    std::fs::write(thief.session_file(), stolen.to_string()).unwrap();
    std::fs::set_permissions(thief.session_file(), std::fs::Permissions::from_mode(0o600)).unwrap();
    let told = thief.run(&["whoami"]).refused(4, "AUTH-0005");
    assert!(told.contains("change the password if it was not you"), "{told}");
    person.expire();
    let ended = person.run(&["whoami"]);
    assert!(ended.stderr.contains("oms login") || ended.stderr.contains("AUTH-0005"), "{ended:?}");
    assert_eq!(ended.code, Some(4));
    assert_eq!(person.session()["profiles"]["default"].get("tokens"), None);
    person.run(&["whoami"]).refused(4, "CLI-0010");
    // The address is remembered.
    let again = person.feed(&["login", "--account", "admin", "--password-stdin"], SECOND);
    again.done();
}

#[test]
fn a_logout_ends_the_session_at_the_gateway_too() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.person("admin");
    let kept = std::fs::read(person.session_file()).unwrap();
    assert_eq!(person.run(&["logout"]).done(), "Logged out.\n");
    person.run(&["whoami"]).refused(4, "CLI-0010");
    std::fs::write(person.session_file(), kept).unwrap();
    assert_eq!(person.run(&["whoami"]).code, Some(4), "the old tokens open nothing");
    // Logging out without a session is nothing wrong.
    person.run(&["logout"]).done();
    up.stranger().run(&["logout"]).done();
}

#[test]
fn profiles_are_sessions_side_by_side() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.person("admin");
    let login = ["--profile", "second", "login", "--url", &up.url, "--account", "root"];
    person.feed(&[&login[..], &["--password-stdin"]].concat(), FIRST).done();
    assert_eq!(person.json(&["whoami"])["account"], "admin");
    assert_eq!(person.json(&["--profile", "second", "whoami"])["account"], "root");
    let mut command = person.command(&["--json", "whoami"]);
    let told = run(command.env("OMS_PROFILE", "second"), None).done();
    assert!(told.contains(r#""account":"root""#), "{told}");
    person.run(&["--profile", "second", "logout"]).done();
    person.run(&["whoami"]).done();
    let told = person.run(&["--profile", "second", "whoami"]).refused(4, "CLI-0010");
    assert!(told.contains("oms login --profile second"), "{told}");
}

#[tokio::test]
async fn an_address_where_nothing_or_something_else_answers_is_named() {
    let ground = Ground::new();
    let person = ground.up_with_passwords().stranger();
    let login = |url: &str| {
        person.feed(&["login", "--url", url, "--account", "x", "--password-stdin"], "x")
    };
    let closed = ClosedPort::reserve().unwrap();
    let url = format!("http://{}", closed.address());
    let told = login(&url).refused(4, "CLI-0011");
    assert!(told.contains(&url) && told.contains("refused") && told.contains("oms up"), "{told}");
    let closing = ClosingServer::start().unwrap();
    login(&format!("http://{}", closing.address())).refused(4, "CLI-0012");
    let told = login("http://no-such-host.invalid").refused(4, "CLI-0011");
    assert!(told.contains("no-such-host.invalid"), "{told}");
    for url in ["localhost", "ftp://h", "http://u:hunter2@h"] {
        let told = login(url).refused(2, "CLI-0001");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_page_that_is_no_api_is_not_taken_for_one() {
    use std::io::{Read, Write};
    let ground = Ground::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let page = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html></html>";
        stream.write_all(page.as_bytes()).unwrap();
    });
    let person = Person { home: tempfile::tempdir().unwrap(), url };
    let told = person.log_in("admin", "x").refused(4, "CLI-0013");
    assert!(told.contains("check that an OMS gateway answers there"), "{told}");
    server.join().unwrap();
    drop(ground);
}

//! First starts, later starts, and what they leave behind.

use crate::harness::{FIRST, Ground, SECOND, mode};
use oms_testkit::eventually;
use std::{os::unix::fs::PermissionsExt, time::Duration};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn the_first_start_tells_passwords_that_work_and_the_second_start_none() {
    let ground = Ground::new();
    let up = ground.up();
    for account in ["root", "admin"] {
        let password = up.ready["firstPasswords"][account].as_str().expect("a password");
        up.stranger().log_in(account, password).done();
    }
    assert!(!up.logged().contains(up.ready["firstPasswords"]["root"].as_str().unwrap()));
    up.stop();
    let again = ground.up();
    assert_eq!(again.ready.get("firstPasswords"), None);
}

#[tokio::test]
async fn people_are_told_where_it_is_and_how_to_go_on() {
    let ground = Ground::new();
    let file = ground.dir.path().join("ready.json");
    let mut command = ground.human();
    command.arg("--ready-file").arg(&file);
    let out = ground.dir.path().join("out");
    command.stdout(std::fs::File::create(&out).unwrap());
    command.stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    eventually(SOON, async || file.exists()).await;
    let ready: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).expect("JSON");
    child.kill().unwrap();
    child.wait().unwrap();
    let told = std::fs::read_to_string(&out).unwrap();
    let password = |account: &str| {
        let line = told.lines().find(|line| line.trim_start().starts_with(account));
        line.and_then(|line| line.split_whitespace().nth(1)).expect("a password").to_owned()
    };
    let (url, data) = (ready["url"].as_str().unwrap(), ready["dataDir"].as_str().unwrap());
    let told = told
        .replace(url, "URL")
        .replace(data, "DATA")
        .replace(&password("admin"), "PASSWORD")
        .replace(&password("root"), "PASSWORD")
        .replace(env!("CARGO_PKG_VERSION"), "x.y.z");
    insta::assert_snapshot!(told, @r"
    OMS x.y.z is ready.

      address   URL
      API       URL/api/docs
      data      DATA

    This is the first start. These passwords are shown once, and the first login asks for new ones:

      admin     PASSWORD
      root      PASSWORD

    Go on with: oms login --url URL --account admin
    Ctrl-C stops it.
    ");
}

#[test]
fn everything_secret_is_closed_to_others() {
    let ground = Ground::new();
    let up = ground.up();
    let data = ground.data();
    for file in ["vault.key", "internal.key", "oms.lock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    assert_eq!((mode(&data), mode(&data.join("meta"))), (0o700, 0o700));
    let mut services: Vec<String> = data
        .join("meta")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".db"))
        .collect();
    services.sort();
    assert_eq!(
        services,
        ["alert.db", "gateway.db", "project.db", "store.db", "sync.db", "verify.db"]
    );
    up.stop();
    // What somebody opened is closed again at the next start.
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let _up = ground.up();
    assert_eq!(mode(&data), 0o700);
}

#[test]
fn all_six_services_answer_when_it_says_so() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let services = up.person("admin").json(&["status"]);
    let ready = |service: &serde_json::Value| {
        assert_eq!(service["ready"], true, "{service}");
        assert_eq!(service["instance"]["metadata"], "sqlite");
        service["service"].as_str().unwrap().to_owned()
    };
    let names: Vec<String> = services["items"].as_array().unwrap().iter().map(ready).collect();
    assert_eq!(
        names,
        [
            "gateway",
            "project-service",
            "sync-service",
            "verify-service",
            "store-service",
            "alert-service"
        ]
    );
}

#[test]
fn after_a_kill_everything_is_as_it_was() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    admin.run(&["label", "add", "prod"]).done();
    up.kill();
    let up = ground.up_with_passwords();
    // The settings' first passwords are for the very first start alone.
    up.stranger().log_in("admin", FIRST).refused(4, "AUTH-0002");
    let again = up.stranger();
    again.log_in("admin", SECOND).done();
    assert_eq!(again.json(&["label", "list"])["items"][0]["name"], "prod");
    // A session outlives the process, too: only its address has changed.
    let mut session = admin.session();
    session["profiles"]["default"]["url"] = up.url.clone().into();
    std::fs::write(admin.session_file(), session.to_string()).unwrap();
    assert_eq!(admin.json(&["whoami"])["account"], "admin");
}

#[tokio::test]
async fn the_ready_file_says_where_without_passwords_and_does_not_outlive_a_start() {
    let ground = Ground::new();
    let file = ground.dir.path().join("ready.json");
    let mut command = ground.command();
    command.arg("--ready-file").arg(&file);
    let up = crate::harness::Up::start(command, ground.log());
    eventually(SOON, async || file.exists()).await;
    let text = std::fs::read_to_string(&file).unwrap();
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&told["url"], &told["pid"]), (&up.ready["url"], &up.pid().into()));
    assert_eq!((told.get("firstPasswords"), mode(&file)), (None, 0o600));
    up.stop();
    // A start that fails leaves no word of the one before.
    std::fs::remove_file(ground.data().join("vault.key")).unwrap();
    let mut command = ground.human();
    command.arg("--ready-file").arg(&file);
    ground.fails(command).refused(4, "CLI-0022");
    assert!(!file.exists());
}

#[test]
fn settings_of_the_services_come_from_the_file_and_the_environment() {
    let ground = Ground::new();
    let config = ground.dir.path().join("oms.toml");
    std::fs::write(&config, "[gateway.users]\npassword_valid_days = 7\n").unwrap();
    let mut command = ground.command();
    command.arg("--config").arg(&config).env("OMS__GATEWAY__BOOTSTRAP__ADMIN_PASSWORD", FIRST);
    let up = crate::harness::Up::start(command, ground.log());
    assert_eq!(up.ready["firstPasswords"].as_object().unwrap().len(), 1, "only root's was made");
    let admin = up.stranger();
    let told = admin.log_in("admin", FIRST);
    assert!(told.stderr.contains("Before anything else"), "{}", told.stderr);
    let passwords = format!("{FIRST}\n{SECOND}\n");
    admin.feed(&["user", "passwd", "--password-stdin"], &passwords).done();
    let told = admin.log_in("admin", SECOND);
    assert!(told.stderr.contains("The password expires at"), "{}", told.stderr);
}

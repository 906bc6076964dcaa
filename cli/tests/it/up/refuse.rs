//! What keeps it from starting, and that nothing is lost by it.

use crate::harness::{Ground, Up, oms, run};
use std::{net::TcpListener, process::Command};

#[test]
fn a_second_start_in_the_same_directory_names_the_first() {
    let ground = Ground::new();
    let up = ground.up();
    let told = ground.fails(ground.human()).refused(4, "CLI-0021");
    assert!(told.contains(&format!("process {}", up.pid())), "{told}");
    up.stranger().log_in("admin", "wrong").refused(4, "AUTH-0002");
}

#[test]
fn a_lost_vault_key_is_not_replaced_and_a_restored_one_is_fine() {
    let ground = Ground::new();
    ground.up().stop();
    let key = ground.data().join("vault.key");
    let kept = ground.dir.path().join("backup");
    std::fs::rename(&key, &kept).unwrap();
    let told = ground.fails(ground.human()).refused(4, "CLI-0022");
    assert!(told.contains("restore the key file from your backup"), "{told}");
    assert!(!key.exists(), "no other key is made");
    std::fs::rename(&kept, &key).unwrap();
    let _up = ground.up();
}

#[test]
fn a_vault_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    ground.up().stop();
    let key = ground.data().join("vault.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = ground.fails(ground.human()).refused(4, "CLI-0020");
    assert!(told.contains("set its mode to 600"), "{told}");
}

#[test]
fn a_taken_port_is_found_before_passwords_are_made() {
    let ground = Ground::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = oms(ground.dir.path());
    command.args(["up", "--listen", &address, "--data-dir"]).arg(ground.data());
    let told = ground.fails(command).refused(4, "CLI-0023");
    assert!(told.contains(&address) && told.contains("Address already in use"), "{told}");
    let up = ground.up();
    assert!(
        up.ready["firstPasswords"]["root"].is_string(),
        "they are told by the start that works"
    );
}

#[test]
fn settings_are_refused_with_everything_that_is_wrong_and_nothing_is_made() {
    let ground = Ground::new();
    let config = ground.dir.path().join("oms.toml");
    std::fs::write(&config, "[gateway.http]\nworkers = 0\n[gatewey]\nx = 1\n").unwrap();
    let mut command = ground.human();
    command.arg("--config").arg(&config).env("OMS__PROJECT__HTTP__PROT", "1");
    let told = ground.fails(command).refused(2, "CLI-0024");
    for part in ["gateway.http.workers", "gatewey", "project.http.prot"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert!(!ground.data().join("vault.key").exists());
    let mut command = ground.human();
    command.args(["--config", "/nowhere/oms.toml"]);
    let told = ground.fails(command).refused(2, "CLI-0024");
    assert!(told.contains("/nowhere/oms.toml does not exist"), "{told}");
    let mut command = ground.human();
    command.arg("--config").arg(ground.dir.path());
    let told = ground.fails(command).refused(2, "CLI-0024");
    assert!(told.contains("cannot be read"), "{told}");
}

#[test]
fn directories_that_cannot_be_used_are_named() {
    let ground = Ground::new();
    std::fs::create_dir(ground.data()).unwrap();
    std::fs::write(ground.data().join("thesis.txt"), "x").unwrap();
    let told = ground.fails(ground.human()).refused(4, "CLI-0020");
    assert!(told.contains("holds other things than the data of OMS"), "{told}");
    for (dir, why) in [("/dev/null/data", "is no directory"), ("/proc/oms", "cannot be created")] {
        let mut command = oms(ground.dir.path());
        command.args(["up", "--data-dir", dir]);
        let told = ground.fails(command).refused(4, "CLI-0020");
        assert!(told.contains(dir) && told.contains(why), "{told}");
    }
    let mut command = Command::new(crate::harness::OMS);
    let told = run(command.env_clear().arg("up"), None).refused(4, "CLI-0020");
    assert!(told.contains("give --data-dir, or set HOME"), "{told}");
}

#[test]
fn damaged_metadata_is_named_by_its_service() {
    let ground = Ground::new();
    ground.up().stop();
    let file = ground.data().join("meta/store.db");
    std::fs::write(&file, "this is no database, whatever it was before".repeat(100)).unwrap();
    let told = ground.fails(ground.human());
    assert_eq!(told.code, Some(4), "{told:?}");
    assert!(told.stderr.contains("error[CLI-0025]: store-service does not start"), "{told:?}");
}

#[test]
fn lost_metadata_is_no_first_start() {
    let ground = Ground::new();
    ground.up().kill();
    for (service, lose, how) in [
        ("gateway", false, "gateway.db is empty"),
        ("gateway", true, "gateway.db is missing"),
        ("project", true, "project.db is missing"),
    ] {
        let file = ground.data().join(format!("meta/{service}.db"));
        let kept = ground.dir.path().join("backup");
        std::fs::rename(&file, &kept).unwrap();
        if !lose {
            std::fs::write(&file, "").unwrap();
        }
        let told = ground.fails(ground.human()).refused(4, "CLI-0031");
        assert!(told.contains(how) && told.contains("restore the metadata"), "{told}");
        assert!(lose != file.exists(), "nothing is made in its place");
        std::fs::rename(&kept, &file).unwrap();
    }
    assert_eq!(ground.up().ready.get("firstPasswords"), None);
}

#[test]
fn metadata_that_is_kept_elsewhere_is_not_missed() {
    let ground = Ground::new();
    ground.up().stop();
    std::fs::remove_file(ground.data().join("meta/gateway.db")).unwrap();
    let elsewhere = format!("sqlite:{}", ground.dir.path().join("elsewhere.db").display());
    let mut command = ground.command();
    command.env("OMS__GATEWAY__METADATA__URL", elsewhere);
    let up = Up::start(command, ground.log());
    assert!(up.ready["firstPasswords"]["root"].is_string(), "that one is new");
}

#[test]
fn a_disk_that_takes_no_more_ends_the_start_and_harms_nothing() {
    let ground = Ground::new();
    // Files of at most 16 kB: the keys would fit, the metadata does not.
    let script = format!("trap '' XFSZ; ulimit -f 32; exec {} \"$@\"", crate::harness::OMS);
    let mut command = Command::new("sh");
    command.env_clear().env("HOME", ground.dir.path()).args(["-c", &script, "sh", "up"]);
    command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(ground.data());
    let told = ground.fails(command).refused(4, "CLI-0027");
    assert!(told.contains("cannot be written to") && told.contains("advice: make room"), "{told}");
    assert!(!ground.data().join("vault.key").exists());
    // With room it starts as if nothing had been.
    let up = ground.up();
    assert!(up.ready["firstPasswords"]["root"].is_string());
}

#[test]
fn arguments_that_are_none_are_refused() {
    let ground = Ground::new();
    for arguments in [&["--listen", "8089"][..], &["--listen"], &["--prot"], &["extra"]] {
        let mut command = oms(ground.dir.path());
        command.arg("up").args(arguments).arg("--data-dir").arg(ground.data());
        ground.fails(command).misused();
    }
    assert!(!ground.data().exists());
}

#[test]
fn errors_are_json_where_json_is_asked_for() {
    let ground = Ground::new();
    let _up: Up = ground.up();
    let ended = ground.fails(ground.command());
    let told: serde_json::Value = serde_json::from_str(&ended.stderr).expect("one line of JSON");
    assert_eq!(told["error"]["code"], "CLI-0021");
    assert!(told["error"]["advice"].is_string());
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(4), ""));
}

//! The audit log.

use crate::harness::{Ground, mode};

#[test]
fn what_was_done_is_found_by_who_what_and_when() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    admin.run(&["label", "add", "prod"]).done();
    admin.run(&["label", "add", "prod"]).refused(4, "LABEL-0002");
    let found = |filter: &[&str]| {
        let listed = admin.json(&[&["audit", "list", "--target", "label"], filter].concat());
        listed["totalCount"].as_u64().unwrap()
    };
    assert_eq!(found(&[]), 2);
    assert_eq!(found(&["--result", "failed"]), 1);
    assert_eq!(found(&["--result", "SUCCESS", "--type", "create", "--actor", "admin"]), 1);
    assert_eq!(found(&["--from", "1h"]), 2);
    assert_eq!(found(&["--to", "2020-01-01"]), 0);
    assert_eq!(found(&["--from", "2020-01-01 08:00", "--to", "2020-02-01T00:00:00Z"]), 0);
    let table = admin.run(&["audit", "list", "--target", "label"]).done();
    assert!(table.lines().nth(1).unwrap().contains("FAILED LABEL-0002"), "{table}");
    for wrong in [["--from", "yesterday"], ["--risk", "huge"], ["--target", "moon"]] {
        admin.run(&[&["audit", "list"], &wrong[..]].concat()).misused();
    }
}

#[test]
fn an_export_goes_to_stdout_or_to_a_file() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    admin.run(&["label", "add", "prod"]).done();
    let csv = admin.run(&["audit", "export", "--range", "last7", "--target", "label"]).done();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("LABEL"), "{csv}");
    let file = ground.dir.path().join("audit.csv");
    let path = file.to_str().unwrap();
    let told = admin.run(&["audit", "export", "--target", "label", "-o", path]).done();
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(told, format!("Wrote {} bytes to {path}.\n", written.len()));
    assert_eq!((written, mode(&file)), (csv, 0o600));
    admin.run(&["audit", "export", "--range", "last7", "--from", "1h"]).misused();
    let told = admin.run(&["audit", "export", "-o", "/nowhere/audit.csv"]).refused(4, "CLI-0004");
    assert!(told.contains("/nowhere/audit.csv could not be written"), "{told}");
}

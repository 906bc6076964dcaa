//! `/api/v1/audit`.

use crate::app::{FIRST_PASSWORD, PASSWORD, TestApp, new_user};
use oms_contracts::{
    ErrorCode, Page,
    gateway::{
        audit::{AuditOperation, AuditResult, AuditRisk, AuditTarget, AuditView},
        auth::SessionView,
        paths,
        user::CreatedUser,
    },
};
use oms_model::Role;
use oms_testkit::eventually;
use reqwest::StatusCode;
use std::time::Duration;

async fn page(app: &TestApp, by: &SessionView, query: &str) -> Page<AuditView> {
    app.by(by).get(&format!("{}{query}", paths::AUDIT)).await.ok(StatusCode::OK)
}

#[tokio::test]
async fn who_did_what_to_what_when_and_how_it_ended_is_recorded() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let wanted = new_user("ann", Role::User, None);
    let answer = app.by(&root).post(paths::USERS, &wanted).await;
    let id = answer.header("x-request-id").to_owned();
    let created: CreatedUser = answer.ok(StatusCode::CREATED);
    app.by(&root).post(paths::USERS, &wanted).await.refused(ErrorCode::AccountTaken);

    let found = page(&app, &root, "?target=USER&type=CREATE").await;
    let [failed, made] = &found.items[..] else { panic!("{found:?}") };
    assert_eq!((made.result, failed.result), (AuditResult::Success, AuditResult::Failed));
    assert_eq!(failed.code.as_deref(), Some("USER-0002"));
    assert_eq!(made.account, "root");
    assert_eq!((made.user_id.as_ref(), made.role), (Some(&root.user.id), Some(Role::Root)));
    assert_eq!(made.department_id.as_ref(), Some(&root.user.department_id));
    assert_eq!(made.object_id.as_deref(), Some(created.user.id.as_str()));
    assert_eq!(made.object_name.as_deref(), Some("ann"));
    assert_eq!((made.target, made.operation), (AuditTarget::User, AuditOperation::Create));
    assert_eq!(made.risk, AuditRisk::Moderate);
    assert_eq!((made.call.as_str(), &made.request_id), ("POST /api/v1/users", &id));
    assert_eq!(made.address, "127.0.0.1");
    assert!(made.duration_ms.is_some() && made.at <= chrono::Utc::now());
}

#[tokio::test]
async fn logons_failed_logons_and_logoffs_are_recorded_and_passwords_never() {
    let app = TestApp::start().await;
    let root = app.root().await;
    app.login("root", "Wr0ng!Secret").await.refused(ErrorCode::WrongCredentials);
    app.login("nobody", "Wr0ng!Secret").await.refused(ErrorCode::WrongCredentials);
    // Somebody types the password into the wrong field.
    app.login("Wr0ng!Secret", "root").await.refused(ErrorCode::WrongCredentials);
    app.by(&root).command(paths::LOGOUT).await.done();
    assert_eq!(
        app.records(),
        [
            "root LOGON LOGON SUCCESS",
            "root USER MODIFY SUCCESS",
            "root LOGON LOGON FAILED AUTH-0002",
            "nobody LOGON LOGON FAILED AUTH-0002",
            "(not an account) LOGON LOGON FAILED AUTH-0002",
            "root LOGON LOGOFF SUCCESS",
        ]
    );
    let first = app.first_password("root").to_owned();
    let log = app.texts("SELECT group_concat(coalesce(object_id,'')||coalesce(object_name,'')||account||request) AS text FROM audit_log");
    for secret in ["Wr0ng!Secret", PASSWORD, &first, root.access_token.expose()] {
        assert!(!log[0].contains(secret));
    }
}

#[tokio::test]
async fn what_a_role_or_an_old_password_forbids_is_recorded_as_failed() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let first = app.first_password("admin").to_owned();
    let admin: SessionView = app.login("admin", &first).await.ok(StatusCode::OK);
    let known = app.records().len();
    let bob = new_user("bob", Role::User, None);
    let path = format!("{}/{}", paths::USERS, root.user.id);
    app.by(&ann).post(paths::USERS, &bob).await.refused(ErrorCode::Forbidden);
    app.by(&ann).delete(&path).await.refused(ErrorCode::Forbidden);
    app.by(&admin).post(paths::USERS, &bob).await.refused(ErrorCode::PasswordChangeRequired);
    // Reading changes nothing, and nobody knows who a stranger is.
    app.by(&ann).get(paths::USERS).await.refused(ErrorCode::Forbidden);
    app.nobody().post(paths::USERS, &bob).await.refused(ErrorCode::Unauthenticated);
    // Records of the same millisecond have no order.
    let mut recorded = app.records().split_off(known);
    recorded.sort();
    assert_eq!(
        recorded,
        [
            "admin USER CREATE FAILED AUTH-0008",
            "ann USER CREATE FAILED AUTH-0009",
            "ann USER DELETE FAILED AUTH-0009",
        ]
    );
    let found = page(&app, &root, "?actor=ann&type=DELETE").await;
    assert_eq!(found.items[0].object_id.as_deref(), Some(root.user.id.as_str()));
    assert_eq!(found.items[0].call, format!("DELETE {path}"));
}

#[tokio::test]
async fn whoever_is_told_to_wait_cannot_fill_the_log() {
    let app = TestApp::with(|settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.burst = 10;
    })
    .await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    let known = app.records().len();
    let tries = (0..60).map(|_| async { app.by(&ann).command(paths::ROTATE_VAULT).await.status });
    let answers = futures::future::join_all(tries).await;
    let forbidden = answers.iter().filter(|status| **status == StatusCode::FORBIDDEN).count();
    assert!(answers.contains(&StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(app.records().len() - known, forbidden);
}

#[tokio::test]
async fn a_refusal_stands_where_it_cannot_be_recorded() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.user(&root, "ann", Role::User, None).await;
    app.sql("ALTER TABLE audit_log RENAME TO hidden");
    app.by(&ann).command(paths::ROTATE_VAULT).await.refused(ErrorCode::Forbidden);
}

#[tokio::test]
async fn filters_narrow_and_pages_divide() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for name in ["one", "two", "three"] {
        app.department(&root, name).await;
    }
    let departments = page(&app, &root, "?target=DEPARTMENT").await;
    let names: Vec<&str> =
        departments.items.iter().filter_map(|r| r.object_name.as_deref()).collect();
    assert_eq!(names, ["three", "two", "one"], "the newest first");
    let second = page(&app, &root, "?target=DEPARTMENT&pageSize=1&pageNumber=2").await;
    assert_eq!((second.total_count, second.items[0].object_name.as_deref()), (3, Some("two")));
    for (query, count) in [
        ("?search=TWO", 1),
        ("?search=d_", 3),
        ("?search=%25", 0),
        ("?actor=root&risk=MODERATE", 3),
        ("?actor=roo", 0),
        ("?result=FAILED", 0),
        ("?type=LOGON", 1),
        ("?from=2100-01-01T00:00:00Z", 0),
        ("?to=2100-01-01T00:00:00Z&target=DEPARTMENT", 3),
        ("?from=1960-01-01T00:00:00Z&to=1970-01-02T00:00:00Z", 0),
    ] {
        assert_eq!(page(&app, &root, query).await.total_count, count, "{query}");
    }
    for wrong in [
        "?pageSize=0",
        "?pageSize=1000000000",
        "?pageNumber=0",
        "?pageSize=-1",
        "?pageSize=x",
        "?target=NOTHING",
        "?from=yesterday",
        "?colour=red",
        "?range=last7",
        "?from=2100-01-01T00:00:00Z&to=2000-01-01T00:00:00Z",
    ] {
        let answer = app.by(&root).get(&format!("{}{wrong}", paths::AUDIT)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        answer.refused(ErrorCode::InvalidParameter);
    }
}

#[tokio::test]
async fn administrators_read_what_their_department_did_and_others_nothing() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let sales = app.department(&root, "sales").await.id;
    let boss = app.user(&root, "boss", Role::Admin, Some(&sales)).await;
    let ann = app.user(&boss, "ann", Role::User, None).await;
    let viewer = app.user(&root, "viewer", Role::RootViewer, None).await;
    let admin = app.admin().await;
    let accounts = |found: Page<AuditView>| {
        let mut accounts: Vec<String> = found.items.into_iter().map(|r| r.account).collect();
        accounts.sort();
        accounts.dedup();
        accounts
    };
    assert_eq!(accounts(page(&app, &boss, "?pageSize=150").await), ["ann", "boss"]);
    // Root and its viewers are in the same department and still above its administrators.
    assert_eq!(accounts(page(&app, &admin, "?pageSize=150").await), ["admin"]);
    let all = accounts(page(&app, &viewer, "?pageSize=150").await);
    assert_eq!(all, ["admin", "ann", "boss", "root", "viewer"]);
    app.by(&ann).get(paths::AUDIT).await.refused(ErrorCode::Forbidden);
    app.by(&ann).get(paths::AUDIT_CSV).await.refused(ErrorCode::Forbidden);
    let csv = app.by(&boss).get(paths::AUDIT_CSV).await.body;
    assert!(!csv.contains(",root,") && csv.contains(",ann,"), "{csv}");
}

#[tokio::test]
async fn the_export_is_a_whole_csv_file_that_runs_nothing() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "a,\"b\"", "plain"] {
        app.department(&root, name).await;
    }
    // More than is read at once.
    app.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) \
         INSERT INTO audit_log SELECT printf('%012x%016x', at - 1000, i), at - 1000, 'many', NULL, \
         NULL, NULL, target, NULL, NULL, operation, risk, result, code, request, request_id, \
         address, NULL FROM audit_log, n WHERE audit_log.id = (SELECT max(id) FROM audit_log)",
    );
    let answer = app.by(&root).get(paths::AUDIT_CSV).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"oms-audit.csv\"");
    assert!(answer.header("content-type").starts_with("text/csv"));
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let headers = reader.headers().expect("a header").clone();
    assert_eq!((&headers[0], &headers[8], headers.len()), ("id", "objectName", 16));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let ids: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!(ids, sorted, "each once, the newest first");
    assert_eq!(rows.iter().filter(|row| &row[2] == "many").count(), 1200);
    let names: Vec<&str> =
        rows.iter().filter(|row| &row[6] == "DEPARTMENT").map(|row| &row[8]).collect();
    assert_eq!(
        names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>(),
        ["plain", "a,\"b\"", "'@SUM(A1)", "'-1", "'+1", "'=1+1"]
    );
    assert!(app.records().contains(&"root AUDIT ACCESS SUCCESS".to_owned()), "reading is recorded");
}

#[tokio::test]
async fn an_export_covers_a_range_or_a_span_but_not_both() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let old = |days: i64| {
        let at = (chrono::Utc::now() - chrono::TimeDelta::days(days)).timestamp_millis();
        app.sql(&format!(
            "INSERT INTO audit_log SELECT printf('%012x%016x', {at}, {days}), {at}, 'd{days}', NULL, \
             NULL, NULL, target, NULL, NULL, operation, risk, result, code, request, request_id, \
             address, NULL FROM audit_log LIMIT 1"
        ));
    };
    [6, 14, 29, 170, 200].into_iter().for_each(old);
    for (range, reaches, misses) in [
        ("last7", "d6", "d14"),
        ("last15", "d14", "d29"),
        ("last30", "d29", "d170"),
        ("months6", "d170", "d200"),
    ] {
        let csv = app.by(&root).get(&format!("{}?range={range}", paths::AUDIT_CSV)).await.body;
        assert!(csv.contains(&format!(",{reaches},")), "{range}");
        assert!(!csv.contains(&format!(",{misses},")), "{range}");
    }
    for wrong in ["?range=last8", "?range=last7&from=2020-01-01T00:00:00Z", "?pageSize=10"] {
        let answer = app.by(&root).get(&format!("{}{wrong}", paths::AUDIT_CSV)).await;
        answer.refused(ErrorCode::InvalidParameter);
    }
}

#[tokio::test]
async fn records_older_than_the_retention_are_removed() {
    let mut app = TestApp::with(|settings| settings.audit.retention_days = 30).await;
    app.login("root", FIRST_PASSWORD).await.refused(ErrorCode::WrongCredentials);
    let shifted = |days: i64, account: &str| {
        let at = (chrono::Utc::now() - chrono::TimeDelta::days(days)).timestamp_millis();
        app.sql(&format!(
            "INSERT INTO audit_log SELECT printf('%012x%016x', {at}, 1), {at}, '{account}', NULL, \
             NULL, NULL, target, NULL, NULL, operation, risk, result, code, request, request_id, \
             address, NULL FROM audit_log LIMIT 1"
        ));
    };
    shifted(31, "old");
    shifted(29, "young");
    app.restart().await;
    let kept = "SELECT account AS text FROM audit_log ORDER BY id";
    eventually(Duration::from_secs(10), || async { app.texts(kept) == ["young", "root"] }).await;
}

#[tokio::test]
async fn what_a_killed_process_left_pending_becomes_unknown() {
    let mut app = TestApp::start().await;
    app.login("root", FIRST_PASSWORD).await.refused(ErrorCode::WrongCredentials);
    let (deadline, peers) = (app.settings.http.request_timeout(), app.settings.peers.deadline());
    let longest = deadline + peers + app.settings.http.shutdown();
    let begun = |ago: Duration, account: &str| {
        let at = (chrono::Utc::now() - ago).timestamp_millis();
        app.sql(&format!(
            "INSERT INTO audit_log SELECT printf('%012x%016x', {at}, 1), {at}, '{account}', NULL, \
             NULL, NULL, target, NULL, NULL, operation, risk, 'PENDING', NULL, request, \
             request_id, address, NULL FROM audit_log WHERE account = 'root'"
        ));
    };
    begun(Duration::from_secs(30 * 24 * 3600), "month");
    begun(longest + Duration::from_secs(1), "over");
    // Another replica may still be at it.
    begun(longest - Duration::from_secs(30), "running");
    app.restart().await;
    let results = "SELECT account || ' ' || result AS text FROM audit_log ORDER BY id";
    let wanted = ["month UNKNOWN", "over UNKNOWN", "running PENDING", "root FAILED"];
    eventually(Duration::from_secs(10), || async { app.texts(results) == wanted }).await;
}

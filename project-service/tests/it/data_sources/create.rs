//! Registering a database.

use super::servers;
use crate::app::{TestApp, colleague, fields, settings_of, stranger, user, viewer};
use oms_contracts::{
    ErrorCode,
    project::data_source::{
        DataSourceRole, DataSourceSettings, DataSourceView, Placement, TlsMode, TlsSettings, paths,
    },
};
use oms_model::DatabaseKind;
use oms_testkit::{
    TestDb, TestUser,
    servers::{mariadb, mysql, oceanbase, postgres},
};
use reqwest::{StatusCode, header::LOCATION};

#[tokio::test]
async fn a_database_of_each_kind_is_registered_with_what_it_says_of_itself() {
    let app = TestApp::start().await;
    for (server, product) in servers().zip(["MySQL", "MariaDB", "PostgreSQL", "OceanBase"]) {
        let body = settings_of(&format!("{product}-1"), server);
        let answer = app.by(user()).post(paths::ALL, &body).await;
        let (location, tag) = (answer.headers[LOCATION].clone(), answer.headers["etag"].clone());
        let made: DataSourceView = answer.ok(StatusCode::CREATED);
        assert_eq!(location, paths::one(&made.id).as_str());
        assert_eq!((tag.to_str().ok(), made.revision), (Some("\"1\""), 1));
        let last = made.last_probe.as_ref().expect("it was tested");
        assert!(last.server.starts_with(product), "{}", last.server);
        assert!(!last.version.is_empty() && !last.charset.is_empty() && !last.time_zone.is_empty());
        assert_eq!(made.has_password, !server.password.is_empty());
        assert_eq!(made.owner.account, "alice");
        let found: DataSourceView =
            app.by(user()).get(&paths::one(&made.id)).await.ok(StatusCode::OK);
        assert_eq!(found, made);
    }
}

#[tokio::test]
async fn every_field_is_kept_and_answered() {
    let app = TestApp::start().await;
    let extra = serde_json::json!({ "endpoint": "a:1", "deep": [1, { "x": null }] });
    let body = DataSourceSettings {
        database: Some("test".into()),
        tls: Some(TlsSettings { mode: TlsMode::Disable, ..Default::default() }),
        description: Some("ein Text, 🦀".into()),
        region: Some("cn-beijing".into()),
        role: Some(DataSourceRole::Slave),
        config_url: Some("http://10.0.0.1:8080/services?Action=ObRootServiceInfo".into()),
        ocp_name: Some("ocp1".into()),
        drc_user: Some("drc".into()),
        drc_password: Some("drc-secret".into()),
        inner_drc_password: Some("inner-secret".into()),
        try_keep_hb: Some(true),
        placement: Some(Placement {
            access_type: Some("VPC".into()),
            vpc_id: Some("vpc-1".into()),
            instance_id: Some("rm-1".into()),
            dg_instance_id: Some("dg-1".into()),
            dg_database_id: Some("dgdb-1".into()),
            log_proxy_host: Some("10.0.0.2".into()),
            log_proxy_port: Some(2983),
        }),
        conn_extra_attributes: extra.as_object().cloned(),
        ..settings_of("whole", oceanbase())
    };
    let made: DataSourceView = app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let found: DataSourceView = app.by(user()).get(&paths::one(&made.id)).await.ok(StatusCode::OK);
    assert_eq!(found, made);
    assert_eq!(found.database, body.database);
    assert_eq!(found.description, body.description);
    assert_eq!((found.region, found.role), (body.region, body.role));
    assert_eq!((found.config_url, found.ocp_name), (body.config_url, body.ocp_name));
    assert_eq!(found.drc_user, body.drc_user);
    assert!(found.has_drc_password && found.has_inner_drc_password && found.try_keep_hb);
    assert_eq!(Some(found.placement), body.placement);
    assert_eq!(Some(found.conn_extra_attributes), body.conn_extra_attributes);
    assert_eq!(found.tls.mode, TlsMode::Disable);
}

#[tokio::test]
async fn kinds_without_a_connector_are_listed_and_refused() {
    let app = TestApp::start().await;
    let kinds: serde_json::Value = app.by(user()).get(paths::KINDS).await.ok(StatusCode::OK);
    let kinds = kinds.as_array().expect("a list");
    assert_eq!(kinds.len(), DatabaseKind::ALL.len());
    let supported: Vec<&str> = kinds
        .iter()
        .filter(|kind| kind["supported"] == true)
        .filter_map(|kind| kind["kind"].as_str())
        .collect();
    assert_eq!(supported, ["MYSQL", "MARIADB", "OB_MYSQL", "POSTGRESQL"]);
    for kind in kinds.iter().filter(|kind| kind["supported"] == false) {
        let mut body = serde_json::to_value(settings_of("x", mysql())).expect("JSON");
        body["kind"] = kind["kind"].clone();
        for path in [paths::ALL, paths::TEST] {
            app.by(user()).post(path, &body).await.refused(ErrorCode::KindNotSupported);
        }
    }
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case_and_owner() {
    let app = TestApp::start().await;
    app.register(user(), "Orders", mysql()).await;
    let before = app.stored();
    for who in [user(), colleague(), stranger()] {
        let body = settings_of("oRDERS", mariadb());
        app.by(who).post(paths::ALL, &body).await.refused(ErrorCode::DataSourceNameTaken);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn an_account_is_registered_once_however_its_host_is_spelled() {
    let app = TestApp::start().await;
    let first = app.register(user(), "first", mysql()).await;
    let before = app.stored();
    for host in [mysql().host.clone(), format!("::ffff:{}", mysql().host)] {
        let body = DataSourceSettings { host, ..settings_of("second", mysql()) };
        let answer = app.by(colleague()).post(paths::ALL, &body).await;
        let problem = answer.refused(ErrorCode::DataSourceTaken);
        assert_eq!(problem.details, [], "whose it is, is none of a colleague's business");
        let problem =
            app.by(user()).post(paths::ALL, &body).await.refused(ErrorCode::DataSourceTaken);
        assert_eq!(fields(&problem), [first.id.as_str()]);
    }
    assert_eq!(app.stored(), before);
    let other = TestUser::create(mysql(), "second", "Secret-1", &[]).await.expect("a user");
    app.register(user(), "second", other.server()).await;
}

#[tokio::test]
async fn that_an_account_is_registered_learns_only_who_sees_it_or_has_its_password() {
    let app = TestApp::start().await;
    let account = TestUser::create(mysql(), "held", "Secret-1", &[]).await.expect("a user");
    let held = app.register(user(), "held", account.server()).await;
    let free = TestUser::create(mysql(), "free", "Secret-1", &[]).await.expect("a user");
    let made = app.register(stranger(), "own", free.server()).await;
    let before = app.stored();
    let guess = DataSourceSettings {
        password: Some("a guess".into()),
        ..settings_of("second", account.server())
    };
    let path = paths::one(&made.id);
    for who in [stranger(), colleague()] {
        app.by(who).post(paths::ALL, &guess).await.refused(ErrorCode::AccessDenied);
    }
    app.by(stranger()).put(&path, 1, &guess).await.refused(ErrorCode::AccessDenied);
    let problem = app.by(user()).post(paths::ALL, &guess).await.refused(ErrorCode::DataSourceTaken);
    assert_eq!(fields(&problem), [held.id.as_str()]);

    let knowing = settings_of("second", account.server());
    for answer in [
        app.by(stranger()).post(paths::ALL, &knowing).await,
        app.by(stranger()).put(&path, 1, &knowing).await,
    ] {
        assert_eq!(answer.refused(ErrorCode::DataSourceTaken).details, []);
    }
    assert_eq!(app.stored(), before);
}

#[tokio::test]
async fn each_database_of_postgresql_is_a_data_source_of_its_own() {
    let app = TestApp::start().await;
    let (one, two) = (
        TestDb::create(postgres()).await.expect("a database"),
        TestDb::create(postgres()).await.expect("a database"),
    );
    for (name, database, code) in [
        ("one", one.name(), None),
        ("two", two.name(), None),
        ("again", one.name(), Some(ErrorCode::DataSourceTaken)),
    ] {
        let body = DataSourceSettings {
            database: Some(database.to_owned()),
            ..settings_of(name, postgres())
        };
        let answer = app.by(user()).post(paths::ALL, &body).await;
        match code {
            None => drop(answer.ok::<DataSourceView>(StatusCode::CREATED)),
            Some(code) => drop(answer.refused(code)),
        }
    }
}

#[tokio::test]
async fn of_many_who_register_the_same_at_once_one_wins() {
    let app = TestApp::start().await;
    let bodies: Vec<DataSourceSettings> =
        (0..4).map(|n| settings_of(&format!("n{n}"), mariadb())).collect();
    let caller = app.by(user());
    let (a, b, c, d) = tokio::join!(
        caller.post(paths::ALL, &bodies[0]),
        caller.post(paths::ALL, &bodies[1]),
        caller.post(paths::ALL, &bodies[2]),
        caller.post(paths::ALL, &bodies[3]),
    );
    let (won, lost): (Vec<_>, Vec<_>) =
        [a, b, c, d].into_iter().partition(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused(ErrorCode::DataSourceTaken);
    }
}

#[tokio::test]
async fn a_tenant_is_part_of_the_login_once() {
    let app = TestApp::start().await;
    let server = oceanbase();
    for (n, user_name) in ["root", "root@sys"].into_iter().enumerate() {
        let body = DataSourceSettings {
            username: user_name.into(),
            tenant: Some("sys".into()),
            ..settings_of(&format!("tenant{n}"), server)
        };
        let answer = app.by(user()).post(paths::ALL, &body).await;
        let made: DataSourceView = if n == 0 {
            answer.ok(StatusCode::CREATED)
        } else {
            // The same account, typed the other way.
            answer.refused(ErrorCode::DataSourceTaken);
            continue;
        };
        assert_eq!((made.username.as_str(), made.login.as_str()), ("root", "root@sys"));
        assert_eq!(made.tenant.as_deref(), Some("sys"));
    }
}

#[tokio::test]
async fn partners_are_of_one_kind_and_opposite_roles() {
    let app = TestApp::start().await;
    let role = |role, body| DataSourceSettings { role: Some(role), ..body };
    let master = role(DataSourceRole::Master, settings_of("master", mysql()));
    let master: DataSourceView =
        app.by(user()).post(paths::ALL, &master).await.ok(StatusCode::CREATED);
    let before = app.stored();
    let standby = TestUser::create(mysql(), "standby", "Secret-1", &[]).await.expect("a user");
    let partner = |role: Option<DataSourceRole>, body| DataSourceSettings {
        role,
        partner_id: Some(master.id.clone()),
        ..body
    };
    for wrong in [
        partner(None, settings_of("standby", standby.server())),
        partner(Some(DataSourceRole::Master), settings_of("standby", standby.server())),
        partner(Some(DataSourceRole::Slave), settings_of("standby", mariadb())),
    ] {
        let problem = app.by(user()).post(paths::ALL, &wrong).await.refused(ErrorCode::Invalid);
        assert_eq!(fields(&problem), ["partnerId"]);
    }
    let right = partner(Some(DataSourceRole::Slave), settings_of("standby", standby.server()));
    let problem = app.by(colleague()).post(paths::ALL, &right).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["partnerId"], "what a user does not see is not there");
    assert_eq!(app.stored(), before);
    let made: DataSourceView =
        app.by(user()).post(paths::ALL, &right).await.ok(StatusCode::CREATED);
    assert_eq!(made.partner_id.as_ref(), Some(&master.id));
    app.by(user()).delete(&paths::one(&master.id)).await.done();
    let left: DataSourceView = app.by(user()).get(&paths::one(&made.id)).await.ok(StatusCode::OK);
    assert_eq!((left.partner_id, left.revision), (None, 2));
}

#[tokio::test]
async fn viewers_register_and_test_nothing() {
    let app = TestApp::start().await;
    let before = app.stored();
    for path in [paths::ALL, paths::TEST] {
        let body = settings_of("x", mysql());
        app.by(viewer()).post(path, &body).await.refused(ErrorCode::Forbidden);
    }
    assert_eq!(app.stored(), before);
}

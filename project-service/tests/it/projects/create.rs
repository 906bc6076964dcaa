//! Making a draft.

use super::{Stage, ends};
use crate::app::{TestApp, admin, colleague, fields, stranger, user};
use oms_contracts::{
    ErrorCode,
    project::{
        label::{LabelName, LabelView, paths as labels},
        project::{EndpointSide, ProjectOperation, ProjectStatus, ProjectView, paths},
    },
};
use oms_model::{DatabaseKind, Importance};
use reqwest::{StatusCode, header::LOCATION};
use serde_json::{Value, json};

#[tokio::test]
async fn a_draft_is_kept_as_it_was_sent_and_shown_with_where_it_leads() {
    let stage = Stage::of(&user()).await;
    let answer = stage.app.by(user()).post(paths::ALL, &stage.body("orders")).await;
    let (location, tag) = (answer.headers[LOCATION].clone(), answer.headers["etag"].clone());
    let made: ProjectView = answer.ok(StatusCode::CREATED);
    assert_eq!(location, paths::one(&made.id).as_str());
    assert_eq!((tag.to_str().ok(), made.revision), (Some("\"1\""), 1));
    assert_eq!((made.status, made.importance), (ProjectStatus::Init, Importance::Medium));
    assert_eq!(made.owner.account, "alice");
    assert_eq!(
        (made.source_endpoint_type, made.sink_endpoint_type),
        (DatabaseKind::Mysql, DatabaseKind::ObMysql)
    );
    let source = made.source_connect_info.as_ref().expect("the data source is there");
    assert_eq!(source.endpoint_id, stage.source);
    assert_eq!(
        (source.endpoint_name.as_str(), source.host.as_str()),
        ("source-alice", "alice.source")
    );
    assert_eq!(source.endpoint_side, EndpointSide::Source);
    assert!(made.allowed_operations.contains(&ProjectOperation::Start));
    assert!(!made.allowed_operations.contains(&ProjectOperation::Pause));
    assert_eq!((made.gmt_start, made.gmt_finish), (None, None));
    assert_eq!(stage.view(user(), &made.id).await, made);
}

/// Every block of the published body, with values that are not the defaults.
fn whole(stage: &Stage, label: &LabelView) -> Value {
    let mut body = stage.body("whole");
    body.as_object_mut().expect("an object").extend(
        json!({
            "labelIds": [label.id],
            "workerGradeId": "g_i4wa7",
            "transferMapping": {
                "mode": "COMPLEX",
                "databases": [{
                    "id": "x", "name": "shop", "mappedName": "new_shop", "clusterName": "c",
                    "tables": [{
                        "name": "orders", "mappedName": "orders_new", "whereClause": "id > 100",
                        "filterColumns": ["id", "state"], "shardColumns": ["id"],
                        "columns": [{ "columnName": "state", "mappedName": "status" }]
                    }],
                    "views": [{ "name": "v_*" }],
                    "specificTables": [{ "name": "items", "whereClause": "a IN (1, 2)" }]
                }],
                "databasesBlack": [{ "name": "shop", "tables": [{ "name": "tmp_*" }] }],
                "tableAndViewWhiteList": ["other.*"],
                "tableAndViewBlackList": ["other.*_ghc"]
            },
            "commonTransferConfig": {
                "tableCategory": "ALL", "sourceStoreFormat": "ROW", "sinkStoreFormat": "COMPOUND",
                "mqSerializerType": "CANAL", "mqPartitionMode": "ONE", "mqPartition": 1,
                "datahubTopicType": "TUPLE", "rocketMqProducerGroup": "OMS",
                "rocketMqMsgTags": "t", "rocketMqEnableMsgTrace": false,
                "rocketMqSendMsgTimeout": 3000, "dataWorksBusinessName": "b",
                "syncSchema": true, "syncSchemaColumnName": "s",
                "customColumns": [{ "columnName": "c", "expression": "1" }]
            },
            "structTransferConfig": {
                "byteCharConvertStrategy": "DO_NOTHING_IF_BYTE_USED", "deferIndexCreation": true,
                "autoProcessedToNextStep": false, "triggerMigrationType": "WITH_TRANSFER_APP_SWITCH"
            },
            "fullTransferConfig": {
                "nonePkUkTruncateDstTable": true, "allowDestTableNotEmpty": true,
                "fullTransferSpeedMode": "CUSTOM", "fullVerifySpeedMode": "STEADY",
                "fullTransferSpeedConfig": { "readWorkerNum": 2, "writeWorkerNum": 4, "memory": 512 },
                "throttleRps": 1, "throttleIOPS": 2, "indexDDLConcurrencyLimit": 3,
                "maxConcurrentIndexDDLs": 4
            },
            "enableFullVerify": true, "enableIncrVerify": true, "enableReverseIncrTransfer": false,
            "incrTransferConfig": {
                "recordTypeWhiteList": ["INSERT", "UPDATE", "DELETE", "DDL"],
                "supportDDLTypes": ["ALTER_TABLE"], "storeLogKeptHour": 24,
                "enableSequencingWithinTxn": true, "incrSyncConcurrency": 32,
                "enableIncrSyncStatistics": true, "throttleRps": 5, "throttleIOPS": 6
            },
            "reverseIncrTransferConfig": { "incrSyncConcurrency": 2 }
        })
        .as_object()
        .expect("an object")
        .clone(),
    );
    body
}

#[tokio::test]
async fn every_published_field_is_kept_and_answered() {
    let stage = Stage::of(&user()).await;
    let name = LabelName { name: "prod".into() };
    let label: LabelView =
        stage.app.by(user()).post(labels::ALL, &name).await.ok(StatusCode::CREATED);
    let body = whole(&stage, &label);
    let made: ProjectView =
        stage.app.by(user()).post(paths::ALL, &body).await.ok(StatusCode::CREATED);
    let found = stage.view(user(), &made.id).await;
    assert_eq!(found, made);
    assert_eq!(serde_json::to_value(&found.spec).expect("serialises"), body);
    assert_eq!(found.labels[0].name, "prod");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_nothing_is_stored() {
    let stage = Stage::of(&user()).await;
    let mut body = stage.body("two words");
    body["sinkEndpointId"] = json!(stage.source);
    body["labelIds"] = json!(["l_0000000000000000"]);
    body["incrTransferConfig"] = json!({ "storeLogKeptHour": 9000, "startTimestamp": 1 });
    body["transferMapping"]["databases"][0]["tables"][1]["name"] = json!("a$$b");
    body["transferMapping"]["databases"][0]["tables"][0]["whereClause"] = json!("id LIKE 'x%'");
    let before = stage.app.stored();
    let problem = stage.app.by(user()).post(paths::ALL, &body).await.refused(ErrorCode::Invalid);
    assert_eq!(
        fields(&problem),
        [
            "name",
            "labelIds[0]",
            "sinkEndpointId",
            "incrTransferConfig.storeLogKeptHour",
            "incrTransferConfig.startTimestamp",
            "transferMapping.databases[0].tables[0].whereClause",
            "transferMapping.databases[0].tables[1].name",
        ]
    );
    assert!(problem.message.contains("name: ") && problem.message.contains("and 6 more"));
    assert_eq!(stage.app.stored(), before);
}

#[tokio::test]
async fn a_start_in_the_future_is_refused_by_the_clock() {
    let stage = Stage::of(&user()).await;
    let mut body = stage.body("late");
    body["enableFullTransfer"] = json!(false);
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    body["incrTransferConfig"] = json!({ "startTimestamp": now.as_secs() + 3_600 });
    let problem = stage.app.by(user()).post(paths::ALL, &body).await.refused(ErrorCode::Invalid);
    assert_eq!(fields(&problem), ["incrTransferConfig.startTimestamp"]);
    body["incrTransferConfig"] = json!({ "startTimestamp": now.as_secs() - 60 });
    stage.app.by(user()).post(paths::ALL, &body).await.ok::<ProjectView>(StatusCode::CREATED);
}

#[tokio::test]
async fn ends_that_the_owner_does_not_see_are_not_there() {
    let stage = Stage::of(&user()).await;
    let before = stage.app.stored();
    for other in [colleague(), stranger()] {
        let problem = stage.app.by(other).post(paths::ALL, &stage.body("taken")).await;
        let problem = problem.refused(ErrorCode::Invalid);
        assert_eq!(fields(&problem), ["sourceEndpointId", "sinkEndpointId"]);
        assert!(problem.details.iter().all(|d| d.message == "there is no such data source"));
    }
    assert_eq!(stage.app.stored(), before);
    let made: ProjectView =
        stage.app.by(admin()).post(paths::ALL, &stage.body("mine")).await.ok(StatusCode::CREATED);
    assert_eq!(made.owner.account, "admin", "the department's data sources are the admin's to use");
}

#[tokio::test]
async fn a_name_is_unique_for_its_owner_alone() {
    let app = TestApp::start().await;
    let (source, sink) = ends(&app, &user());
    let (other_source, other_sink) = ends(&app, &colleague());
    let mine = super::body("orders", &source, &sink);
    let theirs = super::body("orders", &other_source, &other_sink);
    app.by(user()).post(paths::ALL, &mine).await.ok::<ProjectView>(StatusCode::CREATED);
    app.by(colleague()).post(paths::ALL, &theirs).await.ok::<ProjectView>(StatusCode::CREATED);
    let before = app.stored();
    app.by(user()).post(paths::ALL, &mine).await.refused(ErrorCode::ProjectNameTaken);
    assert_eq!(app.stored(), before);
    let other_case = super::body("Orders", &source, &sink);
    app.by(user()).post(paths::ALL, &other_case).await.ok::<ProjectView>(StatusCode::CREATED);
}

#[tokio::test]
async fn of_many_at_once_with_one_name_exactly_one_comes_to_be() {
    let stage = Stage::of(&user()).await;
    let body = stage.body("race");
    let (caller, path) = (stage.app.by(user()), paths::ALL);
    let answers = futures::future::join_all((0..20).map(|_| caller.post(path, &body))).await;
    let made = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(made, 1);
    for answer in answers.into_iter().filter(|answer| answer.status != StatusCode::CREATED) {
        answer.refused(ErrorCode::ProjectNameTaken);
    }
}

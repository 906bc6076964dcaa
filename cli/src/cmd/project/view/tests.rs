//! A project against golden text.

use super::*;
use crate::out::table::Style;
use serde_json::json;

pub fn project() -> ProjectView {
    let connect = |side: &str, name: &str, engine: &str| {
        json!({
            "endpointId": "e_00000000000000aa", "endpointName": name, "endpointSide": side,
            "dbEngine": engine, "host": "h", "port": 1, "username": "u"
        })
    };
    serde_json::from_value(json!({
        "id": "np_00000000000000dd", "name": "shop", "type": "MIGRATION",
        "sourceEndpointId": "e_00000000000000aa", "sinkEndpointId": "e_00000000000000bb",
        "labelIds": ["l_00000000000000cc"],
        "transferMapping": {
            "mode": "COMPLEX",
            "databases": [{
                "name": "shop", "mappedName": "sales",
                "tables": [{ "name": "orders", "mappedName": "o2", "whereClause": "id > 7" }],
                "views": [{ "name": "v" }]
            }],
            "databasesBlack": [{ "name": "sys" }],
            "tableAndViewWhiteList": ["shop.a*"],
            "tableAndViewBlackList": ["shop.*_ghc"]
        },
        "enableStructTransfer": true, "enableFullTransfer": true, "enableFullVerify": false,
        "enableIncrTransfer": true, "enableIncrVerify": false, "enableReverseIncrTransfer": false,
        "fullTransferConfig": { "throttleRps": 1000, "fullTransferSpeedMode": "FAST" },
        "labels": [{ "id": "l_00000000000000cc", "name": "prod" }],
        "owner": {
            "userId": "u_0000000000000000", "account": "li", "departmentId": "d_0000000000000000"
        },
        "importance": "MEDIUM", "status": "INIT", "revision": 3,
        "gmtCreate": "2026-11-20T10:00:00Z", "gmtModified": "2026-11-20T11:00:00Z",
        "isModifying": false, "isMerging": false, "isSubProject": false,
        "sourceEndpointType": "MYSQL", "sinkEndpointType": "OB_MYSQL",
        "sourceConnectInfo": connect("source", "shop-mysql", "MYSQL"),
        "allowedOperations": ["START", "EDIT"]
    }))
    .expect("the shape of a project")
}

#[test]
fn a_project_is_shown_with_its_selection_and_settings() {
    let shown = card_of(&project(), Zone::Utc).render(Style { colour: false, width: None });
    insta::assert_snapshot!(shown, @r"
    name        shop
    id          np_00000000000000dd
    kind        MIGRATION
    status      INIT
    source      shop-mysql (MYSQL)
    target      e_00000000000000bb (deleted)
    steps       schema, full, incr
    mode        COMPLEX
    labels      prod
    importance  MEDIUM
    owner       li
    created     2026-11-20 10:00:00
    modified    2026-11-20 11:00:00
    revision    3
    allowed     START, EDIT

    objects
    SOURCE       TARGET    KIND   FILTER
    shop.orders  sales.o2  TABLE  id > 7
    shop.v       sales.v   VIEW

    matching rules
    RULE
    shop.a*

    left out
    RULE
    shop.*_ghc
    sys.*

    settings
    SETTING                                   VALUE
    fullTransferConfig.fullTransferSpeedMode  FAST
    fullTransferConfig.throttleRps            1000
    ");
}

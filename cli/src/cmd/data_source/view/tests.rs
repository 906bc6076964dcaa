//! Cards and tables against golden text.

use super::*;
use crate::out::table::Style;
use serde_json::json;

const PLAIN: Style = Style { colour: false, width: None };

fn source() -> DataSourceView {
    serde_json::from_value(json!({
        "id": "e_4w3r1ig7a0k2", "name": "shop\u{1b}[2J", "kind": "OB_MYSQL", "host": "fe80::1",
        "port": 2881, "username": "root", "login": "root@t", "hasPassword": true,
        "database": "shop", "tls": { "mode": "verify-ca", "caPem": "x", "hasClientKey": false },
        "description": "first\nsecond", "region": null, "role": "MASTER", "partnerId": null,
        "tenant": "t", "cluster": null, "configUrl": null, "ocpName": null, "drcUser": null,
        "hasDrcPassword": false, "hasInnerDrcPassword": false, "tryKeepHb": false, "placement": {},
        "connExtraAttributes": {},
        "owner": { "userId": "u_12345678", "account": "li", "departmentId": "d_12345678" },
        "lastProbe": {
            "server": "OceanBase 4.3", "version": "5.7.25", "charset": "utf8mb4",
            "collation": "utf8mb4_bin", "timeZone": "+08:00", "utcOffsetSeconds": 28800,
            "lowerCaseTableNames": 1, "roundTripMs": 0.5, "readOnly": false,
            "serverIdentity": null, "probedAt": "2026-11-20T10:00:00Z"
        },
        "createdAt": "2026-11-20T09:00:00Z", "modifiedAt": "2026-11-20T10:00:00Z", "revision": 3
    }))
    .expect("the shape of a data source")
}

#[test]
fn a_data_source_is_shown_whole_without_obeying_its_name() {
    insta::assert_snapshot!(card_of(&source(), Zone::Utc).render(PLAIN), @r"
    name         shop\u{1b}[2J
    id           e_4w3r1ig7a0k2
    kind         OB_MYSQL
    address      [fe80::1]:2881/shop
    login        root@t
    password     kept, never shown
    TLS          verify-ca, with an authority of its own
    description  first
                 second
    role         MASTER
    tenant       t
    owner        li
    created      2026-11-20 09:00:00
    modified     2026-11-20 10:00:00
    revision     3
    server       OceanBase 4.3
    charset      utf8mb4 (utf8mb4_bin)
    time zone    +08:00
    tested       2026-11-20 10:00:00
    ");
}

#[test]
fn a_list_of_data_sources_has_a_line_each() {
    let mut table = Table::new(DataSourceView::HEAD);
    table.push(source().cells(Zone::Utc));
    insta::assert_snapshot!(table.render(PLAIN), @r"
    NAME           KIND      ADDRESS              LOGIN   SERVER         OWNER  ID
    shop\u{1b}[2J  OB_MYSQL  [fe80::1]:2881/shop  root@t  OceanBase 4.3  li     e_4w3r1ig7a0k2
    ");
}

#[test]
fn a_test_shows_what_is_missing_and_how_to_give_it() {
    let probe: ProbeView = serde_json::from_value(json!({
        "server": "MySQL 9.7.4", "version": "9.7.4", "charset": "utf8mb4",
        "collation": "utf8mb4_0900_ai_ci", "timeZone": "SYSTEM", "utcOffsetSeconds": -12600,
        "lowerCaseTableNames": 0, "roundTripMs": 0.25, "readOnly": true, "clockSkewMs": -3,
        "tls": null, "warnings": ["the server takes no writes"],
        "missingPrivileges": [{
            "privilege": "REPLICATION SLAVE", "object": "*.*",
            "neededFor": ["INCREMENTAL_READ"], "grant": "GRANT REPLICATION SLAVE ON *.* TO u"
        }]
    }))
    .expect("the shape of a test");
    insta::assert_snapshot!(card_of_probe(&probe).render(PLAIN), @r"
    server                  MySQL 9.7.4
    version                 9.7.4
    charset                 utf8mb4 (utf8mb4_0900_ai_ci)
    time zone               SYSTEM (UTC-03:30)
    lower_case_table_names  0
    round trip              0.2 ms
    clock                   -3 ms from ours
    TLS                     none: plain text
    takes writes            no
    warning                 the server takes no writes

    missing privileges
    PRIVILEGE          ON   NEEDED FOR        STATEMENT
    REPLICATION SLAVE  *.*  INCREMENTAL_READ  GRANT REPLICATION SLAVE ON *.* TO u
    ");
}

#[test]
fn a_table_shows_columns_keys_and_references() {
    let table: TableView = serde_json::from_value(json!({
        "database": "shop", "name": "orders",
        "columns": [
            { "ordinal": 1, "name": "id", "type": "bigint unsigned", "nullable": false,
              "default": null, "charset": null, "collation": null, "generated": null,
              "invisible": false, "autoIncrement": true, "comment": "" },
            { "ordinal": 2, "name": "note", "type": "varchar(20)", "nullable": true,
              "default": { "value": "none" }, "charset": "utf8mb4", "collation": "utf8mb4_bin",
              "generated": null, "invisible": true, "autoIncrement": false, "comment": "free\ttext" },
            { "ordinal": 3, "name": "up", "type": "varchar(20)", "nullable": true,
              "default": null, "charset": null, "collation": null,
              "generated": { "expression": "upper(note)", "stored": false },
              "invisible": false, "autoIncrement": false, "comment": "" }
        ],
        "keys": [{
            "name": "PRIMARY", "kind": "PRIMARY", "method": "BTREE", "partial": false,
            "invisible": false,
            "parts": [
                { "column": "id", "expression": null, "prefix": null, "descending": true },
                { "column": "note", "expression": null, "prefix": 10, "descending": false },
                { "column": null, "expression": "id + 1", "prefix": null, "descending": false }
            ]
        }],
        "foreignKeys": [{
            "name": "fk", "columns": ["id"], "referencedDatabase": "shop",
            "referencedTable": "parents", "referencedColumns": ["id"],
            "onUpdate": "NO ACTION", "onDelete": "CASCADE"
        }]
    }))
    .expect("the shape of a table");
    let shown = tables_of(&table)
        .into_iter()
        .fold(Card::new(), |card, (heading, part)| card.part(heading, part));
    insta::assert_snapshot!(shown.render(PLAIN), @r"
    columns
    #  COLUMN  TYPE             NULL  DEFAULT  EXTRA                   COMMENT
    1  id      bigint unsigned  no    -        auto increment
    2  note    varchar(20)      yes   'none'   invisible, utf8mb4_bin  free\ttext
    3  up      varchar(20)      yes   -        virtual as upper(note)

    keys
    KEY      KIND     COLUMNS                      METHOD
    PRIMARY  PRIMARY  id desc, note(10), (id + 1)  BTREE

    foreign keys
    FOREIGN KEY  COLUMNS  REFERENCES         UPDATE     DELETE
    fk           id       shop.parents (id)  NO ACTION  CASCADE
    ");
}

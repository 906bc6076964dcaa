//! Every type at its extremes: the image in the log is the row that is read, byte for byte.

use super::{Here, Listener};
use crate::conformance::rows::read_all;
use oms_connector::{Field, Scan};
use oms_model::change::RowKind;
use oms_model::{Cells, Value};
use oms_testkit::servers::{Instance, Server, ServerKind, mariadb, mysql};

const SHARED: &str = include_str!("../conformance/rows/tables.sql");
const ROWS: &str = include_str!("../conformance/rows/rows.sql");
const MORE: &str = include_str!("more.sql");
const MYSQL_ONLY: &str = include_str!("mysql.sql");
const MARIADB_ONLY: &str = include_str!("mariadb.sql");

#[tokio::test]
async fn mysql_images_are_the_rows() {
    every_image_is_the_row(mysql(), MYSQL_ONLY).await;
}

#[tokio::test]
async fn mysql_images_are_the_rows_with_all_metadata() {
    let instance = Instance::start_with(ServerKind::MySql, &["--binlog-row-metadata=FULL"]);
    every_image_is_the_row(&instance.unwrap().server, MYSQL_ONLY).await;
}

#[tokio::test]
async fn mariadb_images_are_the_rows() {
    every_image_is_the_row(mariadb(), MARIADB_ONLY).await;
}

#[tokio::test]
async fn mariadb_images_are_the_rows_with_all_metadata() {
    let arguments = ["--binlog-row-metadata=FULL", "--log-bin-compress=ON"];
    let instance = Instance::start_with(ServerKind::MariaDb, &arguments);
    every_image_is_the_row(&instance.unwrap().server, MARIADB_ONLY).await;
}

async fn every_image_is_the_row(server: &Server, own: &str) {
    let here = Here::on(server).await;
    here.exec(SHARED).await;
    // The tables have to be known before their rows are written.
    let (tables, rows): (Vec<&str>, Vec<&str>) = [MORE, own]
        .iter()
        .flat_map(|sql| sql.split(";\n"))
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .partition(|statement| statement.starts_with("CREATE"));
    for table in tables {
        here.exec(table).await;
    }
    let from = here.end().await;
    let mut listener = here.follow(&from).await;
    here.exec(ROWS).await;
    for statement in rows {
        here.exec(statement).await;
    }
    here.mark().await;
    listener.reach_the_mark().await;
    compare(&here, &listener).await;
    // The images before are the same rows.
    let tables = names(&listener);
    for table in &tables {
        here.exec(&format!("DELETE FROM `{}`", table.replace('`', "``"))).await;
    }
    let mut again = Listener::new(listener.stream);
    again.definitions = listener.definitions.clone();
    here.mark().await;
    again.reach_the_mark().await;
    for table in &tables {
        let images = |kind, rows: Vec<super::Heard>| {
            let of = rows.into_iter().filter(|row| row.table == *table && row.kind == kind);
            let mut images: Vec<Vec<u8>> = of
                .map(|row| if kind == RowKind::Delete { row.before } else { row.after })
                .collect();
            images.sort();
            images
        };
        let inserted = images(RowKind::Insert, listener_rows(&listener.transactions));
        let deleted = images(RowKind::Delete, again.rows());
        assert_eq!(shown(&inserted), shown(&deleted), "{table}");
    }
}

fn listener_rows(transactions: &[super::Transaction]) -> Vec<super::Heard> {
    let entries = transactions.iter().flat_map(|it| &it.entries);
    let row = |entry: &super::Entry| match entry {
        super::Entry::Row(row) => Some(row.clone()),
        super::Entry::Statement(_) => None,
    };
    entries.filter_map(row).collect()
}

fn names(listener: &Listener) -> Vec<String> {
    let mut names: Vec<String> = listener.rows().into_iter().map(|row| row.table).collect();
    names.sort();
    names.dedup();
    names
}

async fn compare(here: &Here, listener: &Listener) {
    let reader = here.connector.snapshot().unwrap();
    let mut session = reader.reading().await.unwrap();
    let tables = names(listener);
    assert!(tables.len() > 15, "{tables:?}");
    for name in &tables {
        let table = here.layout(name).await;
        let fields = (0..table.columns.len()).map(|column| Field { column, charset: None });
        let scan = Scan { table: table.clone(), fields: fields.collect(), key: None, filter: None };
        let mut read = read_all(&mut *session, &scan).await.stored();
        let images = listener.rows().into_iter().filter(|row| row.table == *name);
        let mut logged: Vec<Vec<u8>> = images.map(|row| row.after).collect();
        read.sort();
        logged.sort();
        let unlogged: Vec<bool> = table.columns.iter().map(|column| column.generated).collect();
        let without = |rows: &[Vec<u8>]| {
            let mut kept: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &unlogged)).collect();
            kept.sort();
            kept
        };
        let computed = |row: &Vec<u8>| Cells::new(row).any(|it| it == Value::Unchanged);
        if logged.iter().any(computed) {
            // A server need not log what it computes.
            assert_eq!(without(&logged), without(&read), "{name}");
            continue;
        }
        assert_eq!(shown(&logged), shown(&read), "{name}");
        assert_eq!(logged, read, "{name}");
    }
}

fn cells(row: &[u8], unlogged: &[bool]) -> Vec<String> {
    let kept = Cells::new(row).zip(unlogged).filter(|(_, unlogged)| !**unlogged);
    kept.map(|(value, _)| format!("{value:?}")).collect()
}

fn shown(rows: &[Vec<u8>]) -> Vec<Vec<String>> {
    rows.iter().map(|row| Cells::new(row).map(|it| short(&format!("{it:?}"))).collect()).collect()
}

fn short(text: &str) -> String {
    text.chars().take(400).collect()
}

//! Asking a server for its tables, collations, and texts.

use super::history::{Known, TableName, Versioning};
use super::texts::{Collation, Texts};
use crate::changes::Selection;
use crate::data_error::DataError;
use crate::mysql::data_fault;
use crate::mysql::data_session::DataSession;
use crate::mysql::ddl::{Quoting, literal};
use crate::mysql::sketch;
use crate::mysql::wire::{TextRow, WireError};
use std::collections::BTreeMap;

/// How many tables are asked for at once.
const AT_ONCE: usize = 200;

async fn rows(session: &mut DataSession, sql: &str) -> Result<Vec<TextRow>, DataError> {
    let table = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    Ok(table.rows)
}

fn text(row: &TextRow, at: usize) -> Result<&str, DataError> {
    Ok(row.text(at).map_err(data_fault::of_wire)?.unwrap_or_default())
}

fn quoted(name: &str) -> String {
    literal(name.as_bytes(), Quoting::default())
}

/// The charsets and collations that the server has.
pub(super) async fn texts(session: &mut DataSession) -> Result<Texts, DataError> {
    let mut texts = Texts::of(&session.server);
    let sql = "SELECT character_set_name, default_collate_name, maxlen \
               FROM information_schema.character_sets";
    for row in rows(session, sql).await? {
        let width = text(&row, 2)?.parse().unwrap_or(1);
        texts.add_charset(text(&row, 0)?, text(&row, 1)?, width);
    }
    // MariaDB has collations of several charsets, and names them in full only here.
    const UNKNOWN_COLUMN: u16 = 1054;
    let full = "SELECT id, full_collation_name, character_set_name \
                FROM information_schema.collation_character_set_applicability";
    let plain = "SELECT id, collation_name, character_set_name FROM information_schema.collations";
    let asked = match texts.is_mariadb() {
        true => session.wire.query(full.as_bytes()).await,
        false => session.wire.query(plain.as_bytes()).await,
    };
    let found = match asked {
        Err(WireError::Server { code: UNKNOWN_COLUMN, .. }) => rows(session, plain).await?,
        other => other.map_err(data_fault::of_wire)?.rows,
    };
    for row in &found {
        if let Ok(number) = text(row, 0)?.parse() {
            let (name, charset) = (text(row, 1)?.to_owned(), text(row, 2)?.to_owned());
            texts.add(number, Collation { name, charset });
        }
    }
    let sql = "SELECT schema_name, default_collation_name FROM information_schema.schemata";
    for row in rows(session, sql).await? {
        texts.add_database(text(&row, 0)?, text(&row, 1)?);
    }
    Ok(texts)
}

/// All tables that are wanted, as they are now.
pub(super) async fn wanted(
    session: &mut DataSession,
    selection: &dyn Selection,
) -> Result<Vec<(TableName, Known)>, DataError> {
    let sql = "SELECT table_schema, table_name FROM information_schema.tables \
               WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";
    let mut names = Vec::new();
    for row in rows(session, sql).await? {
        let name = (text(&row, 0)?.to_owned(), text(&row, 1)?.to_owned());
        if !session.member.is_system(&name.0) && selection.wants(&name.0, &name.1) {
            names.push(name);
        }
    }
    let found = named(session, &names).await?;
    Ok(found.into_iter().filter_map(|(name, known)| Some((name, known?))).collect())
}

/// These tables as they are now; `None` for those that are not there, or have a type that is not
/// known.
pub(super) async fn named(
    session: &mut DataSession,
    names: &[TableName],
) -> Result<Vec<(TableName, Option<Known>)>, DataError> {
    let mut by_database: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (database, table) in names {
        by_database.entry(database).or_default().push(table);
    }
    let mut found = Vec::with_capacity(names.len());
    for (database, tables) in by_database {
        for tables in tables.chunks(AT_ONCE) {
            found.extend(of_database(session, database, tables).await?);
        }
    }
    Ok(found)
}

async fn of_database(
    session: &mut DataSession,
    database: &str,
    tables: &[&str],
) -> Result<Vec<(TableName, Option<Known>)>, DataError> {
    let mut sketches = sketch::sketches(session, database, tables).await?;
    let about = about(session, database, tables).await?;
    let mut found = Vec::with_capacity(tables.len());
    for table in tables {
        let known = sketches.remove(*table).and_then(Result::ok).map(|sketch| {
            let mut known = Known::new(sketch.table);
            about.describe(&mut known);
            known
        });
        found.push(((database.to_owned(), (*table).to_owned()), known));
    }
    Ok(found)
}

/// Adds what a definition does not say to tables that somebody kept, as far as they are still there.
pub(super) async fn describe(
    session: &mut DataSession,
    tables: Vec<oms_model::Table>,
) -> Result<Vec<(TableName, Known)>, DataError> {
    let mut by_database: BTreeMap<String, Vec<oms_model::Table>> = BTreeMap::new();
    for table in tables {
        by_database.entry(table.database.clone()).or_default().push(table);
    }
    let mut found = Vec::new();
    for (database, tables) in by_database {
        for tables in tables.chunks(AT_ONCE) {
            let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
            let about = about(session, &database, &names).await?;
            for table in tables {
                let name = (database.clone(), table.name.clone());
                let mut known = Known::new(table.clone());
                about.describe_kept(&mut known);
                found.push((name, known));
            }
        }
    }
    Ok(found)
}

/// What a server says of tables beyond their columns, by their names.
struct About {
    rows: Vec<(String, Option<String>, bool)>,
    ends: Vec<(String, String)>,
    is_mariadb: bool,
}

/// Whether it says since when or until when a row was true: MariaDB computes no other columns that
/// are never NULL.
fn is_bound(column: &oms_model::Column) -> bool {
    column.generated
        && !column.nullable
        && matches!(
            column.native.as_str(),
            "timestamp(6)" | "bigint(20) unsigned" | "bigint unsigned"
        )
}

impl About {
    fn describe(&self, known: &mut Known) {
        let name = known.table.name.clone();
        let exact = self.rows.iter().any(|(of, ..)| *of == name);
        let is = |of: &str| match exact {
            true => of == name,
            false => of.to_lowercase() == name.to_lowercase(),
        };
        for (_, collation, keeps) in self.rows.iter().filter(|(of, ..)| is(of)) {
            known.collation.clone_from(collation);
            if *keeps {
                known.versioning = Versioning::Hidden;
            }
        }
        for (_, column) in self.ends.iter().filter(|(of, _)| is(of)) {
            known.versioning = Versioning::Column(column.clone());
        }
    }

    /// Of a table as it was, only what it can have been.
    fn describe_kept(&self, known: &mut Known) {
        self.describe(known);
        let table = &known.table;
        let bounds: Vec<&str> =
            table.columns.iter().filter(|it| is_bound(it)).map(|it| it.name.as_str()).collect();
        known.versioning = match &known.versioning {
            // Whether there are columns that are not shown, the log says.
            _ if bounds.is_empty() || !self.is_mariadb => Versioning::None,
            Versioning::Column(end) if bounds.contains(&end.as_str()) => {
                Versioning::Column(end.clone())
            }
            _ => Versioning::Unclear,
        };
        let mut own: Vec<&String> =
            table.columns.iter().filter_map(|it| it.collation.as_ref()).collect();
        own.dedup();
        let is_likely = known.collation.as_ref().is_some_and(|now| own.contains(&now));
        if !is_likely && !own.is_empty() {
            // What all its columns have is what it had; of several, nobody knows.
            known.collation = Some(own[0].clone()).filter(|_| own.len() == 1);
        }
    }
}

async fn about(
    session: &mut DataSession,
    database: &str,
    tables: &[&str],
) -> Result<About, DataError> {
    let names: Vec<String> = tables.iter().map(|name| quoted(name)).collect();
    let (database, names) = (quoted(database), names.join(", "));
    let within = format!("table_schema = {database} AND table_name IN ({names})");
    let sql = format!(
        "SELECT table_name, table_collation, table_type FROM information_schema.tables WHERE {within}"
    );
    let mut found = Vec::new();
    for row in rows(session, &sql).await? {
        let collation = Some(text(&row, 1)?.to_owned()).filter(|it| !it.is_empty());
        found.push((text(&row, 0)?.to_owned(), collation, text(&row, 2)? == "SYSTEM VERSIONED"));
    }
    let is_mariadb = session.server.product == crate::product::Product::Mariadb;
    Ok(About { rows: found, ends: row_ends(session, &within).await?, is_mariadb })
}

/// The columns that say until when rows were true, where a table shows them.
async fn row_ends(
    session: &mut DataSession,
    within: &str,
) -> Result<Vec<(String, String)>, DataError> {
    if session.server.product != crate::product::Product::Mariadb {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT table_name, column_name FROM information_schema.columns \
         WHERE {within} AND generation_expression = 'ROW END'"
    );
    let mut found = Vec::new();
    for row in rows(session, &sql).await? {
        found.push((text(&row, 0)?.to_owned(), text(&row, 1)?.to_owned()));
    }
    Ok(found)
}

/// Texts in a charset, as the server writes them.
pub(super) async fn written(
    session: &mut DataSession,
    charset: &str,
    texts: &[String],
) -> Result<Vec<Vec<u8>>, DataError> {
    let mut found = Vec::with_capacity(texts.len());
    for text in texts {
        let sql =
            format!("SELECT HEX(CONVERT(_utf8mb4 x'{}' USING {charset}))", hex(text.as_bytes()));
        let rows = rows(session, &sql).await?;
        let digits = rows.first().and_then(|row| row.bytes(0)).unwrap_or_default();
        found.push(bytes(digits));
    }
    Ok(found)
}

/// What bytes say in a charset.
pub(super) async fn read(
    session: &mut DataSession,
    charset: &str,
    said: &[u8],
) -> Result<String, DataError> {
    let sql = format!("SELECT HEX(CONVERT(_{charset} x'{}' USING utf8mb4))", hex(said));
    let rows = rows(session, &sql).await?;
    let digits = rows.first().and_then(|row| row.bytes(0)).unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes(digits)).into_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(digits: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
    digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

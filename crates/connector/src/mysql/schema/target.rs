//! What a conversion has to know of the server it is for.

use super::super::data_session::DataSession;
use super::super::ddl::{Quoting, Target};
use super::super::wire::{Table, WireError};
use super::fault;
use super::session::texts;
use crate::product::Product;
use crate::schema::SchemaError;

/// Asks the server.
pub(in crate::mysql) async fn describe(session: &mut DataSession) -> Result<Target, SchemaError> {
    // The name, a description, the default collation.
    let charsets = texts(&ask(session, "SHOW CHARACTER SET").await?, [0, 2])?;
    let collations = texts(&ask(session, "SHOW COLLATION").await?, [0])?;
    let lower = ask(session, "SELECT @@lower_case_table_names").await?;
    let lower = lower.value().map_err(fault::of_statement)?.and_then(|text| text.parse().ok());
    Ok(Target {
        server: session.server.clone(),
        charsets: charsets.into_iter().map(|[charset, collation]| (charset, collation)).collect(),
        collations: collations.into_iter().map(|[name]| name).collect(),
        lower_case_table_names: lower.unwrap_or_default(),
        spatial_references: knows_earth(session).await?,
        quoting: Quoting::default(),
    })
}

/// Whether the server knows another reference system than none.
async fn knows_earth(session: &mut DataSession) -> Result<bool, SchemaError> {
    if session.server.product == Product::Mariadb {
        return Ok(false);
    }
    let sql = "SELECT ST_SRID(ST_GeomFromText('POINT(0 0)', 4326))";
    match session.wire.query(sql.as_bytes()).await {
        Ok(_) => Ok(true),
        Err(WireError::Server { .. }) => Ok(false),
        Err(error) => Err(fault::of_statement(error)),
    }
}

async fn ask(session: &mut DataSession, sql: &str) -> Result<Table, SchemaError> {
    session.wire.query(sql.as_bytes()).await.map_err(fault::of_statement)
}

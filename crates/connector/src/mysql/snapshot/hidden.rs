//! The numbers that a database keeps for rows of tables without a key. They put rows in order, so
//! that such a table is read in statements that end soon and by several readers, and a broken
//! connection to the source costs one statement and not the table. They tell nothing to a target:
//! its rows have no such number, so a table whose load was stopped still begins anew there.

use crate::data_error::DataError;
use crate::mysql::{data_fault, data_session::DataSession};
use oms_model::{Column, LogicalType, Table, UniqueKey, UniquePart};

/// Adds the hidden column and its key, where the server shows it.
pub(in crate::mysql) async fn reveal(
    session: &mut DataSession,
    table: &mut Table,
) -> Result<Option<UniqueKey>, DataError> {
    let Some(hidden) = session.member.hidden_key() else { return Ok(None) };
    if table.place(hidden.column).is_some() {
        return Ok(None);
    }
    let name = session.member.qualified(&table.database, &table.name);
    let sql = format!("SELECT {} {} FROM {name} LIMIT 1", hidden.hint, hidden.column);
    match session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire) {
        Ok(_) => {}
        Err(DataError::Changed { .. }) => return Ok(None),
        Err(other) => return Err(other),
    }
    table.columns.push(Column {
        name: hidden.column.to_owned(),
        logical: LogicalType::Int { bytes: 8, signed: false },
        native: hidden.native.to_owned(),
        nullable: false,
        collation: None,
        generated: true,
    });
    let part = UniquePart { column: Some(table.columns.len() - 1), prefix: None };
    let key = UniqueKey { name: hidden.column.to_owned(), primary: false, parts: vec![part] };
    Ok(Some(key))
}

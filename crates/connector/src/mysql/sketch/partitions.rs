//! What tables are divided into.

use super::{Place, in_order};
use crate::data_error::DataError;
use crate::error::ConnectError;
use crate::mysql::data_session::DataSession;
use crate::mysql::row::Row;
use crate::snapshot::Partitions;
use aws_lc_rs::digest::{Context, SHA256};
use std::collections::HashMap;

/// One table's partitions; none of a table that is whole, or not there.
pub(in crate::mysql) async fn partitions_of(
    session: &mut DataSession,
    database: &str,
    table: &str,
) -> Result<Partitions, DataError> {
    let place = Place { database, tables: &[table] };
    Ok(asked(session, &place).await?.remove(table).unwrap_or_default())
}

/// The partitions of those tables that have any. `sizes`: what the statistics say of the tables.
pub(super) async fn of_tables(
    session: &mut DataSession,
    place: &Place<'_>,
    sizes: &HashMap<String, Vec<Row>>,
) -> Result<HashMap<String, Partitions>, DataError> {
    let marks = session.member.marks_partitioned();
    let mut tables = Vec::new();
    for table in place.tables {
        let Some(row) = sizes.get(*table).and_then(|rows| rows.first()) else { continue };
        if !marks || row.text_or_empty("create_options")?.contains("partitioned") {
            tables.push(*table);
        }
    }
    if tables.is_empty() {
        return Ok(HashMap::new());
    }
    asked(session, &Place { database: place.database, tables: &tables }).await
}

async fn asked(
    session: &mut DataSession,
    place: &Place<'_>,
) -> Result<HashMap<String, Partitions>, DataError> {
    let is_part = " AND partition_name IS NOT NULL";
    let found = place.rows(session, COLUMNS, "partitions", is_part).await?;
    let read = |(table, rows)| Ok((table, partitions(rows)?));
    found.into_iter().map(read).collect::<Result<_, ConnectError>>().map_err(Into::into)
}

/// Under names that every server of the family sends back.
const COLUMNS: &str = "partition_name AS part, subpartition_name AS sub, \
    partition_ordinal_position AS place, subpartition_ordinal_position AS sub_place, \
    partition_method AS method, subpartition_method AS sub_method, \
    partition_expression AS cut_by, subpartition_expression AS sub_cut_by, \
    partition_description AS bound";

fn partitions(rows: Vec<Row>) -> Result<Partitions, ConnectError> {
    let mut partitions = Partitions::default();
    let mut layout = Context::new(&SHA256);
    // Sorting keeps the order of what is equal.
    for row in in_order(in_order(rows, "sub_place")?, "place")? {
        // What such partitions hold depends on how they are asked: history, or what is there now.
        if row.text_or_empty("method")?.contains("SYSTEM_TIME") {
            return Ok(Partitions::default());
        }
        for column in ["part", "sub", "method", "sub_method", "cut_by", "sub_cut_by", "bound"] {
            let text = row.maybe(column)?;
            let length = text.as_ref().map_or(u64::MAX, |text| text.len() as u64);
            layout.update(&length.to_le_bytes());
            layout.update(text.unwrap_or_default().as_bytes());
        }
        let name = row.maybe("sub")?.filter(|sub| !sub.is_empty());
        partitions.names.push(match name {
            Some(sub) => sub,
            None => row.text("part")?,
        });
    }
    let layout = layout.finish();
    partitions.layout = layout.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(partitions)
}

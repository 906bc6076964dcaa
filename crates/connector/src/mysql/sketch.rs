//! Many tables as rows are moved, in four statements at most: asking for each alone costs a small table
//! more than its rows do.

use super::data_fault;
use super::data_session::DataSession;
use super::row::{self, Row, Trouble};
use super::{encode, layout, table};
use crate::allowance::Allowance;
use crate::catalog::{Form, TableShape};
use crate::data_error::DataError;
use crate::error::ConnectError;
use crate::snapshot::{Estimate, Sketch};
use oms_model::ObjectKind;
use std::collections::HashMap;

mod partitions;
pub(super) use partitions::partitions_of;

/// What is found of some tables, by their exact names. Those that are not there are left out.
pub(super) async fn sketches(
    session: &mut DataSession,
    database: &str,
    tables: &[&str],
) -> Result<HashMap<String, Result<Sketch, DataError>>, DataError> {
    let member = session.member;
    let mut found = HashMap::new();
    if !member.can_name(database) {
        return Ok(found);
    }
    let known = tables.iter().copied().filter(|name| member.can_name(name));
    for tables in told_apart(known) {
        found.extend(of_tables(session, &Place { database, tables: &tables }).await?);
    }
    Ok(found)
}

/// Names in groups in which no two differ in the case of letters alone: servers compare the names of
/// one question without regard to it, and answer for one of such two.
fn told_apart<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Vec<&'n str>> {
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for name in names {
        let before = times.entry(name.to_lowercase()).or_default();
        match groups.get_mut(*before) {
            Some(group) => group.push(name),
            None => groups.push(vec![name]),
        }
        *before += 1;
    }
    groups
}

async fn of_tables(
    session: &mut DataSession,
    place: &Place<'_>,
) -> Result<HashMap<String, Result<Sketch, DataError>>, DataError> {
    let (member, database) = (session.member, place.database);
    let sizes =
        place.rows(session, "table_rows, data_length, create_options", "tables", "").await?;
    let mut divided = partitions::of_tables(session, place, &sizes).await?;
    let mut columns = place.rows(session, "*", "columns", "").await?;
    // The keys that are none of the unique ones tell nothing about rows.
    let mut keys = place.rows(session, KEYS, "statistics", " AND non_unique = 0").await?;
    let mut found = HashMap::with_capacity(sizes.len());
    for (name, rows) in sizes {
        let shape = TableShape {
            kind: ObjectKind::Table,
            form: Form::Ordinary,
            columns: in_order(columns.remove(&name).unwrap_or_default(), "ordinal_position")?
                .iter()
                .map(|row| table::column(member, row))
                .collect::<Result<_, _>>()?,
            keys: table::keys_of(&in_order(
                keys.remove(&name).unwrap_or_default(),
                "seq_in_index",
            )?)?,
            foreign_keys: vec![],
        };
        let layout = layout::layout(database, &name, &shape, member.member_style());
        let partitions = divided.remove(&name).unwrap_or_default();
        let estimate = rows.first().map(estimate).transpose()?.unwrap_or_default();
        let sketch = match layout {
            Ok(table) => Ok(Sketch { table, estimate, partitions }),
            Err(error) => Err(DataError::Unsupported(format!("{error}: {}", error.source))),
        };
        found.insert(name, sketch);
    }
    Ok(found)
}

/// Under the names that `SHOW INDEX` gives them.
const KEYS: &str = "index_name AS key_name, non_unique, seq_in_index, column_name, sub_part, collation, index_type";

/// Some tables of a database.
struct Place<'a> {
    database: &'a str,
    tables: &'a [&'a str],
}

impl Place<'_> {
    /// Rows of an `information_schema` table, by the table that they are about.
    async fn rows(
        &self,
        session: &mut DataSession,
        columns: &str,
        from: &str,
        further: &str,
    ) -> Result<HashMap<String, Vec<Row>>, DataError> {
        let names: Vec<String> = self.tables.iter().map(|name| text(name)).collect();
        let (database, names) = (text(self.database), names.join(", "));
        let qualified = match columns {
            "*" => format!("{from}.*"),
            columns => columns.to_owned(),
        };
        let sql = format!(
            "SELECT @@lower_case_table_names AS folds, table_schema AS db, table_name AS name, \
             {qualified} \
             FROM information_schema.{from} \
             WHERE table_schema = {database} AND table_name IN ({names}){further}"
        );
        let rows = session.wire.read_text(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let rows = row::taken(rows, &Allowance::default()).await.map_err(|trouble| match trouble {
            Trouble::Wire(error) => data_fault::of_wire(error),
            Trouble::Excess(excess) => excess.refusal().into(),
        });
        if rows.is_err() {
            session.wire.abandon();
        }
        let mut by_table: HashMap<String, Vec<Row>> = HashMap::new();
        for row in rows? {
            // The server compares under a collation of its own.
            let (database, name) = (row.text("db")?, row.text("name")?);
            let folds = row.text("folds")? != "0";
            let is = |asked: &str, there: &str| {
                asked == there || (folds && asked.to_lowercase() == there.to_lowercase())
            };
            let asked = self.tables.iter().find(|asked| is(asked, &name));
            if let (true, Some(asked)) = (is(self.database, &database), asked) {
                by_table.entry((*asked).to_owned()).or_default().push(row);
            }
        }
        Ok(by_table)
    }
}

fn text(name: &str) -> String {
    let mut out = Vec::new();
    encode::text(&mut out, name.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

fn in_order(rows: Vec<Row>, by: &str) -> Result<Vec<Row>, ConnectError> {
    let place = |row: Row| Ok((row.number(by)?.unwrap_or_default(), row));
    let mut placed = rows.into_iter().map(place).collect::<Result<Vec<_>, ConnectError>>()?;
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, row)| row).collect())
}

fn estimate(row: &Row) -> Result<Estimate, ConnectError> {
    let number = |name| Ok::<_, ConnectError>(row.number(name)?.unwrap_or_default());
    Ok(Estimate { rows: number("table_rows")?, bytes: number("data_length")? })
}

#[cfg(test)]
mod tests {
    use super::told_apart;

    #[test]
    fn names_that_differ_in_case_are_asked_for_apart() {
        let names = ["a", "Orders", "b", "orders", "ORDERS"];
        let groups = told_apart(names.into_iter());
        assert_eq!(groups, [vec!["a", "Orders", "b"], vec!["orders"], vec!["ORDERS"]]);
        assert!(told_apart(std::iter::empty()).is_empty());
    }
}

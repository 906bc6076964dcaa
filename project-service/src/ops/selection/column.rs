//! Holding filters and lists of columns against the columns there are.

use crate::{
    Error,
    domain::selection::ColumnUse,
    ops::data_source::{Error as Refusal, Opened},
};
use oms_connector::CatalogError;
use oms_model::{
    Complaint, ObjectName,
    filter::{self, Filter},
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Each table costs a question to the source.
const TABLES_MAX: usize = 50;

/// What is wrong, and how many tables were left out because there were too many of them, or because
/// the source answers too slowly for all.
pub(super) async fn problems(
    opened: &Opened,
    uses: Vec<ColumnUse>,
    patience: Duration,
) -> Result<(Vec<Complaint>, u64), Error> {
    let mut by_table: BTreeMap<ObjectName, Vec<ColumnUse>> = BTreeMap::new();
    for one in uses {
        by_table.entry(one.table.clone()).or_default().push(one);
    }
    let until = Instant::now() + patience;
    let (mut found, mut unchecked) = (Vec::new(), 0);
    for (i, (table, uses)) in by_table.into_iter().enumerate() {
        if i >= TABLES_MAX || Instant::now() >= until {
            unchecked += 1;
            continue;
        }
        match columns_of(opened, &table).await? {
            Some(columns) => found.extend(uses.iter().flat_map(|one| wrong(one, &columns))),
            None => found.extend(uses.iter().map(missing)),
        }
    }
    Ok((found, unchecked))
}

async fn columns_of(opened: &Opened, table: &ObjectName) -> Result<Option<Vec<String>>, Error> {
    if opened.only_database()?.is_some_and(|only| only != table.database) {
        return Ok(None);
    }
    match opened.catalog().table(&table.database, &table.name).await {
        Ok(shape) => Ok(Some(shape.columns.into_iter().map(|column| column.name).collect())),
        Err(CatalogError::NoSuchDatabase(_) | CatalogError::NoSuchTable { .. }) => Ok(None),
        Err(error) => Err(Refusal::from(error).into()),
    }
}

fn missing(one: &ColumnUse) -> Complaint {
    let reason = "the source has no such table or view";
    let advice = "look at its name, and at what the account may see";
    Complaint::new(&one.place, &one.table.to_string(), reason, advice)
}

fn wrong(one: &ColumnUse, columns: &[String]) -> Vec<Complaint> {
    let absent = one.columns.iter().filter(|column| !columns.contains(column));
    let mut found: Vec<Complaint> = absent
        .map(|column| {
            let reason = format!("{} has no such column", one.table);
            Complaint::new(&one.place, column, reason, "write it as the source does")
        })
        .collect();
    if let Some(text) = &one.filter
        && let Err(faults) = Filter::parse_for(text, columns)
    {
        found.extend(filter::complaints(&one.place, text, &faults).0);
    }
    found
}

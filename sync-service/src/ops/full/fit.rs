//! Puts the layouts of both sides of a table together.

use super::fate::{Failure, FailureKind};
use super::run::TablePlan;
use oms_connector::{Destination, Field, Scan, TargetColumn};
use oms_model::{Charset, LogicalType, Table, UniqueKey};

/// Which columns go where, and which key tells rows apart on the way.
pub fn fit(
    plan: &TablePlan,
    source: Table,
    target: &Table,
    order: Option<UniqueKey>,
) -> Result<(Scan, Destination), Failure> {
    let wanted = wanted(plan, &source)?;
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for place in wanted {
        let column = &source.columns[place];
        let there = target.place_like(&column.name).ok_or_else(|| {
            let message = format!("the target table {target} has no column {:?}", column.name);
            Failure::new(FailureKind::Table, message)
        })?;
        let there = &target.columns[there];
        if there.generated {
            let message = format!("the target computes the column {:?} of {target}", there.name);
            return Err(Failure::new(FailureKind::Table, message));
        }
        let charset = conversion(&column.logical, &there.logical);
        fields.push(Field { column: place, charset });
        columns.push(TargetColumn::from(there));
    }
    let written = fields.len();
    // The order needs its key's columns, also those that are not written.
    let parts = order.iter().flat_map(|key| &key.parts);
    for place in parts.filter_map(|part| part.column) {
        if !fields.iter().any(|field| field.column == place) {
            fields.push(Field { column: place, charset: None });
        }
    }
    let mut key = identity(&source, order.as_ref(), &fields[..written]);
    if !holds_apart(target, &columns, &key) {
        // A row that is written twice would be there twice, and nobody would say so.
        key.clear();
    }
    let into = Destination {
        database: plan.target_database.clone(),
        table: plan.target_table.clone(),
        columns,
        key,
    };
    Ok((Scan { table: source, fields, key: order, filter: plan.filter.clone() }, into))
}

fn wanted(plan: &TablePlan, source: &Table) -> Result<Vec<usize>, Failure> {
    let Some(names) = &plan.columns else {
        return Ok(source.stored().map(|(place, _)| place).collect());
    };
    let place = |name: &String| match source.place(name) {
        Some(place) if source.columns[place].generated => Err(Failure::new(
            FailureKind::Table,
            format!("the source computes the column {name:?}: it is not copied"),
        )),
        Some(place) => Ok(place),
        None => Err(Failure::new(
            FailureKind::Table,
            format!("the source table {source} has no column {name:?}"),
        )),
    };
    names.iter().map(place).collect()
}

/// The places in a written row of the values that tell rows apart; none where nothing does.
fn identity(source: &Table, order: Option<&UniqueKey>, written: &[Field]) -> Vec<usize> {
    let places = |key: &UniqueKey| -> Option<Vec<usize>> {
        let place = |column| written.iter().position(|field| field.column == column);
        key.parts.iter().map(|part| part.column.and_then(place)).collect()
    };
    let keys = order.into_iter().chain(source.identifying());
    keys.filter_map(places).next().unwrap_or_default()
}

/// Whether the target lets no two rows have the same values in these columns.
fn holds_apart(target: &Table, columns: &[TargetColumn], key: &[usize]) -> bool {
    let names: Vec<&str> = key.iter().map(|place| columns[*place].name.as_str()).collect();
    let is_among = |column: usize| names.contains(&target.columns[column].name.as_str());
    target.keys.iter().any(|key| key.parts.iter().all(|part| part.column.is_some_and(is_among)))
}

/// The charset in which text has to be read, where the target has another one.
fn conversion(source: &LogicalType, target: &LogicalType) -> Option<Charset> {
    let from = source.charset()?;
    let to = match target {
        LogicalType::Json => &Charset::Utf8,
        other => other.charset()?,
    };
    let same = from == to || (from.is_utf8() && to.is_utf8());
    (!same).then(|| to.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use oms_model::{Column, UniquePart};

    fn table(keys: &[&[usize]]) -> Table {
        let column = |name: &str| Column {
            name: name.into(),
            logical: LogicalType::Int { bytes: 4, signed: true },
            native: "int".into(),
            nullable: false,
            collation: None,
            generated: false,
        };
        let key = |parts: &&[usize]| UniqueKey {
            name: "k".into(),
            primary: false,
            parts: parts
                .iter()
                .map(|place| UniquePart { column: Some(*place), prefix: None })
                .collect(),
        };
        Table {
            database: "d".into(),
            name: "t".into(),
            columns: ["a", "b", "c"].map(column).to_vec(),
            keys: keys.iter().map(key).collect(),
        }
    }

    #[test]
    fn rows_are_told_apart_by_what_the_target_tells_apart() {
        let columns: Vec<TargetColumn> = table(&[]).columns.iter().map(Into::into).collect();
        let holds = |keys: &[&[usize]], key: &[usize]| holds_apart(&table(keys), &columns, key);
        assert!(holds(&[&[0]], &[0]));
        assert!(holds(&[&[2], &[0]], &[0, 1]), "part of a key is enough to be stricter");
        assert!(!holds(&[], &[0]), "no key at all");
        assert!(!holds(&[&[0, 1]], &[0]), "the target lets a be there twice");
        assert!(!holds(&[&[1]], &[]));
    }
}

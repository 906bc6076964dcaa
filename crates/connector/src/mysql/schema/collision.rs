//! Whether values that the source tells apart would be equal at the target.

use super::super::dialect::Member;
use super::super::wire::TextRow;
use crate::schema::{KeyProbe, ProbePart};
use oms_model::ObjectName;

/// Finds one group of rows that the target would not tell apart: how many there are, and of each
/// column the lowest and highest value as the source orders them.
pub(super) fn query(
    member: &dyn Member,
    table: &ObjectName,
    probe: &KeyProbe,
    filter: Option<&str>,
) -> String {
    let column = |part: &ProbePart| member.quote(&part.column);
    let list = |text: &dyn Fn(&ProbePart) -> String, between: &str| {
        probe.parts.iter().map(text).collect::<Vec<_>>().join(between)
    };
    let ends = list(&|part| format!("MIN({0}), MAX({0})", column(part)), ", ");
    // Keys let any number of NULLs pass.
    let present = list(&|part| format!("{} IS NOT NULL", column(part)), " AND ");
    let filter = filter.map(|filter| format!(" AND ({filter})")).unwrap_or_default();
    let group = list(&|part| weighed(&column(part), part), ", ");
    let table = member.qualified(&table.database, &table.name);
    format!(
        "SELECT COUNT(*), {ends} FROM {table} WHERE {present}{filter} GROUP BY {group} \
         HAVING COUNT(*) > 1 LIMIT 1"
    )
}

fn weighed(column: &str, part: &ProbePart) -> String {
    let cut = match part.prefix {
        Some(length) => format!("LEFT({column}, {length})"),
        None => column.to_owned(),
    };
    match &part.collation {
        Some(collation) => {
            let charset = collation.split('_').next().unwrap_or(collation);
            format!("CONVERT({cut} USING {charset}) COLLATE {collation}")
        }
        None => cut,
    }
}

/// What the answer shows, for people.
pub(super) fn example(probe: &KeyProbe, row: &TextRow) -> String {
    let shown = |at| match row.bytes(at) {
        Some(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        None => "NULL".to_owned(),
    };
    let mut pairs = Vec::new();
    for (at, part) in probe.parts.iter().enumerate() {
        let (low, high) = (shown(1 + 2 * at), shown(2 + 2 * at));
        let name = &part.column;
        pairs.push(match low == high {
            true => format!("{name} {low}"),
            false => format!("{name} {low} and {high}"),
        });
    }
    format!("{} rows with {}", shown(0).trim_matches('"'), pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::super::dialect::Mysql;
    use super::*;

    #[test]
    fn rows_are_grouped_as_the_target_compares() {
        let part = |column: &str, prefix, collation: Option<&str>| ProbePart {
            column: column.into(),
            prefix,
            collation: collation.map(str::to_owned),
        };
        let parts = vec![part("a", Some(5), Some("utf8mb4_general_ci")), part("b`", None, None)];
        let probe = KeyProbe { key: "k".into(), parts };
        let sql = query(&Mysql, &ObjectName::new("d", "t"), &probe, Some("x > 1"));
        assert_eq!(
            sql,
            "SELECT COUNT(*), MIN(`a`), MAX(`a`), MIN(`b```), MAX(`b```) FROM `d`.`t` WHERE \
             `a` IS NOT NULL AND `b``` IS NOT NULL AND (x > 1) GROUP BY CONVERT(LEFT(`a`, 5) \
             USING utf8mb4) COLLATE utf8mb4_general_ci, `b``` HAVING COUNT(*) > 1 LIMIT 1"
        );
    }
}

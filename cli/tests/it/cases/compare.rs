//! Every value of every table of two sides, asked of the servers themselves in words that all of them
//! print alike.

use oms_testkit::{SqlError, TestDb};
use serde_json::Value;
use std::collections::BTreeMap;

type Cell = Option<String>;

/// What is not the same at both sides.
pub async fn all_values(
    source: &TestDb,
    target: &TestDb,
    left_behind: &[String],
) -> Result<Option<String>, SqlError> {
    let (mut tables, others) = (columns(source).await?, columns(target).await?);
    tables.retain(|table, _| !left_behind.contains(table));
    for (table, columns) in &tables {
        let folded = || others.iter().find(|(name, _)| name.eq_ignore_ascii_case(table));
        let Some((name, there)) = others.get_key_value(table).or_else(folded) else {
            return Ok(Some(format!("{table} is missing")));
        };
        let mut asked = Vec::new();
        for (column, kind) in columns {
            let same = there.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
            match same {
                Some((_, other)) => {
                    asked.push((column.as_str(), Asked::of(kind, other)));
                }
                None => return Ok(Some(format!("{table}.{column} is missing"))),
            }
        }
        let (from, to) = (rows(source, table, &asked).await?, rows(target, name, &asked).await?);
        if from != to {
            let lost = from.iter().find(|row| !to.contains(row));
            let new = to.iter().find(|row| !from.contains(row));
            let (many, there) = (from.len(), to.len());
            return Ok(Some(format!(
                "{table} has {many} rows at the source and {there} at the target; only at the \
                 source: {lost:?}; only at the target: {new:?}"
            )));
        }
    }
    Ok(None)
}

/// How a column is asked for.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Text,
    Bytes,
    Document,
    Whole,
    Real,
    Plain,
}

impl Asked {
    fn of(source: &str, target: &str) -> Self {
        match (source, target) {
            ("json", _) | (_, "json") => Self::Document,
            ("binary" | "varbinary", _) => Self::Bytes,
            (kind, _) if kind.ends_with("blob") => Self::Bytes,
            ("geometry" | "point" | "polygon" | "linestring", _) => Self::Bytes,
            ("bit" | "tinyint" | "smallint" | "mediumint" | "int" | "bigint", _) => Self::Whole,
            ("float", _) => Self::Real,
            ("char" | "varchar" | "enum" | "set" | "uuid" | "inet4" | "inet6", _) => Self::Text,
            (kind, _) if kind.ends_with("text") => Self::Text,
            _ => Self::Plain,
        }
    }

    fn words(self, column: &str) -> String {
        let name = format!("`{}`", column.replace('`', "``"));
        match self {
            Self::Text => format!("HEX(CONVERT(CAST({name} AS CHAR) USING utf8mb4))"),
            Self::Bytes => format!("HEX({name})"),
            Self::Document => format!("CAST({name} AS CHAR)"),
            Self::Whole => format!("{name}+0"),
            Self::Real => format!("{name}+0e0"),
            Self::Plain => name,
        }
    }

    /// Documents are the same whatever is between their words.
    fn cell(self, cell: Cell) -> Cell {
        let text = cell?;
        match self {
            Self::Document => {
                let value: Result<Value, _> = serde_json::from_str(&text);
                Some(value.map_or(text, |value| value.to_string()))
            }
            _ => Some(text),
        }
    }
}

/// Tables with their columns and the kinds of those.
async fn columns(side: &TestDb) -> Result<BTreeMap<String, Vec<(String, String)>>, SqlError> {
    let question = "SELECT c.table_name, c.column_name, LOWER(c.data_type) \
                    FROM information_schema.columns c JOIN information_schema.tables t \
                    ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
                    WHERE c.table_schema = DATABASE() AND t.table_type <> 'VIEW' \
                    ORDER BY c.table_name, c.ordinal_position";
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in side.rows(question).await? {
        let mut cells = row.into_iter().map(Option::unwrap_or_default);
        let mut next = || cells.next().unwrap_or_default();
        let (table, column, kind) = (next(), next(), next());
        tables.entry(table).or_default().push((column, kind));
    }
    Ok(tables)
}

/// All rows, in an order that is the same for equal rows.
async fn rows(
    side: &TestDb,
    table: &str,
    asked: &[(&str, Asked)],
) -> Result<Vec<Vec<Cell>>, SqlError> {
    side.exec("SET time_zone = '+00:00'").await?;
    let words: Vec<String> = asked.iter().map(|(column, asked)| asked.words(column)).collect();
    let question = format!("SELECT {} FROM `{}`", words.join(", "), table.replace('`', "``"));
    let rows = side.rows(&question).await?.into_iter();
    let cells = |row: Vec<Cell>| {
        row.into_iter().zip(asked).map(|(cell, (_, asked))| asked.cell(cell)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = rows.map(cells).collect();
    rows.sort();
    Ok(rows)
}

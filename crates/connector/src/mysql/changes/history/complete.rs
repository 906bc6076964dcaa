//! What is known of a table and what the log says of it, put together. The log is right about types,
//! and about whatever else it tells; it is silent about unique keys and what is computed.

use super::super::event::{ColumnKind, TableMap, types};
use super::super::plan::{Logged, Misfit, cell};
use super::super::texts::{BINARY, Texts};
use super::{Known, Versioning};
use crate::mysql::ddl::ast::same_name;
use crate::mysql::logical::{MemberStyle, logical};
use oms_model::{Charset, Column, LogicalType, Table, UniqueKey, UniquePart};
use std::sync::Arc;

/// The table as rows that follow the map have it.
pub(in super::super) fn complete(
    known: Option<&Known>,
    map: &TableMap,
    texts: &Texts,
) -> Result<Known, String> {
    let hidden = hidden_columns(known, map, texts);
    let shown = map.columns.len() - hidden;
    let names = &map.metadata.names;
    let columns: Vec<Column> = match (names.is_empty(), known) {
        (true, None) => return Err("nothing is known of it, and the log has no names".into()),
        (true, Some(known)) => {
            let count = known.table.columns.len();
            if count != shown {
                return Err(format!("{shown} columns are logged, and {count} are known"));
            }
            let fitted = known.table.columns.iter().enumerate();
            fitted
                .map(|(at, column)| fitted_column(column, map, at, texts))
                .collect::<Result<_, _>>()?
        }
        (false, known) => {
            let column = |at: usize| {
                let name = &names[at];
                let mut columns = known.iter().flat_map(|known| &known.table.columns);
                let one = columns.find(|column| same_name(&column.name, name));
                match one.map(|column| fitted_column(column, map, at, texts)) {
                    Some(Ok(column)) => Ok(Column { name: name.clone(), ..column }),
                    Some(Err(_)) | None => logged_column(map, at, texts),
                }
            };
            (0..shown).map(column).collect::<Result<_, _>>()?
        }
    };
    let keys = keys(known, map, &columns);
    let versioning = match known.map(|known| &known.versioning) {
        _ if hidden > 0 => Versioning::Hidden,
        // What the log has no columns for was not there.
        None | Some(Versioning::Hidden) => Versioning::None,
        Some(versioning) => versioning.clone(),
    };
    let same = known.filter(|it| it.table.columns == columns && it.table.keys == keys);
    let table = match same {
        Some(known) => Arc::clone(&known.table),
        None => {
            let (database, name) = match known {
                Some(known) => (known.table.database.clone(), known.table.name.clone()),
                None => (map.database.clone(), map.table.clone()),
            };
            Arc::new(Table { database, name, columns, keys })
        }
    };
    let collation = known.and_then(|known| known.collation.clone());
    Ok(Known { table, collation, versioning })
}

/// Two columns at the end that no catalog lists, of a MariaDB table that keeps what was.
fn hidden_columns(known: Option<&Known>, map: &TableMap, texts: &Texts) -> usize {
    let is_bound = |kind: &ColumnKind| {
        matches!((kind.kind, kind.meta), (types::TIMESTAMP2, 6) | (types::LONGLONG, _))
    };
    // By their names, if nothing else is known.
    let extra = match known {
        Some(known) => known.table.columns.len() + 2 == map.columns.len(),
        None => {
            let names: Vec<&str> = map.metadata.names.iter().map(String::as_str).collect();
            names.ends_with(&["row_start", "row_end"])
        }
    };
    let fits = texts.is_mariadb()
        && extra
        && map.columns.iter().rev().take(2).all(is_bound)
        && map.nullable.iter().rev().take(2).all(|nullable| !nullable);
    if fits { 2 } else { 0 }
}

/// A column that is known, with what the log says of its text.
fn fitted_column(
    column: &Column,
    map: &TableMap,
    at: usize,
    texts: &Texts,
) -> Result<Column, String> {
    let kind = map.columns[at];
    let mut column = column.clone();
    let logged = map.metadata.collations.get(at).copied().flatten();
    if let Some(collation) = logged.and_then(|number| texts.collation(number)) {
        let charset = Charset::of_mysql(&collation.charset);
        match &mut column.logical {
            LogicalType::Text { charset: own, .. }
            | LogicalType::Enum { charset: own, .. }
            | LogicalType::Set { charset: own, .. }
                if column.collation.is_some() =>
            {
                *own = charset;
                column.collation = Some(collation.name.clone());
            }
            _ => {}
        }
    }
    if kind.kind == types::BLOB {
        resize(&mut column, kind.meta);
    }
    match cell(&column, kind, Logged::of(map, at), texts) {
        Ok(_) | Err(Misfit::Texts { .. }) => Ok(column),
        Err(Misfit::Unlike(why)) => Err(why),
    }
}

/// How large a text may be is chosen by the server where a statement says a length.
fn resize(column: &mut Column, prefix: u16) {
    let size = match prefix {
        1 => "tiny",
        2 => "",
        3 => "medium",
        _ => "long",
    };
    for kind in ["text", "blob"] {
        let sizes = ["tiny", "", "medium", "long"];
        if sizes.iter().any(|size| column.native == format!("{size}{kind}")) {
            column.native = format!("{size}{kind}");
        }
    }
}

/// A column that only the log knows.
fn logged_column(map: &TableMap, at: usize, texts: &Texts) -> Result<Column, String> {
    let (kind, metadata) = (map.columns[at], &map.metadata);
    let name = metadata.names[at].clone();
    let collation = metadata.collations.get(at).copied().flatten();
    let collation = match collation {
        None | Some(BINARY) => None,
        Some(number) => Some(
            texts
                .collation(number)
                .ok_or_else(|| format!("the collation {number} is not known"))?,
        ),
    };
    let native = native(kind, Logged::of(map, at), collation.map(|it| it.charset.as_str()), texts);
    let native = native.ok_or_else(|| format!("what the column {name:?} is cannot be told"))?;
    let charset = collation.map(|it| it.charset.as_str());
    let mut read = logical(&native, charset, MemberStyle::Escaped)
        .map_err(|error| format!("the column {name:?}: {error}"))?;
    if let LogicalType::Enum { members, .. } | LogicalType::Set { members, .. } = &mut read {
        let said = metadata.members.get(at).map_or(&[][..], Vec::as_slice);
        *members = said.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    }
    let nullable = map.nullable.get(at).copied().unwrap_or(true);
    let collation = collation.map(|it| it.name.clone());
    Ok(Column { name, logical: read, native, nullable, collation, generated: false })
}

/// The type as a catalog would write it; `None` where the log does not tell types apart.
fn native(
    kind: ColumnKind,
    logged: Logged<'_>,
    charset: Option<&str>,
    texts: &Texts,
) -> Option<String> {
    use types as t;
    let meta = kind.meta;
    let number = |name: &str| {
        let sign = if logged.unsigned? { " unsigned" } else { "" };
        Some(format!("{name}{sign}"))
    };
    let moment = |name: &str| match meta {
        0 => name.to_owned(),
        digits => format!("{name}({digits})"),
    };
    let width = |charset: &str| texts.width(charset).filter(|width| *width > 0);
    let sized = |text: &str, bytes: &str| match charset {
        Some(charset) => Some(format!("{text}({})", u64::from(meta) / width(charset)?)),
        None => Some(format!("{bytes}({meta})")),
    };
    let listed = |name: &str| {
        let quoted = |member: &Vec<u8>| {
            format!(
                "'{}'",
                String::from_utf8_lossy(member).replace('\\', "\\\\").replace('\'', "''")
            )
        };
        let members: Vec<String> = logged.members.iter().map(quoted).collect();
        (!members.is_empty()).then(|| format!("{name}({})", members.join(",")))
    };
    match kind.kind {
        t::TINY => number("tinyint"),
        t::SHORT => number("smallint"),
        t::INT24 => number("mediumint"),
        t::LONG => number("int"),
        t::LONGLONG => number("bigint"),
        t::FLOAT => number("float"),
        t::DOUBLE => number("double"),
        t::NEWDECIMAL => {
            let [precision, scale] = meta.to_be_bytes();
            number(&format!("decimal({precision},{scale})"))
        }
        t::YEAR => Some("year".into()),
        t::DATE | t::NEWDATE => Some("date".into()),
        t::TIME2 => Some(moment("time")),
        t::DATETIME2 => Some(moment("datetime")),
        t::TIMESTAMP2 => Some(moment("timestamp")),
        t::BIT => {
            let [odd, whole] = meta.to_le_bytes();
            Some(format!("bit({})", u32::from(whole) * 8 + u32::from(odd)))
        }
        t::VARCHAR | t::VAR_STRING => sized("varchar", "varbinary"),
        // MariaDB logs addresses and identifiers as bytes of these lengths, in an order of its own.
        t::STRING if texts.is_mariadb() && charset.is_none() && matches!(meta, 4 | 16) => None,
        t::STRING => sized("char", "binary"),
        t::BLOB => {
            let size = match meta {
                1 => "tiny",
                2 => "",
                3 => "medium",
                _ => "long",
            };
            Some(format!("{size}{}", if charset.is_some() { "text" } else { "blob" }))
        }
        t::ENUM => listed("enum"),
        t::SET => listed("set"),
        t::JSON => Some("json".into()),
        t::GEOMETRY => Some("geometry".into()),
        _ => None,
    }
}

fn keys(known: Option<&Known>, map: &TableMap, columns: &[Column]) -> Vec<UniqueKey> {
    let place = |name: &str| columns.iter().position(|column| same_name(&column.name, name));
    let mut keys: Vec<UniqueKey> = Vec::new();
    for key in known.iter().flat_map(|known| &known.table.keys) {
        let old = known.map_or(&[][..], |known| &known.table.columns);
        let part = |part: &UniquePart| match part.column {
            None => Some(part.clone()),
            Some(at) => {
                let column = place(&old.get(at)?.name)?;
                Some(UniquePart { column: Some(column), prefix: part.prefix })
            }
        };
        if let Some(parts) = key.parts.iter().map(part).collect() {
            keys.push(UniqueKey { name: key.name.clone(), primary: key.primary, parts });
        }
    }
    if map.metadata.names.is_empty() {
        return keys;
    }
    let logged: Vec<usize> = map.metadata.key.iter().map(|(at, _)| *at).collect();
    let primary = keys.iter().find(|key| key.primary);
    let known: Vec<usize> =
        primary.iter().flat_map(|key| &key.parts).filter_map(|part| part.column).collect();
    if known != logged {
        keys.retain(|key| !key.primary);
        if !logged.is_empty() {
            let part = |(at, prefix): &(usize, u64)| UniquePart {
                column: Some(*at),
                prefix: u32::try_from(*prefix).ok().filter(|prefix| *prefix > 0),
            };
            let parts = map.metadata.key.iter().map(part).collect();
            keys.insert(0, UniqueKey { name: "PRIMARY".into(), primary: true, parts });
        }
    }
    keys
}

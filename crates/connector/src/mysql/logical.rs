//! Native types of the family, as the catalog writes them, and what they mean.

use oms_model::{Charset, LogicalType};

/// A type there is no logical one for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the type {0:?} is not known")]
pub(super) struct UnknownType(pub String);

/// How a server writes the members of an ENUM or SET into its catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberStyle {
    /// Quotes doubled, backslashes before backslashes and control characters.
    Escaped,
    /// Just as they are, between quotes.
    Bare,
}

/// What a column type means. `charset` is the column's, where it has one.
pub(super) fn logical(
    native: &str,
    charset: Option<&str>,
    style: MemberStyle,
) -> Result<LogicalType, UnknownType> {
    use LogicalType as L;
    let unknown = || UnknownType(native.to_owned());
    let (word, arguments, rest) = parts(native);
    let charset = || Charset::of_mysql(charset.unwrap_or("utf8mb4"));
    let numbers: Vec<u64> =
        arguments.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let first = numbers.first().copied();
    let has = |attribute: &str| rest.split_ascii_whitespace().any(|word| word == attribute);
    let signed = !has("unsigned") && !has("zerofill");
    let fraction = || u8::try_from(first.unwrap_or_default()).map_err(|_| unknown());
    let int = |bytes| L::Int { bytes, signed };
    let text = |length, fixed| L::Text { charset: charset(), length, fixed };
    let logical = match word {
        "tinyint" => int(1),
        "smallint" => int(2),
        "mediumint" => int(3),
        "int" | "integer" => int(4),
        "bigint" => int(8),
        "decimal" | "numeric" => L::Decimal { digits: digits(&numbers), signed },
        "float" => L::Float,
        "double" | "real" => L::Double,
        "bit" => L::Bit(u32::try_from(first.unwrap_or(1)).map_err(|_| unknown())?),
        "year" => L::Year,
        "date" => L::Date,
        "time" => L::Span { fraction: fraction()? },
        "datetime" => L::DateTime { fraction: fraction()? },
        "timestamp" => L::Instant { fraction: fraction()? },
        "char" => text(first, true),
        "varchar" => text(first, false),
        "tinytext" | "text" | "mediumtext" | "longtext" => text(None, false),
        // What MariaDB keeps in types of its own travels in their one canonical text.
        "uuid" | "inet4" | "inet6" => {
            L::Text { charset: Charset::Ascii, length: None, fixed: false }
        }
        "binary" => L::Bytes { length: first, fixed: true },
        "varbinary" => L::Bytes { length: first, fixed: false },
        "tinyblob" | "blob" | "mediumblob" | "longblob" => L::Bytes { length: None, fixed: false },
        "json" => L::Json,
        "enum" => L::Enum { charset: charset(), members: members(arguments, style) },
        "set" => L::Set { charset: charset(), members: members(arguments, style) },
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
        | "multipolygon" | "geomcollection" | "geometrycollection" => L::Geometry,
        "vector" => L::Vector {
            dimensions: first.and_then(|number| u32::try_from(number).ok()).ok_or_else(unknown)?,
        },
        _ => return Err(unknown()),
    };
    Ok(logical)
}

fn digits(numbers: &[u64]) -> Option<(u16, i16)> {
    let precision = u16::try_from(*numbers.first()?).ok()?;
    let scale = i16::try_from(numbers.get(1).copied().unwrap_or_default()).ok()?;
    Some((precision, scale))
}

/// The word, what stands between its parentheses, and what follows.
fn parts(native: &str) -> (&str, &str, &str) {
    let end = native.find(['(', ' ']).unwrap_or(native.len());
    let (word, rest) = native.split_at(end);
    let inside =
        rest.strip_prefix('(').and_then(|rest| rest.rfind(')').map(|at| rest.split_at(at)));
    match inside {
        Some((arguments, after)) => (word, arguments, &after[1..]),
        None => (word, "", rest),
    }
}

/// The members of an ENUM or SET.
fn members(text: &str, style: MemberStyle) -> Vec<String> {
    match style {
        MemberStyle::Escaped => escaped_members(text),
        // A member that holds `','` cannot be told from two; only their meeting point is doubtful.
        MemberStyle::Bare => {
            let inside = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            inside.map_or(vec![], |text| text.split("','").map(str::to_owned).collect())
        }
    }
}

fn escaped_members(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    while letters.next_if_eq(&',').is_some() || letters.peek().is_some() {
        if letters.next_if_eq(&'\'').is_none() {
            break;
        }
        let mut member = String::new();
        while let Some(letter) = letters.next() {
            match letter {
                '\'' if letters.next_if_eq(&'\'').is_some() => member.push('\''),
                '\'' => break,
                '\\' => member.extend(letters.next().map(|mark| match mark {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    '0' => '\0',
                    'Z' => '\u{1A}',
                    other => other,
                })),
                other => member.push(other),
            }
        }
        found.push(member);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use LogicalType as L;

    fn of(native: &str) -> LogicalType {
        logical(native, Some("latin1"), MemberStyle::Escaped).expect("known")
    }

    #[test]
    fn every_type_of_the_family_has_a_meaning() {
        let text = |length, fixed| L::Text { charset: Charset::Latin1, length, fixed };
        for (native, logical) in [
            ("tinyint(1)", L::Int { bytes: 1, signed: true }),
            ("mediumint unsigned", L::Int { bytes: 3, signed: false }),
            ("int(5) unsigned zerofill", L::Int { bytes: 4, signed: false }),
            ("bigint(20) unsigned", L::Int { bytes: 8, signed: false }),
            ("decimal(65,30)", L::Decimal { digits: Some((65, 30)), signed: true }),
            ("decimal(10,0) unsigned", L::Decimal { digits: Some((10, 0)), signed: false }),
            ("float(7,3)", L::Float),
            ("double unsigned", L::Double),
            ("bit(64)", L::Bit(64)),
            ("year(4)", L::Year),
            ("date", L::Date),
            ("time(3)", L::Span { fraction: 3 }),
            ("datetime", L::DateTime { fraction: 0 }),
            ("timestamp(6)", L::Instant { fraction: 6 }),
            ("char(0)", text(Some(0), true)),
            ("varchar(20)", text(Some(20), false)),
            ("longtext", text(None, false)),
            ("binary(4)", L::Bytes { length: Some(4), fixed: true }),
            ("mediumblob", L::Bytes { length: None, fixed: false }),
            ("json", L::Json),
            ("geomcollection", L::Geometry),
            ("vector(3)", L::Vector { dimensions: 3 }),
        ] {
            assert_eq!(of(native), logical, "{native}");
        }
    }

    #[test]
    fn members_are_read_back_from_either_style() {
        let set = |members: &[&str]| L::Set {
            charset: Charset::Latin1,
            members: members.iter().map(|member| (*member).to_owned()).collect(),
        };
        let native = r"set('it''s','a\\b','n\nl','','x,y',')')";
        assert_eq!(of(native), set(&["it's", "a\\b", "n\nl", "", "x,y", ")"]));
        let bare = logical("set('it's','a\\b','','x,y')", Some("latin1"), MemberStyle::Bare);
        assert_eq!(bare, Ok(set(&["it's", "a\\b", "", "x,y"])));
    }

    #[test]
    fn an_unknown_type_is_named() {
        for native in ["polymorph(3)", "", "vector", "bit(99999999999)", "enum"] {
            let read = logical(native, None, MemberStyle::Escaped);
            match native {
                "enum" => {
                    assert!(matches!(read, Ok(L::Enum { members, .. }) if members.is_empty()));
                }
                _ => assert_eq!(read, Err(UnknownType(native.into()))),
            }
        }
    }
}

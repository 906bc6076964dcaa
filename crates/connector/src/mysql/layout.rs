//! A table as rows are moved, from its shape in the catalog.

use super::logical::{MemberStyle, UnknownType, logical};
use crate::catalog::{Key, KeyKind, TableShape};
use oms_model::{Column, Table, UniqueKey, UniquePart};

/// A column whose type has no meaning to us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the column {column:?} cannot be moved")]
pub(super) struct UnknownColumn {
    pub column: String,
    #[source]
    pub source: UnknownType,
}

/// Puts a shape into logical types.
pub(super) fn layout(
    database: &str,
    name: &str,
    shape: &TableShape,
    style: MemberStyle,
) -> Result<Table, UnknownColumn> {
    let columns = shape.columns.iter().map(|column| column_of(column, style));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let keys = shape.keys.iter().filter_map(|key| key_of(key, &columns)).collect();
    Ok(Table { database: database.to_owned(), name: name.to_owned(), columns, keys })
}

fn column_of(column: &crate::catalog::Column, style: MemberStyle) -> Result<Column, UnknownColumn> {
    let meaning = logical(&column.type_text, column.charset.as_deref(), style);
    let logical =
        meaning.map_err(|source| UnknownColumn { column: column.name.clone(), source })?;
    Ok(Column {
        name: column.name.clone(),
        logical,
        native: column.type_text.clone(),
        nullable: column.nullable,
        collation: column.collation.clone(),
        generated: column.generated.is_some(),
    })
}

/// Keys that tell rows apart; one that covers only some of the rows tells nothing.
fn key_of(key: &Key, columns: &[Column]) -> Option<UniqueKey> {
    let primary = match key.kind {
        KeyKind::Primary => true,
        KeyKind::Unique => false,
        KeyKind::Index | KeyKind::Fulltext | KeyKind::Spatial => return None,
    };
    let place = |name: &str| columns.iter().position(|column| column.name == name);
    let parts = key.parts.iter().map(|part| UniquePart {
        column: part.column.as_deref().and_then(place),
        prefix: part.prefix,
    });
    (!key.partial).then(|| UniqueKey { name: key.name.clone(), primary, parts: parts.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Form, Generated, KeyPart};
    use oms_model::{LogicalType, ObjectKind};

    fn column(name: &str, native: &str) -> crate::catalog::Column {
        crate::catalog::Column {
            ordinal: 1,
            name: name.into(),
            type_text: native.into(),
            nullable: false,
            default: None,
            charset: None,
            collation: None,
            generated: None,
            invisible: false,
            auto_increment: false,
            comment: String::new(),
        }
    }

    fn key(name: &str, kind: KeyKind, column: Option<&str>) -> Key {
        let part = KeyPart {
            column: column.map(str::to_owned),
            expression: None,
            prefix: None,
            descending: false,
        };
        let method = "BTREE".into();
        Key { name: name.into(), kind, method, parts: vec![part], partial: false, invisible: false }
    }

    fn shape(columns: Vec<crate::catalog::Column>, keys: Vec<Key>) -> TableShape {
        let (kind, form) = (ObjectKind::Table, Form::Ordinary);
        TableShape { kind, form, columns, keys, foreign_keys: vec![] }
    }

    #[test]
    fn only_keys_that_tell_rows_apart_are_kept_and_columns_are_found_by_place() {
        let generated = Some(Generated { expression: "a".into(), stored: true });
        let columns = vec![
            column("a", "int"),
            crate::catalog::Column { generated, ..column("g", "bigint unsigned") },
        ];
        let keys = vec![
            key("PRIMARY", KeyKind::Primary, Some("g")),
            key("plain", KeyKind::Index, Some("a")),
            key("u", KeyKind::Unique, Some("a")),
            Key { partial: true, ..key("some", KeyKind::Unique, Some("a")) },
            key("e", KeyKind::Unique, None),
        ];
        let table = layout("d", "t", &shape(columns, keys), MemberStyle::Escaped).expect("known");
        assert_eq!(table.to_string(), "d.t");
        assert_eq!(table.columns[1].logical, LogicalType::Int { bytes: 8, signed: false });
        assert!(table.columns[1].generated && !table.columns[0].generated);
        let keys: Vec<_> =
            table.keys.iter().map(|key| (key.name.as_str(), key.parts[0].column)).collect();
        assert_eq!(keys, [("PRIMARY", Some(1)), ("u", Some(0)), ("e", None)]);
        assert!(table.keys[0].primary && !table.keys[1].primary);
    }

    #[test]
    fn a_column_of_unknown_type_is_named() {
        let odd = shape(vec![column("a", "int"), column("b", "polymorph")], vec![]);
        let refusal = layout("d", "t", &odd, MemberStyle::Escaped).expect_err("refused");
        assert_eq!(refusal.column, "b");
    }
}

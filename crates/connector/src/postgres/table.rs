//! The shape of one table: columns, keys, references.

use super::catalog::{form_of, has_schema};
use super::session::{Session, field};
use crate::catalog::{
    Column, ColumnDefault, ForeignKey, Generated, Key, KeyKind, KeyPart, TableShape,
};
use crate::error::{CatalogError, ConnectError};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

pub(super) async fn shape(
    session: &Session<'_>,
    schema: &str,
    table: &str,
) -> Result<TableShape, CatalogError> {
    const SQL: &str = "SELECT c.oid, c.relkind::text, c.relispartition, c.relpersistence::text \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname::text = $1 AND c.relname::text = $2 \
           AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')";
    let rows = session.rows(SQL, &[(&schema, Type::TEXT), (&table, Type::TEXT)]).await?;
    let Some(row) = rows.first() else {
        return Err(match has_schema(session, schema).await? {
            false => CatalogError::NoSuchDatabase(schema.to_owned()),
            true => {
                CatalogError::NoSuchTable { database: schema.to_owned(), table: table.to_owned() }
            }
        });
    };
    let oid: u32 = field(row, 0)?;
    let (kind, form) = form_of(field(row, 1)?, field(row, 2)?, field(row, 3)?);
    let columns: Result<_, _> =
        session.rows(COLUMNS, &[(&oid, Type::OID)]).await?.iter().map(column).collect();
    let keys = keys_of(&session.rows(KEYS, &[(&oid, Type::OID)]).await?)?;
    let foreign_keys = foreign_keys(&session.rows(FOREIGN_KEYS, &[(&oid, Type::OID)]).await?)?;
    Ok(TableShape { kind, form, columns: columns?, keys, foreign_keys })
}

/// What later versions added is read through JSON, which leaves it out where it does not exist.
const COLUMNS: &str = "SELECT a.attnum::int4, a.attname::text, \
         format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), \
         o.collname::text, coalesce(to_jsonb(a) ->> 'attgenerated', ''), \
         coalesce(to_jsonb(a) ->> 'attidentity', ''), coalesce(col_description(a.attrelid, a.attnum), '') \
     FROM pg_attribute a \
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
     LEFT JOIN pg_collation o ON o.oid = a.attcollation \
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

fn column(row: &Row) -> Result<Column, ConnectError> {
    let not_null: bool = field(row, 3)?;
    let expression: Option<String> = field(row, 4)?;
    let (generated, identity): (&str, &str) = (field(row, 6)?, field(row, 7)?);
    let computed = (!generated.is_empty()).then(|| Generated {
        expression: expression.clone().unwrap_or_default(),
        stored: generated == "s",
    });
    let counted = expression.as_deref().is_some_and(|text| text.starts_with("nextval("));
    let ordinal: i32 = field(row, 0)?;
    Ok(Column {
        ordinal: u32::try_from(ordinal).unwrap_or_default(),
        name: field(row, 1)?,
        type_text: field(row, 2)?,
        nullable: !not_null,
        default: expression.filter(|_| computed.is_none()).and_then(|text| default_of(&text)),
        charset: None,
        collation: field(row, 5)?,
        generated: computed,
        invisible: false,
        auto_increment: counted || !identity.is_empty(),
        comment: field(row, 8)?,
    })
}

/// A default is an expression here, always; the constants among them are worth telling apart.
fn default_of(text: &str) -> Option<ColumnDefault> {
    if text.starts_with("NULL::") {
        return None;
    }
    if let Some(value) = constant(text) {
        return Some(ColumnDefault::Value(value));
    }
    let bare = text.parse::<f64>().is_ok() || matches!(text, "true" | "false");
    let text = text.to_owned();
    Some(if bare { ColumnDefault::Value(text) } else { ColumnDefault::Expression(text) })
}

/// The text in `'text'::type`, where nothing else follows.
fn constant(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let at = rest.find('\'')?;
        value.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => break,
        }
    }
    let is_type = |c: char| c.is_alphanumeric() || "_ .\"[](),".contains(c);
    let cast = rest.strip_prefix("::").is_some_and(|name| name.chars().all(is_type));
    (rest.is_empty() || cast).then_some(value)
}

const KEYS: &str = "SELECT c.relname::text, i.indisprimary, i.indisunique, m.amname::text, \
         i.indpred IS NOT NULL, i.indisvalid, a.attname::text, \
         pg_get_indexdef(i.indexrelid, k.ord::int4, true), \
         coalesce(i.indoption[k.ord::int4 - 1] & 1, 0) = 1 \
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam \
     CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, ord) \
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0 \
     WHERE i.indrelid = $1 \
       AND k.ord <= coalesce((to_jsonb(i) ->> 'indnkeyatts')::int4, i.indnatts) \
     ORDER BY NOT i.indisprimary, c.relname COLLATE \"C\", k.ord";

fn keys_of(rows: &[Row]) -> Result<Vec<Key>, ConnectError> {
    let mut keys: Vec<Key> = Vec::new();
    for row in rows {
        let name: String = field(row, 0)?;
        let part = key_part(row)?;
        match keys.last_mut().filter(|key| key.name == name) {
            Some(key) => key.parts.push(part),
            None => keys.push(Key { parts: vec![part], ..key_of(name, row)? }),
        }
    }
    Ok(keys)
}

fn key_of(name: String, row: &Row) -> Result<Key, ConnectError> {
    let (primary, unique, valid): (bool, bool, bool) =
        (field(row, 1)?, field(row, 2)?, field(row, 5)?);
    let kind = match (primary, unique) {
        (true, _) => KeyKind::Primary,
        (false, true) => KeyKind::Unique,
        (false, false) => KeyKind::Index,
    };
    let method = field(row, 3)?;
    Ok(Key { name, kind, method, parts: Vec::new(), partial: field(row, 4)?, invisible: !valid })
}

fn key_part(row: &Row) -> Result<KeyPart, ConnectError> {
    let column: Option<String> = field(row, 6)?;
    let expression = if column.is_some() { None } else { Some(field(row, 7)?) };
    Ok(KeyPart { column, expression, prefix: None, descending: field(row, 8)? })
}

const FOREIGN_KEYS: &str = "SELECT f.conname::text, a.attname::text, n.nspname::text, \
         r.relname::text, b.attname::text, f.confupdtype::text, f.confdeltype::text \
     FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid \
     JOIN pg_namespace n ON n.oid = r.relnamespace \
     CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k (ours, theirs, ord) \
     JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.ours \
     JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.theirs \
     WHERE f.conrelid = $1 AND f.contype = 'f' ORDER BY f.conname COLLATE \"C\", k.ord";

fn foreign_keys(rows: &[Row]) -> Result<Vec<ForeignKey>, ConnectError> {
    let mut keys: Vec<ForeignKey> = Vec::new();
    for row in rows {
        let name: String = field(row, 0)?;
        let (column, other): (String, String) = (field(row, 1)?, field(row, 4)?);
        if let Some(key) = keys.last_mut().filter(|key| key.name == name) {
            key.columns.push(column);
            key.referenced_columns.push(other);
            continue;
        }
        keys.push(ForeignKey {
            name,
            columns: vec![column],
            referenced_database: field(row, 2)?,
            referenced_table: field(row, 3)?,
            referenced_columns: vec![other],
            on_update: action(field(row, 5)?).to_owned(),
            on_delete: action(field(row, 6)?).to_owned(),
        });
    }
    Ok(keys)
}

fn action(code: &str) -> &'static str {
    match code {
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => "NO ACTION",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_told_from_expressions() {
        let value = |text: &str| Some(ColumnDefault::Value(text.to_owned()));
        let expression = |text: &str| Some(ColumnDefault::Expression(text.to_owned()));
        assert_eq!(default_of("'it''s'::character varying"), value("it's"));
        assert_eq!(default_of("''::text"), value(""));
        assert_eq!(default_of("'{}'::integer[]"), value("{}"));
        assert_eq!(default_of("-1.5"), value("-1.5"));
        assert_eq!(default_of("true"), value("true"));
        assert_eq!(default_of("NULL::character varying"), None);
        for text in
            ["now()", "nextval('s'::regclass)", "('a'::text || 'b'::text)", "'a'::text || 'b'"]
        {
            assert_eq!(default_of(text), expression(text));
        }
    }
}

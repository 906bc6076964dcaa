//! The shape of one table: columns, keys, references.

use super::Mysql;
use super::catalog::form_of;
use super::dialect::{Member, RawDefault};
use super::row::{Row, is_on};
use super::session::Session;
use crate::catalog::{Column, ForeignKey, Form, Generated, Key, KeyKind, KeyPart, TableShape};
use crate::error::{CatalogError, ConnectError};
use oms_model::ObjectKind;

impl Mysql {
    pub(super) async fn shape(
        &self,
        session: &mut Session<'_>,
        database: &str,
        table: &str,
    ) -> Result<TableShape, CatalogError> {
        let Some((kind, form)) = self.sort_of(session, database, table).await? else {
            return Err(match self.has_database(session, database).await? {
                false => CatalogError::NoSuchDatabase(database.to_owned()),
                true => CatalogError::NoSuchTable {
                    database: database.to_owned(),
                    table: table.to_owned(),
                },
            });
        };
        let columns = self.columns(session, database, table).await?;
        if kind == ObjectKind::View {
            return Ok(TableShape { kind, form, columns, keys: vec![], foreign_keys: vec![] });
        }
        // Unlike information_schema.statistics, this names the columns of OceanBase's full-text
        // keys, and has the same columns everywhere.
        let sql = format!("SHOW INDEX FROM {}", self.member.qualified(database, table));
        let keys = keys_of(&session.plain(&sql).await?)?;
        let foreign_keys = foreign_keys(session, database, table).await?;
        Ok(TableShape { kind, form, columns, keys, foreign_keys })
    }

    /// What a name stands for; `None` when there is nothing of exactly that name.
    async fn sort_of(
        &self,
        session: &mut Session<'_>,
        database: &str,
        table: &str,
    ) -> Result<Option<(ObjectKind, Form)>, ConnectError> {
        const SQL: &str = "SELECT table_schema AS db, table_name AS name, table_type AS form \
             FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";
        if !self.member.can_name(database) || !self.member.can_name(table) {
            return Ok(None);
        }
        for row in session.rows(SQL, &[database, table]).await? {
            if row.text("db")? == database && row.text("name")? == table {
                return Ok(Some(form_of(&row.text("form")?)));
            }
        }
        Ok(None)
    }

    async fn columns(
        &self,
        session: &mut Session<'_>,
        database: &str,
        table: &str,
    ) -> Result<Vec<Column>, ConnectError> {
        // All columns, since each version adds one that is wanted.
        const SQL: &str = "SELECT * FROM information_schema.columns \
             WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position";
        let mut columns = Vec::new();
        for row in session.rows(SQL, &[database, table]).await? {
            if row.text("table_schema")? == database && row.text("table_name")? == table {
                columns.push(column(self.member, &row)?);
            }
        }
        Ok(columns)
    }
}

/// A column, from a row of `information_schema.columns`.
pub(super) fn column(member: &dyn Member, row: &Row) -> Result<Column, ConnectError> {
    let extra = row.text_or_empty("extra")?;
    let has = |word: &str| extra.to_ascii_uppercase().contains(word);
    let expression = row.text_or_empty("generation_expression")?;
    let generated = (has("VIRTUAL GENERATED") || has("STORED GENERATED") || has("PERSISTENT"))
        .then(|| Generated { expression, stored: !has("VIRTUAL GENERATED") });
    let default = match row.maybe("column_default")? {
        // OceanBase repeats the expression of a generated column here.
        Some(text) if generated.is_none() => member.column_default(RawDefault {
            text: &text,
            data_type: &row.text_or_empty("data_type")?,
            extra: &extra,
            precision: row.number("datetime_precision")?.unwrap_or_default(),
        }),
        _ => None,
    };
    let ordinal = row.number("ordinal_position")?.unwrap_or_default();
    Ok(Column {
        ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
        name: row.text("column_name")?,
        type_text: row.text("column_type")?,
        nullable: is_on(&row.text("is_nullable")?),
        default,
        charset: row.maybe("character_set_name")?,
        collation: row.maybe("collation_name")?,
        generated,
        invisible: has("INVISIBLE"),
        auto_increment: has("AUTO_INCREMENT"),
        comment: row.text_or_empty("column_comment")?,
    })
}

/// Groups the parts that `SHOW INDEX` lists, in its order: the primary key first.
pub(super) fn keys_of(rows: &[Row]) -> Result<Vec<Key>, ConnectError> {
    let mut keys: Vec<Key> = Vec::new();
    for row in rows {
        let name = row.text("key_name")?;
        let part = key_part(row)?;
        match keys.iter_mut().find(|key| key.name == name) {
            Some(key) => key.parts.push(part),
            None => keys.push(Key { parts: vec![part], ..key_of(name, row)? }),
        }
    }
    keys.sort_by(|a, b| {
        let rank = |key: &Key| (key.kind != KeyKind::Primary, key.name.clone());
        rank(a).cmp(&rank(b))
    });
    Ok(keys)
}

fn key_of(name: String, row: &Row) -> Result<Key, ConnectError> {
    let method = row.text_or_empty("index_type")?;
    let kind = match (name.as_str(), method.as_str(), row.text("non_unique")?.as_str()) {
        ("PRIMARY", _, _) => KeyKind::Primary,
        (_, "FULLTEXT", _) => KeyKind::Fulltext,
        (_, "SPATIAL", _) => KeyKind::Spatial,
        (_, _, "0") => KeyKind::Unique,
        _ => KeyKind::Index,
    };
    // MySQL and OceanBase say VISIBLE, MariaDB the opposite.
    let shown = row.maybe("visible")?.is_none_or(|visible| is_on(&visible));
    let ignored = row.maybe("ignored")?.is_some_and(|ignored| is_on(&ignored));
    let invisible = !shown || ignored;
    Ok(Key { name, kind, method, parts: Vec::new(), partial: false, invisible })
}

fn key_part(row: &Row) -> Result<KeyPart, ConnectError> {
    let expression = row.maybe("expression")?;
    let prefix = row.number("sub_part")?.and_then(|length| u32::try_from(length).ok());
    // OceanBase names a hidden column beside the expression.
    let column = if expression.is_some() { None } else { row.maybe("column_name")? };
    let spatial = row.text_or_empty("index_type")? == "SPATIAL";
    Ok(KeyPart {
        column,
        expression,
        // The "prefix" of a spatial key is the size of a bounding box.
        prefix: prefix.filter(|_| !spatial),
        descending: row.text_or_empty("collation")? == "D",
    })
}

async fn foreign_keys(
    session: &mut Session<'_>,
    database: &str,
    table: &str,
) -> Result<Vec<ForeignKey>, ConnectError> {
    const COLUMNS: &str = "SELECT table_schema AS db, table_name AS tbl, constraint_name AS name, \
             column_name AS col, referenced_table_schema AS other_db, \
             referenced_table_name AS other_table, referenced_column_name AS other_col \
         FROM information_schema.key_column_usage \
         WHERE table_schema = ? AND table_name = ? AND referenced_table_name IS NOT NULL \
         ORDER BY constraint_name, ordinal_position";
    let place = [database, table];
    let mut keys: Vec<ForeignKey> = Vec::new();
    for row in session.rows(COLUMNS, &place).await? {
        if row.text("db")? != database || row.text("tbl")? != table {
            continue;
        }
        let name = row.text("name")?;
        let (column, other) = (row.text("col")?, row.text("other_col")?);
        if let Some(key) = keys.iter_mut().find(|key| key.name == name) {
            key.columns.push(column);
            key.referenced_columns.push(other);
            continue;
        }
        keys.push(ForeignKey {
            name,
            columns: vec![column],
            referenced_database: row.text("other_db")?,
            referenced_table: row.text("other_table")?,
            referenced_columns: vec![other],
            on_update: String::new(),
            on_delete: String::new(),
        });
    }
    if !keys.is_empty() {
        add_actions(session, &mut keys, &place).await?;
    }
    Ok(keys)
}

/// Not joined to the columns on the server: OceanBase takes ten times as long to plan the join as
/// both queries together.
async fn add_actions(
    session: &mut Session<'_>,
    keys: &mut [ForeignKey],
    place: &[&str],
) -> Result<(), ConnectError> {
    const SQL: &str = "SELECT constraint_name AS name, update_rule AS on_update, \
             delete_rule AS on_delete FROM information_schema.referential_constraints \
         WHERE constraint_schema = ? AND table_name = ?";
    for row in session.rows(SQL, place).await? {
        let name = row.text("name")?;
        for key in keys.iter_mut().filter(|key| key.name == name) {
            key.on_update = row.text("on_update")?;
            key.on_delete = row.text("on_delete")?;
        }
    }
    Ok(())
}

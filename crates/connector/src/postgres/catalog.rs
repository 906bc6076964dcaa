//! Browsing: one query for the names, then the details of one page. Sizes come from the catalog's
//! statistics: asking for the files' sizes would wait for locks on the tables.

use super::Postgres;
use super::dialect;
use super::session::{Session, field};
use crate::catalog::{
    Catalog, Database, DatabaseQuery, DatabaseScope, Form, Listing, Named, Object, ObjectQuery,
    TableShape, chosen, chosen_databases, migratable,
};
use crate::dialect::Dialect;
use crate::error::{CatalogError, ConnectError};
use async_trait::async_trait;
use oms_model::{ObjectKind, SourceObject};
use std::collections::HashMap;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

#[async_trait]
impl Catalog for Postgres {
    async fn databases(&self, query: &DatabaseQuery) -> Result<Listing<Database>, CatalogError> {
        let session = self.session().await?;
        let all = schemas(&session).await?;
        session.close().await;
        Ok(chosen_databases(all, query))
    }

    async fn objects(
        &self,
        database: &str,
        query: &ObjectQuery,
    ) -> Result<Listing<Object>, CatalogError> {
        let session = self.session().await?;
        let all = names_in(&session, &[database.to_owned()]).await?;
        if all.is_empty() && !has_schema(&session, database).await? {
            return Err(CatalogError::NoSuchDatabase(database.to_owned()));
        }
        let Listing { items, total } = chosen(all, query);
        let mut items: Vec<Object> = items.into_iter().map(Named::undetailed).collect();
        for piece in items.chunks_mut(AT_ONCE) {
            add_details(&session, database, piece).await?;
        }
        session.close().await;
        Ok(Listing { items, total })
    }

    async fn table(&self, database: &str, table: &str) -> Result<TableShape, CatalogError> {
        let session = self.session().await?;
        let shape = super::table::shape(&session, database, table).await?;
        session.close().await;
        Ok(shape)
    }

    async fn names(&self, scope: &DatabaseScope) -> Result<Vec<SourceObject>, CatalogError> {
        let session = self.session().await?;
        let databases = match scope {
            DatabaseScope::Only(names) => names.clone(),
            DatabaseScope::All => {
                let all = schemas(&session).await?;
                all.into_iter()
                    .filter(|schema| !schema.is_system)
                    .map(|schema| schema.name)
                    .collect()
            }
        };
        let all = names_in(&session, &databases).await?;
        session.close().await;
        Ok(migratable(all))
    }
}

/// How many names one statement asks about.
const AT_ONCE: usize = 500;

async fn schemas(session: &Session<'_>) -> Result<Vec<Database>, ConnectError> {
    // Other sessions' temporary schemas are nobody's to browse.
    const SQL: &str = "SELECT n.nspname::text, pg_encoding_to_char(d.encoding)::text, d.datcollate::text \
         FROM pg_namespace n, pg_database d \
         WHERE d.datname = current_database() AND n.nspname !~ '^pg_(toast_)?temp_'";
    let one = |row: &Row| {
        let name: String = field(row, 0)?;
        Ok(Database {
            is_system: dialect::Postgres.is_system(&name),
            name,
            charset: Some(field(row, 1)?),
            collation: Some(field(row, 2)?),
        })
    };
    session.rows(SQL, &[]).await?.iter().map(one).collect()
}

pub(super) async fn has_schema(session: &Session<'_>, name: &str) -> Result<bool, ConnectError> {
    const SQL: &str = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname::text = $1)";
    field(&session.row(SQL, &[(&name, Type::TEXT)]).await?, 0)
}

/// All names in some schemas, in one query.
async fn names_in(session: &Session<'_>, schemas: &[String]) -> Result<Vec<Named>, ConnectError> {
    const SQL: &str = "SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relispartition, \
             c.relpersistence::text \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname::text = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')";
    let one = |row: &Row| {
        let (kind, form) = form_of(field(row, 2)?, field(row, 3)?, field(row, 4)?);
        Ok(Named { database: field(row, 0)?, name: field(row, 1)?, kind, form })
    };
    session.rows(SQL, &[(&schemas, Type::TEXT_ARRAY)]).await?.iter().map(one).collect()
}

pub(super) fn form_of(kind: &str, partition: bool, persistence: &str) -> (ObjectKind, Form) {
    let form = match kind {
        "S" => Form::Sequence,
        "f" => Form::Foreign,
        "m" => Form::Materialized,
        _ if persistence == "t" => Form::Temporary,
        _ if partition => Form::Partition,
        "p" => Form::Partitioned,
        _ => Form::Ordinary,
    };
    let kind = if matches!(kind, "v" | "m") { ObjectKind::View } else { ObjectKind::Table };
    (kind, form)
}

/// Adds up a partitioned table over its partitions. Statistics that do not exist are NULL: -1 rows
/// since version 14, no rows in no pages before.
const DETAILS: &str = "WITH RECURSIVE tree (root, member) AS ( \
         SELECT c.oid, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname::text = $1 AND c.relname::text = ANY($2) \
       UNION ALL \
         SELECT t.root, i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.member \
         JOIN pg_class k ON k.oid = i.inhrelid WHERE k.relispartition), \
     sizes AS ( \
         SELECT t.root, sum(m.reltuples) AS rows, \
             sum(m.relpages + coalesce(o.relpages, 0)) AS pages \
         FROM tree t JOIN pg_class m ON m.oid = t.member \
         LEFT JOIN pg_class o ON o.oid = m.reltoastrelid \
         WHERE m.relkind IN ('r', 'm', 'f') AND m.reltuples >= 0 AND (m.reltuples > 0 \
             OR m.relpages > 0 OR current_setting('server_version_num')::int4 >= 140000) \
         GROUP BY t.root) \
     SELECT c.relname::text, s.rows::int8, s.pages::int8 * current_setting('block_size')::int8, \
         am.amname::text, coalesce(obj_description(c.oid, 'pg_class'), ''), \
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary), \
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique \
             AND NOT i.indisprimary AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL \
             AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid \
                 AND a.attnum = ANY(i.indkey::int2[]) AND NOT a.attnotnull)) \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     LEFT JOIN sizes s ON s.root = c.oid LEFT JOIN pg_am am ON am.oid = c.relam \
     WHERE n.nspname::text = $1 AND c.relname::text = ANY($2)";

async fn add_details(
    session: &Session<'_>,
    schema: &str,
    objects: &mut [Object],
) -> Result<(), ConnectError> {
    let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
    let rows = session.rows(DETAILS, &[(&schema, Type::TEXT), (&names, Type::TEXT_ARRAY)]).await?;
    let mut details = HashMap::new();
    for row in &rows {
        details.insert(field::<String>(row, 0)?, row);
    }
    for object in objects {
        let Some(row) = details.get(&object.name) else { continue };
        let size =
            |at| Ok(field::<Option<i64>>(row, at)?.and_then(|size| u64::try_from(size).ok()));
        object.comment = field(row, 4)?;
        object.has_primary_key = field(row, 5)?;
        object.has_unique_not_null = field(row, 6)?;
        if object.kind == ObjectKind::Table || object.form == Form::Materialized {
            object.estimated_rows = size(1)?;
            object.data_bytes = size(2)?;
            object.engine = field(row, 3)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_a_table_is_marked() {
        let of = |kind, partition, persistence| form_of(kind, partition, persistence);
        assert_eq!(of("r", false, "p"), (ObjectKind::Table, Form::Ordinary));
        assert_eq!(of("r", false, "u"), (ObjectKind::Table, Form::Ordinary));
        assert_eq!(of("r", true, "p"), (ObjectKind::Table, Form::Partition));
        assert_eq!(of("p", true, "p"), (ObjectKind::Table, Form::Partition));
        assert_eq!(of("p", false, "p"), (ObjectKind::Table, Form::Partitioned));
        assert_eq!(of("r", false, "t"), (ObjectKind::Table, Form::Temporary));
        assert_eq!(of("m", false, "p"), (ObjectKind::View, Form::Materialized));
        assert_eq!(of("S", false, "p"), (ObjectKind::Table, Form::Sequence));
    }
}

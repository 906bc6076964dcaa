//! Browsing: one query for the names, then the details of one page.

use super::Mysql;
use super::row::Row;
use super::session::Session;
use crate::catalog::{
    Catalog, Database, DatabaseQuery, DatabaseScope, Form, Listing, Named, Object, ObjectQuery,
    TableShape, chosen, chosen_databases, migratable,
};
use crate::error::{CatalogError, ConnectError};
use async_trait::async_trait;
use oms_model::{ObjectKind, SourceObject};
use std::collections::{HashMap, HashSet};

#[async_trait]
impl Catalog for Mysql {
    async fn databases(&self, query: &DatabaseQuery) -> Result<Listing<Database>, CatalogError> {
        const SQL: &str = "SELECT schema_name AS name, default_character_set_name AS charset, \
             default_collation_name AS collated FROM information_schema.schemata";
        let mut session = self.session().await?;
        let rows = session.plain(SQL).await?;
        session.close().await;
        let all: Result<Vec<Database>, ConnectError> =
            rows.iter().map(|row| self.database_of(row)).collect();
        Ok(chosen_databases(all?, query))
    }

    async fn objects(
        &self,
        database: &str,
        query: &ObjectQuery,
    ) -> Result<Listing<Object>, CatalogError> {
        let mut session = self.session().await?;
        let all = self.names_in(&mut session, &[database.to_owned()]).await?;
        if all.is_empty() && !self.has_database(&mut session, database).await? {
            return Err(CatalogError::NoSuchDatabase(database.to_owned()));
        }
        let Listing { items, total } = chosen(all, query);
        let mut items: Vec<Object> = items.into_iter().map(Named::undetailed).collect();
        for piece in items.chunks_mut(AT_ONCE) {
            self.add_details(&mut session, database, piece).await?;
        }
        session.close().await;
        Ok(Listing { items, total })
    }

    async fn table(&self, database: &str, table: &str) -> Result<TableShape, CatalogError> {
        let mut session = self.session().await?;
        let shape = self.shape(&mut session, database, table).await?;
        session.close().await;
        Ok(shape)
    }

    async fn names(&self, scope: &DatabaseScope) -> Result<Vec<SourceObject>, CatalogError> {
        let mut session = self.session().await?;
        let databases = match scope {
            DatabaseScope::Only(names) => names.clone(),
            DatabaseScope::All => self.user_databases(&mut session).await?,
        };
        let mut all = Vec::new();
        for piece in databases.chunks(AT_ONCE) {
            all.extend(self.names_in(&mut session, piece).await?);
        }
        session.close().await;
        Ok(migratable(all))
    }
}

/// How many names one statement lists.
const AT_ONCE: usize = 500;

impl Mysql {
    fn database_of(&self, row: &Row) -> Result<Database, ConnectError> {
        let name = row.text("name")?;
        Ok(Database {
            is_system: self.member.is_system(&name),
            name,
            charset: row.maybe("charset")?,
            collation: row.maybe("collated")?,
        })
    }

    /// The databases the account sees, without the product's own.
    pub(super) async fn user_databases(
        &self,
        session: &mut Session<'_>,
    ) -> Result<Vec<String>, ConnectError> {
        let rows =
            session.plain("SELECT schema_name AS name FROM information_schema.schemata").await?;
        let names: Result<Vec<String>, _> = rows.iter().map(|row| row.text("name")).collect();
        Ok(names?.into_iter().filter(|name| !self.member.is_system(name)).collect())
    }

    /// All names in some databases. The server compares names under a collation of its own; what it
    /// finds beyond the exact names is left out here.
    async fn names_in(
        &self,
        session: &mut Session<'_>,
        databases: &[String],
    ) -> Result<Vec<Named>, ConnectError> {
        let exact: HashSet<&str> = databases
            .iter()
            .map(String::as_str)
            .filter(|name| self.member.can_name(name))
            .collect();
        if exact.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT table_schema AS db, table_name AS name, table_type AS form \
             FROM information_schema.tables WHERE table_schema IN ({})",
            marks(exact.len())
        );
        let params: Vec<&str> = exact.iter().copied().collect();
        let mut names = Vec::new();
        for row in session.rows(&sql, &params).await? {
            let database = row.text("db")?;
            if exact.contains(database.as_str()) {
                let (kind, form) = form_of(&row.text("form")?);
                names.push(Named { database, name: row.text("name")?, kind, form });
            }
        }
        Ok(names)
    }

    pub(super) async fn has_database(
        &self,
        session: &mut Session<'_>,
        database: &str,
    ) -> Result<bool, ConnectError> {
        const SQL: &str =
            "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name = ?";
        if !self.member.can_name(database) {
            return Ok(false);
        }
        let rows = session.rows(SQL, &[database]).await?;
        let names: Result<Vec<String>, _> = rows.iter().map(|row| row.text("name")).collect();
        Ok(names?.iter().any(|name| name == database))
    }

    async fn add_details(
        &self,
        session: &mut Session<'_>,
        database: &str,
        objects: &mut [Object],
    ) -> Result<(), ConnectError> {
        // A view has none of this; asking for it would open the view and every table under it.
        let tables: Vec<&str> = objects
            .iter()
            .filter(|object| object.kind == ObjectKind::Table)
            .map(|object| object.name.as_str())
            .collect();
        if tables.is_empty() {
            return Ok(());
        }
        let statistics = statistics_of(session, database, &tables).await?;
        let keys = unique_keys_of(session, database, &tables).await?;
        for object in objects {
            if let Some(row) = statistics.get(&object.name) {
                object.estimated_rows = self.member.row_estimate(row.number("table_rows")?);
                object.data_bytes = self.member.row_estimate(row.number("data_length")?);
                object.engine = row.maybe("engine")?;
                object.comment = row.text_or_empty("table_comment")?;
            }
            if let Some(keys) = keys.get(&object.name) {
                object.has_primary_key = keys.primary;
                object.has_unique_not_null = keys.unique_not_null();
            }
        }
        Ok(())
    }
}

pub(super) fn form_of(table_type: &str) -> (ObjectKind, Form) {
    match table_type {
        "VIEW" | "SYSTEM VIEW" => (ObjectKind::View, Form::Ordinary),
        "SYSTEM VERSIONED" => (ObjectKind::Table, Form::SystemVersioned),
        "SEQUENCE" => (ObjectKind::Table, Form::Sequence),
        "TEMPORARY" | "LOCAL TEMPORARY" | "GLOBAL TEMPORARY" => {
            (ObjectKind::Table, Form::Temporary)
        }
        "EXTERNAL TABLE" => (ObjectKind::Table, Form::Foreign),
        "MATERIALIZED VIEW" => (ObjectKind::View, Form::Materialized),
        // BASE TABLE, SYSTEM TABLE, and whatever else stores rows.
        _ => (ObjectKind::Table, Form::Ordinary),
    }
}

async fn statistics_of(
    session: &mut Session<'_>,
    database: &str,
    tables: &[&str],
) -> Result<HashMap<String, Row>, ConnectError> {
    const COLUMNS: &str = "table_name AS name, engine AS engine, table_rows AS table_rows, \
         data_length AS data_length, table_comment AS table_comment";
    let rows = of_tables(session, COLUMNS, "tables", database, tables).await?;
    rows.into_iter().map(|row| Ok((row.text("name")?, row))).collect()
}

/// Which keys identify the rows of a table.
#[derive(Debug, Default)]
struct UniqueKeys {
    primary: bool,
    /// For each other unique key, whether all its parts are columns that are never NULL.
    others: HashMap<String, bool>,
}

impl UniqueKeys {
    fn unique_not_null(&self) -> bool {
        self.others.values().any(|never_null| *never_null)
    }
}

async fn unique_keys_of(
    session: &mut Session<'_>,
    database: &str,
    tables: &[&str],
) -> Result<HashMap<String, UniqueKeys>, ConnectError> {
    const COLUMNS: &str = "table_name AS name, index_name AS index_name, non_unique AS non_unique, \
         column_name AS column_name, nullable AS nullable, sub_part AS sub_part";
    let mut keys: HashMap<String, UniqueKeys> = HashMap::new();
    for row in of_tables(session, COLUMNS, "statistics", database, tables).await? {
        if row.text("non_unique")? != "0" {
            continue;
        }
        let table = keys.entry(row.text("name")?).or_default();
        let index = row.text("index_name")?;
        if index == "PRIMARY" {
            table.primary = true;
            continue;
        }
        // A key over a prefix is unique, so the whole column is. An expression may be NULL.
        let never_null =
            row.maybe("column_name")?.is_some() && row.text_or_empty("nullable")? != "YES";
        *table.others.entry(index).or_insert(true) &= never_null;
    }
    Ok(keys)
}

/// Rows of an `information_schema` table for some tables of one database, by exact name.
async fn of_tables(
    session: &mut Session<'_>,
    columns: &str,
    from: &str,
    database: &str,
    tables: &[&str],
) -> Result<Vec<Row>, ConnectError> {
    let sql = format!(
        "SELECT {columns}, table_schema AS db FROM information_schema.{from} \
         WHERE table_schema = ? AND table_name IN ({})",
        marks(tables.len())
    );
    let params = [&[database], tables].concat();
    let mut exact = Vec::new();
    for row in session.rows(&sql, &params).await? {
        if row.text("db")? == database && tables.contains(&row.text("name")?.as_str()) {
            exact.push(row);
        }
    }
    Ok(exact)
}

/// Parameter marks for a list.
fn marks(count: usize) -> String {
    let mut marks = "?,".repeat(count);
    marks.pop();
    marks
}

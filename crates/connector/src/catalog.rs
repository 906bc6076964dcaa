//! Browsing a database: what is in it, page by page, and the shape of one table.
//!
//! Names come exactly as the server gives them, and are asked for exactly so. A listing reads all
//! names of a database in one cheap query and cuts the page here, then asks for the details of that
//! page alone: counting, searching and sorting on the server would cost a second scan each, and
//! would follow a different collation on every product.

use crate::error::CatalogError;
use async_trait::async_trait;
use oms_model::{ObjectKind, SourceObject};

mod shape;
pub use shape::{Column, ColumnDefault, ForeignKey, Generated, Key, KeyKind, KeyPart, TableShape};

/// Looks into a database. A "database" is what holds tables: a schema of the connected database on
/// PostgreSQL.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// The databases, in the order of their bytes.
    async fn databases(&self, query: &DatabaseQuery) -> Result<Listing<Database>, CatalogError>;

    /// Everything in a database that has rows or looks like it, in the order of the names' bytes.
    async fn objects(
        &self,
        database: &str,
        query: &ObjectQuery,
    ) -> Result<Listing<Object>, CatalogError>;

    /// The columns and keys of a table or view.
    async fn table(&self, database: &str, table: &str) -> Result<TableShape, CatalogError>;

    /// The names of all tables and views that can be migrated, and nothing else about them. A
    /// database that is not there has none.
    async fn names(&self, scope: &DatabaseScope) -> Result<Vec<SourceObject>, CatalogError>;
}

/// A piece of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub offset: usize,
    pub limit: usize,
}

impl Page {
    /// Everything at once.
    pub const ALL: Self = Self { offset: 0, limit: usize::MAX };
}

/// A page of something, and how much there is of it altogether.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    pub items: Vec<T>,
    pub total: usize,
}

impl<T> Listing<T> {
    pub(crate) fn cut(all: Vec<T>, page: Page) -> Self {
        let total = all.len();
        let items = all.into_iter().skip(page.offset).take(page.limit).collect();
        Self { items, total }
    }
}

/// Which databases to list.
#[derive(Debug, Clone)]
pub struct DatabaseQuery {
    /// Part of the name, in any case of letters.
    pub search: Option<String>,
    /// Also those that belong to the product.
    pub with_system: bool,
    pub page: Page,
}

/// Which objects to list.
#[derive(Debug, Clone)]
pub struct ObjectQuery {
    /// Part of the name, in any case of letters.
    pub search: Option<String>,
    /// Tables, views, or both when `None`.
    pub kind: Option<ObjectKind>,
    pub page: Page,
}

/// Which databases to take names from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseScope {
    /// Every database that does not belong to the product.
    All,
    /// These, by exact name.
    Only(Vec<String>),
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    pub name: String,
    pub charset: Option<String>,
    pub collation: Option<String>,
    pub is_system: bool,
}

/// What sort of table or view an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, strum::Display)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Form {
    Ordinary,
    /// Keeps its old rows (MariaDB).
    SystemVersioned,
    /// Divided into partitions that are tables of their own (PostgreSQL).
    Partitioned,
    /// One such partition: its rows belong to the table above it.
    Partition,
    /// A view with rows of its own.
    Materialized,
    /// Rows kept elsewhere.
    Foreign,
    /// Gone with its session.
    Temporary,
    /// A counter, stored like a table.
    Sequence,
}

impl Form {
    /// Whether it can be chosen for a migration. A partition comes with its table.
    pub fn is_migratable(self) -> bool {
        match self {
            Self::Ordinary | Self::SystemVersioned | Self::Partitioned | Self::Materialized => true,
            Self::Partition | Self::Foreign | Self::Temporary | Self::Sequence => false,
        }
    }
}

/// A table or view, with what the server knows of it without looking into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub name: String,
    pub kind: ObjectKind,
    pub form: Form,
    /// From the server's statistics; `None` where there are none.
    pub estimated_rows: Option<u64>,
    /// Of the rows, without indexes, from the server's statistics.
    pub data_bytes: Option<u64>,
    pub engine: Option<String>,
    pub comment: String,
    pub has_primary_key: bool,
    /// A unique key over columns that are never NULL, other than the primary key.
    pub has_unique_not_null: bool,
}

/// What the cheap query says of an object.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub database: String,
    pub name: String,
    pub kind: ObjectKind,
    pub form: Form,
}

impl Named {
    /// An object about which nothing more is known yet.
    pub fn undetailed(self) -> Object {
        Object {
            name: self.name,
            kind: self.kind,
            form: self.form,
            estimated_rows: None,
            data_bytes: None,
            engine: None,
            comment: String::new(),
            has_primary_key: false,
            has_unique_not_null: false,
        }
    }
}

/// The page of names that a query asks for.
pub(crate) fn chosen(all: Vec<Named>, query: &ObjectQuery) -> Listing<Named> {
    let wanted = Search::new(query.search.as_deref());
    let mut found: Vec<Named> = all
        .into_iter()
        .filter(|named| query.kind.is_none_or(|kind| named.kind == kind))
        .filter(|named| wanted.finds(&named.name))
        .collect();
    found.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Listing::cut(found, query.page)
}

/// The page of databases that a query asks for.
pub(crate) fn chosen_databases(all: Vec<Database>, query: &DatabaseQuery) -> Listing<Database> {
    let wanted = Search::new(query.search.as_deref());
    let mut found: Vec<Database> = all
        .into_iter()
        .filter(|database| query.with_system || !database.is_system)
        .filter(|database| wanted.finds(&database.name))
        .collect();
    found.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Listing::cut(found, query.page)
}

/// What can be migrated among `all`, in order.
pub(crate) fn migratable(all: Vec<Named>) -> Vec<SourceObject> {
    let mut found: Vec<SourceObject> = all
        .into_iter()
        .filter(|named| named.form.is_migratable())
        .map(|named| SourceObject { database: named.database, name: named.name, kind: named.kind })
        .collect();
    found.sort_unstable();
    found
}

struct Search(Option<String>);

impl Search {
    fn new(part: Option<&str>) -> Self {
        Self(part.filter(|part| !part.is_empty()).map(str::to_lowercase))
    }

    fn finds(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|part| name.to_lowercase().contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, kind: ObjectKind, form: Form) -> Named {
        Named { database: "d".into(), name: name.into(), kind, form }
    }

    fn some() -> Vec<Named> {
        vec![
            named("b", ObjectKind::Table, Form::Ordinary),
            named("Ab%", ObjectKind::View, Form::Ordinary),
            named("a_b", ObjectKind::Table, Form::Sequence),
            named("Änderung", ObjectKind::Table, Form::Ordinary),
        ]
    }

    fn names(search: &str, kind: Option<ObjectKind>, page: Page) -> (Vec<String>, usize) {
        let query = ObjectQuery { search: Some(search.into()), kind, page };
        let found = chosen(some(), &query);
        (found.items.into_iter().map(|named| named.name).collect(), found.total)
    }

    #[test]
    fn a_search_is_plain_text_in_any_case() {
        assert_eq!(names("B", None, Page::ALL).0, ["Ab%", "a_b", "b"]);
        assert_eq!(names("%", None, Page::ALL).0, ["Ab%"]);
        assert_eq!(names("_", None, Page::ALL).0, ["a_b"]);
        assert_eq!(names("äND", None, Page::ALL).0, ["Änderung"]);
    }

    #[test]
    fn a_page_knows_how_much_there_is_altogether() {
        let page = Page { offset: 1, limit: 1 };
        assert_eq!(names("", Some(ObjectKind::Table), page), (vec!["b".to_owned()], 3));
        let beyond = Page { offset: 9, limit: 10 };
        assert_eq!(names("", None, beyond), (vec![], 4));
    }

    #[test]
    fn only_what_can_be_migrated_can_be_chosen() {
        let all = migratable(some());
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|object| object.name != "a_b"));
    }
}

//! Looking into the database behind a data source.

use super::{Error as Refusal, Opened, open};
use crate::{Error, app::AppState};
use oms_connector::{
    CatalogError, DatabaseQuery, Listing, ObjectQuery,
    catalog::{Database, Object, TableShape},
};
use oms_contracts::{
    Page,
    page::Slice,
    project::data_source::{DatabasesQuery, ObjectsQuery},
};
use oms_model::{Actor, EndpointId};

/// The databases, or the only one that the data source is limited to.
pub async fn databases(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
    query: DatabasesQuery,
) -> Result<Page<Database>, Error> {
    let slice = query.page().checked()?;
    let opened = open(state, &actor, &id).await?;
    let asked =
        DatabaseQuery { search: query.search, with_system: query.with_system, page: piece(slice) };
    let Some(only) = opened.only_database()? else {
        let listing = opened.catalog().databases(&asked).await.map_err(Refusal::from)?;
        return Ok(paged(slice, listing));
    };
    // Whether it belongs to the product makes no difference: it was chosen by name.
    let all = DatabaseQuery { with_system: true, page: oms_connector::Page::ALL, ..asked };
    let listing = opened.catalog().databases(&all).await.map_err(Refusal::from)?;
    let found: Vec<Database> = listing.items.into_iter().filter(|db| db.name == only).collect();
    let total = found.len();
    let items = found.into_iter().skip(piece(slice).offset).collect();
    Ok(paged(slice, Listing { items, total }))
}

/// The tables and views of a database.
pub async fn objects(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
    database: &str,
    query: ObjectsQuery,
) -> Result<Page<Object>, Error> {
    let slice = query.page().checked()?;
    let opened = open(state, &actor, &id).await?;
    within(&opened, database)?;
    let asked = ObjectQuery { search: query.search, kind: query.kind, page: piece(slice) };
    let listing = opened.catalog().objects(database, &asked).await.map_err(Refusal::from)?;
    Ok(paged(slice, listing))
}

/// The columns and keys of a table or view.
pub async fn table(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
    database: &str,
    table: &str,
) -> Result<TableShape, Error> {
    let opened = open(state, &actor, &id).await?;
    within(&opened, database)?;
    Ok(opened.catalog().table(database, table).await.map_err(Refusal::from)?)
}

/// Refuses databases beside the one a data source is limited to, as if they were not there.
fn within(opened: &Opened, database: &str) -> Result<(), Refusal> {
    match opened.only_database()? {
        Some(only) if only != database => {
            Err(CatalogError::NoSuchDatabase(database.to_owned()).into())
        }
        _ => Ok(()),
    }
}

fn piece(slice: Slice) -> oms_connector::Page {
    let offset = usize::try_from(slice.offset()).unwrap_or(usize::MAX);
    oms_connector::Page { offset, limit: slice.size as usize }
}

fn paged<T>(slice: Slice, listing: Listing<T>) -> Page<T> {
    slice.page(listing.items, listing.total as u64)
}

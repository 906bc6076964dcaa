//! Reading data sources.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    domain::data_source::DataSource,
    ops::require,
    repo::data_source::{self, Filter},
};
use diesel::Connection;
use oms_contracts::{Page, project::data_source::DataSourceQuery};
use oms_model::{Actor, EndpointId, Right};

/// A data source that the actor sees.
pub async fn find(state: &AppState, actor: Actor, id: EndpointId) -> Result<DataSource, Error> {
    require(&actor, Right::ReadWork)?;
    state
        .db
        .run(move |conn| {
            let found = data_source::find_within(conn, &actor, Right::ReadWork, &id)?;
            Ok(found.ok_or(Refusal::NoSuch(id))?)
        })
        .await
}

/// A page of the data sources that the actor sees.
pub async fn list(
    state: &AppState,
    actor: Actor,
    query: DataSourceQuery,
) -> Result<Page<DataSource>, Error> {
    require(&actor, Right::ReadWork)?;
    let slice = query.page().checked()?;
    let filter = Filter {
        search: query.search,
        kinds: query.kinds.0,
        region: query.region,
        sort: query.sort_field,
        order: query.order,
    };
    let (items, total) = state
        .db
        .run(move |conn| {
            conn.transaction(|conn| data_source::list(conn, &actor, &filter, slice))
                .map_err(Error::from)
        })
        .await?;
    Ok(slice.page(items, total))
}

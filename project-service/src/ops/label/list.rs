//! Listing labels.

use crate::{Error, app::AppState, domain::label::Label, ops::require, repo};
use diesel::Connection;
use oms_contracts::{Page, project::label::LabelQuery};
use oms_model::{Actor, Right};

/// A page of all labels.
pub async fn list(
    state: &AppState,
    actor: &Actor,
    query: LabelQuery,
) -> Result<Page<Label>, Error> {
    require(actor, Right::UseLabels)?;
    let slice = query.page().checked()?;
    let (items, total) = state
        .db
        .run(move |conn| {
            conn.transaction(|conn| repo::label::list(conn, query.search.as_deref(), slice))
                .map_err(Error::from)
        })
        .await?;
    Ok(slice.page(items, total))
}

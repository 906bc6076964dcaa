//! Lists of projects.

use super::Error as Refusal;
use crate::{
    Error,
    app::AppState,
    domain::{lifecycle::ProjectState, project::Outline},
    ops::require,
    repo::{
        self,
        project::{Filter, Reach, Sorting},
    },
};
use oms_contracts::{
    Page,
    project::project::{Commas, LabelRef, ProjectQuery},
};
use oms_model::{Actor, ProjectId, Right};
use std::collections::HashMap;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub outline: Outline,
    pub labels: Vec<LabelRef>,
}

const SEARCH_MAX: usize = 128;

/// A page of the projects that the actor sees.
pub async fn list(
    state: &AppState,
    actor: Actor,
    query: ProjectQuery,
) -> Result<Page<Listed>, Error> {
    require(&actor, Right::ReadWork)?;
    let slice = query.page().checked()?;
    let sorting = Sorting {
        by: query.sort_field.unwrap_or_default(),
        order: query.order.unwrap_or_default(),
    };
    let filter = filter(query)?;
    let reach = Reach::of(&actor);
    let whole = filter == Filter::default();
    let known = if whole { state.totals.known(&reach) } else { None };
    let moment = state.totals.now();
    let (page, reach) = state
        .db
        .run(move |conn| {
            let piece = repo::project::list(conn, &reach, &filter, sorting, slice)?;
            let total = match piece.total.or(known) {
                Some(total) => total,
                None => repo::project::count(conn, &reach, &filter)?,
            };
            let labels = repo::project_label::of(conn, piece.items.iter().map(|item| &item.id))?;
            Ok::<_, Error>((slice.page(with_labels(piece.items, labels), total), reach))
        })
        .await?;
    if whole && known.is_none() {
        state.totals.learn(reach, page.total_count, moment);
    }
    Ok(page)
}

fn with_labels(
    outlines: Vec<Outline>,
    mut labels: HashMap<ProjectId, Vec<LabelRef>>,
) -> Vec<Listed> {
    let listed = |outline: Outline| {
        let labels = labels.remove(&outline.id).unwrap_or_default();
        Listed { outline, labels }
    };
    outlines.into_iter().map(listed).collect()
}

fn filter(query: ProjectQuery) -> Result<Filter, Refusal> {
    let search = query.search.map(|search| search.trim().to_owned());
    let search = search.filter(|search| !search.is_empty());
    if search.as_ref().is_some_and(|search| search.chars().count() > SEARCH_MAX) {
        let message = format!("it may have {SEARCH_MAX} characters");
        return Err(Refusal::invalid("search", message));
    }
    // Nothing is ever UNCONFIGURED; asked for that alone, the list is empty.
    let states = given(query.states).map(|states| {
        states.into_iter().filter_map(|status| ProjectState::try_from(status).ok()).collect()
    });
    Ok(Filter {
        search,
        labels: given(query.label_ids),
        states,
        kinds: given(query.types),
        source_kinds: given(query.source_kinds),
        sink_kinds: given(query.sink_kinds),
    })
}

fn given<T>(list: Commas<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list.0)
}

//! Lists of projects: one statement for a page and one for the total, both on narrow columns and in
//! the order of an index; none for the total where it is known already or the page tells it.

use super::{OutlineRow, projects, row::OUTLINE};
use crate::{
    domain::{lifecycle::ProjectState, owned::folded, project::Outline},
    repo::{Error, containing, label::project_labels},
};
use diesel::prelude::*;
use oms_chassis::Conn;
use oms_contracts::{
    page::Slice,
    project::{SortOrder, project::ProjectSort},
};
use oms_model::{
    Actor, DatabaseKind, DepartmentId, LabelId, ProjectId, ProjectType, Right, Scope, UserId,
};

diesel::allow_tables_to_appear_in_same_query!(projects, project_labels);

type Backend = <Conn as Connection>::Backend;

/// Whose projects are listed.
///
/// A department's are those that say so: what a user owns follows the user from one to another, so
/// asking for the actor's own besides would find nothing more, and would cost the order of the index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reach {
    Everybody,
    Department(DepartmentId),
    Own(UserId),
    Nobody,
}

impl Reach {
    /// Whose projects the actor reads.
    pub fn of(actor: &Actor) -> Self {
        match actor.role.scope(Right::ReadWork) {
            Scope::Everything => Self::Everybody,
            Scope::Department => Self::Department(actor.department.clone()),
            Scope::Own => Self::Own(actor.user.clone()),
            Scope::Nothing => Self::Nobody,
        }
    }
}

/// Which projects. An absent condition lets all through; an empty list lets none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name, or the beginning of an id.
    pub search: Option<String>,
    /// Any of these labels.
    pub labels: Option<Vec<LabelId>>,
    pub states: Option<Vec<ProjectState>>,
    pub kinds: Option<Vec<ProjectType>>,
    pub source_kinds: Option<Vec<DatabaseKind>>,
    pub sink_kinds: Option<Vec<DatabaseKind>>,
}

/// In which order; equal times are ordered by id, so that pages neither repeat nor miss anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sorting {
    pub by: ProjectSort,
    pub order: SortOrder,
}

/// A page of projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub items: Vec<Outline>,
    /// How many there are altogether, where the page tells: when it is the last.
    pub total: Option<u64>,
}

/// One page of the projects within reach.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    sorting: Sorting,
    slice: Slice,
) -> Result<Piece, Error> {
    let query = sorted(filtered(reach, filter), sorting);
    let rows: Vec<OutlineRow> =
        query.limit(slice.limit()).offset(slice.offset()).select(OUTLINE).load(conn)?;
    let items = rows.into_iter().map(OutlineRow::outline).collect::<Result<Vec<_>, _>>()?;
    let seen = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let is_last = seen < slice.limit() && (seen > 0 || slice.offset() == 0);
    let total = is_last.then(|| slice.offset().saturating_add(seen).unsigned_abs());
    Ok(Piece { items, total })
}

/// How many projects within reach there are.
pub fn count(conn: &mut Conn, reach: &Reach, filter: &Filter) -> Result<u64, Error> {
    let total: i64 = filtered(reach, filter).count().get_result(conn)?;
    Ok(total.unsigned_abs())
}

fn filtered<'a>(reach: &'a Reach, filter: &'a Filter) -> projects::BoxedQuery<'a, Backend> {
    let query = projects::table.into_boxed::<Backend>();
    let query = match reach {
        Reach::Everybody => query,
        Reach::Department(id) => query.filter(projects::owner_department.eq(id.as_str())),
        Reach::Own(id) => query.filter(projects::owner_user.eq(id.as_str())),
        // Matches nothing: no id is empty.
        Reach::Nobody => query.filter(projects::owner_user.eq("")),
    };
    let mut query = query.filter(projects::state.ne(ProjectState::Deleted.as_str()));
    if let Some(part) = &filter.search {
        let part = folded(part);
        let pattern = containing(&part);
        let named = projects::name_folded.like(pattern.clone()).escape('!');
        // Bodies of ids are random: found by a part of them, projects would turn up by accident.
        query = match part.starts_with(ProjectId::PREFIX) {
            true => query.filter(named.or(projects::id.like(pattern[1..].to_owned()).escape('!'))),
            false => query.filter(named),
        };
    }
    if let Some(labels) = &filter.labels {
        let labels = labels.iter().map(LabelId::as_str);
        let carriers = project_labels::table
            .filter(project_labels::label_id.eq_any(labels))
            .select(project_labels::project_id);
        query = query.filter(projects::id.eq_any(carriers));
    }
    if let Some(states) = &filter.states {
        query = query.filter(projects::state.eq_any(states.iter().map(|state| state.as_str())));
    }
    if let Some(kinds) = &filter.kinds {
        query = query.filter(projects::kind.eq_any(kinds.iter().map(AsRef::<str>::as_ref)));
    }
    if let Some(kinds) = &filter.source_kinds {
        query = query.filter(projects::source_kind.eq_any(kinds.iter().map(AsRef::<str>::as_ref)));
    }
    if let Some(kinds) = &filter.sink_kinds {
        query = query.filter(projects::sink_kind.eq_any(kinds.iter().map(AsRef::<str>::as_ref)));
    }
    query
}

fn sorted(
    query: projects::BoxedQuery<'_, Backend>,
    sorting: Sorting,
) -> projects::BoxedQuery<'_, Backend> {
    let id = projects::id;
    match (sorting.by, sorting.order) {
        (ProjectSort::GmtCreate, SortOrder::Ascending) => {
            query.order((projects::created_at.asc(), id.asc()))
        }
        (ProjectSort::GmtCreate, SortOrder::Descending) => {
            query.order((projects::created_at.desc(), id.desc()))
        }
        (ProjectSort::GmtModified, SortOrder::Ascending) => {
            query.order((projects::modified_at.asc(), id.asc()))
        }
        (ProjectSort::GmtModified, SortOrder::Descending) => {
            query.order((projects::modified_at.desc(), id.desc()))
        }
    }
}

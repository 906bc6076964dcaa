//! The table `projects`. A change is made only where state and revision are still those the caller
//! saw, so nothing is lost when two come at once.

mod list;
mod row;

pub use list::{Filter, Piece, Reach, Sorting, count, list};

use super::Error;
use crate::domain::{
    lifecycle::ProjectState,
    owned::folded,
    project::{Outline, Project, Seen},
};
use diesel::{dsl::count_star, prelude::*};
use oms_chassis::Conn;
use oms_model::{EndpointId, ProjectId, UserId};
use row::{Decided, NewRow, OUTLINE, OutlineRow};
use strum::IntoEnumIterator;

diesel::table! {
    projects (id) {
        id -> Text,
        name -> Text,
        live_name -> Nullable<Text>,
        name_folded -> Text,
        kind -> Text,
        state -> Text,
        importance -> Text,
        owner_user -> Text,
        owner_account -> Text,
        owner_department -> Text,
        source_id -> Text,
        sink_id -> Text,
        source_kind -> Text,
        sink_kind -> Text,
        enable_struct -> Bool,
        enable_full -> Bool,
        enable_full_verify -> Bool,
        enable_incr -> Bool,
        enable_incr_verify -> Bool,
        enable_reverse_incr -> Bool,
        created_at -> BigInt,
        modified_at -> BigInt,
        started_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        revision -> BigInt,
        transfer_mapping -> Text,
        settings -> Text,
    }
}

/// A project, unless it is deleted or never was.
pub fn find(conn: &mut Conn, id: &ProjectId) -> Result<Option<Project>, Error> {
    let found: Option<(OutlineRow, String, String)> = projects::table
        .find(id.as_str())
        .filter(projects::state.ne(ProjectState::Deleted.as_str()))
        .select((OUTLINE, projects::transfer_mapping, projects::settings))
        .first(conn)
        .optional()?;
    let Some((outline, mapping, settings)) = found else { return Ok(None) };
    let mapping = row::json(id, "transfer_mapping", &mapping)?;
    let settings = row::json(id, "settings", &settings)?;
    Ok(Some(Project { outline: outline.outline()?, mapping, settings }))
}

/// The same, without reading what can be long.
pub fn outline(conn: &mut Conn, id: &ProjectId) -> Result<Option<Outline>, Error> {
    let found: Option<OutlineRow> = projects::table
        .find(id.as_str())
        .filter(projects::state.ne(ProjectState::Deleted.as_str()))
        .select(OUTLINE)
        .first(conn)
        .optional()?;
    found.map(OutlineRow::outline).transpose()
}

/// Adds a project. A duplicate is an owner's second project of that name.
pub fn insert(conn: &mut Conn, project: &Project) -> Result<(), Error> {
    diesel::insert_into(projects::table).values(NewRow::of(project)).execute(conn)?;
    Ok(())
}

/// Replaces what the owner decides. Says whether the project was still as the caller saw it.
pub fn set_decided(conn: &mut Conn, project: &Project, seen: Seen) -> Result<bool, Error> {
    let decided = Decided::of(project);
    let changed = diesel::update(projects::table.find(project.outline.id.as_str()))
        .filter(projects::state.eq(seen.state.as_str()))
        .filter(projects::revision.eq(seen.revision))
        .set(decided)
        .execute(conn)?;
    Ok(changed == 1)
}

/// Gives a project another name. Says whether the project was still as the caller saw it.
pub fn set_name(conn: &mut Conn, renamed: &Outline, seen: Seen) -> Result<bool, Error> {
    let changed = diesel::update(projects::table.find(renamed.id.as_str()))
        .filter(projects::state.eq(seen.state.as_str()))
        .filter(projects::revision.eq(seen.revision))
        .set((
            projects::name.eq(&renamed.name),
            projects::live_name.eq(Some(&renamed.name)),
            projects::name_folded.eq(folded(&renamed.name)),
            projects::modified_at.eq(renamed.times.modified),
            projects::revision.eq(renamed.revision),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Moves a project into another state, or to its next revision in the same one, and only from where
/// the caller saw it. The name of a deleted project is free again.
pub fn set_state(conn: &mut Conn, moved: &Outline, seen: Seen) -> Result<bool, Error> {
    let live_name = (moved.state != ProjectState::Deleted).then_some(moved.name.as_str());
    let changed = diesel::update(projects::table.find(moved.id.as_str()))
        .filter(projects::state.eq(seen.state.as_str()))
        .filter(projects::revision.eq(seen.revision))
        .set((
            projects::state.eq(moved.state.as_str()),
            projects::live_name.eq(live_name),
            projects::modified_at.eq(moved.times.modified),
            projects::started_at.eq(moved.times.started),
            projects::finished_at.eq(moved.times.finished),
            projects::revision.eq(moved.revision),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// A project that still needs what it refers to: neither released nor deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveProject {
    pub id: ProjectId,
    pub name: String,
}

/// The states of projects that need nothing any more.
fn over() -> impl Iterator<Item = &'static str> {
    ProjectState::iter().filter(|state| !state.is_live()).map(ProjectState::as_str)
}

/// The live projects that read from or write to a data source, by name.
pub fn live_on(conn: &mut Conn, endpoint: &EndpointId) -> Result<Vec<LiveProject>, Error> {
    let endpoint = endpoint.as_str();
    let found: Vec<(String, String)> = projects::table
        .filter(projects::source_id.eq(endpoint).or(projects::sink_id.eq(endpoint)))
        .filter(projects::state.ne_all(over()))
        .order((projects::name, projects::id))
        .select((projects::id, projects::name))
        .load(conn)?;
    let live = |(id, name): (String, String)| Ok(LiveProject { id: row::id(&id)?, name });
    found.into_iter().map(live).collect()
}

/// How many live projects a user owns.
pub fn live_of(conn: &mut Conn, user: &UserId) -> Result<u64, Error> {
    let count: i64 = projects::table
        .filter(projects::owner_user.eq(user.as_str()))
        .filter(projects::state.ne_all(over()))
        .select(count_star())
        .first(conn)?;
    Ok(count.unsigned_abs())
}

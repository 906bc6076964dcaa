//! Whether a project may come to be as somebody wants it.

use super::Error as Refusal;
use crate::{
    Error,
    domain::{
        owned::Ownership,
        project::{End, Ends, Outline, Project},
        project_check::{Pairing, Surroundings, faults},
    },
    ops::{fresh_id, now, project::Shown, retried},
    repo,
};
use oms_chassis::{Conn, db::is_duplicate};
use oms_connector::{Role, kinds_for, may_be_active_active};
use oms_contracts::{Detail, project::project::ProjectSpec};
use oms_model::{Actor, DatabaseKind, EndpointId, LabelId, ProjectId, Right};

/// What there is around a project to be, as its owner sees it.
pub(super) fn surroundings(
    conn: &mut Conn,
    actor: &Actor,
    spec: &ProjectSpec,
) -> Result<Surroundings, Error> {
    let mut kind = |id: &EndpointId| -> Result<_, Error> {
        let found = repo::data_source::find_within(conn, actor, Right::ReadWork, id)?;
        Ok(found.map(|source| source.settings.kind))
    };
    let (source, sink) = (kind(&spec.source_endpoint_id)?, kind(&spec.sink_endpoint_id)?);
    let labels = repo::project_label::existing(conn, &spec.label_ids)?;
    let pairing = Pairing {
        sources: kinds_for(Role::Source(spec.kind)),
        sinks: kinds_for(Role::Sink(spec.kind)),
        active_active: source.zip(sink).is_some_and(|(from, to)| may_be_active_active(from, to)),
    };
    Ok(Surroundings { source, sink, pairing, labels, now: now() / 1_000 })
}

/// Refuses a project with everything that is wrong about it, or tells where it leads. Long to do
/// for a long list of objects, so it is done before the transaction that writes.
pub(super) fn checked(conn: &mut Conn, actor: &Actor, spec: &ProjectSpec) -> Result<Ends, Error> {
    let around = surroundings(conn, actor, spec)?;
    refuse(faults(spec, &around))?;
    let end = |id: &EndpointId, kind: Option<DatabaseKind>| End {
        id: id.clone(),
        kind: kind.expect("an end that is not there is among the faults"),
    };
    Ok(Ends {
        source: end(&spec.source_endpoint_id, around.source),
        sink: end(&spec.sink_endpoint_id, around.sink),
    })
}

pub(super) fn refuse(faults: Vec<Detail>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// Keeps both data sources from being deleted until the project that names them is stored. In the
/// order of their ids, so that two projects never wait for each other.
pub(super) fn hold(conn: &mut Conn, ends: &Ends) -> Result<(), Error> {
    let mut ids = [("sourceEndpointId", &ends.source.id), ("sinkEndpointId", &ends.sink.id)];
    ids.sort_by_key(|(_, id)| *id);
    for (field, id) in ids {
        if !repo::data_source::hold(conn, id)? {
            return Err(Refusal::invalid(field, "the data source was just deleted").into());
        }
    }
    Ok(())
}

/// Stores a project that does not exist yet, as the actor's own.
pub(super) fn store(conn: &mut Conn, actor: &Actor, spec: ProjectSpec) -> Result<Shown, Error> {
    let ends = checked(conn, actor, &spec)?;
    let labels = spec.label_ids.clone();
    let project = Project::draft(fresh_id(), Ownership::of(actor), ends, spec, now());
    let Outline { id, name, ends, .. } = &project.outline;
    retried(conn, |conn| {
        hold(conn, ends)?;
        repo::project::insert(conn, &project).map_err(|error| taken(error, name))?;
        put_labels(conn, id, &labels)
    })?;
    super::shown(conn, project)
}

/// Gives a project these labels in place of those it has.
pub(super) fn put_labels(
    conn: &mut Conn,
    project: &ProjectId,
    labels: &[LabelId],
) -> Result<(), Error> {
    let put = repo::project_label::set(conn, project, labels)?;
    if put { Ok(()) } else { Err(Refusal::invalid("labelIds", "a label was just deleted").into()) }
}

/// What the unique key of names says in words.
pub(super) fn taken(error: repo::Error, name: &str) -> Error {
    match error {
        repo::Error::Query(error) if is_duplicate(&error) => {
            Refusal::NameTaken(name.to_owned()).into()
        }
        other => other.into(),
    }
}

//! Writing the named objects of a project as a text or a table.

use super::{Error as Refusal, source::apart};
use crate::{
    Error,
    app::AppState,
    domain::{project::naming, selection::named},
    ops::{project::visible, require},
};
use oms_contracts::project::selection::ExportFormat;
use oms_model::{
    Actor, ProjectId, Right,
    exchange::{export_csv, export_text},
    selection::Selection,
    transfer::TransferMode,
};

/// A text to download.
#[derive(Debug)]
pub struct Export {
    pub project: ProjectId,
    pub format: ExportFormat,
    pub text: String,
    /// How many things the form could not carry.
    pub omitted: usize,
}

/// Writes the objects that a project names; reading them again gives the same selection.
pub async fn export(
    state: &AppState,
    actor: Actor,
    id: ProjectId,
    format: ExportFormat,
) -> Result<Export, Error> {
    require(&actor, Right::ReadWork)?;
    let project = state.db.run(move |conn| visible(conn, &actor, &id)).await?;
    let (id, mapping) = (project.outline.id, project.mapping);
    if mapping.mode != TransferMode::Specific {
        return Err(Refusal::NotNamed(id).into());
    }
    let naming = naming(project.outline.kind);
    let exported = apart(move || {
        let selection = Selection::compile(&mapping, naming)?;
        let objects = selection.evaluate(&named(&mapping)).objects;
        Ok(match format {
            ExportFormat::Text => export_text(&objects),
            ExportFormat::Csv => export_csv(&objects),
        })
    });
    let exported = exported.await?.map_err(|complaints| Refusal::mapping(&complaints))?;
    let omitted = exported.omitted.len();
    Ok(Export { project: id, format, text: exported.text, omitted })
}

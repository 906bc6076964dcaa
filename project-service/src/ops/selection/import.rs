//! Reading named objects from a text or a table.

use super::{
    Error as Refusal, column,
    source::{apart, objects},
};
use crate::{
    Error,
    app::AppState,
    domain::selection::ColumnUse,
    ops::{
        data_source::{Opened, open},
        require,
    },
};
use oms_contracts::project::selection::{ImportFormat, ImportSelection, ImportedSelection};
use oms_model::{
    Actor, Complaints, Right, SourceObject,
    exchange::{Import, Imported, ImportedObject, parse_csv, parse_text},
};

/// Reads objects, and holds them against the source where there is one. Everything that is wrong is
/// told at once with its line, and then nothing is imported.
pub async fn import(
    state: &AppState,
    actor: Actor,
    asked: ImportSelection,
) -> Result<ImportedSelection, Error> {
    require(&actor, Right::ReadWork)?;
    let ImportSelection { format, content, source_endpoint_id } = asked;
    let read = apart(move || match format {
        ImportFormat::Text => parse_text(&content),
        ImportFormat::Csv => parse_csv(content.as_bytes()),
    });
    let read = read.await?.map_err(|Complaints(found)| Refusal::lines(&found))?;
    let checked = source_endpoint_id.is_some();
    let (imported, unchecked_tables) = match source_endpoint_id {
        None => (taken_for_tables(read).await?, 0),
        Some(id) => {
            let opened = open(state, &actor, &id).await?;
            held_against(state, &opened, read).await?
        }
    };
    let Imported { mapping, tables, views } = imported;
    Ok(ImportedSelection {
        transfer_mapping: mapping,
        tables: tables as u64,
        views: views as u64,
        checked,
        unchecked_tables,
    })
}

async fn taken_for_tables(read: Import) -> Result<Imported, Error> {
    let resolved = apart(move || {
        let objects = read.objects.iter().map(|object| &object.source);
        let tables: Vec<SourceObject> =
            objects.map(|name| SourceObject::table(&name.database, &name.name)).collect();
        read.resolve(&tables)
    });
    Ok(resolved.await?.map_err(|Complaints(found)| Refusal::lines(&found))?)
}

async fn held_against(
    state: &AppState,
    opened: &Opened,
    read: Import,
) -> Result<(Imported, u64), Error> {
    let databases = read.objects.iter().map(|object| object.source.database.clone()).collect();
    let source = objects(opened, Some(databases)).await?;
    let uses = read.objects.iter().filter_map(column_use).collect();
    let resolved = apart(move || read.resolve(&source)).await?;
    let imported = resolved.map_err(|Complaints(found)| Refusal::lines(&found))?;
    let patience = state.limits.database_timeout();
    let (wrong, unchecked) = column::problems(opened, uses, patience).await?;
    if wrong.is_empty() { Ok((imported, unchecked)) } else { Err(Refusal::lines(&wrong).into()) }
}

fn column_use(object: &ImportedObject) -> Option<ColumnUse> {
    let renamed = object.renamed_columns.iter().map(|renaming| &renaming.source);
    let columns: std::collections::BTreeSet<&String> =
        object.columns.iter().chain(renamed).collect();
    let columns: Vec<String> = columns.into_iter().cloned().collect();
    let says = object.filter.is_some() || !columns.is_empty();
    says.then(|| ColumnUse {
        place: object.place.clone(),
        table: object.source.clone(),
        filter: object.filter.clone(),
        columns,
    })
}

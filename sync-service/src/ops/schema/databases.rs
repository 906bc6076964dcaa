//! Databases: those that are missing are created, and the others are looked at.

use super::{
    fault::Halt,
    line::{End, Line, ask},
    plan::Todo,
    shared::Shared,
};
use oms_connector::schema::{DatabaseText, DefinitionKind};
use oms_contracts::sync::IndexStrategy;
use oms_model::ObjectName;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
};

/// Makes the target ready for these objects, and learns what it has.
pub async fn prepare(shared: &Shared, todo: &[Todo]) -> Result<(), Halt> {
    let (mut source, mut target) = (shared.line(End::Source), shared.line(End::Target));
    let mut wanted: BTreeMap<String, String> = BTreeMap::new();
    for object in todo {
        let database = shared.converter.name(&object.target).database;
        wanted.entry(database).or_insert_with(|| object.source.database.clone());
    }
    shared.forget_all();
    for (name, from) in &wanted {
        shared.check_stop()?;
        let mut objects = ask!(target, session => session.objects(name));
        if matches!(objects, Ok(None)) {
            create(shared, (&mut source, from), (&mut target, name)).await?;
            objects = ask!(target, session => session.objects(name));
        }
        // What may not be seen is found out when it is created.
        for found in objects.ok().flatten().unwrap_or_default() {
            shared.note_found(ObjectName::new(name.clone(), found.name), found.kind);
        }
    }
    target.leave().await;
    sizes(shared, &mut source, todo).await?;
    triggers(shared, &mut source, todo).await
}

/// Looks how large tables are, where that decides when their indexes are made.
async fn sizes(shared: &Shared, source: &mut Line, todo: &[Todo]) -> Result<(), Halt> {
    let settings = &shared.settings;
    if settings.index_strategy != IndexStrategy::AfterLoad || settings.index_at_once_below == 0 {
        return Ok(());
    }
    let databases: BTreeSet<&str> = todo.iter().map(|o| o.source.database.as_str()).collect();
    for database in databases {
        let found = ask!(source, session => session.sizes(database));
        // Not to know is to take them for large.
        let found = found.unwrap_or_default().into_iter();
        let named = found.map(|(table, rows)| (ObjectName::new(database, table), rows));
        shared.sizes.lock().unwrap_or_else(PoisonError::into_inner).extend(named);
    }
    Ok(())
}

/// Creates a database with the text of the one that its objects come from.
async fn create(
    shared: &Shared,
    (source, from): (&mut Line, &str),
    (target, name): (&mut Line, &str),
) -> Result<(), Halt> {
    let text = ask!(source, session => session.database(from));
    let unknown = || DatabaseText { charset: "utf8mb4".into(), collation: String::new() };
    let text = shared.converter.database(&text.ok().flatten().unwrap_or_else(unknown));
    let created = ask!(target, session => session.create_database(name, &text));
    match created {
        Ok(()) => tracing::info!(name, "created the database"),
        Err(refused) => {
            let mut barred = shared.barred.lock().unwrap_or_else(PoisonError::into_inner);
            barred.insert(name.to_owned(), refused.message);
        }
    }
    Ok(())
}

/// Triggers are kept for the switchover, and the user is told which there are.
async fn triggers(shared: &Shared, source: &mut Line, todo: &[Todo]) -> Result<(), Halt> {
    let databases: BTreeSet<&str> = todo.iter().map(|o| o.source.database.as_str()).collect();
    for database in databases {
        let found = ask!(source, session => session.triggers(database));
        let mut triggers = shared.triggers.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(found) => {
                for trigger in found {
                    let table = ObjectName::new(database.to_owned(), trigger.table.clone());
                    let known = triggers.entry(table).or_default();
                    if known.iter().all(|other| other.name != trigger.name) {
                        known.push(trigger);
                    }
                }
            }
            Err(refused) => {
                tracing::warn!(database, error = refused.message, "the triggers are not known");
                let mut hidden =
                    shared.hidden_triggers.lock().unwrap_or_else(PoisonError::into_inner);
                hidden.extend(tables(todo).filter(|table| table.database == database));
            }
        }
    }
    note_hidden(shared, todo).await;
    Ok(())
}

fn tables(todo: &[Todo]) -> impl Iterator<Item = ObjectName> {
    let tables = todo.iter().filter(|object| object.kind == DefinitionKind::Table);
    tables.map(|object| object.source.clone())
}

/// A source lists the triggers that the user may see, as if there were no others.
async fn note_hidden(shared: &Shared, todo: &[Todo]) {
    let tables: Vec<ObjectName> = tables(todo).collect();
    let hidden = match shared.source.probe().hidden_triggers(&tables).await {
        Ok(hidden) => hidden,
        Err(error) => {
            tracing::warn!(%error, "whether triggers are hidden is not known");
            tables
        }
    };
    shared.hidden_triggers.lock().unwrap_or_else(PoisonError::into_inner).extend(hidden);
}

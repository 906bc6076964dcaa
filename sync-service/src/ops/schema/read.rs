//! Getting definitions, converting them, and looking at keys whose values might collide.

use super::{
    fault::{Fault, Halt},
    line::{Line, ask},
    plan::Todo,
    shared::Shared,
};
use crate::repo::schema::Note;
use oms_connector::schema::{Collision, Converted, DefinitionKind, FoundTrigger, Later, LaterKind};
use oms_contracts::ErrorCode;
use std::sync::PoisonError;

/// An object whose definition was asked for.
#[derive(Debug)]
pub struct Read {
    pub todo: Todo,
    pub got: Got,
}

/// What was got.
#[derive(Debug)]
pub enum Got {
    /// The source did not tell.
    Nothing(Fault),
    /// It cannot be at the target.
    Unfit {
        source: String,
        converted: Option<Box<Converted>>,
        fault: Fault,
    },
    Fit(Box<Fit>),
    /// A user wrote this.
    Edited(String),
}

/// A definition with all that belongs to it.
#[derive(Debug)]
pub struct Fit {
    pub source: String,
    pub converted: Converted,
    /// What the user should know besides what was converted.
    pub remarks: Vec<Note>,
    /// Values would collide.
    pub fault: Option<Fault>,
}

pub fn note(code: &str, message: impl Into<String>) -> Note {
    Note { code: code.to_owned(), message: message.into() }
}

/// Gets the definition of an object.
pub async fn read(shared: &Shared, line: &mut Line, todo: Todo) -> Result<Read, Halt> {
    if todo.edited {
        let stored = shared.book.statements(todo.number).await?;
        let got = Got::Edited(stored.converted_ddl.unwrap_or_default());
        return Ok(Read { todo, got });
    }
    let definition = ask!(line, session => session.definition(todo.kind, &todo.source));
    let got = match definition {
        Ok(definition) => converted(shared, line, &todo, &definition).await?,
        Err(refused) => Got::Nothing(refused.into()),
    };
    Ok(Read { todo, got })
}

async fn converted(
    shared: &Shared,
    line: &mut Line,
    todo: &Todo,
    definition: &[u8],
) -> Result<Got, Halt> {
    let source = String::from_utf8_lossy(definition).into_owned();
    // What an earlier run has begun stays as it was begun.
    let at_once = !todo.begun && shared.is_small(&todo.source);
    let mut converted = match shared.converter.convert(
        todo.kind,
        (&todo.source, &todo.target),
        definition,
        at_once,
    ) {
        Ok(converted) => converted,
        Err(error) => {
            let fault = Fault::new(ErrorCode::NotConvertible, error.to_string());
            return Ok(Got::Unfit { source, converted: None, fault });
        }
    };
    if !converted.unsupported.is_empty() {
        let fault = Fault::new(ErrorCode::NotConvertible, converted.unsupported.join("\n"));
        return Ok(Got::Unfit { source, converted: Some(Box::new(converted)), fault });
    }
    let kept = kept(&converted.later);
    let triggers = triggers(shared, todo);
    converted.later.extend(triggers.iter().map(|t| shared.converter.trigger(t, &converted.target)));
    let hidden = hides_triggers(shared, todo).then(|| {
        let what = "whether it has triggers is not known: reading them takes the right TRIGGER";
        note("TRIGGERS_NOT_SEEN", what)
    });
    let remarks = kept.into_iter().chain(hidden).chain(remarks(todo, &triggers)).collect();
    let mut fit = Fit { source, converted, remarks, fault: None };
    look_at_keys(line, todo, &mut fit).await?;
    Ok(Got::Fit(Box::new(fit)))
}

fn triggers(shared: &Shared, todo: &Todo) -> Vec<FoundTrigger> {
    let triggers = shared.triggers.lock().unwrap_or_else(PoisonError::into_inner);
    triggers.get(&todo.source).cloned().unwrap_or_default()
}

fn hides_triggers(shared: &Shared, todo: &Todo) -> bool {
    shared.hidden_triggers.lock().unwrap_or_else(PoisonError::into_inner).contains(&todo.source)
}

/// What users must not take for forgotten.
fn kept(later: &[Later]) -> Vec<Note> {
    let told = later.iter().filter_map(|kept| {
        let kind = match kept.kind {
            LaterKind::ForeignKey => "foreign key",
            LaterKind::Check => "check",
            // Indexes follow in the same task, and triggers are told with their own words.
            LaterKind::Index | LaterKind::Trigger => return None,
        };
        let what = format!("{kind} {} is kept for the switchover", kept.name);
        Some(note("CONSTRAINT_KEPT", what))
    });
    told.collect()
}

fn remarks(todo: &Todo, triggers: &[FoundTrigger]) -> Vec<Note> {
    let mut notes = Vec::new();
    for FoundTrigger { name, .. } in triggers {
        let what = format!("trigger {name} is kept for the switchover, as the source has it");
        notes.push(note("TRIGGER_NOT_CREATED", what));
    }
    if todo.partial {
        let what = "the table has all columns; those that are not moved stay empty";
        notes.push(note("COLUMNS_NOT_MOVED", what));
    }
    if todo.kind == DefinitionKind::Sequence {
        let what = "it begins with its first value: set the next one at the switchover";
        notes.push(note("SEQUENCE_VALUE_NOT_MOVED", what));
    }
    notes
}

/// Asks the source whether its rows stay distinct under the keys of the target.
async fn look_at_keys(line: &mut Line, todo: &Todo, fit: &mut Fit) -> Result<(), Halt> {
    for probe in &fit.converted.probes {
        let filter = todo.filter.as_deref();
        let look = ask!(line, session => session.collision(&todo.source, probe, filter));
        let key = &probe.key;
        match look {
            Ok(Collision::None) => {
                let what = format!("the rows of now stay distinct under the key {key}");
                fit.remarks.push(note("KEY_CHECKED", what));
            }
            Ok(Collision::Found(example)) => {
                let what = format!(
                    "rows that differ at the source are equal under the key {key} of the target: \
                     {example}"
                );
                fit.fault.get_or_insert(Fault::new(ErrorCode::KeysCollide, what));
            }
            Ok(Collision::Unknown(why)) => {
                let what = format!("whether rows collide under the key {key} is not known: {why}");
                fit.remarks.push(note("KEY_NOT_CHECKED", what));
            }
            Err(refused) => {
                let why = refused.message;
                let what = format!("whether rows collide under the key {key} is not known: {why}");
                fit.remarks.push(note("KEY_NOT_CHECKED", what));
            }
        }
    }
    Ok(())
}

//! What becomes of an object, given its definition and what the target has.

use super::{
    fault::{Fault, Halt},
    line::{Line, ask},
    plan::Todo,
    read::{Fit, Got, Read, note},
    shared::Shared,
};
use crate::{
    domain::object::ObjectEvent,
    repo::schema::{Change, HiddenKind, Kept, NewDeferred, Note, Step},
};
use oms_connector::schema::{Comparison, Converted, DefinitionKind, LaterKind};
use oms_contracts::{
    ErrorCode,
    sync::{ExistingTable, StatementKind},
};

/// What is noted of an object, and what is to be done then.
#[derive(Debug)]
pub struct Draft {
    pub todo: Todo,
    pub steps: Vec<Step>,
    pub kept: Option<Kept>,
    /// To be created.
    pub work: Option<Work>,
}

/// A statement to run.
#[derive(Debug)]
pub struct Work {
    pub sql: String,
    /// What it makes. A user's statement may make anything.
    pub expected: Option<Converted>,
    /// Something was changed on the way.
    pub changed: bool,
    pub notes: Vec<Note>,
}

/// Decides, and looks at the target where it has something of that name.
pub async fn draft(
    shared: &Shared,
    source: &mut Line,
    target: &mut Line,
    read: Read,
) -> Result<Draft, Halt> {
    let Read { todo, got } = read;
    let step = |event, change| Step { number: todo.number, event, change };
    let steps = |steps| Draft { todo: todo.clone(), steps, kept: None, work: None };
    match got {
        Got::Edited(sql) => {
            let expected = shared.converter.read(todo.kind, &todo.target, sql.as_bytes()).ok();
            let work = Work { sql, expected, changed: true, notes: vec![] };
            let begun = vec![step(ObjectEvent::Begun, Change::default())];
            Ok(Draft { work: Some(work), ..steps(begun) })
        }
        Got::Nothing(fault) if todo.begun => Ok(steps(vec![refused(todo.number, fault)])),
        Got::Nothing(fault) => {
            let failed = refused(todo.number, fault);
            Ok(steps(vec![Step { event: ObjectEvent::Unobtainable, ..failed }]))
        }
        Got::Unfit { fault, .. } if todo.begun => Ok(steps(vec![refused(todo.number, fault)])),
        Got::Unfit { source, converted, fault } => {
            let obtained = Change { source_ddl: Some(source), ..Change::default() };
            let failed = refused(todo.number, fault);
            let unsupported = Change {
                converted_ddl: converted.as_ref().map(|made| made.create.clone()),
                notes: converted.as_ref().map(|made| notes_of(made)),
                ..failed.change
            };
            let kept = converted.map(|made| kept(&todo, &made, None));
            let all = vec![
                step(ObjectEvent::Obtained, obtained),
                step(ObjectEvent::Unsupported, unsupported),
            ];
            Ok(Draft { kept, ..steps(all) })
        }
        Got::Fit(fit) => fitting(shared, source, target, todo, *fit).await,
    }
}

async fn fitting(
    shared: &Shared,
    source: &mut Line,
    target: &mut Line,
    todo: Todo,
    fit: Fit,
) -> Result<Draft, Halt> {
    let Fit { source: source_ddl, converted, remarks, fault } = fit;
    let mut notes = notes_of(&converted);
    let changed = !notes.is_empty();
    notes.extend(remarks);
    let verdict = match (fault, shared.found(&converted.target)) {
        (Some(fault), _) => Some(Verdict { event: Err(fault), comparison: None }),
        (None, Some(kind)) => {
            Some(existing(shared, (source, target), (&todo, kind), &converted, &mut notes).await?)
        }
        (None, None) => None,
    };
    // What makes a table itself follows nobody: all that goes with it is kept for it.
    let todo = Todo { follows: todo.follows && verdict.is_some(), ..todo };
    let comparison = verdict.as_ref().and_then(|verdict| verdict.comparison.as_ref());
    let kept = kept(&todo, &converted, comparison);
    let learned = Change {
        source_ddl: Some(source_ddl),
        converted_ddl: Some(converted.create.clone()),
        notes: Some(notes.clone()),
        ..Change::default()
    };
    let (event, end, work) = match verdict.map(|verdict| verdict.event) {
        None => {
            shared.note_found(converted.target.clone(), todo.kind);
            let sql = converted.create.clone();
            let work = Work { sql, expected: Some(converted), changed, notes };
            (ObjectEvent::Begun, Change::default(), Some(work))
        }
        Some(Ok(event)) => (event, Change::default(), None),
        Some(Err(fault)) => (ObjectEvent::Refused, refused(todo.number, fault).change, None),
    };
    let steps = steps(&todo, learned, event, end);
    Ok(Draft { todo, steps, kept: Some(kept), work })
}

/// From where the object is to the event: what was learned is noted on the way.
fn steps(todo: &Todo, learned: Change, event: ObjectEvent, end: Change) -> Vec<Step> {
    let step = |event, change| Step { number: todo.number, event, change };
    if todo.begun {
        let change = Change { error: end.error, database: end.database, ..learned };
        return vec![step(event, change)];
    }
    let obtained = Change { source_ddl: learned.source_ddl.clone(), ..Change::default() };
    let converted = Change { source_ddl: None, ..learned };
    vec![
        step(ObjectEvent::Obtained, obtained),
        step(ObjectEvent::Converted, converted),
        step(event, end),
    ]
}

/// What becomes of an object that the target has.
#[derive(Debug)]
pub struct Verdict {
    pub event: Result<ObjectEvent, Fault>,
    pub comparison: Option<Comparison>,
}

fn word(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Table => "table",
        DefinitionKind::View => "view",
        DefinitionKind::Sequence => "sequence",
    }
}

/// Compares what the target has with what would be created.
pub async fn existing(
    shared: &Shared,
    (source, target): (&mut Line, &mut Line),
    (todo, kind): (&Todo, DefinitionKind),
    expected: &Converted,
    notes: &mut Vec<Note>,
) -> Result<Verdict, Halt> {
    let ours = todo.begun || todo.follows;
    let no = |code, why: String| Verdict { event: Err(Fault::new(code, why)), comparison: None };
    let name = &expected.target;
    if kind != todo.kind {
        let why = format!("the target has a {} of the name {name}", word(kind));
        return Ok(no(ErrorCode::ObjectExists, why));
    }
    if !ours && shared.settings.existing_table == ExistingTable::Fail {
        let why = format!("the target has the {} {name} already", word(kind));
        return Ok(no(ErrorCode::ObjectExists, why));
    }
    let definition = ask!(target, session => session.definition(kind, name));
    let definition = match definition {
        Ok(definition) => definition,
        Err(refused) => return Ok(Verdict { event: Err(refused.into()), comparison: None }),
    };
    let mut comparison = match shared.converter.compare(expected, &definition) {
        Ok(comparison) => comparison,
        Err(error) => {
            let why = format!("the {} {name} at the target: {error}", word(kind));
            return Ok(no(ErrorCode::ObjectDiffers, why));
        }
    };
    if kind == DefinitionKind::Table && !comparison.done.is_empty() {
        // What cannot be used is not done, and is built again.
        let unusable = ask!(target, session => session.unusable_indexes(name));
        let later = |at: &usize| expected.later.get(*at);
        match unusable {
            Ok(names) => {
                comparison.done.retain(|at| later(at).is_none_or(|it| !names.contains(&it.name)));
            }
            // Whoever cannot tell leaves it to the statement, which finds an index that is there.
            Err(_) => comparison.done.clear(),
        }
    }
    if kind == DefinitionKind::View && !todo.edited {
        compare_columns((source, target), (todo, expected), &mut comparison).await?;
    }
    let event = judged(todo, expected, &comparison, notes);
    Ok(Verdict { event, comparison: Some(comparison) })
}

fn judged(
    todo: &Todo,
    expected: &Converted,
    comparison: &Comparison,
    notes: &mut Vec<Note>,
) -> Result<ObjectEvent, Fault> {
    let (name, kind) = (&expected.target, word(todo.kind));
    let wrong: Vec<&str> = comparison
        .differences
        .iter()
        .filter(|difference| !difference.compatible)
        .map(|difference| difference.text.as_str())
        .collect();
    if !wrong.is_empty() {
        let why = format!("the target has another {kind} {name}: {}", wrong.join("; "));
        return Err(Fault::new(ErrorCode::ObjectDiffers, why));
    }
    if todo.begun && !todo.edited && comparison.differences.is_empty() && comparison.has_hidden {
        // The statement of an earlier run was through.
        return Ok(if notes_of(expected).is_empty() {
            ObjectEvent::Created
        } else {
            ObjectEvent::CreatedConverted
        });
    }
    notes.push(note("EXISTING_USED", format!("the target had the {kind} {name}: it is used")));
    for difference in &comparison.differences {
        notes.push(note("EXISTING_DIFFERS", difference.text.clone()));
    }
    if !comparison.has_hidden {
        let what = "no hidden key is added to a table that was there: its rows have no identity";
        notes.push(note("HIDDEN_KEY_NOT_ADDED", what));
    }
    Ok(ObjectEvent::Created)
}

/// What a view shows is known to its columns at least.
async fn compare_columns(
    (source, target): (&mut Line, &mut Line),
    (todo, expected): (&Todo, &Converted),
    comparison: &mut Comparison,
) -> Result<(), Halt> {
    let ours = ask!(source, session => session.columns(&todo.source));
    let theirs = ask!(target, session => session.columns(&expected.target));
    if let (Ok(ours), Ok(theirs)) = (ours, theirs)
        && ours != theirs
    {
        let text = format!("columns: expected {}, found {}", ours.join(", "), theirs.join(", "));
        comparison.differences.push(oms_connector::schema::Difference { text, compatible: false });
    }
    Ok(())
}

/// A step into failure.
pub fn refused(number: u32, fault: Fault) -> Step {
    let change = Change {
        error: Some((fault.code, fault.message)),
        database: fault.answer,
        ..Change::default()
    };
    Step { number, event: ObjectEvent::Refused, change }
}

fn notes_of(converted: &Converted) -> Vec<Note> {
    let note = |note: &oms_connector::mysql_ddl::Note| Note {
        code: note.code.to_string(),
        message: format!("{}: {}: {}", note.object, note.what, note.why),
    };
    converted.notes.iter().map(note).collect()
}

/// What is kept for later, but what the target has already.
fn kept(todo: &Todo, converted: &Converted, comparison: Option<&Comparison>) -> Kept {
    let done = |at: usize| comparison.is_some_and(|comparison| comparison.done.contains(&at));
    let kind = |kind| match kind {
        LaterKind::Index => StatementKind::Index,
        LaterKind::ForeignKey => StatementKind::ForeignKey,
        LaterKind::Check => StatementKind::Check,
        LaterKind::Trigger => StatementKind::Trigger,
    };
    let mut deferred = Vec::new();
    // What several sources make together is kept once.
    for (at, later) in converted.later.iter().enumerate().filter(|_| !todo.follows) {
        if !done(at) {
            let (name, sql) = (later.name.clone(), later.sql.clone());
            deferred.push(NewDeferred { kind: kind(later.kind), name, sql });
        }
    }
    let added = comparison.is_none_or(|comparison| todo.begun && comparison.has_hidden);
    let hidden = converted.hidden.iter().filter(|_| added && !todo.follows);
    let parts = |hidden: &oms_connector::mysql_ddl::HiddenKey| {
        [(HiddenKind::Column, hidden.column.clone()), (HiddenKind::Index, hidden.index.clone())]
    };
    Kept { object: todo.number, deferred, hidden: hidden.flat_map(parts).collect() }
}

//! What definitions lost or became on their way, and what is left to be run by hand.

use crate::{
    fault::{Code, Fault},
    out::{Out, text::count},
};
use oms_clients::{ClientError, SyncClient};
use oms_contracts::{
    Detail,
    sync::{ObjectDetailView, ObjectQuery, StatementKind, StatementState, TaskId},
};
use serde_json::json;
use std::{fmt::Write as _, fs, path::Path};

/// How many objects are told one by one.
const TOLD: usize = 10;
/// How many are asked for at once: each can be as long as a statement may be.
const AT_ONCE: u32 = 50;
/// Statements that wait for the rows, and for nobody to write any more.
const LATER: &str = "later.sql";

/// Tells what a schema task noted, and keeps the statements that it did not run. Those are kept by
/// every run: the one that made the tables may have been killed before it did.
pub async fn tell(
    tasks: &SyncClient,
    id: &TaskId,
    (root, out): (&Path, Out),
    is_new: bool,
) -> Result<(), Fault> {
    let noted = noted(tasks, id).await?;
    if !is_new {
        return keep(&noted, root, out);
    }
    if out.is_json() {
        for detail in &noted {
            let object = &detail.object;
            out.event(&json!({
                "event": "changed",
                "source": object.source,
                "target": object.target,
                "notes": detail.notes,
                "later": later(detail).map(|kept| &kept.sql).collect::<Vec<_>>(),
            }))?;
        }
    } else if !noted.is_empty() {
        out.remark(&format!("{} not as at the source:", count(noted.len() as u64, "definition")));
        for detail in noted.iter().take(TOLD) {
            let notes: Vec<&str> = detail.notes.iter().map(|note| note.message.as_str()).collect();
            out.remark(&format!("  {}: {}", detail.object.target, notes.join("; ")));
        }
        if noted.len() > TOLD {
            out.remark(&format!("  and {} more: --json names all", noted.len() - TOLD));
        }
    }
    keep(&noted, root, out)
}

/// Writes what is left into a file, for somebody to run.
fn keep(noted: &[ObjectDetailView], root: &Path, out: Out) -> Result<(), Fault> {
    let (mut sql, mut kept) = (String::new(), 0_u64);
    for detail in noted {
        for statement in later(detail) {
            let text = statement.sql.trim_end_matches(';');
            // Cannot fail: it writes into memory. On a line of its own nothing swallows the end.
            let _ = match statement.kind {
                StatementKind::Trigger => writeln!(sql, "DELIMITER $$\n{text}\n$$\nDELIMITER ;"),
                _ => writeln!(sql, "{text}\n;"),
            };
            kept += 1;
        }
    }
    if kept == 0 {
        return Ok(());
    }
    let file = root.join(LATER);
    fs::write(&file, sql).map_err(|error| Fault::from_error(Code::Unwritable, &error))?;
    out.remark(&format!(
        "{} for when the target takes over: foreign keys, checks and triggers are kept in {}",
        count(kept, "statement"),
        file.display()
    ));
    Ok(())
}

fn later(detail: &ObjectDetailView) -> impl Iterator<Item = &oms_contracts::sync::DeferredView> {
    detail.deferred.iter().filter(|kept| kept.kind != StatementKind::Index)
}

/// The indexes that could not be built, and why.
pub async fn failed_indexes(tasks: &SyncClient, id: &TaskId) -> Result<Vec<Detail>, ClientError> {
    let mut failed = Vec::new();
    for object in details(tasks, id, None).await? {
        for index in object.deferred {
            if let (StatementState::Failed, Some(error)) = (index.state, index.error) {
                let name = format!("{} on {}", index.name, object.object.target);
                failed.push(Detail::new(name, error));
            }
        }
    }
    Ok(failed)
}

/// The objects that something is noted of, in the order of the task.
async fn noted(tasks: &SyncClient, id: &TaskId) -> Result<Vec<ObjectDetailView>, ClientError> {
    details(tasks, id, Some(true)).await
}

async fn details(
    tasks: &SyncClient,
    id: &TaskId,
    noted: Option<bool>,
) -> Result<Vec<ObjectDetailView>, ClientError> {
    let mut details = Vec::new();
    for page in 1.. {
        let query = ObjectQuery {
            noted,
            page_number: Some(page),
            page_size: Some(AT_ONCE),
            ..ObjectQuery::default()
        };
        let found = tasks.object_details(id, &query).await?.items;
        let is_last = found.len() < AT_ONCE as usize;
        details.extend(found);
        if is_last {
            break;
        }
    }
    Ok(details)
}

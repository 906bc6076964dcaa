//! Runs a SCHEMA task.

use super::{
    databases,
    fault::Halt,
    indexes,
    plan::{self, Todo},
    shared::Shared,
    stage, views,
};
use crate::{
    domain::{full::Widths, object::is_done},
    ops::names::keep_apart,
    repo::schema::SchemaObject,
    runner::{Failure, Outcome, TaskContext, TaskDriver},
};
use async_trait::async_trait;
use oms_connector::schema::DefinitionKind;
use oms_contracts::ErrorCode;

/// Drives schema migrations.
///
/// A run brings all objects to the target, builds the indexes that are due, and ends. Indexes that
/// were left for after the load are due once somebody has asked for them, and that is durable: a run
/// that is taken up again with all of its objects there does not take itself for the second one.
#[derive(Debug, Default)]
pub struct SchemaDriver;

#[async_trait]
impl TaskDriver for SchemaDriver {
    async fn run(&self, task: TaskContext) -> Outcome {
        match work(&task).await {
            Ok(()) => Outcome::Finished,
            Err(Halt::Stopped) => Outcome::Stopped,
            Err(Halt::Broken(failure)) => Outcome::Failed(failure),
        }
    }
}

async fn work(task: &TaskContext) -> Result<(), Halt> {
    let shared = Shared::open(task).await?;
    let apart = keep_apart(shared.target.as_ref(), &task.spec.objects).await;
    apart.map_err(Halt::Broken)?;
    shared.vacate().await?;
    shared.book.interrupt().await?;
    let mut objects = shared.book.objects().await?;
    // What users change meanwhile is seen when the rest is through.
    loop {
        let todo = plan::todo(&objects, &task.spec.objects);
        if todo.is_empty() {
            break;
        }
        bring(&shared, task, todo).await?;
        objects = shared.book.objects().await?;
    }
    verdict(&objects)?;
    build_indexes(&shared, &objects, task).await
}

/// One pass over the objects that wait.
async fn bring(shared: &Shared, task: &TaskContext, todo: Vec<Todo>) -> Result<(), Halt> {
    databases::prepare(shared, &todo).await?;
    let width = Widths::of(&task.limits.borrow()).writers.min(MOST);
    let of = |kind| todo.iter().filter(|todo| todo.kind == kind).cloned().collect::<Vec<_>>();
    stage::run(shared, width, of(DefinitionKind::Sequence)).await?;
    stage::run(shared, width, of(DefinitionKind::Table)).await?;
    views::run(shared, width, of(DefinitionKind::View)).await
}

/// More connections than this do not create faster: servers change their catalogs one by one.
const MOST: usize = 16;

fn verdict(objects: &[SchemaObject]) -> Result<(), Halt> {
    let failed = objects.iter().filter(|object| !is_done(object.state)).count();
    if failed == 0 {
        return Ok(());
    }
    let message = format!("{failed} of {} objects could not be created", objects.len());
    Err(Halt::Broken(Failure { code: ErrorCode::ObjectsFailed, message }))
}

async fn build_indexes(
    shared: &Shared,
    objects: &[SchemaObject],
    task: &TaskContext,
) -> Result<(), Halt> {
    let limits = task.limits.borrow().clone();
    let built = indexes::build(shared, objects, &limits).await?;
    if built.failed == 0 {
        return Ok(());
    }
    let message = format!("{} of {} indexes could not be built", built.failed, built.total);
    Err(Halt::Broken(Failure { code: ErrorCode::IndexesFailed, message }))
}

//! Many objects at once: read, drafted, noted, created, noted.

use super::{
    create::{Made, create},
    draft::{Draft, draft},
    fault::Halt,
    line::{End, Line},
    plan::Todo,
    read::{Read, read},
    shared::Shared,
};
use crate::{domain::object::ObjectEvent, repo::schema::Step};
use futures::future::try_join_all;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// What one note is made for.
const BATCH: usize = 32;

/// Work that is handed out in batches.
#[derive(Debug)]
struct Queue<T>(Mutex<VecDeque<Vec<T>>>);

impl<T> Queue<T> {
    /// In batches that keep everybody busy. What must stay together does.
    fn of(groups: Vec<Vec<T>>, width: usize) -> Self {
        let total: usize = groups.iter().map(Vec::len).sum();
        let size = total.div_ceil(width.max(1)).clamp(1, BATCH);
        let mut batches: VecDeque<Vec<T>> = VecDeque::new();
        for group in groups {
            match batches.back_mut() {
                Some(batch) if batch.len() + group.len() <= size => batch.extend(group),
                _ => batches.push_back(group),
            }
        }
        Self(Mutex::new(batches))
    }

    fn next(&self) -> Option<Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Objects that make one target are worked on one after the other.
fn grouped(todo: Vec<Todo>) -> Vec<Vec<Todo>> {
    let mut groups: Vec<Vec<Todo>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for object in todo {
        let place = *places.entry(object.target.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(object),
            None => groups.push(vec![object]),
        }
    }
    groups
}

/// Brings objects to the target that need nothing of each other.
pub async fn run(shared: &Shared, width: usize, todo: Vec<Todo>) -> Result<(), Halt> {
    let queue = Queue::of(grouped(todo), width);
    let worker = async || {
        let (mut source, mut target) = (shared.line(End::Source), shared.line(End::Target));
        while let Some(batch) = queue.next() {
            shared.check_stop()?;
            let mut all = Vec::with_capacity(batch.len());
            for todo in batch {
                shared.check_stop()?;
                all.push(read(shared, &mut source, todo).await?);
            }
            for wanting in finish(shared, (&mut source, &mut target), all).await? {
                shared.book.record(vec![wanting.1], vec![]).await?;
            }
        }
        target.leave().await;
        Ok(())
    };
    try_join_all((0..width.min(queue.len())).map(|_| worker())).await.map(drop)
}

/// Gets all definitions.
pub async fn read_all(shared: &Shared, width: usize, todo: Vec<Todo>) -> Result<Vec<Read>, Halt> {
    let queue = Queue::of(grouped(todo), width);
    let worker = async || {
        let mut source = shared.line(End::Source);
        let mut all = Vec::new();
        while let Some(batch) = queue.next() {
            for todo in batch {
                shared.check_stop()?;
                all.push(read(shared, &mut source, todo).await?);
            }
        }
        Ok(all)
    };
    let all = try_join_all((0..width.min(queue.len())).map(|_| worker())).await?;
    Ok(all.into_iter().flatten().collect())
}

/// Brings objects to the target whose definitions were got. Gives those back that want something,
/// each with the step that says so. What others make as well is looked at once they have.
pub async fn finish(
    shared: &Shared,
    (source, target): (&mut Line, &mut Line),
    all: Vec<Read>,
) -> Result<Vec<(Draft, Step)>, Halt> {
    let (followers, leaders): (Vec<_>, Vec<_>) = all.into_iter().partition(|r| r.todo.follows);
    let mut wanting = make(shared, (source, target), leaders).await?;
    wanting.extend(make(shared, (source, target), followers).await?);
    Ok(wanting)
}

async fn make(
    shared: &Shared,
    (source, target): (&mut Line, &mut Line),
    all: Vec<Read>,
) -> Result<Vec<(Draft, Step)>, Halt> {
    let mut drafts = Vec::with_capacity(all.len());
    for read in all {
        drafts.push(draft(shared, source, target, read).await?);
    }
    let steps = drafts.iter_mut().flat_map(|draft| std::mem::take(&mut draft.steps)).collect();
    let kept = drafts.iter_mut().filter_map(|draft| draft.kept.take()).collect();
    let gone = shared.book.record(steps, kept).await?;
    drafts.retain(|draft| draft.work.is_some() && !gone.contains(&draft.todo.number));
    create_all(shared, (source, target), drafts).await
}

/// Runs the statements of drafts that were noted.
pub async fn create_all(
    shared: &Shared,
    (source, target): (&mut Line, &mut Line),
    drafts: Vec<Draft>,
) -> Result<Vec<(Draft, Step)>, Halt> {
    let (mut steps, mut wanting) = (Vec::new(), Vec::new());
    let mut halt = None;
    for draft in drafts {
        let Some(work) = &draft.work else { continue };
        let made = match shared.check_stop() {
            Ok(()) => create(shared, (source, target), &draft, work).await,
            Err(stopped) => Err(stopped),
        };
        match made {
            Ok(Made::Done(step)) => {
                if step.event == ObjectEvent::Refused {
                    shared.forget_found(&draft.todo.target);
                }
                steps.push(step);
            }
            Ok(Made::Wants(step)) => wanting.push((draft, step)),
            Err(error) => {
                halt = Some(error);
                break;
            }
        }
    }
    // What was created is noted, whatever came then.
    shared.book.record(steps, vec![]).await?;
    halt.map_or(Ok(wanting), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_everybody_busy_and_groups_together() {
        let sizes = |groups: Vec<Vec<u32>>, width| {
            let queue = Queue::of(groups, width);
            let sizes: Vec<usize> = std::iter::from_fn(|| queue.next()).map(|b| b.len()).collect();
            sizes
        };
        assert_eq!(sizes((0..4).map(|n| vec![n]).collect(), 4), [1; 4]);
        assert_eq!(sizes((0..100).map(|n| vec![n]).collect(), 2), [32, 32, 32, 4]);
        assert_eq!(sizes(vec![vec![1, 2, 3], vec![4]], 4), [3, 1]);
        assert_eq!(sizes(vec![], 4), [0; 0]);
    }
}

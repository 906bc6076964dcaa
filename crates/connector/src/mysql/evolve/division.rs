//! Partitions in `ALTER TABLE`. What moves rows is done exactly or not at all.

use super::alter::Work;
use super::column::quoting;
use super::piece::{Bond, Piece};
use super::sign::partitions;
use super::translator::written;
use crate::evolve::{Obstacle, Repeat, Sign};
use crate::mysql::ddl::ast::{MethodKind, Partition, Partitioning, Table, same_name};
use crate::mysql::ddl::clause::{Clause, Division};
use crate::mysql::ddl::{partitioning_text, partitions_text, quoted};
use oms_model::change::Action;

/// Says what a clause wants to be converted, unless it is left out.
pub(super) fn keep(
    work: &mut Work<'_, '_>,
    division: Division,
    kept: &mut Vec<Clause>,
) -> Result<(), Obstacle> {
    let action = action(&division);
    if !work.task.wants(action, "partitions")? {
        return Ok(());
    }
    if matches!(division, Division::Convert) {
        return Err(Obstacle {
            action,
            why: "a partition becomes a table, or a table a partition".into(),
            advice: "move the rows at the target in the same way, then skip the statement".into(),
        });
    }
    let divided = work.now.partitioning.clone();
    let Some(own) = divided else {
        return undivided(work, division, action, kept);
    };
    if let Some(scaffold) = &mut work.scaffold {
        let new = match &division {
            Division::By(by) => Some(Partitioning::clone(by)),
            Division::Add { partitions, .. } | Division::Reorganize { into: partitions, .. } => {
                Some(Partitioning { partitions: partitions.clone(), ..own })
            }
            _ => None,
        };
        scaffold.table.partitioning = new.or_else(|| scaffold.table.partitioning.take());
    }
    kept.push(Clause::Partitions(division));
    Ok(())
}

/// The target keeps all rows of the table in one place.
fn undivided(
    work: &mut Work<'_, '_>,
    division: Division,
    action: Action,
    kept: &mut Vec<Clause>,
) -> Result<(), Obstacle> {
    match division {
        Division::By(by) => {
            if let Some(scaffold) = &mut work.scaffold {
                scaffold.table.partitioning = Some(Partitioning::clone(&by));
            }
            kept.push(Clause::Partitions(Division::By(by)));
            Ok(())
        }
        _ if action.moves_rows() => Err(Obstacle {
            action,
            why: format!("{} has no partitions at the target", work.target),
            advice: "remove or move the same rows there, then skip the statement".into(),
        }),
        _ => {
            work.task.remark("partitions left out", "the target's table has none");
            Ok(())
        }
    }
}

fn action(division: &Division) -> Action {
    match division {
        Division::By(_)
        | Division::Remove
        | Division::Coalesce(_)
        | Division::Reorganize { .. } => Action::Repartition,
        Division::Add { .. } => Action::AddPartition,
        Division::Drop(_) => Action::DropPartition,
        Division::Truncate(_) => Action::TruncatePartition,
        Division::Exchange { .. } | Division::Convert => Action::ExchangePartition,
    }
}

/// A clause in the words of the target.
pub(super) fn piece(
    work: &mut Work<'_, '_>,
    division: &Division,
    made: &Table,
    into: &mut Vec<Piece>,
) -> Result<(), Obstacle> {
    let action = action(division);
    let quoting = quoting(work.task);
    let count = partitions(&work.now);
    let converted = made.partitioning.as_ref();
    let there = |name: &String| Sign::Partition { name: name.clone(), there: true };
    let gone = |name: &String| Sign::Partition { name: name.clone(), there: false };
    let make = |text: String, signs: Vec<Sign>| Piece::new(action, text, signs).bound(Bond::Alone);
    let piece = match division {
        Division::By(_) => {
            // The target may have no such partitions: that was said.
            let Some(by) = converted else { return Ok(()) };
            make(partitioning_text(by, quoting), vec![Sign::Partitioned { so: true }])
        }
        Division::Remove => {
            make("REMOVE PARTITIONING".into(), vec![Sign::Partitioned { so: false }])
        }
        Division::Add { count: Some(more), .. } => {
            let count = count + *more as usize;
            make(format!("ADD PARTITION PARTITIONS {more}"), vec![Sign::Partitions { count }])
        }
        Division::Add { partitions, .. } => {
            let listed = converted.map_or(partitions.as_slice(), |by| by.partitions.as_slice());
            let signs = names(listed).iter().map(there).collect();
            make(format!("ADD PARTITION {}", partitions_text(listed, quoting)), signs)
        }
        Division::Drop(wanted) => {
            has(work, wanted, action)?;
            make(format!("DROP PARTITION {}", list(wanted)), wanted.iter().map(gone).collect())
        }
        Division::Truncate(wanted) => {
            has(work, wanted, action)?;
            let which = if wanted.is_empty() { "ALL".into() } else { list(wanted) };
            make(format!("TRUNCATE PARTITION {which}"), vec![]).repeating(Repeat::Freely)
        }
        Division::Coalesce(less) => {
            let count = count.saturating_sub(*less as usize);
            make(format!("COALESCE PARTITION {less}"), vec![Sign::Partitions { count }])
        }
        Division::Reorganize { from, into } => {
            has(work, from, action)?;
            let listed = match converted {
                Some(by) if !into.is_empty() => by.partitions.as_slice(),
                _ => into.as_slice(),
            };
            let words = match into.is_empty() {
                true => String::new(),
                false => format!(" {} INTO {}", list(from), partitions_text(listed, quoting)),
            };
            let new = names(listed);
            let old = from.iter().filter(|name| !new.iter().any(|other| same_name(other, name)));
            let signs = old.map(gone).chain(new.iter().map(there)).collect();
            make(format!("REORGANIZE PARTITION{words}"), signs)
        }
        Division::Exchange { partition, table } => {
            has(work, std::slice::from_ref(partition), action)?;
            let other = work.task.full(table);
            let Some(place) = work.task.place(&other) else {
                return Err(Obstacle {
                    action,
                    why: format!("rows of {other} come into the table, and are not replicated"),
                    advice:
                        "exchange the rows at the target as well, or load the table anew; then \
                             skip the statement"
                            .into(),
                });
            };
            work.task.unshared(&place, action)?;
            let other = work.task.target(&place);
            let name = quoted(partition);
            let text = format!("EXCHANGE PARTITION {name} WITH TABLE {}", written(&other));
            Piece { others: vec![other], ..make(text, vec![]) }.repeating(Repeat::Never)
        }
        Division::Convert => return Ok(()),
    };
    into.push(piece);
    Ok(())
}

/// That the target's table has these partitions, and divides its rows in the same way.
fn has(work: &Work<'_, '_>, wanted: &[String], action: Action) -> Result<(), Obstacle> {
    let own = work.now.partitioning.as_ref();
    let by_number = own.is_some_and(|by| matches!(by.by.kind, MethodKind::Hash | MethodKind::Key));
    let named = |name: &String| {
        let mut all = own.iter().flat_map(|by| &by.partitions);
        all.any(|known| same_name(&known.name, name))
    };
    // Which rows a partition by hash or key has is each server's own choice.
    let whole = wanted.is_empty();
    let strange = by_number
        && !whole
        && work.task.translator.source.product != work.task.translator.target.server.product;
    let lost = wanted.iter().find(|name| !named(name) && !by_number);
    let why = match (strange, lost) {
        (true, _) => "the target divides rows by hash in its own way".to_owned(),
        (_, Some(name)) => format!("{} has no partition {name} at the target", work.target),
        _ => return Ok(()),
    };
    let advice = "do the same to the same rows at the target, then skip the statement".into();
    Err(Obstacle { action, why, advice })
}

fn names(partitions: &[Partition]) -> Vec<String> {
    partitions.iter().map(|partition| partition.name.clone()).collect()
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

//! Views, each after those that it reads.

use super::{
    fault::Halt,
    line::End,
    plan::Todo,
    read::{Got, Read},
    shared::Shared,
    stage::{create_all, finish, read_all},
};
use oms_model::ObjectName;
use std::collections::HashMap;

/// Brings views to the target.
pub async fn run(shared: &Shared, width: usize, todo: Vec<Todo>) -> Result<(), Halt> {
    if todo.is_empty() {
        return Ok(());
    }
    let all = read_all(shared, width, todo).await?;
    let (mut source, mut target) = (shared.line(End::Source), shared.line(End::Target));
    let mut waiting = Vec::new();
    for level in levels(all) {
        let made = level.len();
        let wanting = finish(shared, (&mut source, &mut target), level).await?;
        let progressed = wanting.len() < made;
        waiting.extend(wanting);
        if progressed && !waiting.is_empty() {
            // What was missing may be there now: a user's statement does not say what it needs.
            let (drafts, _): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
            waiting = create_all(shared, (&mut source, &mut target), drafts).await?;
        }
    }
    while !waiting.is_empty() {
        let before = waiting.len();
        let (drafts, steps): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        waiting = create_all(shared, (&mut source, &mut target), drafts).await?;
        if waiting.len() == before {
            shared.book.record(steps, vec![]).await?;
            break;
        }
    }
    target.leave().await;
    Ok(())
}

/// In rounds, so that what a view needs is made in a round before. What is in a circle comes last:
/// the target says what is wrong with it.
fn levels(all: Vec<Read>) -> Vec<Vec<Read>> {
    let needs = |read: &Read| match &read.got {
        Got::Fit(fit) => fit.converted.needs.clone(),
        _ => vec![],
    };
    let name = |read: &Read| match &read.got {
        Got::Fit(fit) => fit.converted.target.clone(),
        _ => read.todo.target.clone(),
    };
    let places: HashMap<ObjectName, usize> =
        all.iter().enumerate().map(|(at, read)| (name(read), at)).collect();
    let needs: Vec<Vec<usize>> = all
        .iter()
        .map(|read| needs(read).iter().filter_map(|name| places.get(name).copied()).collect())
        .collect();
    let order = rounds(&needs);
    let mut all: Vec<Option<Read>> = all.into_iter().map(Some).collect();
    order
        .into_iter()
        .map(|round| round.into_iter().filter_map(|at| all[at].take()).collect())
        .collect()
}

/// The rounds in which things can be made, by what each needs.
fn rounds(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut users: Vec<Vec<usize>> = vec![vec![]; needs.len()];
    let mut open: Vec<usize> = vec![0; needs.len()];
    for (at, needed) in needs.iter().enumerate() {
        for other in needed.iter().filter(|other| **other != at) {
            users[*other].push(at);
            open[at] += 1;
        }
    }
    let mut rounds = Vec::new();
    let mut round: Vec<usize> = (0..needs.len()).filter(|at| open[*at] == 0).collect();
    let mut left: Vec<bool> = vec![true; needs.len()];
    while !round.is_empty() {
        let mut next = Vec::new();
        for at in &round {
            left[*at] = false;
            for user in &users[*at] {
                open[*user] -= 1;
                if open[*user] == 0 {
                    next.push(*user);
                }
            }
        }
        rounds.push(std::mem::replace(&mut round, next));
    }
    let circle: Vec<usize> = (0..needs.len()).filter(|at| left[*at]).collect();
    if !circle.is_empty() {
        rounds.push(circle);
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::rounds;

    #[test]
    fn what_is_needed_comes_in_a_round_before() {
        assert_eq!(rounds(&[vec![1], vec![2], vec![], vec![2]]), [vec![2], vec![1, 3], vec![0]]);
        assert_eq!(rounds(&[vec![0], vec![0, 0]]), [vec![0], vec![1]]);
        assert_eq!(rounds(&[]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_circle_comes_last() {
        assert_eq!(rounds(&[vec![1], vec![0], vec![]]), [vec![2], vec![0, 1]]);
    }
}

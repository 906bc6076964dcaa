//! Windows of random changes, planned and done in any order that the plan allows, on tables that
//! keep their unique keys at every moment.

mod model;

use super::*;
use model::{Change, Dice, Kind, Source, Target};
use oms_model::change::Seq;
use proptest::prelude::*;

/// How windows are cut and their work divided.
#[derive(Debug, Clone, Copy)]
struct Style {
    /// Changes of a window, at most.
    window: usize,
    rows: usize,
    sessions: usize,
    whole: bool,
}

fn style() -> impl Strategy<Value = Style> {
    (1..30_usize, 1..6_usize, 1..4_usize, any::<bool>())
        .prop_map(|(window, rows, sessions, whole)| Style { window, rows, sessions, whole })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Plain, Kind::Unique, Kind::Letters, Kind::Wider])
}

/// Applies changes to a target, window by window. Stops after so many rows of work, as a run that
/// dies does, and says how far `seq` is recorded then.
fn apply(
    kind: Kind,
    changes: &[Change],
    target: &mut Target,
    (style, lenient_upto, seed): (Style, usize, u64),
    mut budget: usize,
) -> usize {
    let mut dice = Dice::of(seed);
    let mut done = 0;
    while done < changes.len() {
        let most = (changes.len() - done).min(1 + dice.throw(style.window));
        let is_lenient = done < lenient_upto;
        let most = if is_lenient { most.min(lenient_upto - done) } else { most };
        let (fold, routes, taken, alone) =
            model::fold(kind, &changes[done..done + most], is_lenient);
        let size = Size {
            rows: style.rows,
            bytes: 1 << 20,
            least: 1,
            sessions: style.sessions,
            whole: style.whole,
            together: dice.throw(2) == 0,
        };
        let mut plan = Plan::new(&fold, &routes, size);
        if let Some(row) = alone {
            plan.add_last(WorkKind::UpdatePart, vec![row]);
        }
        for step in plan.steps {
            if !model::work(target, &fold, step, (is_lenient, &mut dice), &mut budget) {
                return done;
            }
        }
        done += taken;
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_order_the_plan_allows_leads_to_the_same_rows(
        kind in kind(), steps in prop::collection::vec(any::<u64>(), 1..120),
        partial in any::<bool>(), style in style(), seed in any::<u64>(),
    ) {
        let mut source = Source::new(kind, partial);
        let mut target = Target::new(kind);
        let changes: Vec<Change> = steps.iter().filter_map(|step| source.step(*step)).collect();
        let done = apply(kind, &changes, &mut target, (style, 0, seed), usize::MAX);
        prop_assert_eq!(done, changes.len());
        prop_assert_eq!(target.rows(), source.rows());
    }

    #[test]
    fn what_a_dead_run_left_half_done_is_done_again_without_harm(
        kind in kind(), steps in prop::collection::vec(any::<u64>(), 1..120),
        style in style(), other in style(), seed in any::<u64>(), budget in 0..150_usize,
    ) {
        let mut source = Source::new(kind, false);
        let mut target = Target::new(kind);
        let changes: Vec<Change> = steps.iter().filter_map(|step| source.step(*step)).collect();
        let seq = apply(kind, &changes, &mut target, (style, 0, seed), budget);
        // Nothing behind one more window was begun.
        let upto = (seq + style.window).min(changes.len()) - seq;
        let again = (other, upto, seed ^ 1);
        apply(kind, &changes[seq..], &mut target, again, usize::MAX);
        prop_assert_eq!(target.rows(), source.rows());
    }

    #[test]
    fn rows_that_were_loaded_at_any_moment_become_those_of_the_end(
        kind in kind(), steps in prop::collection::vec(any::<u64>(), 1..120),
        style in style(), seed in any::<u64>(), begin in any::<prop::sample::Index>(),
    ) {
        let mut source = Source::new(kind, false);
        let mut moments = vec![source.rows()];
        let mut changes = Vec::new();
        for step in &steps {
            if let Some(change) = source.step(*step) {
                changes.push(change);
                moments.push(source.rows());
            }
        }
        // Each key is read at a moment of its own, behind the beginning of the capture.
        let begin = begin.index(moments.len());
        let mut dice = Dice::of(seed);
        let mut target = Target::new(kind);
        for key in model::KEYS {
            let moment = begin + dice.throw(moments.len() - begin);
            let row = moments[moment].iter().find(|row| row.key == *key);
            if let Some(row) = row {
                // What a key of another moment is in the way of is left out.
                target.try_insert(row.clone());
            }
        }
        let again = (style, changes.len() - begin, seed);
        apply(kind, &changes[begin..], &mut target, again, usize::MAX);
        prop_assert_eq!(target.rows(), source.rows());
    }
}

#[test]
fn a_lane_is_that_of_its_name_for_ever() {
    assert_eq!([loose_lane("d", "t"), loose_lane("shop", "log"), loose_lane("a", "b")], LANES);
}

/// They are recorded in databases of users.
const LANES: [usize; 3] = [7, 11, 2];

#[test]
fn rows_without_a_key_are_counted_and_done_once() {
    let (fold, routes) = model::loose(&[(1, 1), (1, 1), (2, 1), (2, -1), (3, -1)], Seq(0));
    let size = Size { rows: 9, bytes: 99, least: 1, sessions: 1, whole: false, together: false };
    let plan = Plan::new(&fold, &routes, size);
    let works: Vec<(WorkKind, Vec<u32>)> = plan.steps[0][0]
        .works
        .iter()
        .map(|work| (work.kind, work.rows.iter().map(|row| row.copies).collect()))
        .collect();
    assert_eq!(works, [(WorkKind::DeleteCopies, vec![1]), (WorkKind::InsertCopies, vec![2])]);
    assert_eq!(plan.steps[0][0].lanes, [routes[0].lane]);
    let (fold, routes) = model::loose(&[(1, 1), (2, 1)], Seq(1));
    assert_eq!(Plan::new(&fold, &routes, size).rows(), 1, "the first is done already");
}

//! Servers of different shapes, and what is made of them.

use super::*;
use crate::domain::full::sample::Work;

const MEBI: f64 = (1 << 20) as f64;
/// As fast as the source reads with one connection.
const SOURCE: f64 = 200.0 * MEBI;

/// A target: what it writes a second for so many writers with batches of so many bytes, and how
/// often a second it refuses.
type Shape = fn(writers: f64, batch: f64) -> (f64, f64);

/// A load between such databases.
struct Load {
    tuner: Tuner,
    target: Shape,
    /// What each reader reads in a second.
    source: f64,
    moved: f64,
    refusals: f64,
}

impl Load {
    fn new(readers: usize, writers: usize, bounds: (usize, usize), target: Shape) -> Self {
        let start = Setting { readers, writers, batch: 512 << 10 };
        let tuner = Tuner::new(start, Bounds::of(bounds.0, bounds.1, 256 << 20));
        Self { tuner, target, source: SOURCE, moved: 0.0, refusals: 0.0 }
    }

    fn second(&mut self) -> Option<Change> {
        let Setting { readers, writers, batch } = self.tuner.setting();
        let (can, refusals) = (self.target)(writers as f64, batch as f64);
        let read = readers as f64 * self.source;
        let bytes = can.min(read);
        let of_target = bytes / can;
        let sample = Sample {
            seconds: 1.0,
            bytes,
            batches: bytes / batch as f64,
            for_room: readers as f64 * (1.0 - bytes / read),
            for_rows: writers as f64 * (1.0 - of_target),
            reading: Work { busy: readers as f64 * bytes / read, ..Work::default() },
            writing: Work { busy: writers as f64 * of_target, refusals, ..Work::default() },
            ..Sample::default()
        };
        self.moved += bytes;
        self.refusals += refusals;
        self.tuner.look(&sample)
    }

    fn run(&mut self, seconds: usize) -> Setting {
        for _ in 0..seconds {
            self.second();
        }
        self.tuner.setting()
    }

    /// How much was moved, held against what could have been at best.
    fn yield_of(&mut self, seconds: usize, best: f64) -> f64 {
        let before = self.moved;
        self.run(seconds);
        (self.moved - before) / (best * seconds as f64)
    }
}

fn saturates_at_two(writers: f64, _: f64) -> (f64, f64) {
    (writers.min(2.0) * 10.0 * MEBI, 0.0)
}

fn scales_to_sixteen(writers: f64, _: f64) -> (f64, f64) {
    (writers.min(16.0) * 10.0 * MEBI, 0.0)
}

/// Beyond five it throws errors, and most of the work is done in vain.
fn chokes_beyond_five(writers: f64, _: f64) -> (f64, f64) {
    match writers > 5.0 {
        true => (10.0 * MEBI, writers * 4.0),
        false => (writers * 10.0 * MEBI, 0.0),
    }
}

/// Each batch costs 50 ms besides its bytes: a long way, or a slow commit.
fn wants_large_batches(writers: f64, batch: f64) -> (f64, f64) {
    (writers * batch / (0.05 + batch / (40.0 * MEBI)), 0.0)
}

/// What is larger than a quarter of a mebibyte is thrown out of its caches.
fn wants_small_batches(writers: f64, batch: f64) -> (f64, f64) {
    let slow = if batch > 256.0 * 1024.0 { 2.0 } else { 1.0 };
    (writers * 20.0 * MEBI / slow, 0.0)
}

#[test]
fn a_target_that_two_writers_fill_gets_no_more_and_soon_fewer() {
    let mut load = Load::new(4, 4, (8, 8), saturates_at_two);
    assert!(load.yield_of(600, 20.0 * MEBI) > 0.98);
    assert_eq!(load.tuner.setting().writers, 2);
    assert!(load.yield_of(3_600, 20.0 * MEBI) > 0.99, "later trials cost little");
}

#[test]
fn a_target_that_takes_sixteen_gets_them() {
    let mut load = Load::new(4, 4, (8, 16), scales_to_sixteen);
    assert_eq!(load.run(60).writers, 16);
    assert!(load.yield_of(3_600, 160.0 * MEBI) > 0.985, "later trials cost little");
}

#[test]
fn the_number_asked_for_is_never_exceeded() {
    let mut load = Load::new(3, 5, (3, 5), scales_to_sixteen);
    for _ in 0..1_000 {
        load.second();
        let setting = load.tuner.setting();
        assert!(setting.writers <= 5 && setting.readers <= 3, "{setting:?}");
    }
    assert!(load.yield_of(1_000, 50.0 * MEBI) > 0.98);
}

#[test]
fn a_target_that_is_too_busy_is_relieved_at_once_and_tried_again_later() {
    let mut load = Load::new(4, 16, (8, 16), chokes_beyond_five);
    load.run(12);
    assert!(load.tuner.setting().writers <= 5, "{:?}", load.tuner.setting());
    let before = load.refusals;
    assert!(load.yield_of(1_200, 50.0 * MEBI) > 0.7);
    let setting = load.tuner.setting();
    assert!((3..=6).contains(&setting.writers), "{setting:?}");
    assert!(load.refusals - before < 1_200.0, "{}", load.refusals - before);
}

#[test]
fn a_source_that_is_too_busy_gets_fewer_readers() {
    let mut load = Load::new(8, 4, (8, 4), scales_to_sixteen);
    let busy = Work { refusals: 5.0, busy: 8.0, ..Work::default() };
    let change = load.tuner.look(&Sample { seconds: 1.0, reading: busy, ..Sample::default() });
    assert_eq!(change.map(|change| change.setting.readers), Some(4));
}

#[test]
fn batches_grow_and_shrink_to_what_suits() {
    let mut load = Load::new(4, 4, (4, 4), wants_large_batches);
    assert!(load.run(120).batch >= 2 << 20, "{:?}", load.tuner.setting());
    let mut load = Load::new(4, 4, (4, 4), wants_small_batches);
    assert_eq!(load.run(120).batch, 256 << 10);
    let mut load = Load::new(4, 4, (4, 4), wants_large_batches);
    load.tuner.bound_batches(700 << 10);
    assert_eq!(load.run(120).batch, 700 << 10, "no more than a packet");
}

#[test]
fn a_slow_source_gets_more_readers_and_the_target_no_more_writers() {
    let mut load = Load::new(4, 4, (16, 8), scales_to_sixteen);
    load.source = 2.0 * MEBI;
    let setting = load.run(120);
    assert!(setting.readers >= 8, "{setting:?}");
    assert_eq!(setting.writers, 4);
}

#[test]
fn writers_that_come_to_be_in_each_others_way_are_taken_away() {
    let mut load = Load::new(4, 8, (8, 8), scales_to_sixteen);
    load.run(30);
    // From here on more writers only wait for each other's locks.
    load.target = |writers, _| (40.0 * MEBI / (1.0 + (writers - 3.0).abs() * 0.2), 0.0);
    let setting = load.run(60);
    assert!(setting.writers <= 5, "{setting:?}");
}

#[test]
fn nothing_is_tried_at_first_nor_while_the_limits_hold_the_load_back() {
    let mut load = Load::new(4, 4, (8, 8), saturates_at_two);
    assert!((0..9).all(|_| load.second().is_none()));
    let throttled = Sample { seconds: 1.0, for_pace: 2.0, bytes: 1.0, ..Sample::default() };
    assert!((0..100).all(|_| load.tuner.look(&throttled).is_none()));
    assert_eq!(load.tuner.setting().writers, 4);
}

#[test]
fn a_trial_ends_when_the_limits_begin_to_hold() {
    let mut load = Load::new(4, 4, (8, 8), saturates_at_two);
    load.run(14);
    assert_eq!(load.tuner.setting().writers, 6, "it tries");
    let throttled = Sample { seconds: 1.0, for_pace: 2.0, ..Sample::default() };
    let change = load.tuner.look(&throttled).expect("it ends");
    assert_eq!(change.setting.writers, 4);
}

#[test]
fn other_numbers_that_are_asked_for_hold_at_once() {
    let mut load = Load::new(4, 4, (8, 8), saturates_at_two);
    load.run(40);
    let asked = Setting { readers: 2, writers: 3, batch: 512 << 10 };
    load.tuner.begin_at(asked, Bounds::of(2, 3, 64 << 20));
    assert_eq!((load.tuner.setting().readers, load.tuner.setting().writers), (2, 3));
}

//! Finds how many connections and how large batches suit the two databases. It starts with what was
//! measured to suit most and changes that only by evidence: one thing at a time is tried for some
//! seconds, and kept if it was worth it. What a database is too busy for is halved at once.

use super::sample::{HELD_BACK, Sample};
use super::setting::{Bounds, Setting, Step};

#[cfg(test)]
mod tests;

/// Decides on the setting of one load, from samples taken about once a second.
#[derive(Debug)]
pub struct Tuner {
    setting: Setting,
    bounds: Bounds,
    /// Seconds since the beginning.
    now: f64,
    /// Samples to be passed over: they still show what was before a change.
    unsettled: u32,
    view: View,
    trial: Option<Trial>,
    rests: [Rest; Step::COUNT],
    /// When the last refusal was answered.
    strained: f64,
    /// The least time that a byte took a writer, and what was written a second then.
    best: Option<(f64, f64)>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub setting: Setting,
    pub reason: &'static str,
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    step: Step,
    before: Setting,
    seen: View,
}

/// When a step may be tried again; each time it was not worth it, it rests longer.
#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    until: f64,
    pause: f64,
}

/// What was seen under one setting.
#[derive(Debug, Clone, Copy, Default)]
struct View {
    seconds: f64,
    bytes: f64,
    batches: f64,
    /// Connection-seconds.
    writing: f64,
    for_room: f64,
    for_rows: f64,
    for_ranges: f64,
}

/// Nothing is tried before.
const WARM_UP: f64 = 10.0;
/// How long is looked at a setting, and how many batches have to be seen, if they come at all.
const LOOK: f64 = 3.0;
const ENOUGH: f64 = 8.0;
const LONGEST_LOOK: f64 = 20.0;
/// What more connections, or another batch, have to bring; and what fewer may cost.
const WORTH: f64 = 1.07;
const FREE: f64 = 0.98;
/// What loses so much is ended at once.
const HARM: f64 = 0.75;
/// Rests of a step that was not worth it.
const FIRST_PAUSE: f64 = 20.0;
const LONGEST_PAUSE: f64 = 600.0;
/// How often in a second, and which part of all attempts, a database may be too busy before less is
/// asked of it, and how long that is given to take effect.
const REFUSALS: f64 = 1.5;
const REFUSED: f64 = 0.05;
const RELIEF: f64 = 5.0;
/// By how much a byte takes longer than it did, when writers are in each other's way.
const SLOWER: f64 = 1.5;

impl View {
    fn add(&mut self, sample: &Sample) {
        let of = |amount: f64| amount * sample.seconds;
        self.seconds += sample.seconds;
        self.bytes += of(sample.bytes);
        self.batches += of(sample.batches);
        self.writing += of(sample.writing.busy);
        self.for_room += of(sample.for_room);
        self.for_rows += of(sample.for_rows);
        self.for_ranges += of(sample.for_ranges);
    }

    fn is_enough(&self) -> bool {
        self.seconds >= LONGEST_LOOK || (self.seconds >= LOOK && self.batches >= ENOUGH)
    }

    /// Bytes a second.
    fn rate(&self) -> f64 {
        self.bytes / self.seconds.max(1e-9)
    }

    /// Bytes a second of a writer's work.
    fn rate_of_one(&self) -> f64 {
        self.bytes / self.writing.max(1e-9)
    }

    fn mean(&self, connections: f64) -> f64 {
        connections / self.seconds.max(1e-9)
    }
}

impl Tuner {
    pub fn new(setting: Setting, bounds: Bounds) -> Self {
        let mut rests = [Rest::default(); Step::COUNT];
        // Taking away what may be needed costs more than any other step: it comes last.
        rests[Step::FewerWriters as usize].until = 2.0 * FIRST_PAUSE;
        Self {
            setting: bounds.hold(setting),
            bounds,
            now: 0.0,
            unsettled: 1,
            view: View::default(),
            trial: None,
            rests,
            strained: f64::NEG_INFINITY,
            best: None,
        }
    }

    pub fn setting(&self) -> Setting {
        self.setting
    }

    /// Begins again from other numbers, which somebody has asked for. What suits as a batch stays.
    pub fn begin_at(&mut self, setting: Setting, bounds: Bounds) {
        let batch = self.trial.map_or(self.setting.batch, |trial| trial.before.batch);
        *self = Self { now: self.now, ..Self::new(Setting { batch, ..setting }, bounds) };
    }

    /// What the target takes in one piece has become known.
    pub fn bound_batches(&mut self, most: u64) {
        self.bounds.batch.1 = self.bounds.batch.1.min(most).max(self.bounds.batch.0);
        self.setting = self.bounds.hold(self.setting);
    }

    /// Takes a sample, and says what is to change.
    pub fn look(&mut self, sample: &Sample) -> Option<Change> {
        self.now += sample.seconds;
        if let Some(relief) = self.relieve(sample) {
            return Some(relief);
        }
        if sample.is_throttled() {
            // What is seen now says nothing about the databases.
            self.view = View::default();
            return self.give_up("the limits hold the load back");
        }
        if self.unsettled > 0 {
            self.unsettled -= 1;
            return None;
        }
        self.view.add(sample);
        let rate = self.view.rate();
        let is_harmful = self.trial.is_some_and(|trial| rate < trial.seen.rate() * HARM);
        if !(self.view.is_enough() || is_harmful) {
            return None;
        }
        let view = std::mem::take(&mut self.view);
        match self.trial.take() {
            Some(trial) => self.judge(trial, &view),
            None if self.now < WARM_UP => None,
            None => self.attempt(&view),
        }
    }

    /// Asks less of a database that is too busy.
    fn relieve(&mut self, sample: &Sample) -> Option<Change> {
        let strains = |refusals: f64| {
            refusals >= REFUSALS && refusals >= (refusals + sample.batches) * REFUSED
        };
        let (source, target) = (strains(sample.reading.refusals), strains(sample.writing.refusals));
        if !(source || target) {
            return None;
        }
        self.view = View::default();
        let before = self.trial.take().map_or(self.setting, |trial| trial.before);
        if self.now < self.strained + RELIEF {
            return None;
        }
        self.strained = self.now;
        let mut less = Setting {
            readers: before.readers.min(self.setting.readers),
            writers: before.writers.min(self.setting.writers),
            batch: before.batch.min(self.setting.batch),
        };
        if source {
            less.readers = less.readers.div_ceil(2);
            self.rest(Step::MoreReaders);
        }
        if target {
            (less.writers, less.batch) = (less.writers.div_ceil(2), less.batch / 2);
            self.rest(Step::MoreWriters);
            self.rest(Step::LargerBatch);
        }
        self.change_to(less, "a database is too busy")
    }

    /// Whether what was tried was worth it.
    fn judge(&mut self, trial: Trial, view: &View) -> Option<Change> {
        let (seen, step) = (trial.seen, trial.step);
        let is_worth = match step {
            Step::MoreWriters | Step::MoreReaders => view.rate() >= seen.rate() * WORTH,
            Step::FewerWriters => view.rate() >= seen.rate() * FREE,
            Step::LargerBatch | Step::SmallerBatch => {
                view.rate_of_one() >= seen.rate_of_one() * WORTH
                    && view.rate() >= seen.rate() * FREE
            }
        };
        if is_worth {
            self.rests[step as usize] = Rest { until: self.now, pause: 0.0 };
            self.best = None;
            return Some(Change { setting: self.setting, reason: "it is kept" });
        }
        self.rest(step);
        self.change_to(trial.before, "it was not worth it")
    }

    /// Tries what may do better.
    fn attempt(&mut self, view: &View) -> Option<Change> {
        let slower = self.is_slower(view);
        let steps: &[Step] = if view.mean(view.for_room) >= HELD_BACK {
            match slower {
                true => &[Step::FewerWriters],
                false => {
                    &[Step::MoreWriters, Step::LargerBatch, Step::SmallerBatch, Step::FewerWriters]
                }
            }
        } else if view.mean(view.for_rows) >= HELD_BACK && view.mean(view.for_ranges) < HELD_BACK {
            &[Step::MoreReaders]
        } else {
            &[]
        };
        let may = |step: &&Step| slower || self.now >= self.rests[**step as usize].until;
        let tried = steps.iter().filter(may).find_map(|step| {
            let next = self.bounds.hold(step.from(self.setting));
            (next != self.setting).then_some((*step, next))
        });
        let (step, next) = tried?;
        self.trial = Some(Trial { step, before: self.setting, seen: *view });
        self.change_to(next, step.reason())
    }

    /// Whether each byte takes much longer than it did, and no more of them arrive.
    fn is_slower(&mut self, view: &View) -> bool {
        let (time, rate) = (1.0 / view.rate_of_one().max(1e-9), view.rate());
        let (best_time, best_rate) = *self.best.get_or_insert((time, rate));
        let is_slower = time >= best_time * SLOWER && rate <= best_rate * WORTH;
        // What was long ago counts less and less: the rows may be others by now.
        self.best = match is_slower || time < best_time {
            true => Some((time, rate)),
            false => Some((best_time * 1.02, best_rate)),
        };
        is_slower
    }

    fn give_up(&mut self, reason: &'static str) -> Option<Change> {
        let trial = self.trial.take()?;
        self.change_to(trial.before, reason)
    }

    fn rest(&mut self, step: Step) {
        // To find out that a writer was needed costs most.
        let longer = if step == Step::FewerWriters { 4.0 } else { 2.0 };
        let rest = &mut self.rests[step as usize];
        rest.pause = (rest.pause * longer).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        rest.until = self.now + rest.pause;
    }

    fn change_to(&mut self, setting: Setting, reason: &'static str) -> Option<Change> {
        let setting = self.bounds.hold(setting);
        (self.view, self.unsettled) = (View::default(), 2);
        let is_new = setting != self.setting;
        self.setting = setting;
        is_new.then_some(Change { setting, reason })
    }
}

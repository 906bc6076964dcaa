//! What was seen of a load in a moment, and what held it back then.

use oms_contracts::sync::Bottleneck;

/// A moment of a load. Waits and work are in connections: one that did nothing else counts as 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    pub seconds: f64,
    /// Bytes and batches a second that are at the target.
    pub bytes: f64,
    pub batches: f64,
    /// Readers waited because of the limits.
    pub for_pace: f64,
    /// Readers waited for room: the target is slower.
    pub for_room: f64,
    /// Readers had nothing to read.
    pub for_ranges: f64,
    /// Writers waited for rows: the source is slower.
    pub for_rows: f64,
    /// Readers waited for the source.
    pub reading: Work,
    /// Writers waited for the target.
    pub writing: Work,
}

/// What one of the databases was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Work {
    /// Connections that waited for it.
    pub busy: f64,
    /// Answers waited for, a second.
    pub trips: f64,
    /// How many seconds an answer to nothing takes; 0 where nobody knows.
    pub trip: f64,
    /// How often it was too busy, a second.
    pub refusals: f64,
}

/// How much of one connection's time is waiting that counts.
pub const HELD_BACK: f64 = 0.3;
/// Less than this of one connection's time is nothing.
const NOTHING: f64 = 0.05;
/// How much of a wait the way there and back has to be, to be what is waited for.
const MOSTLY: f64 = 0.5;

impl Work {
    /// Whether the way to it, and not its work, is most of what was waited for.
    fn is_way(&self) -> bool {
        self.busy > NOTHING && self.trips * self.trip >= self.busy * MOSTLY
    }

    fn blend(&self, now: &Self, weight: f64) -> Self {
        let mean = |old: f64, new: f64| old + (new - old) * weight;
        Self {
            busy: mean(self.busy, now.busy),
            trips: mean(self.trips, now.trips),
            trip: now.trip,
            refusals: mean(self.refusals, now.refusals),
        }
    }
}

impl Sample {
    /// What holds the load back.
    pub fn bottleneck(&self) -> Bottleneck {
        let or_network = |work: &Work, itself| match work.is_way() {
            true => Bottleneck::Network,
            false => itself,
        };
        let nobody_reads = self.reading.busy + self.for_pace + self.for_room < NOTHING;
        match () {
            () if self.is_throttled() => Bottleneck::Throttle,
            () if self.for_room >= HELD_BACK => or_network(&self.writing, Bottleneck::Write),
            // All is read, and not yet written.
            () if nobody_reads && self.writing.busy >= HELD_BACK => {
                or_network(&self.writing, Bottleneck::Write)
            }
            () if self.for_rows >= HELD_BACK => or_network(&self.reading, Bottleneck::Read),
            () => Bottleneck::None,
        }
    }

    /// Whether the limits hold it back more than anything else.
    pub fn is_throttled(&self) -> bool {
        self.for_pace >= HELD_BACK && self.for_pace >= self.for_room
    }

    /// Both, the newer one with this weight: a moment alone may see only the beginning or the end
    /// of what took long.
    #[must_use]
    pub fn blend(&self, now: &Self, weight: f64) -> Self {
        let mean = |old: f64, new: f64| old + (new - old) * weight;
        Self {
            seconds: now.seconds,
            bytes: mean(self.bytes, now.bytes),
            batches: mean(self.batches, now.batches),
            for_pace: mean(self.for_pace, now.for_pace),
            for_room: mean(self.for_room, now.for_room),
            for_ranges: mean(self.for_ranges, now.for_ranges),
            for_rows: mean(self.for_rows, now.for_rows),
            reading: self.reading.blend(&now.reading, weight),
            writing: self.writing.blend(&now.writing, weight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(busy: f64, trips: f64, trip: f64) -> Work {
        Work { busy, trips, trip, refusals: 0.0 }
    }

    fn waiting(for_pace: f64, for_room: f64, for_rows: f64) -> Sample {
        let (reading, writing) = (work(1.0, 20.0, 0.0001), work(1.0, 20.0, 0.0001));
        Sample { for_pace, for_room, for_rows, reading, writing, ..Sample::default() }
    }

    #[test]
    fn whoever_holds_the_load_back_is_named() {
        let named = |pace, room, rows| waiting(pace, room, rows).bottleneck();
        assert_eq!(named(0.9, 0.0, 4.0), Bottleneck::Throttle, "one reader is enough");
        assert_eq!(named(0.0, 2.0, 0.1), Bottleneck::Write);
        assert_eq!(named(0.0, 0.1, 3.0), Bottleneck::Read);
        assert_eq!(named(0.05, 0.05, 0.05), Bottleneck::None);
    }

    #[test]
    fn the_way_is_named_where_it_takes_most_of_the_time() {
        let far = work(4.0, 80.0, 0.030);
        let write = Sample { writing: far, ..waiting(0.0, 2.0, 0.0) };
        assert_eq!(write.bottleneck(), Bottleneck::Network);
        let read = Sample { reading: far, ..waiting(0.0, 0.0, 3.0) };
        assert_eq!(read.bottleneck(), Bottleneck::Network);
        let both = Sample { reading: far, ..waiting(0.0, 2.0, 0.0) };
        assert_eq!(both.bottleneck(), Bottleneck::Write, "nobody waits for the source");
        let slow = Sample { writing: work(4.0, 8.0, 0.030), ..write };
        assert_eq!(slow.bottleneck(), Bottleneck::Write, "a long way, but longer work");
        let unknown = Sample { writing: work(4.0, 80.0, 0.0), ..write };
        assert_eq!(unknown.bottleneck(), Bottleneck::Write);
    }

    #[test]
    fn what_is_read_and_not_yet_written_waits_for_the_target() {
        let rest = Sample {
            for_ranges: 4.0,
            for_rows: 3.0,
            writing: work(1.0, 0.0, 0.0),
            ..Sample::default()
        };
        assert_eq!(rest.bottleneck(), Bottleneck::Write);
        let far = Sample { writing: work(1.0, 20.0, 0.030), ..rest };
        assert_eq!(far.bottleneck(), Bottleneck::Network);
    }

    #[test]
    fn a_single_moment_does_not_decide() {
        let before = waiting(0.0, 2.0, 0.0);
        let mut now = before;
        for _ in 0..2 {
            now = now.blend(&waiting(0.0, 0.0, 4.0), 0.3);
            assert_eq!(now.bottleneck(), Bottleneck::Write);
        }
        for _ in 0..10 {
            now = now.blend(&waiting(0.0, 0.0, 4.0), 0.3);
        }
        assert_eq!(now.bottleneck(), Bottleneck::Read);
    }
}

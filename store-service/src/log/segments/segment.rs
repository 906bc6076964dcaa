//! What is known of a segment: where what begins, found by number and by time.

use oms_model::change::{
    Seq,
    frame::{FrameKind, Head},
};

/// A segment, up to the end of its last whole transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The number that its first change has, or will have.
    pub first: Seq,
    /// Its last change; where it has none, the one before it.
    pub last: Seq,
    /// What was committed from then on is in it or behind it; 0 as long as nobody knows.
    pub began: i64,
    /// Nothing in it, or before it, was committed later.
    pub current: i64,
    pub bytes: u64,
    /// Places where transactions begin, in order, some way apart.
    pub entries: Vec<Entry>,
    /// Where it says definitions.
    pub defined: Vec<u64>,
}

/// A place in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The number of the first change behind it.
    pub first: Seq,
    /// Nothing before it was committed later.
    pub before: i64,
    pub at: u64,
}

impl Segment {
    /// One that is to begin at a number.
    pub fn new(first: Seq, began: i64) -> Self {
        let last = Seq(first.0.saturating_sub(1));
        Self {
            first,
            last,
            began,
            current: began,
            bytes: 0,
            entries: Vec::new(),
            defined: Vec::new(),
        }
    }

    pub fn has_changes(&self) -> bool {
        self.last >= self.first
    }

    /// Takes account of the frame that follows.
    pub fn note(&mut self, head: &Head, stride: u64) {
        let at = self.bytes;
        match head.kind {
            FrameKind::Defined => self.defined.push(at),
            FrameKind::Block | FrameKind::Alive => {
                let far = self.entries.last().is_none_or(|entry| at - entry.at >= stride);
                if head.begins && far {
                    self.entries.push(Entry { first: head.first, before: self.current, at });
                }
            }
        }
        self.last = self.last.max(head.last());
        self.current = self.current.max(head.committed);
        if self.began == 0 {
            // Nobody knew when it was begun.
            self.began = self.current;
        }
        self.bytes += head.size() as u64;
    }

    /// Where to begin to read what follows a change of this segment, or the one before it.
    pub fn behind(&self, after: Seq) -> u64 {
        let behind = self.entries.partition_point(|entry| entry.first <= after.next());
        behind.checked_sub(1).map_or(0, |entry| self.entries[entry].at)
    }

    /// Where to begin to look for what was committed at a moment or later.
    pub fn since(&self, moment: i64) -> u64 {
        let before = self.entries.partition_point(|entry| entry.before < moment);
        before.checked_sub(1).map_or(0, |entry| self.entries[entry].at)
    }
}

//! Sets of MySQL's transactions: for each server that wrote some, and each tag, which numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Who wrote transactions: a server, and a tag if they have one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Source {
    pub uuid: [u8; 16],
    /// In lower case; empty if there is none.
    pub tag: Box<str>,
}

/// Numbers from the first to the last, both of them in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    first: u64,
    last: u64,
}

impl Interval {
    /// `None` if there is nothing in it.
    pub fn new(first: u64, last: u64) -> Option<Self> {
        (first > 0 && first <= last && last < u64::MAX).then_some(Self { first, last })
    }
}

/// A set of transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GtidSet {
    /// In order, apart from each other by at least one.
    sources: BTreeMap<Source, Vec<Interval>>,
}

/// Text that is no such set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no set of transactions")]
pub(super) struct NoSet;

impl GtidSet {
    pub fn add(&mut self, source: &Source, number: u64) {
        if let Some(interval) = Interval::new(number, number) {
            self.add_interval(source, interval);
        }
    }

    pub fn add_interval(&mut self, source: &Source, new: Interval) {
        let intervals = match self.sources.get_mut(source) {
            Some(intervals) => intervals,
            None => self.sources.entry(source.clone()).or_default(),
        };
        // Mostly it is the one behind the last.
        if let Some(last) = intervals.last_mut()
            && new.first == last.last + 1
        {
            last.last = new.last;
            return;
        }
        let start = intervals.partition_point(|known| known.last + 1 < new.first);
        let end = start + intervals[start..].partition_point(|known| known.first <= new.last + 1);
        let mut merged = new;
        for known in &intervals[start..end] {
            merged.first = merged.first.min(known.first);
            merged.last = merged.last.max(known.last);
        }
        intervals.splice(start..end, [merged]);
    }

    #[cfg(test)]
    fn contains(&self, source: &Source, number: u64) -> bool {
        let intervals = self.sources.get(source).map_or(&[][..], Vec::as_slice);
        let at = intervals.partition_point(|known| known.last < number);
        intervals.get(at).is_some_and(|known| known.first <= number)
    }

    /// Everything that is not in the other one.
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Self::default();
        for (source, intervals) in &self.sources {
            let taken = other.sources.get(source).map_or(&[][..], Vec::as_slice);
            for interval in intervals {
                let mut first = interval.first;
                for gone in taken.iter().filter(|gone| gone.last >= interval.first) {
                    if gone.first > interval.last {
                        break;
                    }
                    if let Some(rest) = Interval::new(first, gone.first - 1) {
                        left.add_interval(source, rest);
                    }
                    first = first.max(gone.last + 1);
                }
                if let Some(rest) = Interval::new(first, interval.last) {
                    left.add_interval(source, rest);
                }
            }
        }
        left
    }

    pub fn is_empty(&self) -> bool {
        self.sources.values().all(Vec::is_empty)
    }

    /// As the command wants it that asks for everything else.
    pub fn encoded(&self) -> Vec<u8> {
        let tagged = self.sources.keys().any(|source| !source.tag.is_empty());
        let count = self.sources.len() as u64;
        let head = if tagged { 1 << 56 | count << 8 | 1 } else { count };
        let mut out = head.to_le_bytes().to_vec();
        for (source, intervals) in &self.sources {
            out.extend_from_slice(&source.uuid);
            if tagged {
                // Tags have at most 32 letters: one byte holds their length, doubled.
                out.push((source.tag.len() as u8) << 1);
                out.extend_from_slice(source.tag.as_bytes());
            }
            out.extend_from_slice(&(intervals.len() as u64).to_le_bytes());
            for interval in intervals {
                out.extend_from_slice(&interval.first.to_le_bytes());
                out.extend_from_slice(&(interval.last + 1).to_le_bytes());
            }
        }
        out
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_uuid(f, &self.uuid)?;
        if self.tag.is_empty() { Ok(()) } else { write!(f, ":{}", self.tag) }
    }
}

/// The server's own form: `uuid:1-7:9:tag:1,uuid:3`.
impl fmt::Display for GtidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before: Option<&[u8; 16]> = None;
        for (source, intervals) in self.sources.iter().filter(|(_, all)| !all.is_empty()) {
            if before != Some(&source.uuid) {
                if before.is_some() {
                    f.write_str(",")?;
                }
                write_uuid(f, &source.uuid)?;
                before = Some(&source.uuid);
            }
            if !source.tag.is_empty() {
                write!(f, ":{}", source.tag)?;
            }
            for Interval { first, last } in intervals {
                match first == last {
                    true => write!(f, ":{first}")?,
                    false => write!(f, ":{first}-{last}")?,
                }
            }
        }
        Ok(())
    }
}

fn write_uuid(f: &mut fmt::Formatter<'_>, uuid: &[u8; 16]) -> fmt::Result {
    let text = super::uuid::text(uuid);
    f.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

impl FromStr for GtidSet {
    type Err = NoSet;

    fn from_str(text: &str) -> Result<Self, NoSet> {
        let mut set = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let mut pieces = part.split(':').map(str::trim);
            let uuid = uuid_of(pieces.next().unwrap_or_default())?;
            let mut source = Source { uuid, tag: Box::default() };
            for piece in pieces {
                if is_tag(piece) {
                    source.tag = piece.to_ascii_lowercase().into();
                } else {
                    set.add_interval(&source, interval_of(piece)?);
                }
            }
        }
        Ok(set)
    }
}

fn uuid_of(text: &str) -> Result<[u8; 16], NoSet> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    let mut uuid = [0; 16];
    if digits.len() != 32 {
        return Err(NoSet);
    }
    for (byte, pair) in uuid.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| NoSet)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| NoSet)?;
    }
    Ok(uuid)
}

fn is_tag(piece: &str) -> bool {
    let mut letters = piece.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
        && piece.len() <= 32
}

fn interval_of(piece: &str) -> Result<Interval, NoSet> {
    let (first, last) = piece.split_once('-').unwrap_or((piece, piece));
    let number = |text: &str| text.trim().parse().map_err(|_| NoSet);
    Interval::new(number(first)?, number(last)?).ok_or(NoSet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: &str = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    fn source(tag: &str) -> Source {
        Source { uuid: uuid_of(A).unwrap(), tag: tag.into() }
    }

    proptest! {
        #[test]
        fn a_set_holds_what_was_added_and_comes_back_from_its_text(
            numbers in prop::collection::vec((1..40_u64, prop::sample::select(vec!["", "a", "dep_1"])), 0..40),
        ) {
            let mut set = GtidSet::default();
            for (number, tag) in &numbers {
                set.add(&source(tag), *number);
            }
            for number in 1..41 {
                for tag in ["", "a", "dep_1"] {
                    let added = numbers.contains(&(number, tag));
                    prop_assert_eq!(set.contains(&source(tag), number), added);
                }
            }
            prop_assert_eq!(set.to_string().parse(), Ok(set.clone()));
        }

        #[test]
        fn what_is_left_is_in_the_one_and_not_in_the_other(
            one in prop::collection::vec(1..40_u64, 0..40), other in prop::collection::vec(1..40_u64, 0..40),
        ) {
            let set = |numbers: &[u64]| {
                let mut set = GtidSet::default();
                numbers.iter().for_each(|number| set.add(&source(""), *number));
                set
            };
            let left = set(&one).without(&set(&other));
            for number in 1..41 {
                let expected = one.contains(&number) && !other.contains(&number);
                prop_assert_eq!(left.contains(&source(""), number), expected);
            }
        }

        #[test]
        fn foreign_text_is_never_a_panic(text in "[0-9a-f:,-]{0,60}") {
            drop(text.parse::<GtidSet>());
        }
    }

    #[test]
    fn the_servers_own_form_is_read_and_written() {
        for text in [
            "",
            &format!("{A}:1-5"),
            &format!("{A}:1-5:10-20"),
            &format!("{A}:1-5:dep:1:3-9:x:7"),
            &format!("{A}:dep:1,4e11fa47-71ca-11e1-9e33-c80aa9429562:8"),
        ] {
            assert_eq!(text.parse::<GtidSet>().unwrap().to_string(), *text);
        }
        let spaced = format!("\n{A}:3:1-2,\n{}:7", A.to_uppercase());
        assert_eq!(spaced.parse::<GtidSet>().unwrap().to_string(), format!("{A}:1-3:7"));
        for bad in ["1-2", "x:1", &format!("{A}:0"), &format!("{A}:5-1"), &format!("{A}:1-")] {
            assert_eq!(bad.parse::<GtidSet>(), Err(NoSet), "{bad}");
        }
    }
}

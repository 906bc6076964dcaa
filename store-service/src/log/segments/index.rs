//! What is known of a segment, in a file beside it. It only saves walking over the segment: one that is
//! missing or damaged is made again.

use super::segment::{Entry, Segment};
use oms_model::change::Seq;
use std::{fs, path::Path};

const MAGIC: &[u8; 8] = b"OMSIDX\0\x01";

/// Writes it. One that cannot be written is not missed.
pub fn write(path: &Path, segment: &Segment) {
    if let Err(error) = fs::write(path, encoded(segment)) {
        tracing::warn!(%error, path = %path.display(), "an index was not written");
        // Half of one would only be read in vain.
        let _ = fs::remove_file(path);
    }
}

/// Reads it, if it is there, whole, and of a segment of that many bytes.
pub fn read(path: &Path, first: Seq, bytes: u64) -> Option<Segment> {
    let segment = decoded(&fs::read(path).ok()?)?;
    (segment.first == first && segment.bytes == bytes).then_some(segment)
}

fn encoded(segment: &Segment) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut put = |number: u64| out.extend_from_slice(&number.to_le_bytes());
    put(segment.first.0);
    put(segment.last.0);
    put(segment.began.cast_unsigned());
    put(segment.current.cast_unsigned());
    put(segment.bytes);
    put(segment.entries.len() as u64);
    for entry in &segment.entries {
        put(entry.first.0);
        put(entry.before.cast_unsigned());
        put(entry.at);
    }
    segment.defined.iter().for_each(|at| put(*at));
    out.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
    out
}

fn decoded(bytes: &[u8]) -> Option<Segment> {
    let (content, check) = bytes.split_last_chunk()?;
    if crc32fast::hash(content) != u32::from_le_bytes(*check) {
        return None;
    }
    let mut numbers = content.strip_prefix(MAGIC)?.chunks_exact(8);
    let mut next = || Some(u64::from_le_bytes(numbers.next()?.try_into().ok()?));
    let mut segment = Segment::new(Seq(next()?), 0);
    segment.last = Seq(next()?);
    segment.began = next()?.cast_signed();
    segment.current = next()?.cast_signed();
    segment.bytes = next()?;
    for _ in 0..next()? {
        let (first, before, at) = (Seq(next()?), next()?.cast_signed(), next()?);
        segment.entries.push(Entry { first, before, at });
    }
    while let Some(at) = next() {
        segment.defined.push(at);
    }
    Some(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_comes_back_or_is_none() {
        let mut segment = Segment::new(Seq(5), -7);
        segment.bytes = 99;
        segment.defined = vec![0, 33];
        segment.entries = vec![Entry { first: Seq(5), before: -7, at: 3 }];
        let bytes = encoded(&segment);
        assert_eq!(decoded(&bytes), Some(segment.clone()));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(decoded(&damaged), None, "{at}");
            assert_eq!(decoded(&bytes[..at]), None, "{at}");
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("i");
        write(&path, &segment);
        assert_eq!(read(&path, Seq(5), 99), Some(segment));
        assert_eq!((read(&path, Seq(5), 98), read(&path, Seq(4), 99)), (None, None));
    }
}

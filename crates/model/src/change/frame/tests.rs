//! Frames, written, damaged and read again.

use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Said {
    kind: FrameKind,
    marks: (bool, bool),
    numbers: (u64, u64, i64),
    place: Option<String>,
    payload: Vec<u8>,
}

fn said() -> impl Strategy<Value = Said> {
    let kinds = [FrameKind::Defined, FrameKind::Block, FrameKind::Alive];
    let numbers = (any::<u32>(), any::<u32>(), any::<i64>());
    // Some that can be packed, some that cannot.
    let payload = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        (any::<u8>(), 0..4_000_usize).prop_map(|(byte, size)| vec![byte; size]),
    ];
    let marks = any::<(bool, bool)>();
    let place = prop::option::of("[a-z0-9:-]{1,40}");
    (prop::sample::select(kinds.to_vec()), marks, numbers, place, payload).prop_map(
        |(kind, marks, (first, changes, committed), place, payload)| Said {
            kind,
            marks,
            numbers: (first.into(), changes.into(), committed),
            place,
            payload,
        },
    )
}

fn write(out: &mut Vec<u8>, said: &Said) {
    let frame = Frame {
        kind: said.kind,
        begins: said.marks.0,
        ends: said.marks.1,
        first: Seq(said.numbers.0),
        changes: said.numbers.1,
        committed: said.numbers.2,
        place: said.place.as_deref(),
        payload: &said.payload,
    };
    Packer::default().write(out, &frame);
}

/// What can be read of the bytes, and whether that was all of them.
fn read(mut bytes: &[u8]) -> (Vec<Said>, bool) {
    let (mut all, mut unpacker) = (Vec::new(), Unpacker::default());
    while !bytes.is_empty() {
        let Ok(head) = Head::read(bytes) else { return (all, false) };
        let Some(body) = bytes.get(HEAD..head.size()) else { return (all, false) };
        let Ok(body) = head.check(body) else { return (all, false) };
        let Ok(payload) = unpacker.payload(&body) else { return (all, false) };
        all.push(Said {
            kind: head.kind,
            marks: (head.begins, head.ends),
            numbers: (head.first.0, head.changes, head.committed),
            place: body.place.map(str::to_owned),
            payload,
        });
        bytes = &bytes[head.size()..];
    }
    (all, true)
}

fn same(ours: &[Said], theirs: &[Said]) -> bool {
    format!("{ours:?}") == format!("{theirs:?}")
}

proptest! {
    #[test]
    fn frames_come_back_as_they_were_written(all in prop::collection::vec(said(), 0..6)) {
        let mut bytes = Vec::new();
        all.iter().for_each(|said| write(&mut bytes, said));
        let (found, whole) = read(&bytes);
        prop_assert!(whole && same(&found, &all));
    }

    #[test]
    fn a_changed_byte_is_noticed_and_what_stands_before_it_is_read(
        all in prop::collection::vec(said(), 1..5), at in any::<prop::sample::Index>(), by in 1..=255_u8,
    ) {
        let (mut bytes, mut ends) = (Vec::new(), vec![]);
        for said in &all {
            write(&mut bytes, said);
            ends.push(bytes.len());
        }
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        let intact = ends.iter().filter(|end| **end <= at).count();
        let (found, whole) = read(&bytes);
        prop_assert!(!whole && same(&found, &all[..intact]));
    }

    #[test]
    fn foreign_bytes_are_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        prop_assert!(!read(&bytes).1);
    }

    #[test]
    fn a_head_that_lies_allocates_no_more_than_it_says(said in said(), plain in any::<u16>()) {
        let mut bytes = Vec::new();
        write(&mut bytes, &said);
        // A size that was not written, under a checksum that fits it.
        bytes[20..24].copy_from_slice(&u32::from(plain).to_le_bytes());
        let check = crc32fast::hash(&bytes[4..HEAD]);
        bytes[..4].copy_from_slice(&check.to_le_bytes());
        let (found, whole) = read(&bytes);
        prop_assert!(!whole || found[0].payload == said.payload);
    }
}

/// The bytes are in files of users: whoever changes them must read the old ones, too.
#[test]
fn the_bytes_stay_as_they_are() {
    let mut bytes = Vec::new();
    let said = Said {
        kind: FrameKind::Block,
        marks: (true, true),
        numbers: (7, 2, -1),
        place: Some("p".into()),
        payload: b"ab".to_vec(),
    };
    write(&mut bytes, &said);
    let sizes = [1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0];
    let numbers = [7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
    let behind = [&[2, 3, 1, 0][..], &sizes, &numbers, &[255; 8], b"pab"].concat();
    assert_eq!(bytes[8..], behind);
    assert_eq!(bytes[4..8], crc32fast::hash(b"pab").to_le_bytes());
    assert_eq!(bytes[..4], crc32fast::hash(&bytes[4..HEAD]).to_le_bytes());
}

//! Changes, gathered, written, damaged and read again.

use super::*;
use crate::{Cells, Value};
use proptest::prelude::*;

/// A change as a test says it: the table, what happened, and the images.
type Said = (u32, RowKind, Vec<Vec<u8>>);

fn said() -> impl Strategy<Value = Said> {
    let kinds = [RowKind::Insert, RowKind::Update, RowKind::Delete];
    let image = prop::collection::vec(any::<u8>(), 0..9);
    (1..4_u32, prop::sample::select(kinds.to_vec())).prop_flat_map(move |(table, kind)| {
        (Just(table), Just(kind), prop::collection::vec(image.clone(), kind.images()))
    })
}

fn gather(entries: &mut Entries, (table, kind, images): &Said) {
    let mut row = entries.row(*table, *kind);
    for image in images {
        row.push(Value::Bytes(image));
        row.end_image();
    }
}

fn heard(bytes: &[u8]) -> Vec<Said> {
    let value = |stored: &[u8]| match Cells::new(stored).next() {
        Some(Value::Bytes(bytes)) => bytes.to_vec(),
        other => panic!("{other:?}"),
    };
    let mut changes = Vec::new();
    for item in Items::new(bytes) {
        let Item::Rows(rows) = item.unwrap() else { panic!("only rows were said") };
        assert_eq!(rows.changes().count(), rows.count as usize);
        changes.extend(rows.changes().map(|change| {
            let images = [change.before, change.after].into_iter().filter(|it| !it.is_empty());
            (change.table, change.kind, images.map(value).collect())
        }));
    }
    changes
}

fn head() -> Transaction<'static> {
    Transaction { first: Seq(7), changes: 3, committed: -1, id: "0-1-7", origin: "" }
}

proptest! {
    #[test]
    fn changes_come_back_as_they_were_gathered(changes in prop::collection::vec(said(), 0..40)) {
        let mut entries = Entries::default();
        changes.iter().for_each(|change| gather(&mut entries, change));
        prop_assert_eq!(entries.changes(), changes.len() as u64);
        prop_assert_eq!(heard(entries.bytes()), changes);
    }

    #[test]
    fn what_is_taken_back_or_given_up_is_as_if_it_had_never_been(
        kept in prop::collection::vec(said(), 0..9),
        gone in prop::collection::vec(said(), 0..9),
        more in prop::collection::vec(said(), 0..9),
        given_up in said(),
    ) {
        let mut entries = Entries::default();
        kept.iter().for_each(|change| gather(&mut entries, change));
        let mark = entries.mark();
        gone.iter().for_each(|change| gather(&mut entries, change));
        entries.rewind(mark);
        let mut row = entries.row(given_up.0, given_up.1);
        row.push(Value::Int(1));
        drop(row);
        more.iter().for_each(|change| gather(&mut entries, change));
        let expected: Vec<Said> = kept.into_iter().chain(more).collect();
        prop_assert_eq!(entries.changes(), expected.len() as u64);
        prop_assert_eq!(heard(entries.bytes()), expected);
    }

    #[test]
    fn items_are_cut_into_blocks_and_none_is_lost(
        changes in prop::collection::vec(said(), 0..40), most in 1..200_usize,
    ) {
        let mut entries = Entries::default();
        for change in &changes {
            gather(&mut entries, change);
            entries.mark();
        }
        let (mut rest, mut together) = (entries.bytes(), Vec::new());
        while !rest.is_empty() {
            let (block, behind) = rest.split_at(Items::whole(rest, most));
            prop_assert!(!block.is_empty() && (block.len() <= most || Items::new(block).count() == 1));
            together.extend(heard(block));
            rest = behind;
        }
        prop_assert_eq!(together, changes);
    }

    #[test]
    fn foreign_bytes_are_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..99)) {
        for item in Items::new(&bytes) {
            if let Ok(Item::Rows(rows)) = item {
                rows.changes().for_each(drop);
            }
        }
    }

    #[test]
    fn damaged_bytes_are_an_error_or_other_changes_and_never_a_panic(
        changes in prop::collection::vec(said(), 1..9), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let mut entries = Entries::default();
        changes.iter().for_each(|change| gather(&mut entries, change));
        let mut bytes = entries.bytes().to_vec();
        let whole = Items::new(&bytes).count();
        let cut = cut.index(bytes.len());
        let read = Items::new(&bytes[..cut]).filter(Result::is_ok).count();
        prop_assert!(read < whole, "what is cut off is not all");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for item in Items::new(&bytes) {
            if let Ok(Item::Rows(rows)) = item {
                rows.changes().for_each(drop);
            }
        }
    }
}

#[test]
fn a_transaction_has_a_head_and_an_end() {
    let mut entries = Entries::default();
    let statement = Statement {
        database: Some("d".into()),
        text: "DROP TABLE t".into(),
        touches: vec![("d".into(), "t".into())],
        ..Statement::default()
    };
    gather(&mut entries, &(1, RowKind::Insert, vec![vec![1]]));
    entries.statement(&statement);
    gather(&mut entries, &(1, RowKind::Insert, vec![vec![2]]));
    assert_eq!(entries.changes(), 3);
    let mut block = Block::default();
    block.begin(&head());
    block.items(entries.bytes());
    block.end();
    block.beat(42);
    let items: Vec<Item<'_>> = Items::new(block.bytes()).map(Result::unwrap).collect();
    let [
        Item::Begin(begun),
        Item::Rows(_),
        Item::Statement(said),
        Item::Rows(_),
        Item::End,
        Item::Beat(42),
    ] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    assert_eq!((*begun, begun.last()), (head(), Seq(9)));
    assert_eq!(**said, statement);
}

#[test]
fn rows_of_one_table_share_an_item_until_it_is_large() {
    let mut entries = Entries::default();
    let large = vec![7; 30 << 10];
    for _ in 0..6 {
        gather(&mut entries, &(1, RowKind::Insert, vec![large.clone()]));
    }
    assert_eq!(Items::new(entries.bytes()).count(), 2, "three in each");
    gather(&mut entries, &(2, RowKind::Insert, vec![vec![]]));
    gather(&mut entries, &(2, RowKind::Delete, vec![vec![]]));
    assert_eq!(Items::new(entries.bytes()).count(), 4, "another table, and another kind");
}

/// The bytes are in files of users: whoever changes them must read the old ones, too.
#[test]
fn the_bytes_stay_as_they_are() {
    let mut entries = Entries::default();
    gather(&mut entries, &(5, RowKind::Update, vec![b"a".to_vec(), b"bc".to_vec()]));
    let mut block = Block::default();
    block.begin(&Transaction { origin: "t", ..head() });
    block.items(entries.bytes());
    block.end();
    block.beat(1);
    let begin = [
        &[1, 32, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0][..],
        &[255; 8],
        &[5, 0, b'0', b'-', b'1', b'-', b'7', b't'],
    ]
    .concat();
    let rows = [3, 23, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 16, 1, b'a', 4, 0, 0, 0, 16, 2];
    let end = [b'b', b'c', 6, 0, 0, 0, 0, 7, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(block.bytes(), [&begin[..], &rows, &end].concat());
}

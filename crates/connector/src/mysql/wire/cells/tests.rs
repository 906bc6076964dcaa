//! Rows that no server would send.

use super::*;
use mysql_common::constants::ColumnFlags;
use proptest::collection::vec;
use proptest::prelude::*;

fn column(kind: u8, unsigned: bool) -> Option<ColumnDef> {
    let flags = if unsigned { ColumnFlags::UNSIGNED_FLAG } else { ColumnFlags::empty() };
    let kind = ColumnType::try_from(kind).ok()?;
    Some(ColumnDef { name: "c".into(), kind, flags, decimals: 0 })
}

fn cells(row: &[u8], kind: ColumnType) -> Result<Vec<Cell<'_>>, WireError> {
    let column = column(kind as u8, false).unwrap();
    let columns = std::slice::from_ref(&column);
    Cells::new(row, columns)?.collect::<Result<Vec<_>, _>>()
}

proptest! {
    /// Whatever the bytes, each column gives at most one cell, and an error is the last.
    #[test]
    fn any_bytes_give_cells_or_an_error(
        row in vec(any::<u8>(), 0..200),
        kinds in vec((any::<u8>(), any::<bool>()), 0..20),
    ) {
        let columns: Vec<_> =
            kinds.into_iter().filter_map(|(kind, unsigned)| column(kind, unsigned)).collect();
        let row = [&[0], &row[..]].concat();
        if let Ok(cells) = Cells::new(&row, &columns) {
            let cells: Vec<_> = cells.collect();
            prop_assert!(cells.len() <= columns.len());
            let errors = cells.iter().filter(|cell| cell.is_err()).count();
            prop_assert!(errors == 0 || errors == 1 && cells.last().unwrap().is_err());
        }
    }
}

#[test]
fn dates_and_times_out_of_range_are_refused() {
    use ColumnType as T;
    for (kind, bad) in [
        (T::MYSQL_TYPE_DATE, &b"\x03\xe8\x07\x01"[..]),
        (T::MYSQL_TYPE_DATE, b"\x04\xe8\x07\x0d\x01"),
        (T::MYSQL_TYPE_DATE, b"\x04\xe8\x07\x01\x20"),
        (T::MYSQL_TYPE_DATE, b"\x04\x10\x27\x01\x01"),
        (T::MYSQL_TYPE_DATE, b"\x07\xe8\x07\x01\x01\x01\0\0"),
        (T::MYSQL_TYPE_DATETIME, b"\x07\xe8\x07\x01\x01\x18\0\0"),
        (T::MYSQL_TYPE_DATETIME, b"\x0b\xe8\x07\x01\x01\x01\0\0\x40\x42\x0f\0"),
        (T::MYSQL_TYPE_TIME, b"\x08\0\0\0\0\0\0\x3c\0"),
        (T::MYSQL_TYPE_TIME, b"\x09\0\0\0\0\0\0\0\0\0"),
        (T::MYSQL_TYPE_NEWDATE, b"\0"),
    ] {
        let row = [&b"\0\0"[..], bad].concat();
        assert!(matches!(cells(&row, kind), Err(WireError::Protocol(_))), "{kind:?} {bad:?}");
    }
}

#[test]
fn a_row_has_its_mark_and_its_bitmap() {
    let tiny = ColumnType::MYSQL_TYPE_TINY;
    assert_eq!(cells(b"\0\0\x05", tiny).unwrap(), [Cell::Int(5)]);
    assert_eq!(cells(b"\0\x04", tiny).unwrap(), [Cell::Null]);
    for bad in [&b""[..], b"\0", b"\0\0", b"\x01\0\x05", b"\0\x04\x05", b"\0\0\x05\x05"] {
        assert!(cells(bad, tiny).is_err(), "{bad:?}");
    }
}

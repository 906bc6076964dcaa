//! The packets that answer a command.

use super::cursor::Cursor;
use super::error::WireError;
use mysql_common::constants::CapabilityFlags;

/// More results follow this one.
const MORE_RESULTS: u16 = 0x0008;
/// What every server of the family has as its limit; the protocol's number could be anything.
const MOST_COLUMNS: u64 = 4_096;

/// What a statement that returns no rows did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Done {
    /// Rows changed, or rows found if the connection was opened with `found_rows`.
    pub affected: u64,
    pub last_insert_id: u64,
    pub warnings: u16,
    /// What some statements say for people, such as `Records: 3  Duplicates: 0  Warnings: 0`.
    pub info: String,
    pub(super) more: bool,
}

/// The first packet of an answer.
#[derive(Debug)]
pub(super) enum Reply {
    Done(Done),
    /// Rows of so many columns follow.
    Rows(usize),
    /// The server wants a file of this name.
    File(Vec<u8>),
}

impl Reply {
    pub fn read(payload: &[u8]) -> Result<Self, WireError> {
        match payload {
            [0x00, ..] => done(payload).map(Self::Done),
            [0xff, ..] => Err(server_error(payload)),
            [0xfb, name @ ..] => Ok(Self::File(name.to_vec())),
            _ => {
                let mut cursor = Cursor::new(payload);
                match cursor.length()? {
                    count @ 1.. if cursor.is_empty() => check_columns(count).map(Self::Rows),
                    _ => Err(WireError::protocol("an answer begins with what begins none")),
                }
            }
        }
    }
}

/// Refuses a number of columns that no table and no statement has.
pub(super) fn check_columns(count: u64) -> Result<usize, WireError> {
    match usize::try_from(count) {
        Ok(few) if count <= MOST_COLUMNS => Ok(few),
        _ => Err(WireError::protocol("a result has more columns than there can be")),
    }
}

/// What a packet after the column definitions is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Row,
    End { more: bool },
}

/// Tells a row from the end of the rows.
#[inline]
pub(super) fn step(payload: &[u8], capabilities: CapabilityFlags) -> Result<Step, WireError> {
    match payload.first() {
        Some(0xff) => Err(server_error(payload)),
        // Text of 16 MiB and more begins with the same byte, and is longer than any end.
        Some(0xfe) if payload.len() < super::packet::FRAME => end(payload, capabilities),
        Some(_) => Ok(Step::Row),
        None => Err(WireError::protocol("an empty packet among the rows")),
    }
}

fn end(payload: &[u8], capabilities: CapabilityFlags) -> Result<Step, WireError> {
    let more = if capabilities.contains(CapabilityFlags::CLIENT_DEPRECATE_EOF) {
        done(payload)?.more
    } else {
        let mut cursor = Cursor::new(&payload[1..]);
        cursor.u16()?;
        cursor.u16()? & MORE_RESULTS != 0
    };
    Ok(Step::End { more })
}

/// An OK packet, or an end of rows in the form of one.
fn done(payload: &[u8]) -> Result<Done, WireError> {
    let mut cursor = Cursor::new(payload);
    cursor.u8()?;
    let (affected, last_insert_id) = (cursor.length()?, cursor.length()?);
    let (status, warnings) = (cursor.u16()?, cursor.u16()?);
    let info = if cursor.is_empty() { &[] } else { cursor.string()? };
    Ok(Done {
        affected,
        last_insert_id,
        warnings,
        info: String::from_utf8_lossy(info).into_owned(),
        more: status & MORE_RESULTS != 0,
    })
}

/// An error packet. During the login there is no state in it.
#[cold]
pub(super) fn server_error(payload: &[u8]) -> WireError {
    let mut cursor = Cursor::new(payload);
    let (Ok(_), Ok(code)) = (cursor.u8(), cursor.u16()) else {
        return WireError::protocol("an error without a code");
    };
    let rest = cursor.rest();
    let (state, message) = match rest.split_first_chunk::<6>() {
        Some(([b'#', state @ ..], message)) => (&state[..], message),
        _ => (&b"HY000"[..], rest),
    };
    WireError::Server {
        code,
        state: String::from_utf8_lossy(state).into_owned(),
        message: String::from_utf8_lossy(message).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_with_and_without_its_state() {
        let said = |payload: &[u8]| server_error(payload).to_string();
        assert_eq!(
            said(b"\xff\x10\x04#08004Too many"),
            "the server answered 1040 (08004): Too many"
        );
        assert_eq!(said(b"\xff\x10\x04Too many"), "the server answered 1040 (HY000): Too many");
        assert_eq!(said(b"\xff\x10\x04"), "the server answered 1040 (HY000): ");
        assert!(said(b"\xff\x10").contains("broke the protocol"));
    }

    #[test]
    fn an_answer_that_begins_like_none_is_refused() {
        for bad in [
            &b""[..],
            b"\x00",
            b"\x00\x01\x02\x00",
            b"\xfe\0\0\0\0\0\0\0\0",
            b"\x01x",
            b"\xfd\xff\xff\xff",
        ] {
            assert!(matches!(Reply::read(bad), Err(WireError::Protocol(_))), "{bad:?}");
        }
        assert!(matches!(Reply::read(b"\x0c"), Ok(Reply::Rows(12))));
        assert!(matches!(Reply::read(b"\xfc\x00\x10"), Ok(Reply::Rows(4_096))));
        assert!(matches!(Reply::read(b"\xfc\x01\x10"), Err(WireError::Protocol(_))));
    }

    #[test]
    fn ends_are_told_from_rows_in_both_forms() {
        let old = CapabilityFlags::empty();
        let new = CapabilityFlags::CLIENT_DEPRECATE_EOF;
        assert_eq!(step(b"\xfe\0\0\x02\0", old).unwrap(), Step::End { more: false });
        assert_eq!(step(b"\xfe\0\0\x0a\0", old).unwrap(), Step::End { more: true });
        assert_eq!(step(b"\xfe\0\0\x02\0\0\0", new).unwrap(), Step::End { more: false });
        assert_eq!(step(b"\0\0\x01", new).unwrap(), Step::Row);
        assert!(
            step(b"", new).is_err() && step(b"\xfe", new).is_err() && step(b"\xfe", old).is_err()
        );
    }
}

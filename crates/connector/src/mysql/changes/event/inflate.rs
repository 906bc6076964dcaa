//! MariaDB's compressed events, as the events they were.

use super::kind;
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::fault::Fault;
use flate2::{Decompress, FlushDecompress, Status};

/// No event is larger than a packet may be.
const LARGEST: u64 = 1 << 30;

/// The bytes of a compressed statement's event, whose text alone is compressed.
pub(in crate::mysql) fn plain_query(body: &[u8], head: usize) -> Result<Vec<u8>, Fault> {
    let mut rest = Bytes::new(body);
    let mut fixed = Bytes::new(rest.take(head.max(13))?);
    fixed.take(8)?;
    let database = fixed.u8()?;
    fixed.u16()?;
    let settings = fixed.u16()?;
    rest.take(usize::from(settings) + usize::from(database) + 1)?;
    opened(body, rest.rest())
}

/// The kind that a compressed event of rows is of, and its bytes.
pub(in crate::mysql) fn plain_rows(
    of: u8,
    body: &[u8],
    head: usize,
) -> Result<(u8, Vec<u8>), Fault> {
    let plain = match of {
        kind::MARIADB_WRITE_ROWS_COMPRESSED_V1 => kind::WRITE_ROWS_V1,
        kind::MARIADB_UPDATE_ROWS_COMPRESSED_V1 => kind::UPDATE_ROWS_V1,
        kind::MARIADB_DELETE_ROWS_COMPRESSED_V1 => kind::DELETE_ROWS_V1,
        kind::MARIADB_WRITE_ROWS_COMPRESSED => kind::WRITE_ROWS,
        kind::MARIADB_UPDATE_ROWS_COMPRESSED => kind::UPDATE_ROWS,
        kind::MARIADB_DELETE_ROWS_COMPRESSED => kind::DELETE_ROWS,
        _ => return Err(Fault::damaged("an event is compressed in an unknown way")),
    };
    let mut rest = Bytes::new(body);
    rest.take(head)?;
    if matches!(plain, kind::WRITE_ROWS | kind::UPDATE_ROWS | kind::DELETE_ROWS) {
        // The length of what version 2 adds is in the last two bytes of the head.
        let tail = body.get(head.saturating_sub(2)..head).and_then(|tail| tail.try_into().ok());
        let extra = usize::from(u16::from_le_bytes(tail.unwrap_or([2, 0])));
        rest.take(extra.saturating_sub(2))?;
    }
    let columns = usize::try_from(rest.packed()?).unwrap_or(usize::MAX);
    let images = if matches!(plain, kind::UPDATE_ROWS | kind::UPDATE_ROWS_V1) { 2 } else { 1 };
    for _ in 0..images {
        rest.take(columns.div_ceil(8))?;
    }
    Ok((plain, opened(body, rest.rest())?))
}

/// The body with its compressed tail put into plain bytes.
fn opened(body: &[u8], tail: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut rest = Bytes::new(tail);
    let first = rest.u8()?;
    if first & 0xf0 != 0x80 {
        return Err(Fault::damaged("an event is compressed in an unknown way"));
    }
    let length = rest.big(usize::from(first & 0x07))?;
    let mut out = body[..body.len() - tail.len()].to_vec();
    inflate(rest.rest(), length, true, &mut out)?;
    Ok(out)
}

/// Adds exactly so many bytes. What the data claims is reserved only as far as it comes true.
pub(in crate::mysql) fn inflate(
    data: &[u8],
    length: u64,
    headed: bool,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let wrong = || Fault::damaged("compressed bytes cannot be opened");
    if length > LARGEST {
        return Err(wrong());
    }
    let end = out.len() + usize::try_from(length).map_err(|_| wrong())?;
    let mut opening = Decompress::new(headed);
    let mut left = data;
    while out.len() < end {
        out.reserve_exact((end - out.len()).min((1 << 20).max(out.len() / 2)));
        let (taken, given) = (opening.total_in(), out.len());
        let status =
            opening.decompress_vec(left, out, FlushDecompress::None).map_err(|_| wrong())?;
        let taken = usize::try_from(opening.total_in() - taken).map_err(|_| wrong())?;
        left = left.get(taken..).ok_or_else(wrong)?;
        let stuck = taken == 0 && out.len() == given;
        if status == Status::StreamEnd || stuck {
            break;
        }
    }
    if out.len() == end { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, Compression, FlushCompress};

    fn deflated(plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(plain.len() + 100);
        let mut closing = Compress::new(Compression::default(), true);
        closing.compress_vec(plain, &mut out, FlushCompress::Finish).unwrap();
        out
    }

    #[test]
    fn a_compressed_statement_is_what_it_was() {
        let text = "INSERT ".repeat(300);
        let head = [&[0; 8][..], &[1, 0, 0, 0, 0], b"d\0"].concat();
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        let body = [&head[..], &[0x82], &length, &deflated(text.as_bytes())].concat();
        let plain = plain_query(&body, 13).unwrap();
        assert_eq!(plain, [&head[..], text.as_bytes()].concat());
        for cut in 0..body.len() - 8 {
            assert!(plain_query(&body[..cut], 13).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_length_that_is_not_kept_is_an_error_and_costs_nothing() {
        let mut out = Vec::new();
        assert!(inflate(&deflated(b"abc"), 1 << 29, true, &mut out).is_err());
        assert!(out.capacity() <= 4 << 20);
        assert!(inflate(&deflated(b"abc"), 1 << 40, true, &mut out).is_err());
        out.clear();
        inflate(&deflated(b"abc"), 3, true, &mut out).unwrap();
        assert_eq!(out, b"abc");
    }
}

//! Values of MariaDB's compressed columns.

use super::Wrong;
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::event::inflate;

const BAD: Wrong = Wrong::Because("a compressed value cannot be opened");

/// The value, in place or put into `out`.
pub(super) fn open<'a>(closed: &'a [u8], out: &'a mut Vec<u8>) -> Result<&'a [u8], Wrong> {
    let Some((head, rest)) = closed.split_first() else { return Ok(closed) };
    match head >> 4 {
        0 => Ok(rest),
        8 => {
            let mut rest = Bytes::new(rest);
            let length = rest.big(usize::from(head & 0x07))?;
            let headed = head & 0x08 == 0;
            out.clear();
            inflate(rest.rest(), length, headed, out).map_err(|_| BAD)?;
            Ok(out)
        }
        _ => Err(BAD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, Compression, FlushCompress};

    #[test]
    fn values_are_opened_however_they_were_closed() {
        let mut out = Vec::new();
        assert_eq!(open(b"", &mut out), Ok(&b""[..]));
        assert_eq!(open(b"\0abc", &mut out), Ok(&b"abc"[..]));
        let plain = [b'z'; 300];
        for headed in [true, false] {
            let mut closed = Vec::with_capacity(400);
            let mut closing = Compress::new(Compression::default(), headed);
            closing.compress_vec(&plain, &mut closed, FlushCompress::Finish).unwrap();
            let head = if headed { 0x82 } else { 0x8a };
            let value = [&[head, 1, 44][..], &closed].concat();
            assert_eq!(open(&value, &mut out), Ok(&plain[..]));
            assert_eq!(open(&value[..9], &mut Vec::new()), Err(BAD));
        }
        assert_eq!(open(b"\x10abc", &mut out), Err(BAD));
    }
}

//! Reading the protocol's numbers and strings from a packet, never past its end.

use super::error::WireError;

/// What is left of a packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(&'a [u8]);

/// Built where it is needed: a row that is whole costs nothing for it.
#[cold]
fn short() -> WireError {
    WireError::protocol("a packet ends too early")
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    #[inline]
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (found, rest) = self.0.split_at_checked(count).ok_or_else(short)?;
        self.0 = rest;
        Ok(found)
    }

    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (found, rest) = self.0.split_first_chunk::<N>().ok_or_else(short)?;
        self.0 = rest;
        Ok(*found)
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, WireError> {
        self.array::<1>().map(|[byte]| byte)
    }

    #[inline]
    pub fn u16(&mut self) -> Result<u16, WireError> {
        self.array().map(u16::from_le_bytes)
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_le_bytes)
    }

    #[inline]
    pub fn u64(&mut self) -> Result<u64, WireError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number in one to nine bytes; `None` is what text rows send for NULL.
    #[inline]
    pub fn length_or_null(&mut self) -> Result<Option<u64>, WireError> {
        match self.u8()? {
            small @ 0..=0xfa => Ok(Some(u64::from(small))),
            0xfb => Ok(None),
            0xfc => self.u16().map(|number| Some(u64::from(number))),
            0xfd => {
                let [low, middle, high] = self.array()?;
                Ok(Some(u64::from(u32::from_le_bytes([low, middle, high, 0]))))
            }
            0xfe => self.u64().map(Some),
            0xff => Err(WireError::protocol("a length begins with the mark of an error")),
        }
    }

    #[inline]
    pub fn length(&mut self) -> Result<u64, WireError> {
        self.length_or_null()?.ok_or_else(|| WireError::protocol("NULL stands for a length"))
    }

    /// Bytes with their length before them; `None` for NULL.
    #[inline]
    pub fn string_or_null(&mut self) -> Result<Option<&'a [u8]>, WireError> {
        let Some(length) = self.length_or_null()? else { return Ok(None) };
        let length = usize::try_from(length).map_err(|_| short())?;
        self.bytes(length).map(Some)
    }

    /// Bytes with their length before them.
    #[inline]
    pub fn string(&mut self) -> Result<&'a [u8], WireError> {
        let length = usize::try_from(self.length()?).map_err(|_| short())?;
        self.bytes(length)
    }

    /// Bytes up to a NUL, which is skipped; up to the end where there is none.
    pub fn until_nul(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == 0);
        let found = &self.0[..end.unwrap_or(self.0.len())];
        self.0 = end.map_or(&[], |end| &self.0[end + 1..]);
        found
    }
}

/// Writes a number as [`Cursor::length`] reads it.
pub(super) fn put_length(out: &mut Vec<u8>, number: usize) {
    let bytes = (number as u64).to_le_bytes();
    match number {
        0..=0xfa => out.push(bytes[0]),
        0xfb..=0xffff => {
            out.push(0xfc);
            out.extend_from_slice(&bytes[..2]);
        }
        0x1_0000..=0xff_ffff => {
            out.push(0xfd);
            out.extend_from_slice(&bytes[..3]);
        }
        _ => {
            out.push(0xfe);
            out.extend_from_slice(&bytes);
        }
    }
}

/// Writes bytes as [`Cursor::string`] reads them.
pub(super) fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    put_length(out, bytes.len());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_they_are_written() {
        for number in [0, 1, 250, 251, 252, 65_535, 65_536, 0xff_ffff, 0x100_0000, 1 << 40] {
            let mut out = Vec::new();
            put_length(&mut out, number);
            let mut cursor = Cursor::new(&out);
            assert_eq!(cursor.length().unwrap(), number as u64);
            assert!(cursor.is_empty());
            for cut in 0..out.len() {
                assert!(Cursor::new(&out[..cut]).length().is_err(), "{number} cut at {cut}");
            }
        }
    }

    #[test]
    fn a_string_longer_than_its_packet_is_an_error() {
        assert_eq!(Cursor::new(b"\x03abc").string().unwrap(), b"abc");
        assert_eq!(Cursor::new(b"\xfb").string_or_null().unwrap(), None);
        for bad in
            [&b"\x04abc"[..], b"\xfe\xff\xff\xff\xff\xff\xff\xff\xffabc", b"\xff", b"\xfb", b""]
        {
            assert!(Cursor::new(bad).string().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_missing_nul_ends_with_the_packet() {
        let mut cursor = Cursor::new(b"ab\0c");
        assert_eq!(
            (cursor.until_nul(), cursor.until_nul(), cursor.until_nul()),
            (&b"ab"[..], &b"c"[..], &b""[..])
        );
    }
}

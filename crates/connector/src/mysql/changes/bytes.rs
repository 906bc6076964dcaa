//! Reading a log's numbers and strings from bytes, never past their end.

/// The bytes end before what should be in them does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short;

/// What is left of some bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Everything that is left.
    #[inline]
    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Short> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Short)?;
        self.0 = rest;
        Ok(taken)
    }

    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Short)?;
        self.0 = rest;
        Ok(*taken)
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, Short> {
        self.array::<1>().map(|[byte]| byte)
    }

    #[inline]
    pub fn u16(&mut self) -> Result<u16, Short> {
        self.array().map(u16::from_le_bytes)
    }

    #[inline]
    pub fn u24(&mut self) -> Result<u32, Short> {
        self.array().map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u32, Short> {
        self.array().map(u32::from_le_bytes)
    }

    #[inline]
    pub fn u48(&mut self) -> Result<u64, Short> {
        self.little(6)
    }

    #[inline]
    pub fn u64(&mut self) -> Result<u64, Short> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of up to eight bytes, the least significant first.
    #[inline]
    pub fn little(&mut self, count: usize) -> Result<u64, Short> {
        let taken = self.take(count)?;
        Ok(taken.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A number of up to eight bytes, the most significant first.
    #[inline]
    pub fn big(&mut self, count: usize) -> Result<u64, Short> {
        let taken = self.take(count)?;
        Ok(taken.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A number in one to nine bytes, as the protocol packs them.
    #[inline]
    pub fn packed(&mut self) -> Result<u64, Short> {
        match self.u8()? {
            small @ 0..=0xfa => Ok(u64::from(small)),
            0xfc => self.u16().map(u64::from),
            0xfd => self.u24().map(u64::from),
            0xfe => self.u64(),
            0xfb | 0xff => Err(Short),
        }
    }

    /// Bytes with their packed length before them.
    pub fn string(&mut self) -> Result<&'a [u8], Short> {
        let length = usize::try_from(self.packed()?).map_err(|_| Short)?;
        self.take(length)
    }

    /// A number as the library packs it that writes tagged identifiers: as many ones at the low end of
    /// the first byte as bytes follow.
    pub fn varied(&mut self) -> Result<u64, Short> {
        let more = self.0.first().ok_or(Short)?.trailing_ones() as usize;
        if more == 8 {
            self.u8()?;
            return self.u64();
        }
        Ok(self.little(more + 1)? >> (more + 1))
    }

    /// The same for numbers with a sign, which is the lowest bit.
    pub fn varied_signed(&mut self) -> Result<i64, Short> {
        let number = self.varied()?;
        let size = (number >> 1).cast_signed();
        Ok(if number & 1 == 0 { size } else { -size - 1 })
    }

    /// Bytes up to a NUL, which is skipped.
    pub fn until_nul(&mut self) -> Result<&'a [u8], Short> {
        let end = self.0.iter().position(|byte| *byte == 0).ok_or(Short)?;
        let found = self.take(end)?;
        self.u8()?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_either_end() {
        let bytes = [1, 2, 3, 4, 5, 6];
        assert_eq!(Bytes::new(&bytes).little(3), Ok(0x03_02_01));
        assert_eq!(Bytes::new(&bytes).big(3), Ok(0x01_02_03));
        assert_eq!(Bytes::new(&bytes).u48(), Ok(0x06_05_04_03_02_01));
        assert_eq!(Bytes::new(&bytes).u64(), Err(Short));
        assert_eq!(Bytes::new(&bytes).little(0), Ok(0));
    }

    #[test]
    fn packed_numbers_have_the_size_their_first_byte_says() {
        for (bytes, number) in [
            (&[250][..], 250),
            (&[0xfc, 0xff, 0x01], 0x1ff),
            (&[0xfd, 1, 0, 1], 0x1_00_01),
            (&[0xfe, 1, 0, 0, 0, 0, 0, 0, 1], 1 << 56 | 1),
        ] {
            assert_eq!(Bytes::new(bytes).packed(), Ok(number));
            assert_eq!(Bytes::new(&bytes[..bytes.len() - 1]).packed(), Err(Short));
        }
        assert_eq!(Bytes::new(&[0xfb]).packed(), Err(Short));
        assert_eq!(Bytes::new(b"\x02abc").string(), Ok(&b"ab"[..]));
    }

    #[test]
    fn varied_numbers_have_as_many_bytes_as_ones() {
        assert_eq!(Bytes::new(&[0b0000_0110]).varied(), Ok(3));
        assert_eq!(Bytes::new(&[0b0000_0001, 1]).varied(), Ok(64));
        let all = [0xff, 1, 0, 0, 0, 0, 0, 0, 0x80];
        assert_eq!(Bytes::new(&all).varied(), Ok(1 << 63 | 1));
        assert_eq!(Bytes::new(&[0b0000_0110]).varied_signed(), Ok(-2));
        assert_eq!(Bytes::new(&[0b0000_0111, 0, 0]).varied(), Err(Short));
        assert_eq!(Bytes::new(&[]).varied(), Err(Short));
    }
}

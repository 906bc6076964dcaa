//! Decimals: groups of nine digits, the most significant first, as text.

use super::Wrong;
use crate::mysql::changes::bytes::Bytes;

/// Most digits that there are, a sign, a point and a zero before it.
pub(super) const ROOM: usize = 96;
const MOST: u8 = 65;

/// How many digits a decimal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mysql::changes) struct Digits {
    whole: u8,
    fraction: u8,
    /// Zeros stand before it up to its width.
    zeros: bool,
}

/// Bytes that so many digits take which are no group of nine.
const BYTES: [usize; 10] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

impl Digits {
    pub fn new(precision: u8, scale: u8, zeros: bool) -> Option<Self> {
        let whole = precision.checked_sub(scale)?;
        (precision > 0 && precision <= MOST).then_some(Self { whole, fraction: scale, zeros })
    }

    /// The text, with all digits of the fraction.
    #[inline]
    pub fn text<'r>(
        self,
        from: &mut Bytes<'_>,
        room: &'r mut [u8; ROOM],
    ) -> Result<&'r str, Wrong> {
        let size = size(self.whole) + size(self.fraction);
        let bytes = from.take(size)?;
        let mut stored = [0_u8; 40];
        let stored = &mut stored[..size];
        stored.copy_from_slice(bytes);
        let is_negative = stored[0] & 0x80 == 0;
        stored[0] ^= 0x80;
        if is_negative {
            stored.iter_mut().for_each(|byte| *byte = !*byte);
        }
        let mut groups = Bytes::new(stored);
        let mut text = Text { room, end: 0 };
        if is_negative {
            text.push(b'-');
        }
        self.whole_part(&mut groups, &mut text)?;
        if self.fraction > 0 {
            text.push(b'.');
            for _ in 0..self.fraction / 9 {
                text.group(groups.big(4)?, 9)?;
            }
            let odd = self.fraction % 9;
            if odd > 0 {
                text.group(groups.big(BYTES[usize::from(odd)])?, odd)?;
            }
        }
        let Text { room, end } = text;
        std::str::from_utf8(&room[..end]).map_err(|_| Wrong::Because("a decimal is no number"))
    }

    fn whole_part(self, groups: &mut Bytes<'_>, text: &mut Text<'_>) -> Result<(), Wrong> {
        let start = text.end;
        let odd = self.whole % 9;
        if odd > 0 {
            text.group(groups.big(BYTES[usize::from(odd)])?, odd)?;
        }
        for _ in 0..self.whole / 9 {
            text.group(groups.big(4)?, 9)?;
        }
        if !self.zeros || self.whole == 0 {
            text.trim_zeros(start);
        }
        Ok(())
    }
}

fn size(digits: u8) -> usize {
    usize::from(digits / 9) * 4 + BYTES[usize::from(digits % 9)]
}

/// Text that is being written.
struct Text<'r> {
    room: &'r mut [u8; ROOM],
    end: usize,
}

impl Text<'_> {
    fn push(&mut self, byte: u8) {
        self.room[self.end] = byte;
        self.end += 1;
    }

    /// A number with zeros before it.
    #[inline]
    fn group(&mut self, mut number: u64, digits: u8) -> Result<(), Wrong> {
        let end = self.end + usize::from(digits);
        for place in (self.end..end).rev() {
            self.room[place] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.end = end;
        if number == 0 {
            Ok(())
        } else {
            Err(Wrong::Because("a decimal has more digits than it can"))
        }
    }

    /// Leaves one digit at least.
    fn trim_zeros(&mut self, start: usize) {
        let written = &self.room[start..self.end];
        let zeros = written.iter().take_while(|digit| **digit == b'0').count();
        if zeros == written.len() {
            self.end = start;
            self.push(b'0');
            return;
        }
        self.room.copy_within(start + zeros..self.end, start);
        self.end -= zeros;
    }
}

/// A decimal within a document: its digits, and then itself.
pub(in crate::mysql::changes) fn write_decimal(
    stored: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Wrong> {
    let mut from = Bytes::new(stored);
    let [precision, scale] = from.array()?;
    let digits = Digits::new(precision, scale, false);
    let digits = digits.ok_or(Wrong::Because("a decimal has more digits than it can"))?;
    let mut room = [0; ROOM];
    out.extend_from_slice(digits.text(&mut from, &mut room)?.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(precision: u8, scale: u8, stored: &[u8]) -> String {
        let digits = Digits::new(precision, scale, false).unwrap();
        let mut room = [0; ROOM];
        digits.text(&mut Bytes::new(stored), &mut room).unwrap().to_owned()
    }

    #[test]
    fn groups_become_digits() {
        // The example of the server's own documentation: 1234567890.1234.
        let stored = [0x81, 0x0D, 0xFB, 0x38, 0xD2, 0x04, 0xD2];
        assert_eq!(text(14, 4, &stored), "1234567890.1234");
        let negative: Vec<u8> = stored.iter().map(|byte| !byte).collect();
        assert_eq!(text(14, 4, &negative), "-1234567890.1234");
        assert_eq!(text(3, 2, &[0x80, 0x05]), "0.05");
        assert_eq!(text(2, 2, &[0x80 + 7]), "0.07");
        assert_eq!(text(1, 0, &[0x80]), "0");
        let filled = Digits::new(5, 1, true).unwrap();
        let mut room = [0; ROOM];
        let text = filled.text(&mut Bytes::new(&[0x80, 12, 3]), &mut room).unwrap();
        assert_eq!(text, "0012.3");
    }

    #[test]
    fn the_longest_fits_and_what_is_no_decimal_is_refused() {
        let digits = Digits::new(65, 30, false).unwrap();
        let mut room = [0; ROOM];
        let stored = [0x63, 0x3b, 0x9a, 0xc9, 0xff].repeat(8);
        let _ = digits.text(&mut Bytes::new(&stored), &mut room);
        assert_eq!(digits.text(&mut Bytes::new(&stored[..20]), &mut room), Err(Wrong::Short));
        assert!(Digits::new(66, 0, false).is_none() && Digits::new(3, 4, false).is_none());
        let digits = Digits::new(9, 0, false).unwrap();
        assert!(digits.text(&mut Bytes::new(&[0xff; 4]), &mut room).is_err());
    }
}

//! What MariaDB keeps in types of its own, in the text that it shows.

use super::Wrong;
use std::fmt::Write;

const BAD: Wrong = Wrong::Because("an address is of another length");

/// Most are stored with their parts turned round, so that those made one after the other are stored
/// so; whoever reads has to tell from the bytes.
pub(super) fn uuid(stored: &[u8]) -> Result<[u8; 36], Wrong> {
    const PARTS: [(usize, usize); 5] = [(12, 4), (10, 2), (8, 2), (6, 2), (0, 6)];
    let stored: &[u8; 16] = stored.try_into().map_err(|_| BAD)?;
    let turned = stored[6] & 0x80 != 0 && (0x01..0x60).contains(&stored[8]);
    let mut plain = *stored;
    if turned {
        let mut at = 0;
        for (from, length) in PARTS {
            plain[at..at + length].copy_from_slice(&stored[from..from + length]);
            at += length;
        }
    }
    Ok(crate::mysql::changes::uuid::text(&plain))
}

pub(super) fn inet4(stored: &[u8]) -> Result<String, Wrong> {
    let [a, b, c, d] = <[u8; 4]>::try_from(stored).map_err(|_| BAD)?;
    Ok(format!("{a}.{b}.{c}.{d}"))
}

/// The longest run of zeros, the first of several, is left out, also where it is but one word.
pub(super) fn inet6(stored: &[u8]) -> Result<String, Wrong> {
    let stored: &[u8; 16] = stored.try_into().map_err(|_| BAD)?;
    let mut words = [0_u16; 8];
    for (word, pair) in words.iter_mut().zip(stored.chunks(2)) {
        *word = u16::from_be_bytes([pair[0], pair[1]]);
    }
    let (gap, length) = longest_gap(&words);
    let embeds = gap == 0 && (length == 6 || (length == 5 && words[5] == 0xffff));
    let mut text = String::with_capacity(39);
    let mut at = 0;
    while at < words.len() {
        if length > 0 && at == gap {
            text.push_str(if at == 0 { "::" } else { ":" });
            at += length;
            continue;
        }
        if at == 6 && embeds {
            text.push_str(&inet4(&stored[12..])?);
            break;
        }
        // Infallible: writing to a string.
        let _ = write!(text, "{:x}", words[at]);
        at += 1;
        if at < words.len() {
            text.push(':');
        }
    }
    Ok(text)
}

fn longest_gap(words: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut start) = ((0, 0), None);
    for at in 0..=words.len() {
        match (words.get(at), start) {
            (Some(0), None) => start = Some(at),
            (Some(0), Some(_)) | (_, None) => {}
            (_, Some(began)) => {
                if at - began > best.1 {
                    best = (began, at - began);
                }
                start = None;
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn six(words: [u16; 8]) -> String {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        inet6(&bytes).unwrap()
    }

    #[test]
    fn addresses_are_written_as_the_server_does() {
        assert_eq!(six([0; 8]), "::");
        assert_eq!(six([0, 0, 0, 0, 0, 0, 0, 1]), "::1");
        assert_eq!(six([0, 0, 0, 0, 0, 0, 0x0102, 1]), "::1.2.0.1");
        assert_eq!(six([0, 0, 0, 0, 0, 0xffff, 0x0102, 0x0304]), "::ffff:1.2.3.4");
        assert_eq!(six([0x2001, 0xdb8, 0, 0, 1, 0, 0, 0]), "2001:db8:0:0:1::");
        assert_eq!(six([1, 0, 2, 3, 4, 5, 6, 7]), "1::2:3:4:5:6:7");
        assert_eq!(six([1, 2, 3, 4, 5, 6, 7, 8]), "1:2:3:4:5:6:7:8");
        assert!(inet6(&[0; 4]).is_err());
    }

    #[test]
    fn turned_parts_are_turned_back() {
        let stored = [
            0x6b, 0xb9, 0xbd, 0x38, 0x0a, 0x11, 0xbb, 0x6d, 0x4e, 0xf8, 0x9c, 0x0b, 0xa0, 0xee,
            0xbc, 0x99,
        ];
        let text = uuid(&stored).unwrap();
        assert_eq!(std::str::from_utf8(&text), Ok("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
        assert_eq!(uuid(&[0; 16]).unwrap()[..9], *b"00000000-");
    }
}

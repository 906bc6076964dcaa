//! Bytes that would end or change a literal, and what is written for them. Most text has none, so
//! it is searched many bytes at a time and copied in one piece.

use memchr::memchr3;

/// Inside single quotes. Everything else, line feeds included, stands for itself.
pub(super) fn literal(out: &mut Vec<u8>, mut bytes: &[u8]) {
    while let Some(at) = memchr3(b'\'', b'\\', 0, bytes) {
        let mark = match bytes[at] {
            0 => b'0',
            other => other,
        };
        copy(out, &bytes[..at], mark);
        bytes = &bytes[at + 1..];
    }
    out.extend_from_slice(bytes);
}

/// A field of `LOAD DATA`.
pub(super) fn field(out: &mut Vec<u8>, mut bytes: &[u8]) {
    while let Some(at) = bytes.iter().position(|byte| IN_FIELD[usize::from(*byte)] != 0) {
        copy(out, &bytes[..at], IN_FIELD[usize::from(bytes[at])]);
        bytes = &bytes[at + 1..];
    }
    out.extend_from_slice(bytes);
}

/// What is written after the backslash; 0 for bytes that stand for themselves.
static IN_FIELD: [u8; 256] = {
    let mut marks = [0; 256];
    marks[b'\t' as usize] = b't';
    marks[b'\n' as usize] = b'n';
    marks[b'\\' as usize] = b'\\';
    marks[0] = b'0';
    marks
};

fn copy(out: &mut Vec<u8>, plain: &[u8], mark: u8) {
    out.reserve(plain.len() + 2);
    out.extend_from_slice(plain);
    out.extend_from_slice(&[b'\\', mark]);
}

//! Values that have no parts.

use super::{BAD, Stored, kind};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::cell::{Wrong, packed_date_time, packed_time, write_decimal};
use oms_model::DateTime;
use std::io::Write;

pub(super) fn print(stored: Stored<'_>, out: &mut Vec<u8>) -> Result<(), Wrong> {
    let mut bytes = Bytes::new(stored.bytes);
    let mut whole = |number: i64| whole(out, number);
    match stored.kind {
        kind::LITERAL => out.extend_from_slice(match bytes.u8()? {
            0 => b"null",
            1 => b"true",
            2 => b"false",
            _ => return Err(BAD),
        }),
        kind::INT16 => whole(i16::from_le_bytes(bytes.array()?).into()),
        kind::UINT16 => whole(bytes.u16()?.into()),
        kind::INT32 => whole(i32::from_le_bytes(bytes.array()?).into()),
        kind::UINT32 => whole(bytes.u32()?.into()),
        kind::INT64 => whole(i64::from_le_bytes(bytes.array()?)),
        kind::UINT64 => {
            out.extend_from_slice(itoa::Buffer::new().format(bytes.u64()?).as_bytes());
        }
        kind::DOUBLE => double(f64::from_le_bytes(bytes.array()?), out)?,
        kind::STRING => quoted(sized(&mut bytes)?, out),
        kind::OPAQUE => {
            let of = bytes.u8()?;
            opaque(of, sized(&mut bytes)?, out)?;
        }
        _ => return Err(BAD),
    }
    Ok(())
}

fn whole(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Its length takes seven bits a byte, the lowest first.
fn sized<'a>(bytes: &mut Bytes<'a>) -> Result<&'a [u8], Wrong> {
    let mut length = 0_u64;
    for shift in (0..35).step_by(7) {
        let byte = bytes.u8()?;
        length |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(bytes.take(usize::try_from(length).map_err(|_| BAD)?)?);
        }
    }
    Err(BAD)
}

/// A string between quotes.
pub(super) fn quoted(text: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for byte in text {
        let escape = match byte {
            b'"' | b'\\' => *byte,
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            0..32 => {
                let (high, low) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
                continue;
            }
            _ => {
                out.push(*byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', escape]);
    }
    out.push(b'"');
}

/// The shortest digits that give these bits, laid out as the server does: as they are while the point
/// is within or near them, else with an exponent. What looks whole gets a `.0`.
pub(super) fn double(number: f64, out: &mut Vec<u8>) -> Result<(), Wrong> {
    if !number.is_finite() {
        return Err(BAD);
    }
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let mut scientific = [0_u8; 40];
    let mut room = &mut scientific[..];
    write!(room, "{:e}", number.abs()).map_err(|_| BAD)?;
    let left = room.len();
    let written = &scientific[..scientific.len() - left];
    let text = std::str::from_utf8(written).map_err(|_| BAD)?;
    let (mantissa, exponent) = text.split_once('e').ok_or(BAD)?;
    let exponent: i32 = exponent.parse().map_err(|_| BAD)?;
    let mut digits = [0_u8; 24];
    let mut count = 0;
    for digit in mantissa.bytes().filter(u8::is_ascii_digit) {
        *digits.get_mut(count).ok_or(BAD)? = digit;
        count += 1;
    }
    lay_out(&digits[..count], exponent + 1, out);
    Ok(())
}

/// `point`: how many of the digits stand before it.
fn lay_out(digits: &[u8], point: i32, out: &mut Vec<u8>) {
    // How far the point may be from the digits.
    const FAR: i32 = 15;
    let (first, more) = digits.split_at(1);
    let is_within = usize::try_from(point).is_ok_and(|point| point < digits.len());
    let is_near = -FAR < point && (point <= FAR || is_within);
    if digits != b"0" && !is_near {
        out.extend_from_slice(first);
        if !more.is_empty() {
            out.push(b'.');
            out.extend_from_slice(more);
        }
        out.push(b'e');
        whole(out, (point - 1).into());
        return;
    }
    match usize::try_from(point) {
        Ok(before) if before > 0 => {
            let known = before.min(digits.len());
            out.extend_from_slice(&digits[..known]);
            out.resize(out.len() + (before - known), b'0');
            out.push(b'.');
            match &digits[known..] {
                [] => out.push(b'0'),
                behind => out.extend_from_slice(behind),
            }
        }
        _ => {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + point.unsigned_abs() as usize, b'0');
            out.extend_from_slice(digits);
        }
    }
}

/// A value of a type that documents of other databases lack.
fn opaque(of: u8, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Wrong> {
    use crate::mysql::changes::event::types;
    match of {
        types::NEWDECIMAL => write_decimal(bytes, out)?,
        types::DATE | types::DATETIME | types::TIMESTAMP => {
            let packed = Bytes::new(bytes).u64()?;
            let micros = (packed & 0xff_ffff) as u32;
            if micros >= 1_000_000 {
                return Err(BAD);
            }
            let DateTime { date, clock } = packed_date_time(packed >> 24 & 0xff_ffff_ffff, micros);
            write!(out, "\"{date}").map_err(|_| BAD)?;
            if of != types::DATE {
                write!(
                    out,
                    " {:02}:{:02}:{:02}.{micros:06}",
                    clock.hour, clock.minute, clock.second
                )
                .map_err(|_| BAD)?;
            }
            out.push(b'"');
        }
        types::TIME => {
            let packed = i64::from_le_bytes(Bytes::new(bytes).array()?);
            let (negative, hours, minutes, seconds, micros) = packed_time(packed)?.parts();
            let sign = if negative { "-" } else { "" };
            write!(out, "\"{sign}{hours:02}:{minutes:02}:{seconds:02}.{micros:06}\"")
                .map_err(|_| BAD)?;
        }
        _ => {
            write!(out, "\"base64:type{of}:").map_err(|_| BAD)?;
            base64(bytes, out);
            out.push(b'"');
        }
    }
    Ok(())
}

fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // The server breaks the lines.
    const LINE: usize = 57;
    for (line, bytes) in bytes.chunks(LINE).enumerate() {
        if line > 0 {
            out.extend_from_slice(b"\\n");
        }
        for triple in bytes.chunks(3) {
            let byte = |at: usize| u32::from(triple.get(at).copied().unwrap_or_default());
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for at in 0..4 {
                out.push(match at <= triple.len() {
                    true => LETTERS[(bits >> (18 - 6 * at) & 63) as usize],
                    false => b'=',
                });
            }
        }
    }
}

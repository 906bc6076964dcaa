//! Numbers in digits.

use super::Unwritable;

/// A whole number.
pub(super) fn whole(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// The shortest digits that give these bits, with an exponent: without one, a statement's number is
/// a decimal, not a float.
pub(super) fn double(out: &mut Vec<u8>, number: f64) -> Result<(), Unwritable> {
    if !number.is_finite() {
        return Err(Unwritable::NotFinite);
    }
    let mut buffer = ryu::Buffer::new();
    let digits = buffer.format_finite(number).as_bytes();
    out.extend_from_slice(digits);
    if !digits.contains(&b'e') {
        out.extend_from_slice(b"e0");
    }
    Ok(())
}

/// The shortest digits that give these 32 bits, also to a server that reads 64 bits and then rounds.
/// They are those the server knows the number by: one limited to so many digits refuses more.
pub(super) fn float(out: &mut Vec<u8>, number: f32) -> Result<(), Unwritable> {
    if !number.is_finite() {
        return Err(Unwritable::NotFinite);
    }
    let mut buffer = ryu::Buffer::new();
    let digits = buffer.format_finite(number);
    // The shortest ones of the greatest number lie beyond it.
    let gives_it =
        |wide: f64| wide.abs() <= f32::MAX.into() && (wide as f32).to_bits() == number.to_bits();
    if !digits.parse().is_ok_and(gives_it) {
        return double(out, number.into());
    }
    out.extend_from_slice(digits.as_bytes());
    if !digits.contains('e') {
        out.extend_from_slice(b"e0");
    }
    Ok(())
}

/// A decimal as its database printed it. Anything else would be SQL of someone else's making.
pub(super) fn decimal(out: &mut Vec<u8>, digits: &str) -> Result<(), Unwritable> {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.');
    if digits.is_empty() || !digits.bytes().all(plain) {
        return Err(Unwritable::NotFinite);
    }
    out.extend_from_slice(digits.as_bytes());
    Ok(())
}

/// A number below 100 in two digits.
pub(super) fn two(out: &mut Vec<u8>, number: u8) {
    out.extend_from_slice(&[b'0' + number / 10 % 10, b'0' + number % 10]);
}

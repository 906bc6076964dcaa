//! ENUM and SET: numbers and bits, as the members they stand for.

use super::Wrong;
use crate::mysql::changes::bytes::Bytes;
use oms_model::Value;

/// The members of a column, in its charset.
pub(in crate::mysql::changes) type Members = Box<[Box<[u8]>]>;

pub(super) fn member<'m>(
    from: &mut Bytes<'_>,
    bytes: u8,
    members: &'m [Box<[u8]>],
) -> Result<Value<'m>, Wrong> {
    let number = from.little(bytes.into())?;
    let Some(place) = number.checked_sub(1) else { return Ok(Value::EnumError) };
    let member = usize::try_from(place).ok().and_then(|place| members.get(place));
    member
        .map(|member| Value::Enum(member))
        .ok_or(Wrong::Because("an ENUM has more members than are known"))
}

/// Its members with commas between them.
pub(super) fn set(
    from: &mut Bytes<'_>,
    bytes: u8,
    members: &[Box<[u8]>],
    out: &mut Vec<u8>,
) -> Result<(), Wrong> {
    let mut bits = from.little(bytes.into())?;
    let mut is_first = true;
    while bits != 0 {
        let member = members.get(bits.trailing_zeros() as usize);
        let member = member.ok_or(Wrong::Because("a SET has more members than are known"))?;
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        out.extend_from_slice(member);
        bits &= bits - 1;
    }
    Ok(())
}

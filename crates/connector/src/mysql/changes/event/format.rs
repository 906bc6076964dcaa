//! The description of a file's format, which comes first in it.

use super::{CHECKSUM, Event, is_right};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::fault::Fault;

/// How events are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mysql) enum Checksum {
    /// Nobody has said yet.
    Unknown,
    None,
    Crc32,
}

/// What the description says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mysql) struct Format {
    pub checksum: Checksum,
    /// What stands between the head and the body of each kind, by kind from 1 on.
    heads: Vec<u8>,
}

impl Default for Format {
    fn default() -> Self {
        Self { checksum: Checksum::Unknown, heads: Vec::new() }
    }
}

impl Format {
    /// `bytes`: the whole event.
    pub fn read(event: &Event<'_>, bytes: &[u8]) -> Result<Self, Fault> {
        let mut body = Bytes::new(event.body);
        if body.u16()? != 4 {
            return Err(Fault::damaged("the log has a format of before MySQL 5.0"));
        }
        body.take(50)?;
        body.u32()?;
        if usize::from(body.u8()?) != super::HEAD {
            return Err(Fault::damaged("events have heads of another length"));
        }
        let (heads, tail) = body
            .rest()
            .split_last_chunk::<{ CHECKSUM + 1 }>()
            .ok_or_else(|| Fault::damaged("the format of a log is cut off"))?;
        let checksum = match tail[0] {
            0 | 255 => Checksum::None,
            1 if is_right(bytes, event.flags) => Checksum::Crc32,
            1 => return Err(Fault::damaged("the sum of a log's format is wrong")),
            _ => return Err(Fault::damaged("the sums of the log are of an unknown kind")),
        };
        Ok(Self { checksum, heads: heads.to_vec() })
    }

    /// The length of what stands before the body of a kind of event.
    pub fn head_of(&self, kind: u8) -> Option<usize> {
        let at = usize::from(kind).checked_sub(1)?;
        self.heads.get(at).map(|length| usize::from(*length))
    }
}

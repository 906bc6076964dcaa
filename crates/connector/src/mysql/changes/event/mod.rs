//! Events of the log, from their bytes: what each says, without what it means.

mod format;
mod gtid;
mod inflate;
mod metadata;
mod payload;
mod query;
mod rows;
mod table_map;

pub(in crate::mysql) use format::{Checksum, Format};
pub(in crate::mysql) use gtid::{MariadbGtid, MysqlGtid, gtid_list, previous_gtids, xa_name};
pub(in crate::mysql) use inflate::{inflate, plain_query, plain_rows};
pub(in crate::mysql) use payload::Payload;
pub(in crate::mysql) use query::{Query, mode_names};
pub(in crate::mysql) use rows::{RowsEvent, Shape};
pub(in crate::mysql) use table_map::{ColumnKind, TableMap, types};

use super::bytes::Bytes;
use super::fault::Fault;

/// The kinds of events, by the number in their heads.
pub(in crate::mysql) mod kind {
    pub const QUERY: u8 = 2;
    pub const STOP: u8 = 3;
    pub const ROTATE: u8 = 4;
    pub const INTVAR: u8 = 5;
    pub const RAND: u8 = 13;
    pub const USER_VAR: u8 = 14;
    pub const FORMAT: u8 = 15;
    pub const XID: u8 = 16;
    pub const BEGIN_LOAD_QUERY: u8 = 17;
    pub const EXECUTE_LOAD_QUERY: u8 = 18;
    pub const TABLE_MAP: u8 = 19;
    pub const WRITE_ROWS_V1: u8 = 23;
    pub const UPDATE_ROWS_V1: u8 = 24;
    pub const DELETE_ROWS_V1: u8 = 25;
    pub const INCIDENT: u8 = 26;
    pub const HEARTBEAT: u8 = 27;
    pub const IGNORABLE: u8 = 28;
    pub const ROWS_QUERY: u8 = 29;
    pub const WRITE_ROWS: u8 = 30;
    pub const UPDATE_ROWS: u8 = 31;
    pub const DELETE_ROWS: u8 = 32;
    pub const GTID: u8 = 33;
    pub const ANONYMOUS_GTID: u8 = 34;
    pub const PREVIOUS_GTIDS: u8 = 35;
    pub const TRANSACTION_CONTEXT: u8 = 36;
    pub const VIEW_CHANGE: u8 = 37;
    pub const XA_PREPARE: u8 = 38;
    pub const PARTIAL_UPDATE_ROWS: u8 = 39;
    pub const TRANSACTION_PAYLOAD: u8 = 40;
    pub const HEARTBEAT_V2: u8 = 41;
    pub const GTID_TAGGED: u8 = 42;
    pub const MARIADB_ANNOTATE: u8 = 160;
    pub const MARIADB_CHECKPOINT: u8 = 161;
    pub const MARIADB_GTID: u8 = 162;
    pub const MARIADB_GTID_LIST: u8 = 163;
    pub const MARIADB_ENCRYPTION: u8 = 164;
    pub const MARIADB_QUERY_COMPRESSED: u8 = 165;
    pub const MARIADB_WRITE_ROWS_COMPRESSED_V1: u8 = 166;
    pub const MARIADB_UPDATE_ROWS_COMPRESSED_V1: u8 = 167;
    pub const MARIADB_DELETE_ROWS_COMPRESSED_V1: u8 = 168;
    pub const MARIADB_WRITE_ROWS_COMPRESSED: u8 = 169;
    pub const MARIADB_UPDATE_ROWS_COMPRESSED: u8 = 170;
    pub const MARIADB_DELETE_ROWS_COMPRESSED: u8 = 171;
}

/// What a head takes.
pub(in crate::mysql) const HEAD: usize = 19;
const CHECKSUM: usize = 4;
/// The log is still being written.
const IN_USE: u16 = 0x01;
/// Made up by the server for whoever reads, not in the log.
const ARTIFICIAL: u16 = 0x20;
/// May be left out by whoever does not know it.
const IGNORABLE: u16 = 0x80;

/// One event.
#[derive(Debug, Clone, Copy)]
pub(in crate::mysql) struct Event<'a> {
    /// In seconds since 1970; 0 for what the server makes up.
    pub at: u32,
    pub kind: u8,
    pub server_id: u32,
    /// Where the next one begins in its file, as far as four bytes tell; 0 within a compressed
    /// transaction.
    pub next: u32,
    flags: u16,
    pub body: &'a [u8],
    /// All its bytes in the log.
    pub size: usize,
}

impl<'a> Event<'a> {
    /// Takes an event apart and makes sure that its bytes are those that were written.
    pub fn read(bytes: &'a [u8], checksum: Checksum) -> Result<Self, Fault> {
        let mut head = Bytes::new(bytes);
        let (at, kind, server_id) = (head.u32()?, head.u8()?, head.u32()?);
        let (size, next, flags) = (head.u32()?, head.u32()?, head.u16()?);
        if size as usize != bytes.len() {
            return Err(Fault::damaged("an event has another length than it says"));
        }
        let event = Self { at, kind, server_id, next, flags, body: head.rest(), size: bytes.len() };
        match (kind, checksum) {
            // It says itself how it is protected.
            (kind::FORMAT, _) => Ok(event),
            // The first of a stream comes before anybody knows how events are protected, and not
            // every server protects it.
            (kind::ROTATE, _) if event.is_artificial() => match event.checked(bytes) {
                Ok(checked) => Ok(checked),
                Err(fault) if checksum == Checksum::Crc32 => Err(fault),
                Err(_) => Ok(event),
            },
            (_, Checksum::Crc32) => event.checked(bytes),
            (_, Checksum::Unknown | Checksum::None) => Ok(event),
        }
    }

    /// Compares the sum at the end, which is no part of the body.
    fn checked(mut self, bytes: &'a [u8]) -> Result<Self, Fault> {
        let (summed, sum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .filter(|(summed, _)| summed.len() >= HEAD)
            .ok_or_else(|| Fault::damaged("an event is too short for its sum"))?;
        if crc32fast::hash(summed) != u32::from_le_bytes(*sum) {
            return Err(Fault::damaged("the sum of an event is wrong"));
        }
        self.body = &summed[HEAD..];
        Ok(self)
    }

    pub fn is_artificial(&self) -> bool {
        self.flags & ARTIFICIAL != 0 || self.at == 0
    }

    pub fn is_ignorable(&self) -> bool {
        self.flags & IGNORABLE != 0
    }

    /// The file that follows, and where in it to go on.
    pub fn rotation(&self) -> Result<(&'a [u8], u64), Fault> {
        let mut body = Bytes::new(self.body);
        let at = body.u64()?;
        Ok((body.rest(), at))
    }
}

/// Whether a sum is right of an event whose flag says that its file is being written: the flag is
/// not in the sum.
fn is_right(bytes: &[u8], flags: u16) -> bool {
    let Some((summed, sum)) = bytes.split_last_chunk::<CHECKSUM>() else { return false };
    if summed.len() < HEAD {
        return false;
    }
    let sum = u32::from_le_bytes(*sum);
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&summed[..HEAD - 2]);
    hasher.update(&(flags & !IN_USE).to_le_bytes());
    hasher.update(&summed[HEAD..]);
    hasher.finalize() == sum || crc32fast::hash(summed) == sum
}

/// Puts an event together, with a sum: for tests, and for what was compressed.
#[cfg(test)]
pub(in crate::mysql) fn written(kind: u8, at: u32, flags: u16, body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(HEAD + body.len() + CHECKSUM).unwrap();
    let mut out = at.to_le_bytes().to_vec();
    out.push(kind);
    for number in [1, size, size] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(&flags.to_le_bytes());
    out.extend_from_slice(body);
    let sum = crc32fast::hash(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_is_noticed() {
        let bytes = written(kind::XID, 7, 0, &[1; 8]);
        let event = Event::read(&bytes, Checksum::Crc32).unwrap();
        assert_eq!((event.at, event.body.len()), (7, 8));
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 4;
            assert!(Event::read(&bytes, Checksum::Crc32).is_err(), "{at}");
        }
        assert!(Event::read(&bytes[..HEAD + 2], Checksum::Crc32).is_err());
    }

    #[test]
    fn the_first_rotation_is_read_with_and_without_a_sum() {
        let mut body = 4_u64.to_le_bytes().to_vec();
        body.extend_from_slice(b"b.000001");
        let summed = written(kind::ROTATE, 0, ARTIFICIAL, &body);
        let event = Event::read(&summed, Checksum::Unknown).unwrap();
        assert_eq!(event.rotation().unwrap(), (&b"b.000001"[..], 4));
        let mut plain = summed[..summed.len() - 4].to_vec();
        let size = u32::try_from(plain.len()).unwrap();
        plain[9..13].copy_from_slice(&size.to_le_bytes());
        let event = Event::read(&plain, Checksum::Unknown).unwrap();
        assert_eq!(event.rotation().unwrap(), (&b"b.000001"[..], 4));
    }
}

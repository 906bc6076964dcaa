//! What rows that follow look like: the types of their columns, and whatever else the server tells.

use super::metadata::Metadata;
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::fault::Fault;

/// The types of columns, by their numbers in the log.
pub(in crate::mysql) mod types {
    pub const TINY: u8 = 1;
    pub const SHORT: u8 = 2;
    pub const LONG: u8 = 3;
    pub const FLOAT: u8 = 4;
    pub const DOUBLE: u8 = 5;
    pub const TIMESTAMP: u8 = 7;
    pub const LONGLONG: u8 = 8;
    pub const INT24: u8 = 9;
    pub const DATE: u8 = 10;
    pub const TIME: u8 = 11;
    pub const DATETIME: u8 = 12;
    pub const YEAR: u8 = 13;
    pub const NEWDATE: u8 = 14;
    pub const VARCHAR: u8 = 15;
    pub const BIT: u8 = 16;
    pub const TIMESTAMP2: u8 = 17;
    pub const DATETIME2: u8 = 18;
    pub const TIME2: u8 = 19;
    pub const TYPED_ARRAY: u8 = 20;
    pub const BLOB_COMPRESSED: u8 = 140;
    pub const VARCHAR_COMPRESSED: u8 = 141;
    pub const VECTOR: u8 = 242;
    pub const JSON: u8 = 245;
    pub const NEWDECIMAL: u8 = 246;
    pub const ENUM: u8 = 247;
    pub const SET: u8 = 248;
    pub const TINY_BLOB: u8 = 249;
    pub const MEDIUM_BLOB: u8 = 250;
    pub const LONG_BLOB: u8 = 251;
    pub const BLOB: u8 = 252;
    pub const VAR_STRING: u8 = 253;
    pub const STRING: u8 = 254;
    pub const GEOMETRY: u8 = 255;
}

/// The type of a column, and the number or two that belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::mysql) struct ColumnKind {
    /// What is meant: an ENUM, where the log writes a string.
    pub kind: u8,
    /// The greatest length in bytes, the digits of a fraction, the bytes of a length, …: what it is
    /// depends on the kind.
    pub meta: u16,
}

impl ColumnKind {
    /// From the kind as it is written, taking what belongs to it.
    fn read(written: u8, metas: &mut Bytes<'_>) -> Result<Self, Fault> {
        use types as t;
        let meta = match written {
            t::VARCHAR | t::VAR_STRING | t::BIT | t::VARCHAR_COMPRESSED => metas.u16()?,
            // Digits before those behind the point.
            t::NEWDECIMAL => u16::from_be_bytes(metas.array()?),
            t::STRING | t::ENUM | t::SET => {
                let [first, second] = metas.array()?;
                return Ok(Self::string(first, second));
            }
            t::FLOAT
            | t::DOUBLE
            | t::TIMESTAMP2
            | t::DATETIME2
            | t::TIME2
            | t::BLOB
            | t::TINY_BLOB
            | t::MEDIUM_BLOB
            | t::LONG_BLOB
            | t::JSON
            | t::GEOMETRY
            | t::VECTOR
            | t::BLOB_COMPRESSED => metas.u8()?.into(),
            t::TYPED_ARRAY => {
                let of = metas.u8()?;
                Self::read(if of == t::TYPED_ARRAY { t::TINY } else { of }, metas)?;
                0
            }
            _ => 0,
        };
        Ok(Self { kind: written, meta })
    }

    /// A string may be an ENUM or a SET, and the bits of the kind that are always set hold the upper
    /// bits of a length.
    fn string(first: u8, second: u8) -> Self {
        if first & 0x30 == 0x30 {
            return Self { kind: first, meta: second.into() };
        }
        let upper = u16::from(first & 0x30 ^ 0x30) << 4;
        Self { kind: first | 0x30, meta: upper | u16::from(second) }
    }

    pub fn is_numeric(self) -> bool {
        use types as t;
        matches!(
            self.kind,
            t::TINY
                | t::SHORT
                | t::INT24
                | t::LONG
                | t::LONGLONG
                | t::NEWDECIMAL
                | t::FLOAT
                | t::DOUBLE
                | t::YEAR
        )
    }

    pub fn is_text(self) -> bool {
        use types as t;
        matches!(
            self.kind,
            t::STRING
                | t::VAR_STRING
                | t::VARCHAR
                | t::BLOB
                | t::TINY_BLOB
                | t::MEDIUM_BLOB
                | t::LONG_BLOB
                | t::BLOB_COMPRESSED
                | t::VARCHAR_COMPRESSED
        )
    }
}

/// A table of rows that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mysql) struct TableMap {
    pub number: u64,
    pub database: String,
    pub table: String,
    pub columns: Vec<ColumnKind>,
    /// For each column.
    pub nullable: Vec<bool>,
    pub metadata: Metadata,
}

/// No server allows more.
const MOST_COLUMNS: u64 = 4096 + 16;

impl TableMap {
    /// The number that rows name the table by.
    pub fn number(body: &[u8], head: usize) -> Result<u64, Fault> {
        let mut body = Bytes::new(body);
        Ok(if head == 6 { body.u32()?.into() } else { body.u48()? })
    }

    /// `head`: how long what stands before the names is.
    pub fn read(body: &[u8], head: usize) -> Result<Self, Fault> {
        let number = Self::number(body, head)?;
        let mut body = Bytes::new(body);
        body.take(head)?;
        let database = name(&mut body)?;
        let table = name(&mut body)?;
        let count = body.packed()?;
        if count > MOST_COLUMNS {
            return Err(Fault::damaged("a table has more columns than there can be"));
        }
        let kinds = body.take(usize::try_from(count).unwrap_or_default())?;
        let mut metas = Bytes::new(body.string()?);
        let columns = kinds.iter().map(|kind| ColumnKind::read(*kind, &mut metas));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        if !metas.is_empty() {
            return Err(Fault::damaged("a table has more types than columns"));
        }
        let nulls = body.take(kinds.len().div_ceil(8))?;
        let nullable = (0..kinds.len()).map(|at| nulls[at / 8] >> (at % 8) & 1 == 1).collect();
        let metadata = Metadata::read(body.rest(), &columns)?;
        Ok(Self { number, database, table, columns, nullable, metadata })
    }
}

/// Its length, the name, and a NUL.
fn name(body: &mut Bytes<'_>) -> Result<String, Fault> {
    let length = usize::try_from(body.packed()?).unwrap_or(usize::MAX);
    let name = body.take(length)?;
    body.u8()?;
    let name = std::str::from_utf8(name).map_err(|_| Fault::damaged("a name is no text"))?;
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_strings_and_lists_are_told_apart() {
        assert_eq!(ColumnKind::string(247, 1), ColumnKind { kind: types::ENUM, meta: 1 });
        assert_eq!(ColumnKind::string(254, 80), ColumnKind { kind: types::STRING, meta: 80 });
        // CHAR(255) of four bytes each.
        let (kind, length) = (types::STRING, 1020_u16);
        let first = kind ^ u8::try_from((length & 0x300) >> 4).unwrap();
        let second = (length & 0xff) as u8;
        assert_eq!(ColumnKind::string(first, second), ColumnKind { kind, meta: length });
    }

    #[test]
    fn a_table_is_read_and_one_that_is_cut_off_is_not() {
        let kinds = [types::LONG, types::VARCHAR, types::NEWDECIMAL, types::STRING];
        let metas = [40, 0, 10, 2, 247, 1];
        let body = [
            &[9, 0, 0, 0, 0, 0, 1, 0][..],
            b"\x01d\0\x01t\0",
            &[4],
            &kinds,
            &[6],
            &metas,
            &[0b1110],
        ]
        .concat();
        let table = TableMap::read(&body, 8).unwrap();
        assert_eq!((table.number, table.database.as_str(), table.table.as_str()), (9, "d", "t"));
        let metas: Vec<u16> = table.columns.iter().map(|column| column.meta).collect();
        assert_eq!(metas, [0, 40, 0x0a02, 1]);
        assert_eq!(table.columns[3].kind, types::ENUM);
        for cut in 0..body.len() {
            assert!(TableMap::read(&body[..cut], 8).is_err(), "{cut}");
        }
    }
}

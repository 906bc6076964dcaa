//! What a result says about each of its columns.

use super::cursor::Cursor;
use super::error::WireError;
use mysql_common::constants::ColumnFlags;
pub(crate) use mysql_common::constants::ColumnType;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnDef {
    pub name: String,
    pub kind: ColumnType,
    pub flags: ColumnFlags,
    /// The collation's number. 63 is binary.
    pub charset: u16,
    pub decimals: u8,
    /// The greatest length, in bytes of the connection's character set.
    pub length: u32,
}

impl ColumnDef {
    pub(super) fn read(payload: &[u8]) -> Result<Self, WireError> {
        let mut cursor = Cursor::new(payload);
        // Catalog, database, alias and name of the table.
        for _ in 0..4 {
            cursor.string()?;
        }
        let name = String::from_utf8_lossy(cursor.string()?).into_owned();
        cursor.string()?;
        cursor.length()?;
        let (charset, length, kind) = (cursor.u16()?, cursor.u32()?, cursor.u8()?);
        let (flags, decimals) = (cursor.u16()?, cursor.u8()?);
        let kind = ColumnType::try_from(kind)
            .map_err(|_| WireError::protocol(format!("{name} is of the unknown type {kind}")))?;
        let flags = ColumnFlags::from_bits_retain(flags);
        Ok(Self { name, kind, flags, charset, decimals, length })
    }

    pub fn is_unsigned(&self) -> bool {
        self.flags.contains(ColumnFlags::UNSIGNED_FLAG)
    }

    pub fn is_binary(&self) -> bool {
        self.charset == BINARY
    }
}

const BINARY: u16 = 63;

//! What a result says about each of its columns.

use super::cursor::Cursor;
use super::error::WireError;
use mysql_common::constants::ColumnFlags;
pub(super) use mysql_common::constants::ColumnType;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnDef {
    pub name: String,
    pub kind: ColumnType,
    pub flags: ColumnFlags,
    /// Digits of a second's fraction.
    pub decimals: u8,
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
        // The collation, and the greatest length.
        cursor.bytes(6)?;
        let kind = cursor.u8()?;
        let (flags, decimals) = (cursor.u16()?, cursor.u8()?);
        let kind = ColumnType::try_from(kind)
            .map_err(|_| WireError::protocol(format!("{name} is of the unknown type {kind}")))?;
        let flags = ColumnFlags::from_bits_retain(flags);
        Ok(Self { name, kind, flags, decimals })
    }

    pub fn is_unsigned(&self) -> bool {
        self.flags.contains(ColumnFlags::UNSIGNED_FLAG)
    }
}

//! Values that are no member of their ENUM: no strict mode takes them, though sources hold them. As
//! where rows are loaded, the rows are written strictly first, with a member in place of such values,
//! and taken back; what passed is then written as it is, and nothing but those values can be bent.

use super::Applying;
use super::statements::Head;
use crate::apply::{Applied, Images};
use crate::mysql::writer::LENIENT;
use crate::writer::WriteError;
use oms_model::{Cells, LogicalType, Rows, Value};

/// The rows with a member in place of what is none; `None` where all are.
pub(super) fn with_members(table: &Applied, rows: &Images<'_>) -> Option<Rows> {
    let is_enum =
        |column: &usize| matches!(table.into.columns[*column].logical, LogicalType::Enum { .. });
    let columns = (0..table.into.columns.len()).filter(is_enum);
    let places: Vec<usize> = columns.filter_map(|at| rows.places.get(at).copied()).collect();
    if places.is_empty() {
        return None;
    }
    let is_none = |value: Value<'_>| value == Value::EnumError;
    let has_error = |row: &&[u8]| Cells::new(row).any(is_none);
    if !rows.rows.iter().any(has_error) {
        return None;
    }
    let mut proper = Rows::default();
    for row in rows.rows {
        proper.push_row(Cells::new(row).enumerate().map(|(place, value)| match value {
            Value::EnumError if places.contains(&place) => Value::Int(1),
            other => other,
        }));
    }
    Some(proper)
}

impl Applying {
    pub(super) async fn put_leniently(
        &mut self,
        table: &Applied,
        (rows, proper): (&Images<'_>, &Rows),
        head: Head,
    ) -> Result<u64, WriteError> {
        let proper: Vec<&[u8]> = (0..proper.len()).map(|at| proper.stored(at)).collect();
        let strict = Images { rows: &proper, places: rows.places };
        self.write(b"SAVEPOINT oms_strict").await?;
        self.put_strictly(table, &strict, head).await?;
        self.relax().await?;
        let outcome = self.put_strictly(table, rows, head).await;
        self.be_strict().await;
        outcome
    }

    /// The same for one row that is there.
    pub(super) async fn update_leniently(
        &mut self,
        table: &Applied,
        before: &Images<'_>,
        (after, proper): (&Images<'_>, &Rows),
    ) -> Result<u64, WriteError> {
        let proper: Vec<&[u8]> = (0..proper.len()).map(|at| proper.stored(at)).collect();
        let strict = Images { rows: &proper, places: after.places };
        self.write(b"SAVEPOINT oms_strict").await?;
        self.update_strictly(table, before, &strict).await?;
        self.relax().await?;
        let outcome = self.update_strictly(table, before, after).await;
        self.be_strict().await;
        outcome
    }

    /// Takes back what passed strictly, and bends values from here on.
    async fn relax(&mut self) -> Result<(), WriteError> {
        self.write(b"ROLLBACK TO SAVEPOINT oms_strict").await?;
        self.write(b"SET @oms_mode = @@sql_mode").await?;
        self.write(LENIENT).await.map(drop)
    }

    async fn be_strict(&mut self) {
        if self.write(b"SET sql_mode = @oms_mode").await.is_err() {
            // It must not be used for anything else; closing it takes the transaction back.
            self.session.wire.abandon();
        }
    }
}

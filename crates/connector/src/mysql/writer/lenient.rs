//! Values that are no member of their ENUM. MySQL keeps them, as number 0, and no strict mode takes
//! them. What is not strict bends everything else, too, and OceanBase does so without a warning.
//!
//! So the rows are inserted strictly first, with a member in place of such values, and taken back.
//! What passed is then inserted as it is: nothing but those values can be bent any more.

use super::Writing;
use super::statements::Statements;
use crate::writer::{Batch, WriteError};
use oms_model::{Rows, Value};

/// The mode that takes them.
pub(in crate::mysql) const LENIENT: &[u8] =
    b"SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'";

impl Writing {
    pub(super) async fn insert_leniently(
        &mut self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
    ) -> Result<(), WriteError> {
        self.begin().await?;
        let outcome = self.insert_twice(statements, rows).await;
        self.end(outcome).await
    }

    async fn insert_twice(
        &mut self,
        statements: &Statements<'_>,
        rows: &Batch<'_>,
    ) -> Result<(), WriteError> {
        self.write(b"SAVEPOINT oms_strict").await?;
        let proper = with_first_members(rows);
        self.insert_many(statements, &Batch::all(&proper), &mut Vec::new()).await?;
        self.write(b"ROLLBACK TO SAVEPOINT oms_strict").await?;
        self.write(b"SET @oms_mode = @@sql_mode").await?;
        self.write(LENIENT).await?;
        let outcome = self.insert_many(statements, rows, &mut Vec::new()).await;
        if self.write(b"SET sql_mode = @oms_mode").await.is_err() {
            // It must not be used for anything else; closing it takes the transaction back.
            self.session.wire.abandon();
        }
        outcome
    }
}

fn with_first_members(rows: &Batch<'_>) -> Rows {
    let mut proper = Rows::default();
    for index in rows.range.clone() {
        proper.push_row(rows.rows.row(index).map(|value| match value {
            Value::EnumError => Value::Int(1),
            other => other,
        }));
    }
    proper
}

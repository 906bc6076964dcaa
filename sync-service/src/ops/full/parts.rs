//! Rows that were refused together: those that can be written are, and the one that cannot is named.

use super::fate::{Failure, FailureKind};
use super::job::Job;
use super::reconcile;
use super::writer::{Kept, Writer};
use oms_connector::{Batch, WriteError};

impl Writer {
    /// Writes what can be written of rows that were refused together, in halves, up to the first row
    /// that is refused alone: only that one is to blame. The table fails, and a later run finds the
    /// others there. Where every row can be written alone, nothing failed.
    pub(super) async fn write_in_parts(
        &mut self,
        job: &Job,
        rows: &Batch<'_>,
        kept: &mut Kept,
    ) -> Result<(), Failure> {
        let mut waiting = vec![rows.clone()];
        while let Some(part) = waiting.pop() {
            let (lower, upper) = part.halves();
            // All of them together were refused already.
            if part.len() < rows.len() || part.len() == 1 {
                match self.settle_or_insert(job, &part, kept).await {
                    Ok(()) => continue,
                    Err(refused) if is_refusal(&refused) => {
                        if part.len() == 1 {
                            return Err(blame(job, &part, &refused));
                        }
                    }
                    Err(other) => {
                        if !matches!(other, WriteError::Passing { .. }) {
                            self.session = None;
                        }
                        return Err(Failure::of_write(&other));
                    }
                }
            }
            waiting.extend([upper, lower]);
        }
        Ok(())
    }

    async fn settle_or_insert(
        &mut self,
        job: &Job,
        rows: &Batch<'_>,
        kept: &mut Kept,
    ) -> Result<(), WriteError> {
        match self.insert(job, rows).await {
            Err(WriteError::Duplicate { .. }) if !job.into.key.is_empty() => {
                self.settle(job, rows, kept).await
            }
            outcome => outcome,
        }
    }
}

/// Whether the database does not take one of the rows.
pub(super) fn is_refusal(error: &WriteError) -> bool {
    use WriteError::{Duplicate, Failed, Passing, Rejected, Unknown, Unwritable};
    match error {
        Duplicate { .. } | Rejected { .. } | Unwritable { .. } => true,
        Passing { .. } | Unknown(_) | Failed(_) => false,
    }
}

/// Names the row that was refused alone.
fn blame(job: &Job, row: &Batch<'_>, refused: &WriteError) -> Failure {
    let key = reconcile::name(&job.into, row.rows.row(row.range.start));
    let failure = Failure::of_write(refused);
    let message = match failure.kind {
        FailureKind::Conflict => {
            format!("the row {key} collides with another one under the target's keys: {refused}")
        }
        _ => format!("the row {key} cannot be written: {refused}"),
    };
    Failure { message, ..failure }
}

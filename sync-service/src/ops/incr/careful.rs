//! Finds the row of a batch that is not as expected, and does what the policy says.

use super::discrepancy::{Discrepancy, Found, Policy};
use super::fate::Trouble;
use super::lane::{Hitch, Lane, is_expected};
use super::window::Window;
use crate::domain::incr::{Row, WorkKind};
use oms_connector::WriteError;
use oms_contracts::ErrorCode;

impl Lane {
    /// Does the same to some rows, in halves where it does not go as expected.
    pub(super) async fn work_carefully(
        &mut self,
        window: &Window,
        kind: WorkKind,
        rows: &[Row],
    ) -> Result<(), Hitch> {
        if rows.is_empty() {
            return Ok(());
        }
        self.session()?.set_savepoint().await?;
        match self.work(window, kind, rows).await {
            Ok(found) if is_expected(window, kind, rows, found) => return Ok(()),
            Ok(_) | Err(WriteError::Duplicate { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.session()?.back_to_savepoint().await?;
        if let [row] = rows {
            return self.settle(window, kind, *row).await;
        }
        let (lower, upper) = rows.split_at(rows.len() / 2);
        Box::pin(self.work_carefully(window, kind, lower)).await?;
        Box::pin(self.work_carefully(window, kind, upper)).await
    }

    /// Does what the policy says about a row that is not as expected.
    async fn settle(&mut self, window: &Window, kind: WorkKind, row: Row) -> Result<(), Hitch> {
        let found = match kind {
            WorkKind::Delete if row.returns => Found::NothingToChange,
            WorkKind::Delete | WorkKind::DeleteCopies => Found::NothingToRemove,
            WorkKind::Update | WorkKind::UpdatePart => Found::NothingToChange,
            WorkKind::Insert | WorkKind::InsertCopies | WorkKind::Replace => Found::InTheWay,
        };
        let policy = self.place.policy;
        let is_repaired = policy == Policy::Repair && !row.image.partial;
        let discrepancy = described(window, found, row, is_repaired);
        let message = told(&discrepancy);
        self.place.meter.unexpected(found);
        let recorded = self.place.records.record(vec![discrepancy]).await;
        recorded.map_err(|error| Trouble::end(error.code, error.message))?;
        if window.lenient && kind == WorkKind::UpdatePart {
            // It was gone when the load came by; that it went follows.
            return Ok(());
        }
        match policy {
            Policy::Stop => return Err(Trouble::end(ErrorCode::RowDrifted, message).into()),
            Policy::Repair if !is_repaired => {
                // A part of a row is no row.
                return Err(Trouble::end(ErrorCode::ChangeUnusable, message).into());
            }
            Policy::Repair | Policy::Record => {}
        }
        match kind {
            // What is left of it goes all the same.
            WorkKind::DeleteCopies => {
                self.work(window, kind, &[row]).await?;
            }
            WorkKind::Update | WorkKind::UpdatePart | WorkKind::Insert | WorkKind::InsertCopies
                if is_repaired =>
            {
                self.work(window, WorkKind::Replace, &[row]).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn described(window: &Window, found: Found, row: Row, is_repaired: bool) -> Discrepancy {
    let into = &window.table(row.image.route).into;
    let is_new = found == Found::InTheWay;
    let is_gone = found == Found::NothingToRemove;
    Discrepancy {
        database: into.database.clone(),
        table: into.table.clone(),
        seq: row.image.seq,
        found,
        key: window.key(&row.key),
        before: (!is_new).then(|| window.image(&row.key)),
        after: (!is_gone).then(|| window.image(&row.image)),
        is_repaired,
    }
}

fn told(discrepancy: &Discrepancy) -> String {
    let Discrepancy { database, table, seq, key, .. } = discrepancy;
    let what = match discrepancy.found {
        Found::NothingToChange => "is to be changed and is not there",
        Found::NothingToRemove => "is to be removed and is not there",
        Found::InTheWay => "is new and another one is in its way",
    };
    format!("target: the row ({key}) of {database}.{table} {what} (change {seq})")
}

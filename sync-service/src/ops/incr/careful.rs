//! Finds the row of a batch that is not as expected, and does what the policy says.

use super::discrepancy::{Discrepancy, Found, Policy};
use super::fate::Trouble;
use super::lane::{Hitch, Lane, is_expected};
use super::window::Window;
use crate::domain::incr::{Batch, Row, WorkKind};
use oms_connector::{Savepoint, WriteError};
use oms_contracts::ErrorCode;

impl Lane {
    /// Does a batch in pieces as small as it takes. Where the target is to stay as it is, rows that
    /// belong together are done or left together: a row is not removed whose new state was refused.
    pub(super) async fn all_carefully(
        &mut self,
        window: &Window,
        batch: &Batch,
    ) -> Result<(), Hitch> {
        let known = self.left.len();
        for work in &batch.works {
            let is_left = |row: &Row| row.group.is_some_and(|group| self.left.contains(&group));
            let rows: Vec<Row> = work.rows.iter().filter(|row| !is_left(row)).copied().collect();
            self.work_carefully(window, work.kind, &rows).await?;
        }
        if self.left.len() > known {
            return Err(Hitch::Left);
        }
        self.tell().await.map_err(Hitch::Trouble)
    }

    /// Records what was found, before what was done about it is committed.
    async fn tell(&mut self) -> Result<(), Trouble> {
        let mut found = self.of_left.clone();
        found.append(&mut self.found);
        if found.is_empty() {
            return Ok(());
        }
        for one in &found {
            self.place.meter.unexpected(one.found);
        }
        let recorded = self.place.records.record(found).await;
        recorded.map_err(|error| Trouble::end(error.code, error.message))
    }

    /// Does the same to some rows, in halves where it does not go as expected.
    async fn work_carefully(
        &mut self,
        window: &Window,
        kind: WorkKind,
        rows: &[Row],
    ) -> Result<(), Hitch> {
        if rows.is_empty() {
            return Ok(());
        }
        self.session()?.set_savepoint(Savepoint::Rows).await?;
        let is_in_the_way = match self.work(window, kind, rows).await {
            Ok(found) if is_expected(window, kind, rows, found) => return Ok(()),
            Ok(_) => false,
            Err(WriteError::Duplicate { .. }) => true,
            Err(error) => return Err(error.into()),
        };
        self.session()?.back_to_savepoint(Savepoint::Rows).await?;
        if let [row] = rows {
            return self.settle(window, kind, (*row, is_in_the_way)).await;
        }
        let (lower, upper) = rows.split_at(rows.len() / 2);
        Box::pin(self.work_carefully(window, kind, lower)).await?;
        Box::pin(self.work_carefully(window, kind, upper)).await
    }

    /// Does what the policy says about a row that is not as expected.
    async fn settle(
        &mut self,
        window: &Window,
        kind: WorkKind,
        (row, is_in_the_way): (Row, bool),
    ) -> Result<(), Hitch> {
        if row.group.is_some_and(|group| self.left.contains(&group)) {
            return Ok(());
        }
        let found = match kind {
            _ if is_in_the_way => Found::InTheWay,
            WorkKind::Delete if row.returns => Found::NothingToChange,
            WorkKind::Delete | WorkKind::DeleteCopies => Found::NothingToRemove,
            WorkKind::Update
            | WorkKind::UpdatePart
            | WorkKind::FollowDelete
            | WorkKind::FollowUpdate => Found::NothingToChange,
            WorkKind::Insert | WorkKind::InsertCopies | WorkKind::Replace => Found::InTheWay,
        };
        let policy = self.place.policy;
        // A part of a row is no row; and a row that could not even be put in place of others stays out.
        let is_repaired =
            policy == Policy::Repair && !row.image.partial && kind != WorkKind::Replace;
        let discrepancy = described(window, found, row, is_repaired);
        let message = told(&discrepancy, kind);
        let fatal = match policy {
            Policy::Record => None,
            // What was loaded or done before may have been taken from under it. If so, the row is
            // nowhere, and what the source logged does not suffice to bring it back.
            _ if kind == WorkKind::UpdatePart && window.is_lenient(row.image.route) => {
                (!window.may_lack(row.image.route)).then_some(ErrorCode::ChangeUnusable)
            }
            Policy::Stop => Some(ErrorCode::RowDrifted),
            Policy::Repair => (!is_repaired).then_some(match kind {
                WorkKind::Replace => ErrorCode::RowDrifted,
                _ => ErrorCode::ChangeUnusable,
            }),
        };
        let is_group = policy == Policy::Record && row.group.is_some();
        match row.group.filter(|_| is_group) {
            Some(group) => {
                self.left.insert(group);
                self.of_left.push(discrepancy);
                return Ok(());
            }
            None => self.found.push(discrepancy),
        }
        if let Some(code) = fatal {
            self.tell().await?;
            return Err(Trouble::end(code, message).into());
        }
        match kind {
            // What is left of it goes all the same.
            WorkKind::DeleteCopies => {
                self.work(window, kind, &[row]).await?;
            }
            WorkKind::Update | WorkKind::UpdatePart | WorkKind::Insert | WorkKind::InsertCopies
                if is_repaired =>
            {
                if is_in_the_way && window.moves(&row) {
                    let old = Row { image: row.key, ..row };
                    self.work(window, WorkKind::Delete, &[old]).await?;
                }
                self.work(window, WorkKind::Replace, &[row]).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn described(window: &Window, found: Found, row: Row, is_repaired: bool) -> Discrepancy {
    let into = &window.table(row.image.route).into;
    let is_new = found == Found::InTheWay && row.key == row.image;
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

fn told(discrepancy: &Discrepancy, kind: WorkKind) -> String {
    let Discrepancy { database, table, seq, key, .. } = discrepancy;
    let what = match discrepancy.found {
        Found::NothingToChange => "is to be changed and is not there",
        Found::NothingToRemove => "is to be removed and is not there",
        Found::InTheWay => match kind {
            WorkKind::Update | WorkKind::UpdatePart => "is to be changed and another is in its way",
            _ => "is new and another one is in its way",
        },
    };
    format!("target: the row ({key}) of {database}.{table} {what} (change {seq})")
}

//! Records rows that were not as expected in the service's metadata.

use super::discrepancy::{Discrepancy, Found, Records};
use crate::domain::Fence;
use crate::ops::{full::LedgerError, now};
use crate::repo::incr::{Drift, record_drift};
use async_trait::async_trait;
use oms_chassis::{Coded, Conn, Db};
use oms_contracts::sync::DriftKind;

/// Writes under the proof of being the one who runs the task.
#[derive(Debug)]
pub struct DriftBook {
    pub db: Db,
    pub fence: Fence,
}

#[async_trait]
impl Records for DriftBook {
    async fn record(&self, found: Vec<Discrepancy>) -> Result<(), LedgerError> {
        let (fence, at) = (self.fence.clone(), now());
        let found: Vec<Drift> = found.into_iter().map(|one| drift(one, at)).collect();
        let work =
            move |conn: &mut Conn| record_drift(conn, &fence, &found).map_err(crate::Error::from);
        let outcome = self.db.run(work).await;
        outcome.map_err(|error| LedgerError { code: error.code(), message: error.to_string() })
    }
}

fn drift(found: Discrepancy, recorded_at: i64) -> Drift {
    let Discrepancy { database, table, seq, found, key, before, after, is_repaired } = found;
    let kind = match found {
        Found::NothingToChange => DriftKind::NothingToChange,
        Found::NothingToRemove => DriftKind::NothingToRemove,
        Found::InTheWay => DriftKind::InTheWay,
    };
    Drift { seq, database, table, kind, key, before, after, repaired: is_repaired, recorded_at }
}

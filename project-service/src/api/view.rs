//! What the views of all resources share.

use crate::domain::owned::Ownership;
use chrono::{DateTime, Utc};
use oms_contracts::project::OwnerView;

pub fn owner(owned: Ownership) -> OwnerView {
    OwnerView {
        user_id: owned.owner.user,
        account: owned.account,
        department_id: owned.owner.department,
    }
}

/// A time as the metadata keeps it.
pub fn time(unix_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(unix_ms).unwrap_or_default()
}

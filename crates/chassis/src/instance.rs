//! Who this running instance is: an identity that outlives restarts, and an epoch that grows
//! with each of them.
//!
//! The table lives in every service's metadata database (each service's migrations create it).
//! Whatever an instance writes to foreign databases carries its epoch as a fencing token: an old
//! instance that wakes up after its successor started is recognised.

use crate::{Conn, Db, DbError, db, secrets};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use oms_contracts::{
    ErrorCode, ServiceName,
    service::{Capability, InstanceView},
};

diesel::table! {
    instances (id) {
        id -> Text,
        epoch -> BigInt,
        started_at -> BigInt,
    }
}

#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    #[error("the identity of this instance could not be read or written")]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl InstanceError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Query(error) => db::code_of(error),
            Self::Db(error) => error.code(),
        }
    }
}

/// A running instance.
#[derive(Debug, Clone)]
pub struct Instance {
    pub service: ServiceName,
    pub id: String,
    pub epoch: u64,
    pub started_at: DateTime<Utc>,
    backend: &'static str,
    capabilities: Vec<Capability>,
}

impl Instance {
    /// Takes the next epoch of the instance `id`, or a fresh identity.
    ///
    /// A replica names itself in `instance.id`; an unnamed service on its own metadata takes the
    /// one identity that is there.
    pub async fn enrol(
        db: &Db,
        service: ServiceName,
        id: Option<String>,
        capabilities: Vec<Capability>,
    ) -> Result<Self, InstanceError> {
        let started_at = Utc::now();
        let now = started_at.timestamp_millis();
        let (id, epoch) = db.run(move |conn| next_epoch(conn, id, now)).await?;
        Ok(Self { service, id, epoch, started_at, backend: db.backend(), capabilities })
    }

    pub fn view(&self) -> InstanceView {
        let uptime = (Utc::now() - self.started_at).num_seconds();
        InstanceView {
            service: self.service,
            instance_id: self.id.clone(),
            epoch: self.epoch,
            version: env!("CARGO_PKG_VERSION").into(),
            metadata: self.backend.into(),
            started_at: self.started_at,
            uptime_seconds: u64::try_from(uptime).unwrap_or(0),
            capabilities: self.capabilities.clone(),
        }
    }
}

fn next_epoch(
    conn: &mut Conn,
    id: Option<String>,
    now: i64,
) -> Result<(String, u64), InstanceError> {
    let id = match id {
        Some(id) => id,
        None => only_known(conn)?.unwrap_or_else(fresh_id),
    };
    loop {
        match conn.write(|conn| advance(conn, &id, now)) {
            // A replica of the same name inserted the first row in between; now it is there. Or
            // another one's first row was to stand beside this one's: one of the two goes first.
            Err(error) if db::is_duplicate(&error) || db::is_deadlock(&error) => {}
            result => return Ok((id, result?)),
        }
    }
}

fn advance(conn: &mut Conn, id: &str, now: i64) -> Result<u64, diesel::result::Error> {
    // The update comes first: its row lock puts starters of the same name in a line.
    let updated = diesel::update(instances::table.find(id))
        .set((instances::epoch.eq(instances::epoch + 1), instances::started_at.eq(now)))
        .execute(conn)?;
    if updated == 0 {
        let first = (instances::id.eq(id), instances::epoch.eq(1), instances::started_at.eq(now));
        diesel::insert_into(instances::table).values(first).execute(conn)?;
    }
    let epoch: i64 = instances::table.find(id).select(instances::epoch).first(conn)?;
    Ok(epoch.unsigned_abs())
}

fn only_known(conn: &mut Conn) -> Result<Option<String>, diesel::result::Error> {
    let mut known: Vec<String> = instances::table.select(instances::id).limit(2).load(conn)?;
    Ok(known.pop().filter(|_| known.is_empty()))
}

fn fresh_id() -> String {
    format!("i_{:016x}", u64::from_ne_bytes(secrets::entropy()))
}

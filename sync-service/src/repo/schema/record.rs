//! Steps of objects together with what is kept for them, in one transaction.

use super::{
    deferred::{self, NewDeferred},
    hidden::{self, HiddenKind},
    object::{Step, take},
};
use crate::{
    domain::Fence,
    repo::{Error, hold},
};
use oms_chassis::Conn;

/// What is kept for an object beside its row, in place of what was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub object: u32,
    pub deferred: Vec<NewDeferred>,
    pub hidden: Vec<(HiddenKind, String)>,
}

/// Takes objects further as [`super::advance`] does, and keeps what goes with that. For objects that
/// a user has removed or moved meanwhile nothing is kept; their numbers are given back.
pub fn record(
    conn: &mut Conn,
    fence: &Fence,
    steps: &[Step],
    kept: &[Kept],
) -> Result<Vec<u32>, Error> {
    conn.write(|conn| {
        hold(conn, fence)?;
        let mut gone: Vec<u32> = Vec::new();
        for step in steps {
            if !gone.contains(&step.number) && !take(conn, &fence.task, step)? {
                gone.push(step.number);
            }
        }
        for kept in kept.iter().filter(|kept| !gone.contains(&kept.object)) {
            deferred::put(conn, &fence.task, kept.object, &kept.deferred)?;
            hidden::put(conn, &fence.task, kept.object, &kept.hidden)?;
        }
        Ok(gone)
    })
}

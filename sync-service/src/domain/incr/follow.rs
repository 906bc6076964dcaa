//! Changes that take other rows with them, by references of the target. Sources of the MySQL family
//! do not log what their references do (MySQL does from 9.6 on), so it is done behind the window that
//! such a change ends.

use super::fold::{Fault, Fold};
use super::plan::{Row, WorkKind};
use super::route::Route;
use oms_model::change::{Change, RowKind, Seq};
use oms_model::{Cells, Value};

/// Which changes of a table others follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Follows {
    /// What others refer to whose rows follow one that is gone, by place in the source's row.
    pub deletes: Vec<usize>,
    /// What others refer to whose rows follow when it changes.
    pub updates: Vec<usize>,
}

impl Fold {
    /// What has to be done behind a change that was just taken, to rows that refer to its row. That
    /// a row does not meet the row filter makes no difference: those that refer to it are others.
    pub fn follow(
        &self,
        (number, route): (u32, &Route),
        seq: Seq,
        change: &Change<'_>,
    ) -> Result<Option<(WorkKind, Row)>, Fault> {
        let places = match change.kind {
            RowKind::Insert => return Ok(None),
            RowKind::Delete => &route.follows.deletes,
            RowKind::Update => &route.follows.updates,
        };
        if places.is_empty() || seq <= route.since || !route.kinds.has(change.kind) {
            return Ok(None);
        }
        let before: Vec<Value<'_>> = Cells::new(change.before).collect();
        for place in places {
            if at(&before, *place, seq)? == Value::Unchanged {
                return Err(Fault::NoKey(seq));
            }
        }
        let (kind, image) = match change.kind {
            RowKind::Update => {
                let after: Vec<Value<'_>> = Cells::new(change.after).collect();
                let mut changes = false;
                for place in places {
                    let value = at(&after, *place, seq)?;
                    changes |= value != Value::Unchanged && value != at(&before, *place, seq)?;
                }
                if !changes {
                    return Ok(None);
                }
                (WorkKind::FollowUpdate, change.after)
            }
            _ => (WorkKind::FollowDelete, change.before),
        };
        let image_of = |row| self.blocks.image(number, seq, row, false).ok_or(Fault::TooLarge(seq));
        let (key, image) = (image_of(change.before)?, image_of(image)?);
        Ok(Some((kind, Row { key, image, copies: 1, returns: false, group: None })))
    }
}

fn at<'v>(values: &[Value<'v>], place: usize, seq: Seq) -> Result<Value<'v>, Fault> {
    values.get(place).copied().ok_or(Fault::Corrupt(seq))
}

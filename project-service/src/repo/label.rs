//! The tables `labels` and `project_labels`.

use super::{Error, containing};
use crate::domain::{
    label::Label,
    owned::{Ownership, folded},
};
use diesel::{dsl::count_star, prelude::*};
use oms_chassis::Conn;
use oms_contracts::page::Slice;
use oms_model::{DepartmentId, LabelId, Owner, UserId, names::LABELS_MAX};
use std::collections::{HashMap, HashSet};

diesel::table! {
    labels (id) {
        id -> Text,
        slot -> Integer,
        name -> Text,
        name_folded -> Text,
        owner_user -> Text,
        owner_account -> Text,
        owner_department -> Text,
        created_at -> BigInt,
        modified_at -> BigInt,
    }
}

diesel::table! {
    project_labels (project_id, label_id) {
        project_id -> Text,
        label_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(labels, project_labels);

const TABLE: &str = "labels";

/// Columns in the order of the table.
#[derive(Queryable)]
struct Row {
    id: String,
    _slot: i32,
    name: String,
    _name_folded: String,
    owner_user: String,
    owner_account: String,
    owner_department: String,
    created_at: i64,
    modified_at: i64,
}

impl Row {
    fn into_domain(self, used_by: u64) -> Result<Label, Error> {
        let corrupt = |error: oms_model::InvalidId| Error::corrupt(TABLE, &self.id, error);
        let owner = Owner {
            user: UserId::parse(&self.owner_user).map_err(corrupt)?,
            department: DepartmentId::parse(&self.owner_department).map_err(corrupt)?,
        };
        Ok(Label {
            id: LabelId::parse(&self.id).map_err(corrupt)?,
            name: self.name,
            owned: Ownership { owner, account: self.owner_account },
            used_by,
            created_at: self.created_at,
            modified_at: self.modified_at,
        })
    }
}

/// A page of all labels by name, and how many there are.
pub fn list(
    conn: &mut Conn,
    search: Option<&str>,
    slice: Slice,
) -> Result<(Vec<Label>, u64), Error> {
    let pattern = containing(&folded(search.unwrap_or_default()));
    let found = || labels::table.filter(labels::name_folded.like(pattern.clone()).escape('!'));
    let total: i64 = found().count().get_result(conn)?;
    let rows: Vec<Row> = found()
        .order(labels::name_folded)
        .limit(slice.limit())
        .offset(slice.offset())
        .load(conn)?;
    let uses: HashMap<String, i64> = project_labels::table
        .group_by(project_labels::label_id)
        .select((project_labels::label_id, count_star()))
        .load::<(String, i64)>(conn)?
        .into_iter()
        .collect();
    let page: Result<Vec<Label>, Error> = rows
        .into_iter()
        .map(|row| {
            let used_by = uses.get(&row.id).copied().unwrap_or(0).unsigned_abs();
            row.into_domain(used_by)
        })
        .collect();
    Ok((page?, total.unsigned_abs()))
}

pub fn find(conn: &mut Conn, id: &LabelId) -> Result<Option<Label>, Error> {
    let row: Option<Row> = labels::table.find(id.as_str().to_owned()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let used_by = uses(conn, id)?;
    row.into_domain(used_by).map(Some)
}

/// Who is called like that already.
pub fn name_holder(conn: &mut Conn, name: &str) -> Result<Option<LabelId>, Error> {
    let id: Option<String> = labels::table
        .filter(labels::name_folded.eq(folded(name)))
        .select(labels::id)
        .first(conn)
        .optional()?;
    id.map(|id| LabelId::parse(&id).map_err(|error| Error::corrupt(TABLE, &id, error))).transpose()
}

/// The first slot that no label takes; `None` when there are as many labels as there may be.
pub fn free_slot(conn: &mut Conn) -> Result<Option<i32>, Error> {
    let taken: HashSet<i32> =
        labels::table.select(labels::slot).load::<i32>(conn)?.into_iter().collect();
    let last = i32::try_from(LABELS_MAX).unwrap_or(i32::MAX);
    Ok((1..=last).find(|slot| !taken.contains(slot)))
}

/// Stores a new label. A name or slot that is taken is an error of the query.
pub fn insert(conn: &mut Conn, label: &Label, slot: i32) -> Result<(), Error> {
    diesel::insert_into(labels::table)
        .values((
            labels::id.eq(label.id.as_str().to_owned()),
            labels::slot.eq(slot),
            labels::name.eq(label.name.clone()),
            labels::name_folded.eq(folded(&label.name)),
            labels::owner_user.eq(label.owned.owner.user.as_str().to_owned()),
            labels::owner_account.eq(label.owned.account.clone()),
            labels::owner_department.eq(label.owned.owner.department.as_str().to_owned()),
            labels::created_at.eq(label.created_at),
            labels::modified_at.eq(label.modified_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn set_name(conn: &mut Conn, id: &LabelId, name: &str, now: i64) -> Result<bool, Error> {
    let renamed = diesel::update(labels::table.find(id.as_str().to_owned()))
        .set((
            labels::name.eq(name.to_owned()),
            labels::name_folded.eq(folded(name)),
            labels::modified_at.eq(now),
        ))
        .execute(conn)?;
    Ok(renamed == 1)
}

/// How many projects carry a label.
pub fn uses(conn: &mut Conn, id: &LabelId) -> Result<u64, Error> {
    let count: i64 = project_labels::table
        .filter(project_labels::label_id.eq(id.as_str().to_owned()))
        .count()
        .get_result(conn)?;
    Ok(count.unsigned_abs())
}

/// Takes a label off all projects.
pub fn take_off(conn: &mut Conn, id: &LabelId) -> Result<(), Error> {
    let rows = project_labels::table.filter(project_labels::label_id.eq(id.as_str().to_owned()));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// Removes a label. While projects carry it, its foreign key refuses.
pub fn delete(conn: &mut Conn, id: &LabelId) -> Result<(), Error> {
    diesel::delete(labels::table.find(id.as_str().to_owned())).execute(conn)?;
    Ok(())
}

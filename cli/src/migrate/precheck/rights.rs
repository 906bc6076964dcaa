//! The rights that the work takes at both sides: in a whole database, or else on each object.

use super::super::side::Side;
use crate::{
    fault::{Code, Fault},
    out::Out,
};
use async_trait::async_trait;
use oms_connector::{
    ConnectError, Connector, DataError, Field, MissingPrivilege, Part, Purpose, RowSink, Scan,
};
use oms_contracts::{
    Detail,
    sync::{ObjectSpec, SyncObjectKind},
};
use oms_model::{ObjectName, Rows};
use std::collections::BTreeMap;

/// In more databases than this rights are not looked at: the work will find what is missing.
const DATABASES_MAX: usize = 50;
/// How many objects are told one by one.
const TOLD: usize = 20;

/// The objects of one database.
#[derive(Default)]
struct Held {
    tables: Vec<ObjectName>,
    views: Vec<ObjectName>,
}

/// Looks for rights that are missing. `schema`: definitions are read and made, too.
pub async fn rights(
    (source, target): (&Side, &Side),
    objects: &[ObjectSpec],
    schema: bool,
    out: Out,
) -> Result<(), Fault> {
    for (database, held) in by_database(objects, |object| &object.source) {
        let there = source.open_in(database)?;
        readable((source, there.as_ref()), database, &held, out).await?;
    }
    let needs: &[Purpose] = match schema {
        true => &[Purpose::SchemaWrite, Purpose::Write],
        false => &[Purpose::Write],
    };
    for (database, held) in by_database(objects, |object| &object.target) {
        let there = target.open_in(database)?;
        match writable((target, there.as_ref()), database, &held, needs).await? {
            // It is made with the tables.
            Err(ConnectError::UnknownDatabase { .. }) if schema => {}
            Err(error) => return Err(target.unusable(error)),
            Ok(()) => {}
        }
    }
    Ok(())
}

fn by_database(
    objects: &[ObjectSpec],
    side: impl Fn(&ObjectSpec) -> &ObjectName,
) -> impl Iterator<Item = (&str, Held)> {
    let mut found: BTreeMap<&str, Held> = BTreeMap::new();
    for object in objects {
        let name = side(object);
        let held = found.entry(name.database.as_str()).or_default();
        match object.kind {
            SyncObjectKind::View => held.views.push(name.clone()),
            SyncObjectKind::Table | SyncObjectKind::Sequence => held.tables.push(name.clone()),
        }
    }
    found.into_iter().take(DATABASES_MAX)
}

/// Tables are read by rows, and views by what they are: a view that cannot be shown would be missed
/// only after all the rest was made.
async fn readable(
    (source, there): (&Side, &dyn Connector),
    database: &str,
    held: &Held,
    out: Out,
) -> Result<(), Fault> {
    let unusable = |error: ConnectError| source.unusable(error);
    let whole = missing(there, &[Purpose::FullRead]).await.map_err(unusable)?;
    if !whole.is_empty() && !held.tables.is_empty() {
        let probe = there.probe();
        let lacking = probe.missing_on(&held.tables, &[Purpose::FullRead]).await;
        let lacking = lacking.map_err(unusable)?;
        // What a server tells of rights is not all there is: rows that come prove the right.
        let first = lacking.first().map(|lack| lack.object.as_str());
        let named = |name: &&ObjectName| {
            Some(there.dialect().qualified(&name.database, &name.name).as_str()) == first
        };
        if let Some(table) = held.tables.iter().find(named)
            && read_one(there, table).await.is_err()
        {
            return Err(lacks(source, database, whole, (&lacking, held.tables.len())));
        }
        out.remark(&format!("{database}: rights on single tables only"));
    }
    if held.views.is_empty() {
        return Ok(());
    }
    let needs = [Purpose::SchemaRead, Purpose::FullRead];
    let whole = missing(there, &needs).await.map_err(unusable)?;
    let lacking = match whole.is_empty() {
        true => Vec::new(),
        false => there.probe().missing_on(&held.views, &needs).await.map_err(unusable)?,
    };
    match lacking.is_empty() {
        true => Ok(()),
        false => Err(lacks(source, database, whole, (&lacking, held.views.len()))),
    }
}

async fn writable(
    (target, there): (&Side, &dyn Connector),
    database: &str,
    held: &Held,
    needs: &[Purpose],
) -> Result<Result<(), ConnectError>, Fault> {
    let whole = match missing(there, needs).await {
        Ok(whole) if whole.is_empty() => return Ok(Ok(())),
        Ok(whole) => whole,
        Err(error) => return Ok(Err(error)),
    };
    let all: Vec<ObjectName> = held.tables.iter().chain(&held.views).cloned().collect();
    match there.probe().missing_on(&all, needs).await {
        Ok(lacking) if lacking.is_empty() => Ok(Ok(())),
        Ok(lacking) => Err(lacks(target, database, whole, (&lacking, all.len()))),
        Err(error) => Ok(Err(error)),
    }
}

async fn missing(
    there: &dyn Connector,
    needs: &[Purpose],
) -> Result<Vec<MissingPrivilege>, ConnectError> {
    let lacking = there.probe().probe().await?.missing_privileges.into_iter();
    let wanted = |one: &MissingPrivilege| one.needed_for.iter().any(|use_| needs.contains(use_));
    Ok(lacking.filter(wanted).collect())
}

/// Names single objects where others have what they need, and the database where none does.
fn lacks(
    side: &Side,
    database: &str,
    whole: Vec<MissingPrivilege>,
    (lacking, all): (&[MissingPrivilege], usize),
) -> Fault {
    let message =
        format!("the user {:?} of the {} lacks rights in {database}", side.address.user, side.role);
    let fault = Fault::new(Code::RightsMissing, message);
    let alike = lacking.windows(2).all(|two| two[0].privilege == two[1].privilege);
    if lacking.len() >= all && alike {
        return fault.listing(whole.into_iter().map(|one| Detail::new(one.privilege, one.grant)));
    }
    let told = lacking.iter().take(TOLD);
    let mut details: Vec<Detail> = told
        .map(|one| Detail::new(format!("{} on {}", one.privilege, one.object), one.grant.clone()))
        .collect();
    let more = lacking.len().saturating_sub(TOLD);
    if more > 0 {
        details.push(Detail::new("", format!("and {more} more")));
    }
    fault.listing(details)
}

async fn read_one(there: &dyn Connector, name: &ObjectName) -> Result<(), DataError> {
    let unreadable = || DataError::Unsupported("nothing reads it".into());
    let reader = there.snapshot().ok_or_else(unreadable)?;
    let table = reader.layout(&name.database, &name.name).await?;
    let fields = table.stored().take(1).map(|(column, _)| Field { column, charset: None });
    let scan = Scan { fields: fields.collect(), table, key: None, filter: None };
    let part = Part { most: Some(1), ..Part::default() };
    reader.reading().await?.read(&scan, &part, &mut Glance).await.map(drop)
}

/// Wants to know only that rows can be read.
struct Glance;

#[async_trait]
impl RowSink for Glance {
    fn batch_bytes(&self) -> usize {
        1
    }

    async fn take(&mut self, _: Rows) -> Option<Rows> {
        None
    }
}

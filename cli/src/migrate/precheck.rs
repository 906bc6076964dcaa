//! Whether both sides can be used for what is asked, before anything is changed.

use super::side::Side;
use crate::{
    fault::{Code, Exit, Fault},
    out::Out,
};
use async_trait::async_trait;
use oms_connector::{
    ConnectError, Connector, DataError, Field, Part, ProbeReport, Purpose, RowSink, Scan,
};
use oms_contracts::{Detail, ErrorCode, sync::ObjectSpec};
use oms_model::{ObjectName, Rows};
use std::collections::{BTreeMap, BTreeSet};

/// In more databases than this rights are not looked at: the work will find what is missing.
const DATABASES_MAX: usize = 50;

/// What both sides say of themselves.
#[derive(Debug)]
pub struct Probed {
    pub source: ProbeReport,
    pub target: ProbeReport,
}

/// Reaches both sides. The target is only written to where that is wanted.
pub async fn reach(source: &Side, target: &Side, writes: bool) -> Result<Probed, Fault> {
    let (from, to) = (source.open()?, target.open()?);
    let lacks = |side: &Side, what: &str| {
        let message = format!("{} cannot be {what} by this version", side.kind);
        Fault::of(ErrorCode::KindNotSupported, message)
            .advise("choose MySQL, MariaDB or OceanBase in MySQL mode".into())
            .exiting(Exit::Precheck)
    };
    if from.snapshot().is_none() {
        return Err(lacks(source, "read from"));
    }
    if to.snapshot().is_none() || (writes && to.writer().is_none()) {
        return Err(lacks(target, "written to"));
    }
    let (found, there) = tokio::join!(from.probe().probe(), to.probe().probe());
    let found = found.map_err(|error| source.unusable(error))?;
    let there = there.map_err(|error| target.unusable(error))?;
    if writes && there.read_only {
        let message = format!("the target {} takes no writes", target.address);
        return Err(Fault::new(Code::ReadOnly, message));
    }
    Ok(Probed { source: found, target: there })
}

/// Refuses to write tables onto themselves.
pub fn apart(probed: &Probed, objects: &[ObjectSpec]) -> Result<(), Fault> {
    let (source, target) = (&probed.source.identity, &probed.target.identity);
    if source.is_none() || source != target {
        return Ok(());
    }
    // What the source has under the name of a target would be read and written at once.
    let sources: BTreeSet<&ObjectName> = objects.iter().map(|object| &object.source).collect();
    let own = objects.iter().filter(|object| sources.contains(&object.target));
    let own: Vec<Detail> =
        own.map(|o| Detail::new(o.source.to_string(), "is the target, too")).collect();
    match own.is_empty() {
        true => Ok(()),
        false => {
            let message = "source and target are the same server, and tables would be written onto \
                           themselves";
            Err(Fault::new(Code::SameTable, message).listing(own))
        }
    }
}

/// The rights that the work takes at both sides.
pub async fn rights(
    (source, target): (&Side, &Side),
    objects: &[ObjectSpec],
    schema: bool,
    out: Out,
) -> Result<(), Fault> {
    let mut found = BTreeMap::new();
    for object in objects {
        found.entry(object.source.database.as_str()).or_insert(&object.source);
    }
    for (database, example) in found.into_iter().take(DATABASES_MAX) {
        let there = source.open_in(database)?;
        let needs: &[Purpose] = match schema {
            true => &[Purpose::SchemaRead, Purpose::FullRead],
            false => &[Purpose::FullRead],
        };
        let lacking = missing(there.as_ref(), needs).await;
        let lacking = lacking.map_err(|error| source.unusable(error))?;
        // A right on single tables is as good, and not told by the database's own.
        if !lacking.is_empty() {
            match read_one(there.as_ref(), example).await {
                Ok(()) => out.remark(&format!("{database}: rights on single tables only")),
                Err(_) => return Err(lacks(source, database, lacking)),
            }
        }
    }
    let databases: BTreeSet<&str> = objects.iter().map(|o| o.target.database.as_str()).collect();
    for database in databases.into_iter().take(DATABASES_MAX) {
        let needs: &[Purpose] = match schema {
            true => &[Purpose::SchemaWrite, Purpose::Write],
            false => &[Purpose::Write],
        };
        match missing(target.open_in(database)?.as_ref(), needs).await {
            Ok(lacking) if lacking.is_empty() => {}
            Ok(lacking) => return Err(lacks(target, database, lacking)),
            // It is made with the tables.
            Err(ConnectError::UnknownDatabase { .. }) if schema => {}
            Err(error) => return Err(target.unusable(error)),
        }
    }
    Ok(())
}

async fn missing(
    there: &dyn Connector,
    needs: &[Purpose],
) -> Result<Vec<(String, String)>, ConnectError> {
    let lacking = there.probe().probe().await?.missing_privileges.into_iter();
    let lacking =
        lacking.filter(|one| one.needed_for.iter().any(|purpose| needs.contains(purpose)));
    Ok(lacking.map(|one| (one.privilege, one.grant)).collect())
}

fn lacks(side: &Side, database: &str, lacking: Vec<(String, String)>) -> Fault {
    let message =
        format!("the user {:?} of the {} lacks rights in {database}", side.address.user, side.role);
    let details = lacking.into_iter().map(|(privilege, grant)| Detail::new(privilege, grant));
    Fault::new(Code::RightsMissing, message).listing(details)
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

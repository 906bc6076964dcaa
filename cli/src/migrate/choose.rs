//! From rules to the objects there are, asking the source.

use super::wish::{Wish, flag, refused, usage};
use crate::{
    fault::Fault,
    out::{Out, text::count},
};
use oms_connector::{Catalog, CatalogError, Connector, DatabaseScope};
use oms_contracts::{
    Detail,
    sync::{ObjectSpec, SyncObjectKind},
};
use oms_model::{
    Complaint, ObjectKind, ObjectName, SourceObject,
    filter::{self, Filter},
    selection::{Resolution, Rule, SelectedObject, Unmatched},
};
use project_service::domain::selection::{databases, said};
use std::collections::HashSet;

/// What rules came to.
#[derive(Debug, Default)]
pub struct Chosen {
    pub objects: Vec<ObjectSpec>,
    /// Tables that the rules take and nobody moves.
    pub left_out: Vec<ObjectName>,
}

/// The objects that are asked for, in the order of their names. Views only where they are wanted.
pub async fn choose(
    wish: &Wish,
    source: &dyn Connector,
    views: bool,
    out: Out,
) -> Result<Chosen, Fault> {
    let unusable = |error: CatalogError| wish.source.unusable(error);
    let names = source.catalog().names(&scope(wish)).await.map_err(unusable)?;
    let found = resolved(wish, &names)?;
    remark(&found, out);
    let (mut objects, mut left) = (Vec::new(), 0);
    for object in found.objects {
        match object.kind {
            ObjectKind::View if !views => left += 1,
            _ => objects.push(object_of(object)),
        }
    }
    if left > 0 {
        out.remark(&format!("{} left out: views have no rows to load", count(left, "view")));
    }
    if objects.is_empty() {
        return Err(refused("nothing is left to move: only views are selected"));
    }
    narrow(wish, source.catalog(), &mut objects).await?;
    let moved: HashSet<&ObjectName> = objects.iter().map(|object| &object.source).collect();
    let taken = names.iter().filter(|object| wish.selection.takes(object));
    let names = taken.map(SourceObject::full_name);
    let left_out = names.filter(|name| !moved.contains(name)).collect();
    Ok(Chosen { objects, left_out })
}

/// Never beyond the one database that the URL names, where it names one.
fn scope(wish: &Wish) -> DatabaseScope {
    let wanted = databases(&wish.rules);
    match (&wish.source.address.database, wanted) {
        (Some(_), None) | (None, None) => DatabaseScope::All,
        (_, Some(wanted)) => DatabaseScope::Only(Vec::from_iter(wanted)),
    }
}

fn resolved(wish: &Wish, names: &[SourceObject]) -> Result<Resolution, Fault> {
    let found = wish.selection.evaluate(names);
    let objects = wish.rules.table_and_view_white_list.len();
    let told = |line: &Unmatched| {
        Detail::new(flag(&line.place, objects), format!("{:?}: {}", line.text, line.reason))
    };
    let missing = found.unmatched.iter().filter(|line| !line.excludes && names_one(&line.text));
    let missing: Vec<Detail> = missing.map(told).collect();
    if !missing.is_empty() {
        return Err(refused("objects that are named are not at the source").listing(missing));
    }
    let Some(renaming) = &wish.renaming else { return usable(found) };
    // Names at the target are given to what was selected, and select nothing more.
    let chosen: HashSet<ObjectName> = found
        .objects
        .iter()
        .map(|object| object.source.clone())
        .chain(found.ambiguous.iter().map(|object| object.source.full_name()))
        .chain(found.unsupported.iter().map(|object| object.source.full_name()))
        .collect();
    let chosen: Vec<SourceObject> =
        names.iter().filter(|object| chosen.contains(&object.full_name())).cloned().collect();
    let renamed = renaming.evaluate(&chosen);
    let is_map = |line: &&Unmatched| flag(&line.place, objects).starts_with("--map");
    let idle: Vec<Detail> = renamed.unmatched.iter().filter(is_map).map(told).collect();
    if !idle.is_empty() {
        return Err(refused("names are given to nothing that is selected").listing(idle));
    }
    let (excluded, unmatched) = (found.excluded, found.unmatched);
    usable(Resolution { excluded, unmatched, ..renamed })
}

/// Whether a rule is about a single object.
fn names_one(rule: &str) -> bool {
    Rule::parse(rule)
        .is_ok_and(|rule| rule.database.as_exact().is_some() && rule.name.as_exact().is_some())
}

/// How many objects are named in one message.
const NAMED: usize = 20;

fn usable(found: Resolution) -> Result<Resolution, Fault> {
    let detail = |complaint: &Complaint| Detail::new(&complaint.place, said(complaint));
    let obstacles = found.obstacles();
    if obstacles.is_empty() {
        return Ok(found);
    }
    if found.objects.is_empty() {
        let idle = found.unmatched.iter();
        let idle = idle.map(|line| Detail::new(&line.text, &line.reason));
        let barred = found.unsupported.iter();
        let barred = barred.map(|one| Detail::new(one.source.full_name().to_string(), &one.reason));
        let why = idle.chain(barred).take(NAMED);
        return Err(refused("nothing at the source can be moved").listing(why));
    }
    Err(refused("the selection cannot be used").listing(obstacles.iter().map(detail)))
}

fn remark(found: &Resolution, out: Out) {
    for line in &found.unmatched {
        let flag = if line.excludes { "--exclude" } else { "--objects" };
        out.remark(&format!("{flag} {} matches nothing: {}", line.text, line.reason));
    }
    for object in found.unsupported.iter().filter(|object| !object.forbids_creation) {
        out.remark(&format!("{} left out: {}", object.source.full_name(), object.reason));
    }
    for warning in &found.warnings {
        out.remark(&said(warning));
    }
}

fn object_of(object: SelectedObject) -> ObjectSpec {
    let kind = match object.kind {
        ObjectKind::Table => SyncObjectKind::Table,
        ObjectKind::View => SyncObjectKind::View,
    };
    let SelectedObject { source, target, .. } = object;
    ObjectSpec { kind, source, target, where_clause: None, columns: None }
}

/// Puts conditions and columns to the tables they are about, held against the columns there are.
async fn narrow(
    wish: &Wish,
    catalog: &dyn Catalog,
    objects: &mut [ObjectSpec],
) -> Result<(), Fault> {
    for (name, condition) in &wish.filters {
        let object = chosen(objects, name, "where")?;
        let columns = columns_of(wish, catalog, name).await?;
        if let Err(faults) = Filter::parse_for(condition, &columns) {
            let found = filter::complaints("--where", condition, &faults).0;
            let details = found.iter().map(|complaint| Detail::new("--where", said(complaint)));
            let message = format!("the condition of {name} cannot be understood");
            return Err(usage(message, "correct the condition").listing(details));
        }
        object.where_clause = Some(condition.clone());
    }
    for (name, wanted) in &wish.columns {
        let object = chosen(objects, name, "columns")?;
        let columns = columns_of(wish, catalog, name).await?;
        if let Some(absent) = wanted.iter().find(|column| !columns.contains(column)) {
            let message = format!("--columns: {name} has no column {absent:?}");
            return Err(usage(message, "write it as the source does"));
        }
        object.columns = Some(wanted.clone());
    }
    Ok(())
}

fn chosen<'a>(
    objects: &'a mut [ObjectSpec],
    name: &ObjectName,
    flag: &str,
) -> Result<&'a mut ObjectSpec, Fault> {
    let is =
        |object: &&mut ObjectSpec| object.source == *name && object.kind == SyncObjectKind::Table;
    objects.iter_mut().find(is).ok_or_else(|| {
        let message = format!("--{flag}: {name} is no table among those selected");
        usage(message, "write its full name as the source does, without wildcards")
    })
}

async fn columns_of(
    wish: &Wish,
    catalog: &dyn Catalog,
    name: &ObjectName,
) -> Result<Vec<String>, Fault> {
    let shape = catalog.table(&name.database, &name.name).await;
    let shape = shape.map_err(|error| wish.source.unusable(error))?;
    Ok(shape.columns.into_iter().map(|column| column.name).collect())
}

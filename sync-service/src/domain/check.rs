//! Whether a task can be meant as it is said. What only the databases know is not asked here.

use oms_contracts::{
    Detail,
    sync::{
        IncrSettings, Limits, ObjectSpec, SchemaSettings, SyncObjectKind, TaskKind, TaskSpec,
        is_name,
    },
};
use oms_model::{ObjectName, change::Seq, transfer::SpeedMode};
use std::collections::HashSet;

const WIDTH_MAX: u32 = 256;
/// More than this is not listed.
const DETAILS_MAX: usize = 100;

/// All that is wrong with a task, or the first hundred of it.
pub fn spec(spec: &TaskSpec) -> Vec<Detail> {
    let mut faults = limits(&spec.limits);
    for fault in &mut faults {
        fault.field = format!("limits.{}", fault.field);
    }
    faults.extend(spec.source.faults("source"));
    faults.extend(spec.target.faults("target"));
    settings(spec, &mut faults);
    objects(spec, &mut faults);
    faults.truncate(DETAILS_MAX);
    faults
}

/// All that is wrong with limits.
pub fn limits(limits: &Limits) -> Vec<Detail> {
    let mut faults = Vec::new();
    let mut within = |field: &str, value: Option<u32>, least: u32, most: u32| {
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            faults.push(Detail::new(field, format!("it must be {least} to {most}")));
        }
    };
    within("readWorkerNum", limits.read_worker_num, 1, WIDTH_MAX);
    within("writeWorkerNum", limits.write_worker_num, 1, WIDTH_MAX);
    within("memory", limits.memory, 16, 65_536);
    within("indexDDLConcurrencyLimit", limits.index_ddl_concurrency_limit, 1, WIDTH_MAX);
    within("maxConcurrentIndexDDLs", limits.max_concurrent_index_ddls, 1, WIDTH_MAX);
    for (field, value) in
        [("throttleRps", limits.throttle_rps), ("throttleIOPS", limits.throttle_iops)]
    {
        if value == Some(0) {
            faults.push(Detail::new(field, "it must be at least 1; leave it out for no limit"));
        }
    }
    if limits.full_transfer_speed_mode == SpeedMode::Custom {
        for (field, value) in
            [("readWorkerNum", limits.read_worker_num), ("writeWorkerNum", limits.write_worker_num)]
        {
            if value.is_none() {
                faults.push(Detail::new(field, "the mode CUSTOM needs it"));
            }
        }
    }
    faults
}

fn settings(spec: &TaskSpec, faults: &mut Vec<Detail>) {
    if spec.schema.is_some() && spec.kind == TaskKind::Full {
        faults.push(Detail::new("schema", "a FULL task makes no definitions"));
    }
    if spec.full.is_some() && spec.kind != TaskKind::Full {
        faults.push(Detail::new("full", "only a FULL task has that"));
    }
    match &spec.incr {
        Some(_) if spec.kind != TaskKind::Incr => {
            faults.push(Detail::new("incr", "only an INCR task has that"));
        }
        None if spec.kind == TaskKind::Incr => {
            faults.push(Detail::new("incr", "an INCR task needs it: it names the store"));
        }
        Some(incr) => apply(incr, faults),
        None => {}
    }
    if let Some(SchemaSettings { charset_map, collation_map, .. }) = &spec.schema {
        for (field, map) in [("charsetMap", charset_map), ("collationMap", collation_map)] {
            let plain = |word: &String| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            };
            for (from, to) in map {
                if !(from == "*" || plain(from)) || !plain(to) {
                    let why = "names are letters, digits and underscores; * stands for the rest";
                    faults.push(Detail::new(format!("schema.{field}[{from}]"), why));
                }
            }
        }
    }
}

fn apply(incr: &IncrSettings, faults: &mut Vec<Detail>) {
    if incr.records.is_empty() {
        faults.push(Detail::new("incr.records", "name at least one kind of change"));
    }
    if !(1_000..=86_400_000).contains(&incr.caught_up_ms) {
        faults.push(Detail::new("incr.caughtUpMs", "it must be 1000 to 86400000"));
    }
    if incr.load.is_some() && incr.after != Seq::START {
        let why = "what follows a full load begins with all that the store has";
        faults.push(Detail::new("incr.after", why));
    }
}

fn objects(spec: &TaskSpec, faults: &mut Vec<Detail>) {
    if spec.objects.is_empty() {
        faults.push(Detail::new("objects", "name at least one"));
    }
    let mut seen: HashSet<(SyncObjectKind, &ObjectName, &ObjectName)> = HashSet::new();
    for (at, object) in spec.objects.iter().enumerate() {
        if faults.len() >= DETAILS_MAX {
            return;
        }
        let place = |field: &str| format!("objects[{at}]{field}");
        if let Some((field, why)) = object_fault(spec.kind, object) {
            faults.push(Detail::new(place(field), why));
        }
        if !seen.insert((object.kind, &object.source, &object.target)) {
            faults.push(Detail::new(place(""), "it is named twice"));
        }
    }
}

fn object_fault(task: TaskKind, object: &ObjectSpec) -> Option<(&'static str, &'static str)> {
    for (field, name) in [
        (".source.database", &object.source.database),
        (".source.name", &object.source.name),
        (".target.database", &object.target.database),
        (".target.name", &object.target.name),
    ] {
        if !is_name(name) {
            return Some((field, "it is empty, too long or holds a NUL"));
        }
    }
    let is_table = object.kind == SyncObjectKind::Table;
    match task {
        TaskKind::Full if !is_table => return Some((".kind", "only tables have rows to load")),
        TaskKind::Incr if !is_table => return Some((".kind", "only tables have rows that change")),
        TaskKind::Full | TaskKind::Incr | TaskKind::Schema => {}
    }
    if let Some(condition) = &object.where_clause {
        if !is_table {
            return Some((".whereClause", "only tables are filtered"));
        }
        if condition.trim().is_empty() || condition.contains('\0') {
            return Some((".whereClause", "it is empty or holds a NUL"));
        }
    }
    let columns = object.columns.as_ref()?;
    let mut seen = HashSet::new();
    if !is_table {
        return Some((".columns", "only tables have columns to choose"));
    }
    if columns.is_empty() || !columns.iter().all(|c| is_name(c) && seen.insert(c)) {
        return Some((".columns", "name at least one, and each once"));
    }
    None
}

#[cfg(test)]
pub(crate) mod tests;

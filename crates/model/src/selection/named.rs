//! Objects named one by one: their names, their names at the target, their settings.

use crate::{
    complaint::{Complaint, Complaints},
    filter::{self, Filter},
    names::{NameFault, check_object_name},
    object::ObjectKind,
    selection::{
        compile::{Compiler, Context, TargetNaming, none_if_blank},
        mapping::ObjectEntry,
        pattern::Pattern,
        selector::{ColumnRenaming, Rank, Selector, Settings},
    },
};
use std::collections::HashSet;

const TOPIC_NAME_MAX: usize = 128;

impl Compiler {
    /// One object by its exact name, with its settings.
    pub(super) fn named_object(
        &mut self,
        context: &Context<'_>,
        kind: ObjectKind,
        entry: &ObjectEntry,
        selects: bool,
    ) {
        let path = &context.path;
        self.object_name(&format!("{path}.name"), &entry.name);
        let renamed = none_if_blank(entry.mapped_name.as_deref());
        self.target(&format!("{path}.mappedName"), renamed);
        self.once(context, entry, selects);
        let text = format!("{}.{}", context.database, entry.name);
        let (database, name) = (Pattern::exact(context.database), Pattern::exact(&entry.name));
        let mut line = Selector::plain(path.clone(), text, database, name);
        line.kind = Some(kind);
        line.selects = selects;
        line.rank = Rank::Named;
        line.target_database = context.target_database.map(str::to_owned);
        line.target_name = renamed.map(str::to_owned);
        line.settings = self.settings(path, entry);
        self.includes.push(line);
    }

    /// Complains of an object that is named twice, or has settings in two places.
    fn once(&mut self, context: &Context<'_>, entry: &ObjectEntry, selects: bool) {
        let key = |selects| (context.database.to_owned(), entry.name.clone(), selects);
        let settings = entry.has_settings();
        let twice = self.named.insert(key(selects), settings).is_some();
        let elsewhere = self.named.get(&key(!selects)).is_some_and(|there| *there && settings);
        if twice || elsewhere {
            let text = format!("{}.{}", context.database, entry.name);
            let reason = "the object is named twice";
            self.complain(&context.path, &text, reason, "remove one of them");
        }
    }

    fn settings(&mut self, path: &str, entry: &ObjectEntry) -> Option<Settings> {
        if !entry.has_settings() {
            return None;
        }
        let filter = none_if_blank(entry.where_clause.as_deref());
        if let Some(text) = filter
            && let Err(faults) = Filter::parse(text)
        {
            let Complaints(list) =
                filter::complaints(&format!("{path}.whereClause"), text, &faults);
            self.complaints.extend(list);
        }
        self.distinct(&format!("{path}.filterColumns"), &entry.filter_columns);
        self.distinct(&format!("{path}.shardColumns"), &entry.shard_columns);
        Some(Settings {
            filter: filter.map(str::to_owned),
            columns: entry.filter_columns.clone(),
            renamed_columns: self.renamed_columns(path, entry),
            shard_columns: entry.shard_columns.clone(),
            adb_table_schema: entry.adb_table_schema.clone(),
            obkv_partition_config: entry.obkv_partition_config.clone(),
        })
    }

    fn renamed_columns(&mut self, path: &str, entry: &ObjectEntry) -> Vec<ColumnRenaming> {
        let mut renamed = Vec::new();
        for (i, column) in entry.columns.iter().enumerate() {
            let path = format!("{path}.columns[{i}]");
            let target = none_if_blank(column.mapped_name.as_deref());
            let Some(target) = target.filter(|target| *target != column.column_name) else {
                continue;
            };
            self.check(&format!("{path}.mappedName"), target, check_object_name(target));
            let kept = &entry.filter_columns;
            if !kept.is_empty() && !kept.contains(&column.column_name) {
                let reason = "the column is renamed but not kept";
                self.complain(&path, &column.column_name, reason, "add it to filterColumns");
            }
            let (source, target) = (column.column_name.clone(), target.to_owned());
            renamed.push(ColumnRenaming { source, target });
        }
        let of = |part: fn(&ColumnRenaming) -> &String| renamed.iter().map(part).cloned();
        let sources: Vec<String> = of(|renaming| &renaming.source).collect();
        let targets: Vec<String> = of(|renaming| &renaming.target).collect();
        self.distinct(&format!("{path}.columns"), &sources);
        self.distinct(&format!("{path}.columns"), &targets);
        renamed
    }

    fn distinct(&mut self, path: &str, columns: &[String]) {
        let mut seen = HashSet::new();
        for column in columns {
            if column.is_empty() || !seen.insert(column) {
                let reason = if column.is_empty() { "it is empty" } else { "it is named twice" };
                self.complain(path, column, reason, "name each column once");
            }
        }
    }

    pub(super) fn object_name(&mut self, path: &str, name: &str) {
        self.check(path, name, check_object_name(name));
    }

    pub(super) fn target(&mut self, path: &str, name: Option<&str>) {
        let Some(name) = none_if_blank(name) else { return };
        let checked = match self.naming {
            TargetNaming::Objects => check_object_name(name),
            TargetNaming::Topics => check_topic_name(name),
        };
        self.check(path, name, checked);
    }

    fn check(&mut self, path: &str, name: &str, checked: Result<(), NameFault>) {
        if let Err(fault) = checked {
            let advice = fault.advice();
            self.complaints.push(Complaint::new(path, name, fault, advice));
        }
    }
}

fn check_topic_name(name: &str) -> Result<(), NameFault> {
    let length = name.chars().count();
    if length > TOPIC_NAME_MAX {
        return Err(NameFault::TooLong { length, max: TOPIC_NAME_MAX });
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match name.chars().enumerate().find(|(_, c)| !allowed(*c)) {
        Some((i, found)) => Err(NameFault::Forbidden { at: i + 1, found }),
        None => Ok(()),
    }
}

//! From what a client sent to lines that can be held against objects. All that is wrong is reported
//! at once, each with its path in the body.

use crate::{
    complaint::{Complaint, Complaints},
    object::ObjectKind,
    selection::{
        mapping::{DatabaseEntry, ObjectEntry, TransferMapping},
        pattern::Pattern,
        rule::{self, Part, Rule},
        selector::Selector,
    },
    transfer::TransferMode,
};
use std::collections::HashMap;

/// What the targets of a selection are, which decides how they may be called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TargetNaming {
    /// Tables of a database.
    #[default]
    Objects,
    /// Topics of a message queue.
    Topics,
}

/// Understands a mapping as lines that include and lines that exclude.
pub(super) fn compile(
    mapping: &TransferMapping,
    naming: TargetNaming,
) -> Result<(Vec<Selector>, Vec<Selector>), Complaints> {
    let mut compiler = Compiler { naming, ..Compiler::default() };
    match mapping.mode {
        TransferMode::Specific => compiler.named_objects(mapping),
        TransferMode::Wildcard | TransferMode::Complex => compiler.rules(mapping),
    }
    if compiler.complaints.is_empty() && !compiler.includes.iter().any(|line| line.selects) {
        compiler.complain(
            "transferMapping",
            "",
            "it selects nothing",
            match mapping.mode {
                TransferMode::Specific => "name a table or view under databases",
                _ => "write a matching rule, such as shop.*, into tableAndViewWhiteList",
            },
        );
    }
    Complaints::or(compiler.complaints, (compiler.includes, compiler.excludes))
}

#[derive(Default)]
pub(super) struct Compiler {
    pub(super) naming: TargetNaming,
    pub(super) includes: Vec<Selector>,
    excludes: Vec<Selector>,
    pub(super) complaints: Vec<Complaint>,
    /// Objects named so far, whether by a list that selects, and whether with settings.
    pub(super) named: HashMap<(String, String, bool), bool>,
}

/// Where an object is spoken of: the path in the body, and the database it is in.
pub(super) struct Context<'a> {
    pub(super) path: String,
    pub(super) database: &'a str,
    pub(super) target_database: Option<&'a str>,
}

impl Compiler {
    fn named_objects(&mut self, mapping: &TransferMapping) {
        let advice = "leave it out, or choose the mode WILDCARD or COMPLEX";
        for (path, absent) in [
            ("databasesBlack", mapping.databases_black.is_empty()),
            ("tableAndViewWhiteList", mapping.table_and_view_white_list.is_empty()),
            ("tableAndViewBlackList", mapping.table_and_view_black_list.is_empty()),
        ] {
            if !absent {
                self.complain(path, "", "objects are named here, so rules say nothing", advice);
            }
        }
        for (i, entry) in mapping.databases.iter().enumerate() {
            let path = format!("databases[{i}]");
            self.object_name(&format!("{path}.name"), &entry.name);
            self.target(&format!("{path}.mappedName"), entry.mapped_name.as_deref());
            if !(entry.specific_tables.is_empty() && entry.specific_views.is_empty()) {
                let advice = "put the settings into tables and views";
                self.complain(&path, &entry.name, "specific objects belong to rules", advice);
            }
            if entry.tables.is_empty() && entry.views.is_empty() {
                let reason = "it names no table and no view";
                self.complain(&path, &entry.name, reason, "name some, or choose the mode WILDCARD");
            }
            let context = context(&path, entry);
            for (kind, list, objects) in lists(entry) {
                for (j, object) in objects.iter().enumerate() {
                    let path = format!("{path}.{list}[{j}]");
                    self.named_object(&Context { path, ..context }, kind, object, true);
                }
            }
        }
    }

    fn rules(&mut self, mapping: &TransferMapping) {
        let bytes: usize = mapping.table_and_view_white_list.iter().map(|r| r.len() + 1).sum();
        self.complaints.extend(rule::too_long(bytes, "tableAndViewWhiteList"));
        for (i, text) in mapping.table_and_view_white_list.iter().enumerate() {
            let place = format!("tableAndViewWhiteList[{i}]");
            match Rule::parse(text) {
                Ok(rule) => self.includes.push(of_rule(place, rule)),
                Err(fault) => self.complaints.push(rule::complain(place, text, &fault)),
            }
        }
        let excluded = mapping.databases_black.iter().map(bytes_of).sum::<usize>();
        let bytes: usize = mapping.table_and_view_black_list.iter().map(|r| r.len() + 1).sum();
        let place = if excluded > bytes { "databasesBlack" } else { "tableAndViewBlackList" };
        self.complaints.extend(rule::too_long(bytes + excluded, place));
        for (i, text) in mapping.table_and_view_black_list.iter().enumerate() {
            let place = format!("tableAndViewBlackList[{i}]");
            match Rule::parse_exclusion(text) {
                Ok(rule) => self.excludes.push(of_rule(place, rule)),
                Err(fault) => self.complaints.push(rule::complain(place, text, &fault)),
            }
        }
        for (i, entry) in mapping.databases.iter().enumerate() {
            self.database_with_rules(&format!("databases[{i}]"), entry);
        }
        for (i, entry) in mapping.databases_black.iter().enumerate() {
            self.excluded_database(&format!("databasesBlack[{i}]"), entry);
        }
    }

    fn database_with_rules(&mut self, path: &str, entry: &DatabaseEntry) {
        let Some(database) = self.pattern(&format!("{path}.name"), Part::SourceSchema, &entry.name)
        else {
            return;
        };
        self.target(&format!("{path}.mappedName"), entry.mapped_name.as_deref());
        let context = context(path, entry);
        if let Some(target) = context.target_database {
            if database.as_exact().is_none() {
                let reason = "a schema with wildcards cannot be renamed";
                self.complain(path, &entry.name, reason, "write one entry for each schema");
            }
            let everything = Pattern::everything();
            let text = format!("{}.*", entry.name);
            let mut line = Selector::plain(path.to_owned(), text, database.clone(), everything);
            line.target_database = Some(target.to_owned());
            line.selects = false;
            self.includes.push(line);
        }
        for (kind, list, objects) in lists(entry) {
            for (j, object) in objects.iter().enumerate() {
                let path = format!("{path}.{list}[{j}]");
                self.object_with_rules(&Context { path, ..context }, &database, kind, object);
            }
        }
        for (kind, list, objects) in specific_lists(entry) {
            for (j, object) in objects.iter().enumerate() {
                let path = format!("{path}.{list}[{j}]");
                self.named_object(&Context { path, ..context }, kind, object, false);
            }
        }
    }

    /// A name or pattern among the tables or views of a database.
    fn object_with_rules(
        &mut self,
        context: &Context<'_>,
        database: &Pattern,
        kind: ObjectKind,
        entry: &ObjectEntry,
    ) {
        let path = format!("{}.name", context.path);
        let Some(name) = self.pattern(&path, Part::SourceTable, &entry.name) else { return };
        if database.as_exact().is_some() && name.as_exact().is_some() {
            return self.named_object(context, kind, entry, true);
        }
        let renamed = none_if_blank(entry.mapped_name.as_deref());
        let only_renamed = ObjectEntry { mapped_name: None, ..entry.clone() };
        if only_renamed.has_settings() || (renamed.is_some() && database.as_exact().is_none()) {
            let advice = "name the object in specificTables or specificViews of its schema";
            let reason = "wildcards cannot carry the settings of single objects";
            self.complain(&context.path, &entry.name, reason, advice);
        }
        self.target(&format!("{}.mappedName", context.path), renamed);
        let text = format!("{}.{}", context.database, entry.name);
        let mut line = Selector::plain(context.path.clone(), text, database.clone(), name);
        line.kind = Some(kind);
        line.target_database = context.target_database.map(str::to_owned);
        line.target_name = renamed.map(str::to_owned);
        self.includes.push(line);
    }

    fn excluded_database(&mut self, path: &str, entry: &DatabaseEntry) {
        let Some(database) = self.pattern(&format!("{path}.name"), Part::SourceSchema, &entry.name)
        else {
            return;
        };
        let objects = lists(entry).into_iter().chain(specific_lists(entry));
        let mut whole = true;
        for (kind, list, objects) in objects {
            for (j, object) in objects.iter().enumerate() {
                whole = false;
                let place = format!("{path}.{list}[{j}]");
                if object.has_settings() {
                    let reason = "what is excluded has no settings";
                    self.complain(&place, &object.name, reason, "leave the settings out");
                }
                let at = format!("{place}.name");
                let Some(name) = self.pattern(&at, Part::SourceTable, &object.name) else {
                    continue;
                };
                let text = format!("{}.{}", entry.name, object.name);
                let mut line = Selector::plain(place, text, database.clone(), name);
                line.kind = Some(kind);
                self.excludes.push(line);
            }
        }
        if whole {
            let text = format!("{}.*", entry.name);
            let everything = Pattern::everything();
            self.excludes.push(Selector::plain(path.to_owned(), text, database, everything));
        }
    }

    fn pattern(&mut self, path: &str, part: Part, text: &str) -> Option<Pattern> {
        match rule::part_pattern(part, text) {
            Ok(pattern) => Some(pattern),
            Err(fault) => {
                self.complaints.push(rule::complain(path.to_owned(), text, &fault));
                None
            }
        }
    }

    pub(super) fn complain(&mut self, path: &str, text: &str, reason: &str, advice: &str) {
        self.complaints.push(Complaint::new(path, text, reason, advice));
    }
}

/// What an excluded database would take as rules: a line for each of its objects, or for itself.
fn bytes_of(entry: &DatabaseEntry) -> usize {
    let line = |name: &str| entry.name.len() + ".".len() + name.len() + "\n".len();
    let objects = lists(entry).into_iter().chain(specific_lists(entry));
    let named: usize =
        objects.flat_map(|(.., objects)| objects).map(|object| line(&object.name)).sum();
    if named == 0 { line("*") } else { named }
}

fn of_rule(place: String, rule: Rule) -> Selector {
    let text = rule.to_string();
    let mut line = Selector::plain(place, text, rule.database, rule.name);
    if let Some(renaming) = rule.renaming {
        line.target_database = Some(renaming.database);
        line.target_name = renaming.name;
    }
    line
}

fn context<'a>(path: &str, entry: &'a DatabaseEntry) -> Context<'a> {
    let target_database = none_if_blank(entry.mapped_name.as_deref());
    Context { path: path.to_owned(), database: &entry.name, target_database }
}

type List<'a> = (ObjectKind, &'static str, &'a [ObjectEntry]);

fn lists(entry: &DatabaseEntry) -> [List<'_>; 2] {
    [(ObjectKind::Table, "tables", &entry.tables), (ObjectKind::View, "views", &entry.views)]
}

fn specific_lists(entry: &DatabaseEntry) -> [List<'_>; 2] {
    [
        (ObjectKind::Table, "specificTables", &entry.specific_tables),
        (ObjectKind::View, "specificViews", &entry.specific_views),
    ]
}

pub(super) fn none_if_blank(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests;

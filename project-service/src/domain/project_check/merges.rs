//! What becomes one on the way: tables of one target, schemas of one target. Of named objects it is
//! known; of rules, what they say by themselves is found here, and what only the source can tell is
//! left to the precheck.

use oms_model::selection::{
    DatabaseEntry, ObjectEntry, Pattern, Resolution, Rule, TransferMapping,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Several things that become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meeting {
    sources: Vec<String>,
    target: String,
    tables: bool,
}

impl Meeting {
    pub(super) fn is_of_tables(&self) -> bool {
        self.tables
    }

    /// What meets when every object is known.
    pub(super) fn of(resolution: &Resolution) -> Vec<Self> {
        let tables = resolution.merges.iter().map(|merge| Self {
            sources: merge.sources.iter().map(ToString::to_string).collect(),
            target: merge.target.to_string(),
            tables: true,
        });
        let schemas = resolution.schema_merges.iter().map(|merge| Self {
            sources: merge.sources.clone(),
            target: merge.target.clone(),
            tables: false,
        });
        tables.chain(schemas).collect()
    }
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 3;
        let named: Vec<&str> = self.sources.iter().take(NAMED).map(String::as_str).collect();
        f.write_str(if self.tables { "" } else { "the schemas " })?;
        f.write_str(&named.join(", "))?;
        match self.sources.len().saturating_sub(NAMED) {
            0 => {}
            more => write!(f, " and {more} more")?,
        }
        write!(f, " become {}", self.target)
    }
}

/// One line that takes objects, and where they are to arrive.
struct Line {
    database: Pattern,
    name: Pattern,
    target_database: Option<String>,
    target_name: Option<String>,
}

impl Line {
    fn source(&self) -> String {
        format!("{}.{}", self.database, self.name)
    }

    /// The target, if the line says it in full.
    fn target(&self) -> Option<(String, String)> {
        let own = |pattern: &Pattern| pattern.as_exact().map(str::to_owned);
        let database = self.target_database.clone().or_else(|| own(&self.database))?;
        let name = self.target_name.clone().or_else(|| own(&self.name))?;
        Some((database, name))
    }

    fn is_of_one(&self) -> bool {
        self.database.as_exact().is_some() && self.name.as_exact().is_some()
    }
}

/// What meets by the rules alone, whatever the source holds. The mapping has been found correct.
pub(super) fn meetings(mapping: &TransferMapping) -> Vec<Meeting> {
    let lines = lines(mapping);
    let mut found = of_tables(&lines);
    found.extend(of_schemas(mapping, &lines));
    found
}

fn of_tables(lines: &[Line]) -> Vec<Meeting> {
    let mut by_target: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut many: BTreeSet<(String, String)> = BTreeSet::new();
    for line in lines {
        let Some(target) = line.target() else { continue };
        if !line.is_of_one() {
            many.insert(target.clone());
        }
        by_target.entry(target).or_default().insert(line.source());
    }
    let meets = |(target, sources): ((String, String), BTreeSet<String>)| {
        let meets = sources.len() > 1 || many.contains(&target);
        let (database, name) = target;
        let (sources, target) = (sources.into_iter().collect(), format!("{database}.{name}"));
        meets.then_some(Meeting { sources, target, tables: true })
    };
    by_target.into_iter().filter_map(meets).collect()
}

fn of_schemas(mapping: &TransferMapping, lines: &[Line]) -> Vec<Meeting> {
    let whole = mapping.databases.iter().filter_map(|entry| Some((&entry.name, renamed(entry)?)));
    let whole: BTreeMap<&String, &str> = whole.collect();
    let mut by_target: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines {
        let Some(source) = line.database.as_exact() else { continue };
        let own = || whole.get(&source.to_owned()).copied().unwrap_or(source).to_owned();
        let target = line.target_database.clone().unwrap_or_else(own);
        by_target.entry(target).or_default().insert(source.to_owned());
    }
    let meeting = by_target.into_iter().filter(|(_, sources)| sources.len() > 1);
    meeting
        .map(|(target, sources)| Meeting {
            sources: sources.into_iter().collect(),
            target,
            tables: false,
        })
        .collect()
}

fn lines(mapping: &TransferMapping) -> Vec<Line> {
    let rules = mapping.table_and_view_white_list.iter().filter_map(|text| Rule::parse(text).ok());
    let of_rule = |rule: Rule| {
        let renaming = rule.renaming;
        Line {
            database: rule.database,
            name: rule.name,
            target_database: renaming.as_ref().map(|renaming| renaming.database.clone()),
            target_name: renaming.and_then(|renaming| renaming.name),
        }
    };
    rules.map(of_rule).chain(mapping.databases.iter().flat_map(of_database)).collect()
}

fn of_database(entry: &DatabaseEntry) -> Vec<Line> {
    let Ok(database) = Pattern::parse(&entry.name) else { return Vec::new() };
    let line = |object: &ObjectEntry, name: Pattern| Line {
        database: database.clone(),
        name,
        target_database: renamed(entry).map(str::to_owned),
        target_name: stated(object.mapped_name.as_deref()).map(str::to_owned),
    };
    let patterns = entry.tables.iter().chain(&entry.views);
    let patterns = patterns.filter_map(|o| Some(line(o, Pattern::parse(&o.name).ok()?)));
    let single = entry.specific_tables.iter().chain(&entry.specific_views);
    let single = single.map(|object| line(object, Pattern::exact(&object.name)));
    patterns.chain(single).collect()
}

fn renamed(entry: &DatabaseEntry) -> Option<&str> {
    stated(entry.mapped_name.as_deref())
}

fn stated(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

//! Holding a selection against the objects of a source. Lines about one object are found by hashing
//! and lines about a schema once per schema, so that the cost is that of the lines with wildcards.

use crate::{
    names::{NameFault, check_object_name, check_object_name_for_rules},
    object::{ObjectKind, ObjectName, SourceObject},
    selection::{
        resolution::{Ambiguous, Resolution, SelectedObject, Unsupported},
        selector::{Rank, Selector, Settings},
        survey,
    },
};
use std::collections::{BTreeSet, HashMap};

/// Lines by what they can be about.
struct Index<'a> {
    lines: &'a [Selector],
    /// By database and name, both exact.
    exact: HashMap<&'a str, HashMap<&'a str, Vec<usize>>>,
    /// The others, by exact database.
    of_database: HashMap<&'a str, Vec<usize>>,
    /// Those with wildcards in the database.
    broad: Vec<usize>,
}

/// The lines that can be about the objects of one database.
struct View<'a> {
    exact: Option<&'a HashMap<&'a str, Vec<usize>>>,
    patterns: Vec<usize>,
}

impl<'a> Index<'a> {
    fn new(lines: &'a [Selector]) -> Self {
        let (exact, of_database, broad) = Default::default();
        let mut index = Self { lines, exact, of_database, broad };
        for (i, line) in lines.iter().enumerate() {
            match (line.database.as_exact(), line.name.as_exact()) {
                (Some(database), Some(name)) => {
                    index.exact.entry(database).or_default().entry(name).or_default().push(i);
                }
                (Some(database), None) => {
                    index.of_database.entry(database).or_default().push(i);
                }
                (None, _) => index.broad.push(i),
            }
        }
        index
    }

    fn view(&'a self, database: &str) -> View<'a> {
        let broad = self.broad.iter().copied();
        let mut patterns: Vec<usize> =
            broad.filter(|i| self.lines[*i].database.matches(database)).collect();
        patterns.extend(self.of_database.get(database).into_iter().flatten());
        View { exact: self.exact.get(database), patterns }
    }

    /// Every line about the object.
    fn hits(&self, view: &View<'_>, object: &SourceObject) -> Vec<usize> {
        let named = view.exact.and_then(|names| names.get(object.name.as_str()));
        let named = named.into_iter().flatten().copied();
        let named = named.filter(|i| self.lines[*i].takes_kind(object));
        let patterns = view.patterns.iter().copied();
        named.chain(patterns.filter(|i| self.lines[*i].takes_name(object))).collect()
    }
}

/// Decides for each object of a source.
pub(super) fn evaluate(
    includes: &[Selector],
    excludes: &[Selector],
    source: &[SourceObject],
) -> Resolution {
    let (including, excluding) = (Index::new(includes), Index::new(excludes));
    let mut views: HashMap<&str, (View<'_>, View<'_>)> = HashMap::new();
    let mut used = (vec![false; includes.len()], vec![false; excludes.len()]);
    let mut resolution = Resolution::default();
    let objects: BTreeSet<&SourceObject> = source.iter().collect();
    for object in objects {
        let database = object.database.as_str();
        let (including_view, excluding_view) = views
            .entry(database)
            .or_insert_with(|| (including.view(database), excluding.view(database)));
        let includes = including.hits(including_view, object);
        let excludes = excluding.hits(excluding_view, object);
        includes.iter().for_each(|i| used.0[*i] = true);
        excludes.iter().for_each(|i| used.1[*i] = true);
        let lines: Vec<&Selector> = includes.iter().map(|i| &including.lines[*i]).collect();
        if !lines.iter().any(|line| line.selects) {
            continue;
        }
        if excludes.is_empty() {
            decide(object, &lines, &mut resolution);
        } else {
            resolution.excluded += 1;
        }
    }
    resolution.unmatched = survey::unmatched(&idle(includes, &used.0), false, source);
    resolution.unmatched.extend(survey::unmatched(&idle(excludes, &used.1), true, source));
    survey::look_over(&mut resolution);
    resolution
}

fn idle<'a>(lines: &'a [Selector], used: &[bool]) -> Vec<&'a Selector> {
    lines.iter().zip(used).filter(|(_, used)| !**used).map(|(line, _)| line).collect()
}

/// Puts a selected object where it belongs: among the objects, or among what needs attention.
fn decide(object: &SourceObject, lines: &[&Selector], resolution: &mut Resolution) {
    if let Err(fault) = usable(object, lines) {
        resolution.unsupported.push(Unsupported {
            source: object.clone(),
            reason: fault.to_string(),
            advice: "rename the object, or exclude it from the selection".to_owned(),
            forbids_creation: matches!(fault, NameFault::DoubleDollar { .. }),
        });
        return;
    }
    let database = narrowest(lines, |line| line.target_database.as_deref());
    let name = narrowest(lines, |line| line.target_name.as_deref());
    let (database, name) = match (database, name) {
        (Ok(database), Ok(name)) => (database, name),
        (Err(lines), _) | (_, Err(lines)) => {
            resolution.ambiguous.push(Ambiguous { source: object.clone(), lines });
            return;
        }
    };
    let database = database.unwrap_or(&object.database);
    let target = ObjectName::new(database, name.unwrap_or(&object.name));
    match object.kind {
        ObjectKind::Table => resolution.tables += 1,
        ObjectKind::View => resolution.views += 1,
    }
    resolution.objects.push(SelectedObject {
        source: object.full_name(),
        target,
        kind: object.kind,
        settings: settings(lines),
    });
}

/// A name that was written out in full may hold wildcards; one that a rule found may not.
fn usable(object: &SourceObject, lines: &[&Selector]) -> Result<(), NameFault> {
    let named = lines.iter().any(|line| line.selects && line.rank == Rank::Named);
    let check = if named { check_object_name } else { check_object_name_for_rules };
    check(&object.database).and_then(|()| check(&object.name))
}

/// What the narrowest lines that say anything say, or those lines if they disagree.
fn narrowest<'a>(
    lines: &[&'a Selector],
    say: impl Fn(&'a Selector) -> Option<&'a str>,
) -> Result<Option<&'a str>, Vec<String>> {
    let rank = lines.iter().filter(|line| say(line).is_some()).map(|line| line.rank).max();
    let narrowest: Vec<&Selector> = lines
        .iter()
        .copied()
        .filter(|line| Some(line.rank) == rank && say(line).is_some())
        .collect();
    let said: BTreeSet<&str> = narrowest.iter().filter_map(|line| say(line)).collect();
    match said.len() {
        0 | 1 => Ok(said.into_iter().next()),
        _ => Err(narrowest.iter().map(|line| format!("{} ({})", line.place, line.text)).collect()),
    }
}

/// Settings are given in one place for each object: the compiler saw to it.
fn settings(lines: &[&Selector]) -> Settings {
    lines.iter().find_map(|line| line.settings.clone()).unwrap_or_default()
}

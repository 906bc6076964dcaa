//! Reading named objects. All that is wrong is reported at once, with its place; what was read is
//! then held against the source, which knows which names are tables and which views.

use super::{HEAD, columns, csv, csv::Cell, unshield};
use crate::{
    complaint::{Complaint, Complaints},
    filter::{self, Filter},
    names::{OBJECTS_PER_IMPORT_MAX, check_object_name},
    object::{ObjectKind, ObjectName, SourceObject},
    selection::{ColumnEntry, ColumnRenaming, DatabaseEntry, ObjectEntry, TransferMapping},
    transfer::TransferMode,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// One object as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedObject {
    /// Where it was written, for complaints that come later.
    pub place: String,
    pub source: ObjectName,
    pub target_database: Option<String>,
    pub target_name: Option<String>,
    /// The columns to keep; none named keeps all.
    pub columns: Vec<String>,
    pub renamed_columns: Vec<ColumnRenaming>,
    pub filter: Option<String>,
}

/// Objects that were read and are right in themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Import {
    pub objects: Vec<ImportedObject>,
}

/// Objects that exist, as a selection that replaces the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub mapping: TransferMapping,
    pub tables: usize,
    pub views: usize,
}

/// Reads the short form: `SCHEMA.TABLE | SCHEMA.TABLE |`, on one line or several.
pub fn parse_text(text: &str) -> Result<Import, Complaints> {
    let mut reading = Reading::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (i, line) in text.lines().enumerate() {
        let mut column = 1;
        for part in line.split('|') {
            let blanks = part.chars().take_while(|c| c.is_whitespace()).count();
            let place = format!("line {}, column {}", i + 1, column + blanks);
            column += part.chars().count() + 1;
            match part.trim() {
                "" => {}
                name => reading.short(place, name),
            }
        }
    }
    reading.finish()
}

/// Reads the table. Its bytes must be UTF-8; a byte order mark is passed over.
pub fn parse_csv(bytes: &[u8]) -> Result<Import, Complaints> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = format!("byte {}", error.valid_up_to() + 1);
        let advice = "save the file as \"CSV UTF-8\"";
        Complaints(vec![Complaint::new(place, "", "the file is not UTF-8", advice)])
    })?;
    let (rows, bad) = csv::rows(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut reading = Reading::default();
    for csv::BadCell { cell, fault } in bad {
        let complaint = Complaint::new(cell.place(), &cell.text, fault, fault.advice());
        reading.complaints.push(complaint);
    }
    let mut rows = rows.into_iter();
    reading.head(&rows.next().unwrap_or_default())?;
    for row in rows {
        reading.row(&row);
    }
    reading.finish()
}

#[derive(Default)]
struct Reading {
    objects: Vec<ImportedObject>,
    complaints: Vec<Complaint>,
    seen: HashSet<ObjectName>,
}

impl Reading {
    fn short(&mut self, place: String, text: &str) {
        let advice = "write SCHEMA.TABLE | SCHEMA.TABLE";
        match text.split_once('.') {
            Some((database, name)) if !name.contains('.') => {
                self.object(place, ObjectName::new(database, name));
            }
            Some(_) => self.complain(place, text, "there is more than one dot", advice),
            None => self.complain(place, text, "there is no dot between schema and table", advice),
        }
    }

    /// The head must be there: without it, nobody knows which column is which.
    fn head(&mut self, row: &[Cell]) -> Result<(), Complaints> {
        let found = row.iter().map(|cell| cell.text.trim());
        if found.clone().eq(HEAD) {
            return Ok(());
        }
        let found = found.collect::<Vec<_>>().join(",");
        let reason = format!("the first line is not {}", HEAD.join(","));
        let advice = "start from the template, and separate columns by commas";
        self.complain("line 1".to_owned(), &found, &reason, advice);
        Err(Complaints(std::mem::take(&mut self.complaints)))
    }

    fn row(&mut self, row: &[Cell]) {
        let [database, name, target_database, target_name, mapping, filter] = row else {
            let reason = format!("the line has {} columns instead of {}", row.len(), HEAD.len());
            let place = row.first().map(Cell::place).unwrap_or_default();
            let text = row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(",");
            let advice = "write six columns, and put a cell that has commas in quotes";
            return self.complain(place, &text, &reason, advice);
        };
        let source = ObjectName::new(cell_name(database), cell_name(name));
        let Some(object) = self.object(database.place(), source) else { return };
        let target_database = self.target(target_database);
        let target_name = self.target(target_name);
        let columns = self.columns(mapping);
        let filter = self.filter(filter);
        if let Some(object) = self.objects.get_mut(object) {
            object.target_database = target_database;
            object.target_name = target_name;
            object.columns = columns.kept;
            object.renamed_columns = columns.renamed;
            object.filter = filter;
        }
    }

    /// Notes an object, and says which it is in the list.
    fn object(&mut self, place: String, source: ObjectName) -> Option<usize> {
        for name in [&source.database, &source.name] {
            if let Err(fault) = check_object_name(name) {
                self.complain(place, &source.to_string(), &fault.to_string(), fault.advice());
                return None;
            }
        }
        if !self.seen.insert(source.clone()) {
            let advice = "remove one of them";
            self.complain(place, &source.to_string(), "the object is named twice", advice);
            return None;
        }
        self.objects.push(ImportedObject {
            place,
            source,
            target_database: None,
            target_name: None,
            columns: Vec::new(),
            renamed_columns: Vec::new(),
            filter: None,
        });
        Some(self.objects.len() - 1)
    }

    fn target(&mut self, cell: &Cell) -> Option<String> {
        let name = cell_name(cell);
        if name.is_empty() {
            return None;
        }
        if let Err(fault) = check_object_name(name) {
            self.complain(cell.place(), name, &fault.to_string(), fault.advice());
        }
        Some(name.to_owned())
    }

    fn columns(&mut self, cell: &Cell) -> columns::Columns {
        let text = unshield(&cell.text);
        columns::parse(text).unwrap_or_else(|fault| {
            self.complain(cell.place(), text, &fault.to_string(), fault.advice());
            columns::Columns::default()
        })
    }

    fn filter(&mut self, cell: &Cell) -> Option<String> {
        let text = unshield(&cell.text);
        if text.trim().is_empty() {
            return None;
        }
        if let Err(faults) = Filter::parse(text) {
            self.complaints.extend(filter::complaints(&cell.place(), text, &faults).0);
        }
        Some(text.to_owned())
    }

    fn finish(mut self) -> Result<Import, Complaints> {
        let named = self.objects.len();
        if named > OBJECTS_PER_IMPORT_MAX {
            let reason = format!("{named} objects are named and may be {OBJECTS_PER_IMPORT_MAX}");
            let advice = "use matching rules, or divide the work among projects";
            self.complain("the whole".to_owned(), "", &reason, advice);
        }
        if named == 0 && self.complaints.is_empty() {
            let advice = "name one, as in SCHEMA.TABLE";
            self.complain("the whole".to_owned(), "", "no object is named", advice);
        }
        Complaints::or(self.complaints, Import { objects: self.objects })
    }

    fn complain(&mut self, place: String, text: &str, reason: &str, advice: &str) {
        self.complaints.push(Complaint::new(place, text, reason, advice));
    }
}

fn cell_name(cell: &Cell) -> &str {
    unshield(&cell.text).trim()
}

impl Import {
    /// Holds the objects against those of the source, and makes a selection of them.
    pub fn resolve(&self, source: &[SourceObject]) -> Result<Imported, Complaints> {
        let key = |database: &str, name: &str| ObjectName::new(database, name);
        let exact: HashMap<ObjectName, ObjectKind> =
            source.iter().map(|object| (object.full_name(), object.kind)).collect();
        let folded: HashMap<ObjectName, &SourceObject> = source
            .iter()
            .map(|o| (key(&o.database.to_lowercase(), &o.name.to_lowercase()), o))
            .collect();
        let mut complaints = Vec::new();
        let mut entries: BTreeMap<(&str, Option<&str>), DatabaseEntry> = BTreeMap::new();
        let (mut tables, mut views) = (0, 0);
        for object in &self.objects {
            let ObjectName { database, name } = &object.source;
            let Some(kind) = exact.get(&object.source) else {
                let near = folded.get(&key(&database.to_lowercase(), &name.to_lowercase()));
                complaints.push(missing(object, near.copied()));
                continue;
            };
            let target = object.target_database.as_deref().filter(|target| target != database);
            let entry = entries.entry((database, target)).or_insert_with(|| DatabaseEntry {
                mapped_name: target.map(str::to_owned),
                ..DatabaseEntry::named(database)
            });
            match kind {
                ObjectKind::Table => {
                    tables += 1;
                    entry.tables.push(object.entry());
                }
                ObjectKind::View => {
                    views += 1;
                    entry.views.push(object.entry());
                }
            }
        }
        let mapping = TransferMapping {
            mode: TransferMode::Specific,
            databases: entries.into_values().collect(),
            databases_black: Vec::new(),
            table_and_view_white_list: Vec::new(),
            table_and_view_black_list: Vec::new(),
        };
        Complaints::or(complaints, Imported { mapping, tables, views })
    }
}

impl ImportedObject {
    fn entry(&self) -> ObjectEntry {
        let renamed = |renaming: &ColumnRenaming| ColumnEntry {
            column_name: renaming.source.clone(),
            mapped_name: Some(renaming.target.clone()),
            ..ColumnEntry::default()
        };
        ObjectEntry {
            mapped_name: self.target_name.clone().filter(|target| *target != self.source.name),
            where_clause: self.filter.clone(),
            filter_columns: self.columns.clone(),
            columns: self.renamed_columns.iter().map(renamed).collect(),
            ..ObjectEntry::named(&self.source.name)
        }
    }
}

fn missing(object: &ImportedObject, near: Option<&SourceObject>) -> Complaint {
    let text = object.source.to_string();
    let (reason, advice) = match near {
        Some(near) => (
            format!("the source calls it {}: case matters", near.full_name()),
            "write the name in the case the source has it in",
        ),
        None if text.contains(['*', '?', '[']) => (
            "the source has no object of that very name".to_owned(),
            "use matching rules: wildcards have no meaning in an import",
        ),
        None => (
            "the source has no such table or view".to_owned(),
            "look at its name, and at what the account may see",
        ),
    };
    Complaint::new(&object.place, &text, reason, advice)
}

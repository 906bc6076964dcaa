//! Writing named objects so that reading them again gives the same. What a form cannot carry is
//! named instead of dropped.

use super::{HEAD, columns, csv, shield};
use crate::{
    complaint::Complaint,
    selection::{SelectedObject, Settings},
};

/// A text to download, and what it could not carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub text: String,
    pub omitted: Vec<Complaint>,
}

/// The head of the table and one line to follow.
pub fn csv_template() -> String {
    let mut text = String::from('\u{feff}');
    csv::write_row(&mut text, HEAD);
    let example = ["shop", "orders", "new_shop", "orders", "*;state=status", "id > 100"];
    csv::write_row(&mut text, example);
    text
}

/// Writes the short form, which carries names alone.
pub fn export_text(objects: &[SelectedObject]) -> Exported {
    let names: Vec<String> = objects.iter().map(|o| format!("{} |", o.source)).collect();
    let more = |object: &&SelectedObject| {
        object.target != object.source || object.settings != Settings::default()
    };
    let omitted = objects.iter().filter(more);
    let advice = "export a table (CSV) to keep them";
    let omitted = omitted.map(|o| omission(o, "new names, columns and filters", advice));
    Exported { text: names.join(" "), omitted: omitted.collect() }
}

/// Writes the table. It starts with a byte order mark, by which spreadsheets know it is UTF-8.
pub fn export_csv(objects: &[SelectedObject]) -> Exported {
    let mut text = String::from('\u{feff}');
    csv::write_row(&mut text, HEAD);
    let mut omitted = Vec::new();
    for object in objects {
        let SelectedObject { source, target, settings, .. } = object;
        let mapping = columns::write(&columns::Columns {
            kept: settings.columns.clone(),
            renamed: settings.renamed_columns.clone(),
        });
        let cells = [
            &source.database,
            &source.name,
            &target.database,
            &target.name,
            &mapping,
            settings.filter.as_deref().unwrap_or_default(),
        ];
        let cells = cells.map(shield);
        csv::write_row(&mut text, cells.iter().map(String::as_str));
        if !settings.shard_columns.is_empty() {
            omitted.push(omission(object, "sharding columns", "set them again after an import"));
        }
        if settings.adb_table_schema.is_some() || settings.obkv_partition_config.is_some() {
            omitted.push(omission(object, "the target's layout", "set it again after an import"));
        }
    }
    Exported { text, omitted }
}

fn omission(object: &SelectedObject, what: &str, advice: &str) -> Complaint {
    let source = object.source.to_string();
    Complaint::new(&source, &source, format!("the form does not carry {what}"), advice)
}

//! Named objects as people exchange them: a line of names, or a table that spreadsheets open.
//!
//! The short form is `SCHEMA.TABLE | SCHEMA.TABLE |`, names alone. The table is CSV with six
//! columns, of which the last four may be empty:
//!
//! | column | holds |
//! |---|---|
//! | `sourceDatabase`, `sourceTable` | the object |
//! | `targetDatabase`, `targetTable` | its name at the target, if it is another |
//! | `columnMapping` | `a;b=c` keeps `a` and `b`, the latter as `c`; `*;b=c` keeps all; empty too |
//! | `rowFilter` | the condition its rows must meet |
//!
//! A cell that a spreadsheet would run as a formula is written with a `'` in front, which reading
//! takes away again.

mod columns;
mod csv;
mod export;
mod import;

pub use export::{Exported, csv_template, export_csv, export_text};
pub use import::{Import, Imported, ImportedObject, parse_csv, parse_text};

/// The head of the table.
const HEAD: [&str; 6] = [
    "sourceDatabase",
    "sourceTable",
    "targetDatabase",
    "targetTable",
    "columnMapping",
    "rowFilter",
];

/// What makes a spreadsheet take a cell for a formula, in the widths of both alphabets.
const FORMULA_STARTS: &str = "=+-@\t\r\n＝＋－＠";

/// Whether a cell, apart from `'` in front, is a formula to a spreadsheet.
fn looks_like_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(|c| FORMULA_STARTS.contains(c))
}

/// Makes a cell harmless to spreadsheets.
fn shield(cell: &str) -> String {
    if looks_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Takes away what `shield` added.
fn unshield(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if looks_like_formula(bare) => bare,
        _ => cell,
    }
}

#[cfg(test)]
mod tests;

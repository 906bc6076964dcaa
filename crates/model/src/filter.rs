//! Row filters: the condition of one table, in exactly the part of SQL that the full copy and the
//! change stream can decide alike. Everything else is refused with its position and a way out.
//!
//! | class | understood |
//! |---|---|
//! | unary | `+` `-` `~` `!`, `IS [NOT] TRUE`, `IS [NOT] NULL` |
//! | boolean | `AND`, then `XOR`, then `OR`, from tight to loose |
//! | arithmetic | `^`, then `* / %`, `+ -`, `<< >>`, `&`, `\|` |
//! | comparing | `= != <> < <= > >=`, `BETWEEN … AND …`, `IN (…)` |
//! | functions | `CONCAT`, `SUBSTR`, `SUBSTRING`, `REPLACE`, `CAST(… AS …)` |
//!
//! A comparison of a comparison, as in `1 < a < 5`, is refused: it does not mean what it looks like.
//! Text stands in single quotes, with `''` and MySQL's backslashes; names stand bare or in
//! backticks. Double quotes are refused: they mean text in some databases and names in others.

pub mod ast;
mod calls;
pub mod evaluate;
mod fault;
mod lexer;
mod parser;
mod words;

pub use ast::{BinaryOp, CastType, CompareOp, Expr, Function, UnaryOp};
pub use fault::FilterFault;

use crate::complaint::{Complaint, Complaints};
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

/// A filter that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    expr: Expr,
    columns: Vec<ColumnUse>,
}

/// A column as the filter spells it, and where it stands first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ColumnUse {
    name: String,
    at: usize,
}

impl Filter {
    /// Understands a condition, without knowing the table.
    pub fn parse(text: &str) -> Result<Self, Vec<FilterFault>> {
        let tokens = lexer::tokens(text)?;
        let (expr, columns) = parser::parse(&tokens).map_err(|fault| vec![fault])?;
        Ok(Self { expr, columns })
    }

    /// Understands a condition on a table with these columns. A column may be written in other case
    /// than the table's, as long as that leaves no doubt; the filter then speaks of it as the table
    /// does.
    pub fn parse_for(text: &str, table: &[impl AsRef<str>]) -> Result<Self, Vec<FilterFault>> {
        let mut filter = Self::parse(text)?;
        let mut own_names = HashMap::new();
        let mut faults = Vec::new();
        for ColumnUse { name, at } in &filter.columns {
            let (at, name) = (*at, name.clone());
            match find_column(&name, table) {
                Found::One(own) => drop(own_names.insert(name, own)),
                Found::None => faults.push(FilterFault::UnknownColumn { at, name }),
                Found::Several => faults.push(FilterFault::DoubtfulColumn { at, name }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut rename = |name: &mut String| {
            if let Some(own) = own_names.get(name) {
                (*own).clone_into(name);
            }
        };
        filter.expr.for_each_column(&mut rename);
        filter.columns.iter_mut().for_each(|used| rename(&mut used.name));
        let mut seen = HashSet::new();
        filter.columns.retain(|used| seen.insert(used.name.clone()));
        Ok(filter)
    }

    /// The condition.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The columns it reads, each once, in the order of their first use.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|used| used.name.as_str())
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

/// Puts what is wrong with a filter into an API's words. `place` says whose filter it is.
pub fn complaints(place: &str, text: &str, faults: &[FilterFault]) -> Complaints {
    let complaint = |fault: &FilterFault| Complaint::new(place, text, fault, fault.advice());
    Complaints(faults.iter().map(complaint).collect())
}

enum Found<'a> {
    None,
    One(&'a str),
    Several,
}

fn find_column<'a>(name: &str, table: &'a [impl AsRef<str>]) -> Found<'a> {
    let mut own = table.iter().map(AsRef::as_ref);
    if let Some(exact) = own.clone().find(|own| *own == name) {
        return Found::One(exact);
    }
    let alike = |own: &&str| own.eq_ignore_ascii_case(name);
    match (own.find(alike), own.find(alike)) {
        (None, _) => Found::None,
        (Some(one), None) => Found::One(one),
        (Some(_), Some(_)) => Found::Several,
    }
}

#[cfg(test)]
mod tests;

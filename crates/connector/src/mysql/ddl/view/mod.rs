//! Views: what stands before the query, the query as tokens, and what it reads.

mod names;

use super::ast::Name;
use super::quote::{Quoting, quoted};
use super::render::name_text;
use super::token::Tokens;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub name: Name,
    pub or_replace: bool,
    pub algorithm: Option<String>,
    pub definer: Option<Account>,
    /// `DEFINER` or `INVOKER`.
    pub security: Option<String>,
    pub columns: Vec<String>,
    pub body: Tokens,
    /// `CASCADED` or `LOCAL`.
    pub check_option: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub user: String,
    pub host: Option<String>,
}

impl View {
    /// The tables and views the query reads, in its order, each once; what a common table
    /// expression defines is none.
    pub fn references(&self) -> Vec<Name> {
        let mut found: Vec<Name> = Vec::new();
        for reference in names::references(&self.body) {
            if !found.contains(&reference.name) {
                found.push(reference.name);
            }
        }
        found
    }

    /// Puts other names in the place of those of tables, and of columns named with them.
    pub(crate) fn rename(&mut self, map: &dyn Fn(&Name) -> Name) {
        self.name = map(&self.name);
        self.body = names::renamed(&self.body, map);
    }

    pub fn render(&self, quoting: Quoting) -> String {
        let mut sql = "CREATE ".to_owned();
        if self.or_replace {
            sql.push_str("OR REPLACE ");
        }
        if let Some(algorithm) = &self.algorithm {
            sql.push_str(&format!("ALGORITHM={algorithm} "));
        }
        if let Some(Account { user, host }) = &self.definer {
            let host = host.as_ref().map(|host| format!("@{}", quoted(host))).unwrap_or_default();
            sql.push_str(&format!("DEFINER={}{host} ", quoted(user)));
        }
        if let Some(security) = &self.security {
            sql.push_str(&format!("SQL SECURITY {security} "));
        }
        sql.push_str("VIEW ");
        sql.push_str(&name_text(&self.name));
        if !self.columns.is_empty() {
            let names: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
            sql.push_str(&format!(" ({})", names.join(",")));
        }
        sql.push_str(" AS ");
        sql.push_str(&self.body.render(quoting));
        if let Some(reach) = &self.check_option {
            sql.push_str(&format!(" WITH {reach} CHECK OPTION"));
        }
        sql
    }
}

#[cfg(test)]
mod tests;

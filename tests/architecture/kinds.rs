//! Only the registry may branch on the kind of a database: everything else asks a capability.

use crate::tree::{read, rust_files};
use quote::ToTokens;
use std::path::Path;
use syn::visit::{self, Visit};

const REGISTRY: &str = "crates/connector/src/registry.rs";

struct Branches(Vec<String>);

impl<'ast> Visit<'ast> for Branches {
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.note(arm.pat.to_token_stream().to_string());
        visit::visit_arm(self, arm);
    }
    fn visit_expr_let(&mut self, expr: &'ast syn::ExprLet) {
        self.note(expr.pat.to_token_stream().to_string());
        visit::visit_expr_let(self, expr);
    }
    fn visit_expr_binary(&mut self, expr: &'ast syn::ExprBinary) {
        if matches!(expr.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            self.note(expr.to_token_stream().to_string());
        }
        visit::visit_expr_binary(self, expr);
    }
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        if mac.path.is_ident("matches") {
            self.note(mac.tokens.to_string());
        }
        visit::visit_macro(self, mac);
    }
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests compare kinds to see what they got.
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }
}

impl Branches {
    fn note(&mut self, code: String) {
        if code.contains("DatabaseKind ::") {
            self.0.push(code);
        }
    }
}

fn branches(text: &str) -> Vec<String> {
    let mut found = Branches(Vec::new());
    found.visit_file(&syn::parse_file(text).expect("our own code parses"));
    found.0
}

#[test]
fn kinds_are_matched_only_in_the_registry() {
    for path in rust_files(".") {
        let is_test = path.components().any(|c| c.as_os_str() == "tests")
            || path.file_name().is_some_and(|n| n == "tests.rs");
        if is_test || path == Path::new(REGISTRY) {
            continue;
        }
        let found = branches(&read(&path));
        assert!(found.is_empty(), "{} branches on DatabaseKind: {found:?}", path.display());
    }
}

#[test]
fn the_registry_is_where_this_test_thinks_it_is() {
    assert!(!branches(&read(REGISTRY)).is_empty());
}

#[test]
fn branches_of_every_shape_are_seen() {
    for code in [
        "fn f() { match k { DatabaseKind::MySql => 1, _ => 2 }; }",
        "fn f() { if k == DatabaseKind::MySql {} }",
        "fn f() { if let DatabaseKind::MySql = k {} }",
        "fn f() { let x = matches!(k, DatabaseKind::MySql); }",
    ] {
        assert!(!branches(code).is_empty(), "{code}");
    }
}

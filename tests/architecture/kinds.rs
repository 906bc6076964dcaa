//! Only the registry may decide by the kind of a database: everything else asks a capability.

use crate::tree::{read, rust_files};
use quote::ToTokens;
use std::path::Path;
use syn::visit::{self, Visit};

const REGISTRY: &str = "crates/connector/src/registry.rs";

const DEFINITION: &str = "crates/model/src/kind.rs";
const NAME: &str = "DatabaseKind";

/// Every mention of a single kind: a match, a comparison, and also a list or a short name that a
/// decision could be made by elsewhere.
struct Mentions(Vec<String>);

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.note(path);
        visit::visit_path(self, path);
    }
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.note(&mac.tokens);
        visit::visit_macro(self, mac);
    }
    fn visit_qself(&mut self, qself: &'ast syn::QSelf) {
        // `<DatabaseKind>::Mysql`; with a trait it calls the trait.
        if qself.as_token.is_none() && is_the_kind(&qself.ty) {
            self.0.push(qself.ty.to_token_stream().to_string());
        }
        visit::visit_qself(self, qself);
    }
    fn visit_use_path(&mut self, tree: &'ast syn::UsePath) {
        if tree.ident == NAME {
            self.0.push(tree.to_token_stream().to_string());
        }
        visit::visit_use_path(self, tree);
    }
    fn visit_use_rename(&mut self, tree: &'ast syn::UseRename) {
        if tree.ident == NAME {
            self.0.push(tree.to_token_stream().to_string());
        }
    }
    fn visit_item_type(&mut self, alias: &'ast syn::ItemType) {
        if is_the_kind(&alias.ty) {
            self.0.push(alias.to_token_stream().to_string());
        }
        visit::visit_item_type(self, alias);
    }
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        // There `Self` is another name for it.
        if is_the_kind(&item.self_ty) {
            for part in &item.items {
                self.note_after("Self", part);
            }
        }
        visit::visit_item_impl(self, item);
    }
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests compare kinds to see what they got.
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }
}

impl Mentions {
    /// Variants are in camel case: `DatabaseKind::ALL` and functions speak of no single kind.
    fn note(&mut self, code: impl ToTokens) {
        self.note_after(NAME, code);
    }

    fn note_after(&mut self, name: &str, code: impl ToTokens) {
        let code = code.to_token_stream().to_string();
        let is_variant =
            |word: &str| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
        if code.split(&format!("{name} :: ")).skip(1).any(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            is_variant(&rest[..end])
        }) {
            self.0.push(code);
        }
    }
}

fn is_the_kind(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == NAME)
}

fn mentions(text: &str) -> Vec<String> {
    let mut found = Mentions(Vec::new());
    found.visit_file(&syn::parse_file(text).expect("our own code parses"));
    found.0
}

#[test]
fn single_kinds_are_spoken_of_only_in_the_registry() {
    for path in rust_files(".") {
        let is_test = path.components().any(|c| c.as_os_str() == "tests")
            || path.file_name().is_some_and(|n| n == "tests.rs");
        if is_test || [REGISTRY, DEFINITION].iter().any(|known| path == Path::new(known)) {
            continue;
        }
        let found = mentions(&read(&path));
        assert!(found.is_empty(), "{} decides by DatabaseKind: {found:?}", path.display());
    }
}

#[test]
fn the_registry_is_where_this_test_thinks_it_is() {
    assert!(!mentions(&read(REGISTRY)).is_empty());
}

#[test]
fn mentions_of_every_shape_are_seen() {
    for code in [
        "fn f() { match k { DatabaseKind::MySql => 1, _ => 2 }; }",
        "fn f() { if k == DatabaseKind::MySql {} }",
        "fn f() { if let DatabaseKind::MySql = k {} }",
        "fn f() { let x = matches!(k, DatabaseKind::MySql); }",
        "use oms_model::DatabaseKind::MySql;",
        "use oms_model::DatabaseKind::{self, MySql};",
        "use oms_model::{ProjectType, DatabaseKind::*};",
        "fn f() { use DatabaseKind::*; }",
        "use oms_model::DatabaseKind as K;",
        "use oms_model::{DatabaseKind as K, ProjectType};",
        "type K = oms_model::DatabaseKind;",
        "const QUEUES: &[DatabaseKind] = &[DatabaseKind::Kafka];",
        "fn f() { let x = vec![oms_model::DatabaseKind::Kafka]; }",
        "fn f() { [DatabaseKind::Kafka].contains(&k) }",
        "fn f() { let x = <DatabaseKind>::Kafka; }",
        "impl Queue for DatabaseKind { fn is(self) -> bool { matches!(self, Self::Kafka) } }",
        "impl Queue for DatabaseKind { const FIRST: Self = Self::Kafka; }",
    ] {
        assert!(!mentions(code).is_empty(), "{code}");
    }
}

#[test]
fn what_speaks_of_no_single_kind_is_free() {
    for code in [
        "use oms_model::{DatabaseKind, ProjectType};",
        "fn f(k: DatabaseKind) { DatabaseKind::ALL.iter().map(DatabaseKind::as_ref); }",
        "fn f() { let x = vec![DatabaseKind::ALL]; }",
        "fn f() { <DatabaseKind as FromStr>::from_str(text) }",
        "impl Named for DatabaseKind { fn name(self) -> String { Self::ALL.len().to_string() } }",
        "impl Named for Shape { fn is(self) -> bool { matches!(self, Self::Round) } }",
        "mod tests { use oms_model::DatabaseKind::MySql; }",
    ] {
        assert_eq!(mentions(code), Vec::<String>::new(), "{code}");
    }
}

//! Keys.

use super::Work;
use super::types::widest;
use crate::mysql::ddl::ast::{Column, Hidden, Key, KeyKind, KeyPart, PartOf};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::options::IndexStrategy;
use crate::mysql::ddl::target::Feature;
use crate::product::Product;

/// What InnoDB takes of a key.
const KEY_BYTES: u64 = 3_072;

pub(super) fn key_object(key: &Key) -> String {
    match (&key.kind, &key.name) {
        (KeyKind::Primary, _) => "primary key".to_owned(),
        (_, Some(name)) => format!("index {name}"),
        (_, None) => "index".to_owned(),
    }
}

impl Work<'_> {
    pub(super) fn convert_keys(&mut self) {
        for key in std::mem::take(&mut self.table.keys) {
            let object = key_object(&key);
            if let Some(why) = self.obstacle(&key) {
                self.drop_key(&key, why);
                continue;
            }
            if self.options.indexes == IndexStrategy::None && self.is_optional(&key) {
                let why = "indexes are not wanted";
                self.note(NoteCode::IndexNotCreated, object, "not created", why);
                continue;
            }
            let key = self.convert_key(&object, key);
            self.table.keys.push(key);
        }
        self.name_keys();
    }

    /// Whether neither a rule nor the counter depends on the key.
    fn is_optional(&self, key: &Key) -> bool {
        let first = key.parts.first().and_then(KeyPart::column_name);
        let column = first.and_then(|name| self.table.column(name));
        !key.is_unique() && !column.is_some_and(|column| column.auto_increment)
    }

    fn drop_key(&mut self, key: &Key, why: String) {
        let code =
            if key.is_unique() { NoteCode::UniquenessLost } else { NoteCode::IndexNotCreated };
        self.note(code, key_object(key), "not created", why);
    }

    /// Why the target cannot have the key.
    fn obstacle(&self, key: &Key) -> Option<String> {
        let lacks = |feature: Feature, what: &str| {
            (!self.target.has(feature)).then(|| self.target_lacks(what))
        };
        let by_kind = match key.kind {
            KeyKind::Fulltext => lacks(Feature::FulltextKeys, "full-text indexes"),
            KeyKind::Spatial => lacks(Feature::SpatialKeys, "spatial indexes"),
            KeyKind::Vector if !self.stays() => Some(self.target_lacks("such vector indexes")),
            _ => None,
        };
        let of_parts = || {
            key.parts.iter().find_map(|part| match &part.of {
                PartOf::Expression(tokens) if self.target.has(Feature::FunctionalKeys) => {
                    let function = self.missing_function(tokens);
                    function.map(|function| self.target_lacks(&format!("function {function}")))
                }
                PartOf::Expression(_) => Some(self.target_lacks("indexes on expressions")),
                PartOf::Column(name) if self.dropped_columns.contains(name) => {
                    Some(format!("column {name} does not exist at the target"))
                }
                PartOf::Column(_) if part.without_overlaps && !self.stays() => {
                    Some(self.target_lacks("keys WITHOUT OVERLAPS"))
                }
                PartOf::Column(name) => self.too_long_to_be_unique(key, part, name),
            })
        };
        by_kind.or_else(of_parts)
    }

    fn too_long_to_be_unique(&self, key: &Key, part: &KeyPart, name: &str) -> Option<String> {
        let column = self.table.column(name)?;
        let large = column.ty.name.ends_with("text") || column.ty.name.ends_with("blob");
        let whole = key.is_unique() && large && part.prefix.is_none();
        (whole && !self.target.has(Feature::LongUniqueKeys))
            .then(|| self.target_lacks(&format!("unique keys on all of a {}", column.ty.name)))
    }

    fn convert_key(&mut self, object: &str, mut key: Key) -> Key {
        let changed = NoteCode::IndexChanged;
        if !self.target.has(Feature::DescendingKeys) {
            let descends = key.parts.iter().any(|part| part.descending);
            key.parts.iter_mut().for_each(|part| part.descending = false);
            if descends {
                let why = self.target_lacks("descending indexes");
                self.note(changed, object, "DESC left out", why);
            }
        }
        for part in &mut key.parts {
            if let PartOf::Expression(tokens) = &mut part.of {
                *tokens = self.convert_expression(object, tokens);
            }
        }
        self.convert_hiding(object, &mut key);
        self.convert_parser(object, &mut key);
        self.convert_key_options(object, &mut key);
        if key.kind == KeyKind::Primary {
            self.convert_primary(object, &mut key);
        }
        if matches!(self.target.server.product, Product::Mysql | Product::Mariadb) {
            self.shorten(object, &mut key);
        }
        key
    }

    fn convert_hiding(&mut self, object: &str, key: &mut Key) {
        if key.hidden.is_none() {
            return;
        }
        key.hidden = match (self.target.has(Feature::HiddenKeys), self.target.server.product) {
            (false, _) => {
                let why = self.target_lacks("invisible indexes");
                self.note(NoteCode::IndexChanged, object, "INVISIBLE left out", why);
                None
            }
            (true, Product::Mariadb) => Some(Hidden::Ignored),
            (true, _) => Some(Hidden::Invisible),
        };
    }

    fn convert_parser(&mut self, object: &str, key: &mut Key) {
        let Some(parser) = key.parser.take() else { return };
        let ngram = parser.eq_ignore_ascii_case("ngram") && self.target.has(Feature::NgramParser);
        if self.stays() || ngram {
            key.parser = Some(parser);
            return;
        }
        let what = format!("WITH PARSER {parser} left out");
        let why = self.target_lacks("parser of that name; searches find other words");
        self.note(NoteCode::IndexChanged, object, what, why);
    }

    fn convert_key_options(&mut self, object: &str, key: &mut Key) {
        let oceanbase = self.to(Product::OceanBase);
        if oceanbase && !self.stays() && key.using.take().is_some_and(|using| using != "BTREE") {
            let why = self.target_lacks("kinds of indexes to choose from");
            self.note(NoteCode::IndexChanged, object, "USING left out", why);
        }
        if self.stays() {
            return;
        }
        let shared = !oceanbase && self.source.product != Product::OceanBase;
        for option in std::mem::take(&mut key.options) {
            // How OceanBase stores an index says nothing about what it does.
            let physical = matches!(option.name.as_str(), "BLOCK_SIZE" | "LOCAL");
            if shared && option.name == "KEY_BLOCK_SIZE" {
                key.options.push(option);
            } else if !physical {
                let what = format!("{} left out", option.name);
                let why = format!("it belongs to {}", self.source.product);
                self.note(NoteCode::IndexChanged, object, what, why);
            }
        }
    }

    /// A primary key that the target cannot have becomes a unique one: its columns are not null.
    fn convert_primary(&mut self, object: &str, key: &mut Key) {
        let prefixed = key.parts.iter().any(|part| part.prefix.is_some());
        let computed =
            key.parts.iter().filter_map(KeyPart::column_name).any(|name| {
                self.table.column(name).is_some_and(|column| column.generated.is_some())
            });
        let why = if prefixed && !self.target.has(Feature::PrefixPrimaryKey) {
            self.target_lacks("primary keys on prefixes")
        } else if computed && !self.target.has(Feature::GeneratedPrimaryKey) {
            self.target_lacks("primary keys on generated columns")
        } else {
            return;
        };
        let columns: Vec<String> =
            key.parts.iter().filter_map(KeyPart::column_name).map(str::to_owned).collect();
        for column in &mut self.table.columns {
            let part = columns.iter().any(|name| name.eq_ignore_ascii_case(&column.name));
            let able = column.generated.is_none() || self.target.has(Feature::GeneratedNotNull);
            if part && able {
                column.nullable = Some(false);
            }
        }
        key.kind = KeyKind::Unique;
        key.name = Some("UK_PRIMARY".to_owned());
        self.note(NoteCode::IndexChanged, object, "became the unique index UK_PRIMARY", why);
    }

    /// A key that grew with its columns' character set gets a prefix. A unique one does not:
    /// it would be another rule.
    fn shorten(&mut self, object: &str, key: &mut Key) {
        if matches!(key.kind, KeyKind::Fulltext | KeyKind::Spatial | KeyKind::Vector) {
            return;
        }
        let default = self.table.option("CHARSET").and_then(|v| v.word()).unwrap_or("utf8mb4");
        for part in &mut key.parts {
            let column = part.column_name().and_then(|name| self.table.column(name));
            let Some(column) = column.filter(|column| column.ty.name == "varchar") else {
                continue;
            };
            let width = widest(column.ty.charset.as_deref().unwrap_or(default));
            let length = part.prefix.or(column.ty.args.first().copied()).unwrap_or(0);
            if u64::from(length) * width <= KEY_BYTES || key.kind != KeyKind::Plain {
                continue;
            }
            let prefix = u32::try_from(KEY_BYTES / width).unwrap_or(768);
            let note = crate::mysql::ddl::note::Note {
                code: NoteCode::IndexChanged,
                object: object.to_owned(),
                what: format!("column {} by its first {prefix} characters", column.name),
                why: format!("a key has room for {KEY_BYTES} bytes"),
            };
            part.prefix = Some(prefix);
            self.notes.push(note);
        }
    }

    /// A key without a name gets the one that the server would choose: a later statement has to
    /// find it.
    fn name_keys(&mut self) {
        for at in 0..self.table.keys.len() {
            let key = &self.table.keys[at];
            if key.name.is_some() || key.kind == KeyKind::Primary {
                continue;
            }
            let first = key.parts.first().and_then(KeyPart::column_name);
            let name = self.free_key_name(first.unwrap_or("functional_index"));
            self.table.keys[at].name = Some(name);
        }
    }
}

impl Key {
    /// Whether no two rows can be equal under it: unique, and no column may be NULL.
    pub(crate) fn identifies(&self, column: impl Fn(&str) -> Option<Column>) -> bool {
        let never_null = |part: &KeyPart| {
            let column = part.column_name().and_then(&column);
            column.is_some_and(|column| column.nullable == Some(false))
        };
        match self.kind {
            KeyKind::Primary => true,
            KeyKind::Unique => self.parts.iter().all(never_null),
            _ => false,
        }
    }
}

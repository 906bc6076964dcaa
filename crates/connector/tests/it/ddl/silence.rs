//! What a conversion changed without a word.

use oms_connector::mysql_ddl::{Conversion, NoteCode, Table};

/// What `original` has, `conversion` lacks, and no note tells of.
pub fn find(original: &Table, conversion: &Conversion) -> Vec<String> {
    let mut search = Search { original, conversion, found: Vec::new() };
    search.columns();
    search.keys();
    search.constraints();
    search.rest();
    search.found
}

struct Search<'a> {
    original: &'a Table,
    conversion: &'a Conversion,
    found: Vec<String>,
}

impl Search<'_> {
    /// Whether a note of one of these kinds speaks of the object.
    fn told(&self, object: &str, codes: &[NoteCode]) -> bool {
        let about = |name: &str| name == object || name.contains(object);
        self.conversion.notes.iter().any(|note| about(&note.object) && codes.contains(&note.code))
    }

    fn expect(&mut self, holds: bool, object: &str, codes: &[NoteCode]) {
        if !holds && !self.told(object, codes) {
            self.found.push(format!("{object} changed without a note of {codes:?}"));
        }
    }

    fn columns(&mut self) {
        for ours in &self.original.columns {
            let object = format!("column {}", ours.name);
            let Some(theirs) = self.conversion.table.column(&ours.name) else {
                let dropped = self.conversion.dropped_columns.contains(&ours.name);
                self.expect(false, &object, &[NoteCode::ColumnDropped]);
                assert!(dropped, "{object}");
                continue;
            };
            let (a, b) = (&ours.ty, &theirs.ty);
            let width = a.name.ends_with("int") || a.name == "year";
            let same = a.name == b.name && (a.args == b.args || (width && b.args.is_empty()));
            let same = same
                && (a.unsigned, a.zerofill, &a.members) == (b.unsigned, b.zerofill, &b.members);
            self.expect(same, &object, &[NoteCode::TypeChanged]);
            let dropped = [NoteCode::AttributeDropped];
            self.expect(a.srid.is_some() == b.srid.is_some(), &object, &dropped);
            self.expect(a.compressed == b.compressed, &object, &dropped);
            self.expect(ours.attributes == theirs.attributes, &object, &dropped);
            let required = ours.nullable == Some(false);
            self.expect(!required || theirs.nullable == Some(false), &object, &dropped);
            let kept = ours.default.is_some() == theirs.default.is_some();
            self.expect(kept, &object, &[NoteCode::DefaultDropped]);
            self.expect(ours.on_update == theirs.on_update, &object, &[]);
            self.expect(ours.auto_increment == theirs.auto_increment, &object, &[]);
            self.expect(ours.comment == theirs.comment, &object, &[]);
            self.expect(ours.generated.is_some() == theirs.generated.is_some(), &object, &[]);
            self.expect(ours.invisible == theirs.invisible, &object, &[NoteCode::ColumnShown]);
            let mapped = |t: &Option<String>| t.clone().unwrap_or_default();
            if mapped(&a.charset) != mapped(&b.charset)
                && b.charset.is_some()
                && a.charset.is_some()
            {
                self.expect(false, &object, &[NoteCode::CharsetChanged, NoteCode::TypeChanged]);
            }
        }
    }

    fn keys(&mut self) {
        use NoteCode as N;
        for ours in &self.original.keys {
            let object = match &ours.name {
                Some(name) => format!("index {name}"),
                None => "primary key".to_owned(),
            };
            let Some(theirs) = self.conversion.table.keys.iter().find(|k| k.name == ours.name)
            else {
                self.expect(
                    false,
                    &object,
                    &[N::IndexNotCreated, N::UniquenessLost, N::IndexChanged],
                );
                continue;
            };
            let same = ours.kind == theirs.kind
                && ours.parts.len() == theirs.parts.len()
                && ours.hidden.is_some() == theirs.hidden.is_some()
                && ours.comment == theirs.comment
                && ours.parser == theirs.parser;
            let parts = ours.parts.iter().zip(&theirs.parts);
            let parts = parts.fold(true, |all, (a, b)| {
                all && (a.prefix, a.descending) == (b.prefix, b.descending)
            });
            self.expect(same && parts, &object, &[N::IndexChanged]);
        }
    }

    fn constraints(&mut self) {
        use NoteCode as N;
        let checks = |table: &Table| {
            let of_columns: usize = table.columns.iter().map(|column| column.checks.len()).sum();
            of_columns + table.checks.len()
        };
        let lost = |code| self.conversion.notes.iter().filter(|note| note.code == code).count();
        let (checks_lost, keys_lost) = (lost(N::CheckNotCreated), lost(N::ForeignKeyNotCreated));
        let (ours, theirs) = (checks(self.original), checks(&self.conversion.table));
        self.expect(ours == theirs + checks_lost, "check", &[]);
        let [ours, theirs] = [self.original, &self.conversion.table].map(|t| t.foreign_keys.len());
        self.expect(ours == theirs + keys_lost, "foreign key", &[]);
    }

    fn rest(&mut self) {
        use NoteCode as N;
        let (ours, theirs) = (self.original, &self.conversion.table);
        let parted = ours.partitioning.is_some() == theirs.partitioning.is_some();
        self.expect(parted, "table", &[N::PartitionsDropped]);
        self.expect(ours.versioned == theirs.versioned, "table", &[N::VersioningDropped]);
        self.expect(ours.periods.len() == theirs.periods.len(), "table", &[N::ClauseDropped]);
        self.expect(ours.option("COMMENT") == theirs.option("COMMENT"), "table", &[]);
        self.expect(ours.option("AUTO_INCREMENT") == theirs.option("AUTO_INCREMENT"), "table", &[]);
        for option in &ours.options {
            let kept = theirs.options.iter().any(|other| other.name == option.name);
            self.expect(kept, "table", &[N::OptionDropped]);
        }
    }
}

//! `ALTER TABLE` and statements on indexes, with everything that they say.

use super::{Cursor, ParseError};
use crate::mysql::ddl::ast::{Key, OptionValue, TableOption};
use crate::mysql::ddl::change::Action;
use crate::mysql::ddl::clause::{Altered, Clause, Division};
use crate::mysql::ddl::mode::Mode;
use crate::mysql::ddl::token::{Token, Tokens};

/// Clauses that say nothing about what a table is or holds, by their first words.
const PHYSICAL: [&[&str]; 16] = [
    &["ALGORITHM"],
    &["LOCK"],
    &["FORCE"],
    &["ENABLE"],
    &["DISABLE"],
    &["WITH", "VALIDATION"],
    &["WITHOUT", "VALIDATION"],
    &["ORDER"],
    &["ANALYZE", "PARTITION"],
    &["CHECK", "PARTITION"],
    &["OPTIMIZE", "PARTITION"],
    &["REBUILD", "PARTITION"],
    &["REPAIR", "PARTITION"],
    &["SECONDARY_LOAD"],
    &["SECONDARY_UNLOAD"],
    &["NOWAIT"],
];

/// Reads `ALTER TABLE`, `CREATE INDEX` or `DROP INDEX`; `None` for anything else.
pub(crate) fn parse_alter(text: &[u8], mode: Mode) -> Result<Option<Altered>, ParseError> {
    let mut cursor = Cursor::new(text, mode);
    // MariaDB allows a limit of time before some.
    if cursor.are_words(&["SET", "STATEMENT"]) {
        while !cursor.at_end() && !cursor.eat("FOR") {
            cursor.take();
        }
    }
    if cursor.eat("ALTER") {
        cursor.eat_any(&["ONLINE", "OFFLINE"]);
        cursor.eat("IGNORE");
        if !cursor.eat("TABLE") {
            return Ok(None);
        }
        cursor.eat_all(&["IF", "EXISTS"]);
        let table = cursor.qualified()?;
        cursor.patience();
        return cursor.clauses().map(|clauses| Some(Altered { table, clauses }));
    }
    if cursor.eat("DROP") {
        cursor.eat_any(&["ONLINE", "OFFLINE"]);
        if !cursor.eat("INDEX") {
            return Ok(None);
        }
        let lenient = cursor.eat_all(&["IF", "EXISTS"]);
        let name = cursor.name()?;
        cursor.expect("ON")?;
        let table = cursor.qualified()?;
        let clause = match name.eq_ignore_ascii_case("PRIMARY") {
            true => Clause::DropPrimary,
            false => Clause::DropKey { name, lenient },
        };
        return Ok(Some(Altered { table, clauses: vec![clause] }));
    }
    if cursor.eat("CREATE") {
        return cursor.index_of_its_own();
    }
    Ok(None)
}

impl Cursor<'_> {
    fn index_of_its_own(&mut self) -> Result<Option<Altered>, ParseError> {
        let replaces = self.eat_all(&["OR", "REPLACE"]);
        self.eat_any(&["ONLINE", "OFFLINE"]);
        let kinds = ["UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "INDEX"];
        if !kinds.iter().any(|kind| self.is_word(kind)) {
            return Ok(None);
        }
        let kind = self.key_kind();
        self.expect("INDEX")?;
        let lenient = self.eat_all(&["IF", "NOT", "EXISTS"]);
        let name = self.name()?;
        let mut key = Key::new(kind, Some(name.clone()), vec![]);
        self.key_using(&mut key)?;
        self.expect("ON")?;
        let table = self.qualified()?;
        self.patience();
        self.key_parts(&mut key)?;
        self.key_options(&mut key)?;
        forget_how(&mut key);
        let add = Clause::AddKey { key: Box::new(key), lenient };
        let drop = replaces.then_some(Clause::DropKey { name, lenient: true });
        Ok(Some(Altered { table, clauses: drop.into_iter().chain([add]).collect() }))
    }

    fn clauses(&mut self) -> Result<Vec<Clause>, ParseError> {
        let mut clauses = Vec::new();
        while !self.at_end() && !self.peek().is(';') {
            self.full_clause(&mut clauses)?;
            self.eat_symbol(',');
        }
        Ok(clauses)
    }

    fn full_clause(&mut self, into: &mut Vec<Clause>) -> Result<(), ParseError> {
        if PHYSICAL.iter().any(|words| self.are_words(words)) {
            into.push(Clause::Physical);
            self.skip_clause();
            return Ok(());
        }
        if let Some(clause) = self.of_partitions()? {
            into.push(clause);
            return Ok(());
        }
        if let Some(clause) = self.of_constraint()? {
            into.push(clause);
            self.skip_clause();
            return Ok(());
        }
        if self.are_words(&["ALTER"]) {
            into.push(self.altered_part()?);
            self.skip_clause();
            return Ok(());
        }
        let known = ["ADD", "DROP", "MODIFY", "CHANGE", "RENAME"];
        if !known.iter().any(|word| self.is_word(word)) && !self.are_words(&["CONVERT", "TO"]) {
            return self.options_or_other(into);
        }
        let lenient = self.says_lenient_anywhere();
        let mut actions = Vec::new();
        self.clause(&mut actions)?;
        into.extend(actions.into_iter().map(|action| of_action(action, lenient)));
        Ok(())
    }

    /// Whether the first words of a clause have `IF EXISTS` or `IF NOT EXISTS` among them.
    fn says_lenient_anywhere(&self) -> bool {
        let mut ahead = self.clone();
        for _ in 0..5 {
            if ahead.are_words(&["IF", "EXISTS"]) || ahead.are_words(&["IF", "NOT", "EXISTS"]) {
                return true;
            }
            if !matches!(ahead.take().token, Token::Word(_)) {
                return false;
            }
        }
        false
    }

    fn of_constraint(&mut self) -> Result<Option<Clause>, ParseError> {
        if self.eat_all(&["DROP", "FOREIGN", "KEY"]) {
            self.eat_all(&["IF", "EXISTS"]);
            return Ok(Some(Clause::DropForeignKey { name: self.name()? }));
        }
        if self.eat_all(&["DROP", "CHECK"]) {
            return Ok(Some(Clause::DropCheck { name: self.name()? }));
        }
        if self.eat_all(&["DROP", "CONSTRAINT"]) {
            let lenient = self.eat_all(&["IF", "EXISTS"]);
            return Ok(Some(Clause::DropConstraint { name: self.name()?, lenient }));
        }
        if !self.is_word("ADD") {
            return Ok(None);
        }
        let before = self.clone();
        self.take();
        let name = match self.eat("CONSTRAINT") {
            true => {
                self.eat_all(&["IF", "NOT", "EXISTS"]);
                self.constraint_name()?
            }
            false => None,
        };
        if self.are_words(&["FOREIGN", "KEY"]) {
            let key = self.foreign_key(name)?;
            return Ok(Some(Clause::AddForeignKey(Box::new(key))));
        }
        if self.is_word("CHECK") && self.look(1).is('(') {
            return Ok(Some(Clause::AddCheck(self.check(name)?)));
        }
        *self = before;
        Ok(None)
    }

    /// `ALTER COLUMN`, `ALTER INDEX`, `ALTER CHECK`.
    fn altered_part(&mut self) -> Result<Clause, ParseError> {
        self.take();
        if self.eat_any(&["INDEX", "KEY"]) {
            self.eat_all(&["IF", "EXISTS"]);
            let name = self.name()?;
            let hidden = self.eat_any(&["INVISIBLE", "IGNORED"]);
            return Ok(Clause::HideKey { name, hidden });
        }
        if self.eat_any(&["CHECK", "CONSTRAINT"]) {
            let name = self.name()?;
            let enforced = !self.eat("NOT");
            return Ok(Clause::EnforceCheck { name, enforced });
        }
        self.eat("COLUMN");
        self.eat_all(&["IF", "EXISTS"]);
        let column = self.name()?;
        if self.eat_all(&["DROP", "DEFAULT"]) {
            return Ok(Clause::SetDefault { column, default: None });
        }
        self.expect("SET")?;
        if self.eat("DEFAULT") {
            return Ok(Clause::SetDefault { column, default: Some(self.default()?) });
        }
        let invisible = self.eat("INVISIBLE");
        if !invisible {
            self.expect("VISIBLE")?;
        }
        Ok(Clause::ShowColumn { column, invisible })
    }

    fn of_partitions(&mut self) -> Result<Option<Clause>, ParseError> {
        if self.are_words(&["PARTITION", "BY"]) {
            let by = self.partitioning()?;
            return Ok(Some(Clause::Partitions(Division::By(Box::new(by)))));
        }
        if self.eat_all(&["REMOVE", "PARTITIONING"]) {
            return Ok(Some(Clause::Partitions(Division::Remove)));
        }
        let converts = self.are_words(&["CONVERT", "PARTITION"])
            || self.are_words(&["CONVERT", "TABLE"])
            || self.are_words(&["EXCHANGE", "SUBPARTITION"]);
        if converts {
            while !self.at_end() {
                self.take();
            }
            return Ok(Some(Clause::Partitions(Division::Convert)));
        }
        let verbs = ["ADD", "DROP", "TRUNCATE", "COALESCE", "REORGANIZE", "EXCHANGE"];
        let Some(verb) = verbs.into_iter().find(|verb| self.is_word(verb)) else {
            return Ok(None);
        };
        if !self.look(1).is_word("PARTITION") {
            return Ok(None);
        }
        self.take();
        self.take();
        self.eat_any(&["NO_WRITE_TO_BINLOG", "LOCAL"]);
        self.eat_all(&["IF", "NOT", "EXISTS"]);
        self.eat_all(&["IF", "EXISTS"]);
        let division = match verb {
            "ADD" if self.eat("PARTITIONS") => {
                Division::Add { partitions: vec![], count: self.number() }
            }
            "ADD" => Division::Add { partitions: self.partitions("PARTITION")?, count: None },
            "DROP" => Division::Drop(self.partition_names()?),
            "TRUNCATE" if self.eat("ALL") => Division::Truncate(vec![]),
            "TRUNCATE" => Division::Truncate(self.partition_names()?),
            "COALESCE" => match self.number() {
                Some(count) => Division::Coalesce(count),
                None => return Err(self.missing("how many partitions")),
            },
            "REORGANIZE" => {
                let from = match self.is_word("INTO") {
                    true => vec![],
                    false => self.partition_names()?,
                };
                let into = match self.eat("INTO") {
                    true => self.partitions("PARTITION")?,
                    false => vec![],
                };
                Division::Reorganize { from, into }
            }
            _ => {
                let partition = self.name()?;
                self.expect("WITH")?;
                self.expect("TABLE")?;
                let table = self.qualified()?;
                self.eat_any(&["WITH", "WITHOUT"]);
                self.eat("VALIDATION");
                Division::Exchange { partition, table }
            }
        };
        Ok(Some(Clause::Partitions(division)))
    }

    fn partition_names(&mut self) -> Result<Vec<String>, ParseError> {
        let mut names = vec![self.name()?];
        while self.eat_symbol(',') {
            names.push(self.name()?);
        }
        Ok(names)
    }

    /// Options stand beside each other, with commas or without.
    fn options_or_other(&mut self, into: &mut Vec<Clause>) -> Result<(), ParseError> {
        const UNSAFE: [&str; 4] = ["DISCARD", "IMPORT", "ADD", "DROP"];
        let strange = UNSAFE.iter().any(|word| self.is_word(word))
            || !matches!(self.peek(), Token::Word(_) | Token::Quoted(_));
        if strange {
            let mut tokens = Tokens::default();
            while !self.at_end() && !self.peek().is(',') {
                self.take_into(&mut tokens);
            }
            into.push(Clause::Other(tokens.shown()));
            return Ok(());
        }
        let mut options = Vec::new();
        while matches!(self.peek(), Token::Word(_) | Token::Quoted(_)) {
            if self.are_words(&["PARTITION", "BY"]) || self.are_words(&["REMOVE", "PARTITIONING"]) {
                break;
            }
            options.push(self.option()?);
        }
        into.push(Clause::Options(options));
        Ok(())
    }
}

fn of_action(action: Action, lenient: bool) -> Clause {
    match action {
        Action::Add { column, spot, .. } => Clause::AddColumn { column, spot, lenient },
        Action::DropColumn { name } => Clause::DropColumn { name, lenient },
        Action::Replace { from, column, spot } => {
            Clause::ChangeColumn { from, column, spot, lenient }
        }
        Action::RenameColumn { from, to } => Clause::RenameColumn { from, to, lenient },
        Action::AddKey { mut key, .. } => {
            forget_how(&mut key);
            Clause::AddKey { key, lenient }
        }
        Action::DropKey { name } if name.eq_ignore_ascii_case("PRIMARY") => Clause::DropPrimary,
        Action::DropKey { name } => Clause::DropKey { name, lenient },
        Action::DropPrimary => Clause::DropPrimary,
        Action::RenameKey { from, to } => Clause::RenameKey { from, to },
        Action::RenameTo(name) => Clause::RenameTo(name),
        Action::Convert { charset, collation } => Clause::Convert { charset, collation },
        Action::Default { charset, collation } => {
            let option = |name: &str, value: Option<String>| {
                let value = Some(OptionValue::Word(value?));
                Some(TableOption { name: name.to_owned(), value, quoted: false })
            };
            let both = [option("CHARSET", charset), option("COLLATE", collation)];
            Clause::Options(both.into_iter().flatten().collect())
        }
        Action::Versioning(on) => Clause::Versioning(on),
        // The rest was looked for before.
        _ => Clause::Other("a clause".to_owned()),
    }
}

/// How a key is to be built is no part of it.
fn forget_how(key: &mut Key) {
    key.options.retain(|option| !matches!(option.name.as_str(), "ALGORITHM" | "LOCK"));
}

//! What a statement of the log is: a boundary of a transaction, a definition, or a change that should
//! have been rows.

use super::event::Query;
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::{Cursor, Mode, Token};

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Begin,
    Commit,
    Rollback,
    Savepoint(Vec<u8>),
    RollbackTo(Vec<u8>),
    /// The end of a branch, or its beginning: what counts comes elsewhere.
    Xa,
    XaCommit(Vec<u8>),
    XaRollback(Vec<u8>),
    /// It may change definitions.
    Definition,
    /// It changes rows.
    Rows,
    /// It changes neither.
    Nothing,
}

/// What a statement says. `mode` decides how it is read.
pub(super) fn said(text: &[u8], mode: Mode) -> Said {
    match text {
        b"BEGIN" => return Said::Begin,
        b"COMMIT" => return Said::Commit,
        b"ROLLBACK" => return Said::Rollback,
        _ => {}
    }
    let mut cursor = Cursor::new(text, mode);
    pass_settings(&mut cursor);
    if cursor.eat("SAVEPOINT") {
        return Said::Savepoint(name(&mut cursor));
    }
    if cursor.are_words(&["ROLLBACK"]) {
        cursor.take();
        cursor.eat("WORK");
        if cursor.eat("TO") {
            cursor.eat("SAVEPOINT");
            return Said::RollbackTo(name(&mut cursor));
        }
        return Said::Rollback;
    }
    if cursor.eat("XA") {
        return match xa_rest(&mut cursor, text) {
            Some((true, name)) => Said::XaCommit(name),
            Some((false, name)) => Said::XaRollback(name),
            None => Said::Xa,
        };
    }
    let first = match cursor.peek() {
        Token::Word(word) => word.to_ascii_uppercase(),
        Token::Symbol('(') => return Said::Rows,
        _ => return Said::Nothing,
    };
    match first.as_str() {
        "BEGIN" | "START" => Said::Begin,
        "COMMIT" => Said::Commit,
        "CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE" => Said::Definition,
        "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "LOAD" | "WITH" | "CALL" | "DO" | "SELECT"
        | "VALUES" | "TABLE" | "IMPORT" | "HANDLER" => Said::Rows,
        _ => Said::Nothing,
    }
}

fn name(cursor: &mut Cursor<'_>) -> Vec<u8> {
    // Names of savepoints are compared without regard to case.
    cursor.name().unwrap_or_default().to_lowercase().into_bytes()
}

/// Whether a branch is committed, and its name as the log writes it, in upper case.
fn xa_rest(cursor: &mut Cursor<'_>, text: &[u8]) -> Option<(bool, Vec<u8>)> {
    let commits = cursor.eat("COMMIT");
    if !commits && !cursor.eat("ROLLBACK") {
        return None;
    }
    let upper = text.to_ascii_uppercase();
    let start = upper.iter().position(|byte| *byte == b'\'')?.checked_sub(1)?;
    let name: Vec<u8> =
        upper[start..].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let end = name.windows(8).position(|word| word == b"ONEPHASE").unwrap_or(name.len());
    Some((commits, name[..end].to_vec()))
}

/// The tables that a definition names which cannot be read: the first one, and whatever else stands
/// where a table does.
pub(super) fn named_tables(text: &[u8], mode: Mode) -> Vec<Name> {
    let mut cursor = Cursor::new(text, mode);
    pass_settings(&mut cursor);
    let lists = cursor.is_word("RENAME") || cursor.are_words(&["DROP", "TABLE"]);
    let mut names: Vec<Name> = Vec::new();
    while !cursor.at_end() {
        let is_first = names.is_empty() && cursor.eat_any(&["TABLE", "TABLES", "ON"]);
        let is_other = !names.is_empty()
            && (cursor.eat("TABLE")
                || (lists && (cursor.eat("TO") || cursor.eat_symbol(',')))
                || cursor.eat_all(&["RENAME", "TO"])
                || cursor.eat_all(&["RENAME", "AS"]));
        if is_first || is_other {
            cursor.eat_all(&["IF", "NOT", "EXISTS"]);
            cursor.eat_all(&["IF", "EXISTS"]);
            if let Ok(name) = cursor.qualified() {
                names.push(name);
            }
        } else {
            cursor.take();
        }
    }
    names
}

/// MariaDB allows settings before a statement.
fn pass_settings(cursor: &mut Cursor<'_>) {
    if cursor.are_words(&["SET", "STATEMENT"]) {
        while !cursor.at_end() && !cursor.eat("FOR") {
            cursor.take();
        }
    }
}

/// Whether a definition that cannot be read takes rows from elsewhere.
pub(super) fn may_select(text: &[u8], mode: Mode) -> bool {
    let mut cursor = Cursor::new(text, mode);
    let mut creates = false;
    while !cursor.at_end() {
        creates |= cursor.are_words(&["CREATE"]);
        if creates && cursor.is_word("SELECT") {
            return true;
        }
        cursor.take();
    }
    false
}

/// Which tables are captured, as far as a statement has to know.
pub(super) trait Wanted {
    /// Whether this table is. It may be the name of something else.
    fn wants(&self, database: &str, table: &str) -> bool;
    /// Whether it is, and is known to be a table.
    fn has(&self, database: &str, table: &str) -> bool;
    /// Whether any table of the database is that is known.
    fn has_any(&self, database: &str) -> bool;
}

/// The table that a statement may change which is wanted, if there is one. Whatever could be a
/// name of a table counts: a statement that cannot be understood must not be taken for harmless.
pub(super) fn wanted_table(
    query: &Query<'_>,
    text: &[u8],
    mode: Mode,
    wanted: &dyn Wanted,
) -> Option<String> {
    let database = String::from_utf8_lossy(query.database);
    let mut cursor = Cursor::new(text, mode);
    // A routine may change anything.
    let calls = ["CALL", "SELECT", "DO"].iter().any(|word| cursor.is_word(word));
    let mut spot = Spot::Elsewhere;
    loop {
        // The columns that follow are no tables.
        if cursor.eat_all(&["KEY", "UPDATE"]) {
            spot = Spot::Elsewhere;
        }
        let token = cursor.take().token;
        if token == Token::End {
            break;
        }
        let here = spot;
        spot = match here.behind(&token) {
            Spot::Table if cursor.peek().is('(') && calls_or_joins(&token) => Spot::Elsewhere,
            behind => behind,
        };
        let Some(name) = token.name() else { continue };
        if cursor.eat_symbol('.') {
            let table = cursor.take().token;
            if let Some(table) = table.name()
                && (wanted.has(name, table) || (here == Spot::Table && wanted.wants(name, table)))
            {
                return Some(format!("{name}.{table}"));
            }
            spot = here.behind(&table);
        } else if wanted.has(&database, name)
            || ((here, spot) == (Spot::Table, Spot::Behind) && wanted.wants(&database, name))
        {
            return Some(format!("{database}.{name}"));
        }
    }
    (calls && wanted.has_any(&database)).then(|| format!("{database}.*"))
}

/// Words before a bracket that then are functions, or list the columns of a join.
fn calls_or_joins(token: &Token) -> bool {
    ["INSERT", "REPLACE", "USING"].iter().any(|word| token.is_word(word))
}

/// What a word stands for in a statement that changes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// A table that is changed, or read.
    Table,
    /// Behind one, where another may follow.
    Behind,
    Elsewhere,
}

impl Spot {
    /// Where the word stands that comes behind this one.
    fn behind(self, token: &Token) -> Self {
        const BEFORE_TABLES: [&str; 10] = [
            "INSERT",
            "REPLACE",
            "UPDATE",
            "DELETE",
            "INTO",
            "FROM",
            "JOIN",
            "TABLE",
            "USING",
            "STRAIGHT_JOIN",
        ];
        const BETWEEN: [&str; 7] =
            ["LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE", "AS", "ONLY"];
        const ENDS: [&str; 10] = [
            "SET",
            "VALUES",
            "VALUE",
            "WHERE",
            "ON",
            "SELECT",
            "ORDER",
            "LIMIT",
            "GROUP",
            "RETURNING",
        ];
        let is = |words: &[&str], word: &str| words.iter().any(|it| it.eq_ignore_ascii_case(word));
        match (self, token) {
            (_, Token::Word(word)) if is(&BEFORE_TABLES, word) => Self::Table,
            (_, Token::Word(word)) if is(&ENDS, word) => Self::Elsewhere,
            (here, Token::Word(word)) if is(&BETWEEN, word) => here,
            (Self::Table, Token::Word(_) | Token::Quoted(_)) => Self::Behind,
            (Self::Table, Token::Symbol('(')) | (Self::Behind, Token::Symbol(',')) => Self::Table,
            (Self::Behind, Token::Word(_) | Token::Quoted(_) | Token::Symbol('*' | '.')) => {
                Self::Behind
            }
            _ => Self::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::changes::event::Query;
    use crate::product::Server;

    /// All of `d` is wanted, and nobody has heard of more than `t`.
    struct OneKnown;

    impl Wanted for OneKnown {
        fn wants(&self, database: &str, _table: &str) -> bool {
            database == "d"
        }

        fn has(&self, database: &str, table: &str) -> bool {
            database == "d" && table == "t"
        }

        fn has_any(&self, database: &str) -> bool {
            database == "d"
        }
    }

    fn mode() -> Mode {
        Mode::of(&Server::of_mysql_protocol("9.7.4", ""), "")
    }

    #[test]
    fn statements_are_told_apart() {
        let name = b"X'7831',X'',1".to_vec();
        for (text, expected) in [
            ("BEGIN", Said::Begin),
            ("COMMIT", Said::Commit),
            ("SAVEPOINT `A b`", Said::Savepoint(b"a b".to_vec())),
            ("ROLLBACK TO `s`", Said::RollbackTo(b"s".to_vec())),
            ("ROLLBACK TO SAVEPOINT s", Said::RollbackTo(b"s".to_vec())),
            ("XA START X'7831',X'',1", Said::Xa),
            ("XA END X'7831',X'',1", Said::Xa),
            ("XA COMMIT X'7831',X'',1", Said::XaCommit(name.clone())),
            ("XA ROLLBACK X'7831',X'',1", Said::XaRollback(name.clone())),
            ("XA COMMIT X'7831',X'',1 ONE PHASE", Said::XaCommit(name)),
            ("/* c */ -- d\n create table t (a int)", Said::Definition),
            ("SET STATEMENT max_statement_time=1 FOR DROP TABLE t", Said::Definition),
            ("insert into t values (1)", Said::Rows),
            ("WITH x AS (SELECT 1) UPDATE t SET a = 1", Said::Rows),
            ("GRANT ALL ON *.* TO u", Said::Nothing),
            ("FLUSH TABLES", Said::Nothing),
            ("ANALYZE TABLE t", Said::Nothing),
            ("", Said::Nothing),
        ] {
            assert_eq!(said(text.as_bytes(), mode()), expected, "{text}");
        }
    }

    #[test]
    fn a_definition_that_cannot_be_read_still_names_its_table() {
        let named = |text: &str| named_tables(text.as_bytes(), mode());
        let plain =
            |names: &[&str]| names.iter().map(|name| Name::plain(*name)).collect::<Vec<_>>();
        assert_eq!(named("ALTER TABLE d.t FROB"), [Name::within("d", "t")]);
        assert_eq!(named("CREATE TABLE IF NOT EXISTS `a` ("), plain(&["a"]));
        assert_eq!(named("CREATE UNIQUE INDEX i ON a (b ?)"), plain(&["a"]));
        assert_eq!(named("DROP TABLE IF EXISTS a, b FROB"), plain(&["a", "b"]));
        assert_eq!(named("RENAME TABLE a TO b, c TO a FROB"), plain(&["a", "b", "c", "a"]));
        assert_eq!(named("ALTER TABLE a FROB, RENAME TO b"), plain(&["a", "b"]));
        assert_eq!(named("ALTER TABLE a FROB p WITH TABLE b"), plain(&["a", "b"]));
        assert_eq!(named("CREATE"), []);
    }

    #[test]
    fn whatever_could_be_a_wanted_table_is_found() {
        let body = [&[0; 8][..], &[1, 0, 0, 0, 0], b"d\0"].concat();
        let query = Query::read(&body, 13).unwrap();
        let found = |text: &str| wanted_table(&query, text.as_bytes(), mode(), &OneKnown);
        assert_eq!(found("INSERT INTO t VALUES (1)"), Some("d.t".into()));
        assert_eq!(found("UPDATE e.u JOIN `d`.`t` USING (id) SET u.a = 1"), Some("d.t".into()));
        assert_eq!(found("UPDATE other.t SET a = 1"), None);
        assert_eq!(found("DELETE FROM e.u WHERE a = 't'"), None);
        assert_eq!(found("SELECT f()"), Some("d.*".into()));
        // Tables that nobody has heard of are wanted as well, but not whatever else has a name.
        for text in [
            "INSERT LOW_PRIORITY INTO new SET a = 1",
            "insert new values (1)",
            "REPLACE new SELECT 1",
            "UPDATE e.x, new SET a = 1",
            "UPDATE IGNORE (new) SET a = 1",
            "DELETE new FROM e.x JOIN e.y",
            "DELETE FROM e.x USING e.x LEFT JOIN new ON 1",
            "LOAD DATA INFILE 'x' INTO TABLE new (a)",
            "WITH c AS (SELECT 1) UPDATE e.x AS y, new SET a = 1",
        ] {
            assert_eq!(found(text), Some("d.new".into()), "{text}");
        }
        for text in [
            "INSERT INTO e.x (new, a) VALUES (1, new) ON DUPLICATE KEY UPDATE a = new",
            "UPDATE e.x SET new = 1, a = new WHERE new > 2 ORDER BY new",
            "DELETE FROM e.x WHERE new IN (1, new)",
            "UPDATE e.x JOIN e.y USING (new) SET a = REPLACE(new, 'a', new)",
            "INSERT INTO e.x SELECT new FROM (SELECT new FROM e.y) AS e.z",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

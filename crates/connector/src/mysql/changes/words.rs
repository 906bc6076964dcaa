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
    if cursor.are_words(&["SET", "STATEMENT"]) {
        while !cursor.at_end() && !cursor.eat("FOR") {
            cursor.take();
        }
    }
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

/// The table that a definition names first.
pub(super) fn named_table(text: &[u8], mode: Mode) -> Option<Name> {
    let mut cursor = Cursor::new(text, mode);
    while !cursor.at_end() {
        if cursor.eat_any(&["TABLE", "TABLES", "ON"]) {
            cursor.eat_all(&["IF", "NOT", "EXISTS"]);
            cursor.eat_all(&["IF", "EXISTS"]);
            return cursor.qualified().ok();
        }
        cursor.take();
    }
    None
}

/// The table that a statement may change which is wanted, if there is one. Whatever could be a
/// name of a table counts: a statement that cannot be understood must not be taken for harmless.
pub(super) fn wanted_table(
    query: &Query<'_>,
    text: &[u8],
    mode: Mode,
    wants: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    let database = String::from_utf8_lossy(query.database);
    let mut cursor = Cursor::new(text, mode);
    // A routine may change anything.
    let calls = ["CALL", "SELECT", "DO"].iter().any(|word| cursor.is_word(word));
    loop {
        let token = cursor.take().token;
        if token == Token::End {
            break;
        }
        let Some(name) = token.name() else { continue };
        if cursor.eat_symbol('.') {
            let table = cursor.take().token;
            if let Some(table) = table.name()
                && wants(name, table)
            {
                return Some(format!("{name}.{table}"));
            }
        } else if wants(&database, name) {
            return Some(format!("{database}.{name}"));
        }
    }
    (calls && wants(&database, "")).then(|| format!("{database}.*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::changes::event::Query;
    use crate::product::Server;

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
        let named = |text: &str| named_table(text.as_bytes(), mode());
        assert_eq!(named("ALTER TABLE d.t FROB"), Some(Name::within("d", "t")));
        assert_eq!(named("CREATE TABLE IF NOT EXISTS `a` ("), Some(Name::plain("a")));
        assert_eq!(named("CREATE"), None);
    }

    #[test]
    fn whatever_could_be_a_wanted_table_is_found() {
        let body = [&[0; 8][..], &[1, 0, 0, 0, 0], b"d\0"].concat();
        let query = Query::read(&body, 13).unwrap();
        let wants =
            |database: &str, table: &str| database == "d" && (table == "t" || table.is_empty());
        let found = |text: &str| wanted_table(&query, text.as_bytes(), mode(), &wants);
        assert_eq!(found("INSERT INTO t VALUES (1)"), Some("d.t".into()));
        assert_eq!(found("UPDATE u JOIN `d`.`t` USING (id) SET u.a = 1"), Some("d.t".into()));
        assert_eq!(found("UPDATE other.t SET a = 1"), None);
        assert_eq!(found("DELETE FROM u WHERE a = 't'"), None);
        assert_eq!(found("SELECT f()"), Some("d.*".into()));
    }
}

//! Statements of a file, one by one.

/// Cuts at semicolons that stand outside of quotes.
pub fn split(sql: &str) -> Vec<&str> {
    let (mut statements, mut from, mut quote) = (Vec::new(), 0, None);
    let mut signs = sql.char_indices();
    while let Some((at, sign)) = signs.next() {
        match (sign, quote) {
            ('\\', Some('\'' | '"')) => drop(signs.next()),
            (sign, Some(open)) if sign == open => quote = None,
            ('\'' | '"' | '`', None) => quote = Some(sign),
            (';', None) => {
                statements.push(sql[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    statements.push(sql[from..].trim());
    statements.retain(|statement| !statement.is_empty());
    statements
}

#[test]
fn semicolons_in_quotes_do_not_end_a_statement() {
    let sql = "INSERT INTO t VALUES ('a;''b\\';');\nSELECT `x;y`;";
    assert_eq!(split(sql), ["INSERT INTO t VALUES ('a;''b\\';')", "SELECT `x;y`"]);
}

/// Whether it changes rows, and no definition.
pub fn is_row(statement: &str) -> bool {
    ["INSERT ", "UPDATE ", "DELETE ", "REPLACE "].iter().any(|word| statement.starts_with(word))
}

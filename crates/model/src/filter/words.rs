//! The words of SQL that row filters know of and refuse.

const OF_TIME: &str = "compare the column with a fixed time, such as '2026-01-31 00:00:00'";
const OF_TEXT: &str = "compare with =, IN or SUBSTR(…)";
const ITSELF: &str = "compare the column itself";

/// Words without a meaning here, and what to write instead.
const UNSUPPORTED: [(&str, &str); 25] = [
    ("BINARY", ITSELF),
    ("CASE", "write the alternatives with AND and OR"),
    ("COLLATE", ITSELF),
    ("CURRENT_DATE", OF_TIME),
    ("CURRENT_TIME", OF_TIME),
    ("CURRENT_TIMESTAMP", OF_TIME),
    ("DIV", "write /"),
    ("ESCAPE", OF_TEXT),
    ("FALSE", "write !(…), or = FALSE"),
    ("ILIKE", OF_TEXT),
    ("INTERVAL", OF_TIME),
    ("LIKE", "compare the beginning, as in SUBSTR(name, 1, 3) = 'abc'"),
    ("LOCALTIME", OF_TIME),
    ("LOCALTIMESTAMP", OF_TIME),
    ("MATCH", OF_TEXT),
    ("MOD", "write %"),
    ("NOT", "write !(…)"),
    ("REGEXP", OF_TEXT),
    ("RLIKE", OF_TEXT),
    ("ROWNUM", "choose rows by their values"),
    ("SOUNDS", OF_TEXT),
    ("SYSDATE", OF_TIME),
    ("SYSTIMESTAMP", OF_TIME),
    ("UNKNOWN", "write IS NULL"),
    ("WHERE", "write what follows the word WHERE alone"),
];

/// Words that start or join something else, so that a bare one is a slip rather than a column.
const RESERVED: [&str; 28] = [
    "ALL", "AND", "ANY", "AS", "ASC", "BETWEEN", "BY", "DELETE", "DESC", "DISTINCT", "DROP", "FOR",
    "FROM", "GROUP", "HAVING", "IN", "INSERT", "INTO", "IS", "LIMIT", "OR", "ORDER", "SET",
    "TABLE", "UNION", "UPDATE", "VALUES", "XOR",
];

/// Functions that answer differently during the copy and, later, on the stream of changes.
const FUNCTIONS_OF_TIME: [&str; 20] = [
    "ADDDATE",
    "CURDATE",
    "CURTIME",
    "DATE",
    "DATEDIFF",
    "DATE_ADD",
    "DATE_FORMAT",
    "DATE_SUB",
    "DAY",
    "FROM_UNIXTIME",
    "HOUR",
    "MONTH",
    "NOW",
    "STR_TO_DATE",
    "TIMESTAMP",
    "TO_DATE",
    "TO_DAYS",
    "TRUNC",
    "UNIX_TIMESTAMP",
    "YEAR",
];

/// What to write instead of a word, given in upper case, that no filter holds.
pub(super) fn instead_of(word: &str) -> Option<&'static str> {
    UNSUPPORTED.iter().find(|(own, _)| *own == word).map(|(_, instead)| *instead)
}

/// Whether a word, given in upper case, needs backticks to be a column.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// What to write instead of a function, given in upper case, that is not understood.
pub(super) fn instead_of_function(name: &str) -> &'static str {
    if FUNCTIONS_OF_TIME.contains(&name) { OF_TIME } else { ITSELF }
}

//! The column mapping of one table in one cell: `a;b=c`, or `*;b=c` where all columns are kept. A
//! name with other characters than letters, digits, `_` and `$` stands in backticks.

use crate::selection::ColumnRenaming;

/// The columns to keep (none named keeps all) and the renamed ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) kept: Vec<String>,
    pub(super) renamed: Vec<ColumnRenaming>,
}

/// Why a cell is no column mapping. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ColumnsFault {
    #[error("at character {at} a column's name is missing")]
    Missing { at: usize },
    #[error("the backtick at character {at} is never closed")]
    Open { at: usize },
    #[error("character {at} is {found}, which stands in a name only in backticks")]
    Odd { at: usize, found: char },
    #[error("the * at character {at} is not at the start")]
    LateStar { at: usize },
    #[error("after *, only renamed columns are listed, but {name} keeps its name")]
    KeptTwice { name: String },
    #[error("{name} is listed twice")]
    Twice { name: String },
}

impl ColumnsFault {
    pub(super) fn advice(&self) -> &'static str {
        "write a;b=c to keep a and b, the latter as c, or *;b=c to keep all"
    }
}

pub(super) fn parse(cell: &str) -> Result<Columns, ColumnsFault> {
    let chars: Vec<char> = cell.chars().collect();
    let mut parser = Parser { chars: &chars, next: 0 };
    let mut columns = Columns::default();
    parser.blanks();
    if parser.peek().is_none() {
        return Ok(columns);
    }
    let all = parser.eat('*');
    if all {
        parser.blanks();
        match parser.peek() {
            None => return Ok(columns),
            Some(';') => parser.next += 1,
            Some(found) => return Err(ColumnsFault::Odd { at: parser.next + 1, found }),
        }
    }
    loop {
        let source = parser.name()?;
        let twice = columns.kept.contains(&source)
            || columns.renamed.iter().any(|renaming| renaming.source == source);
        if twice {
            return Err(ColumnsFault::Twice { name: source });
        }
        if !all {
            columns.kept.push(source.clone());
        }
        if parser.eat('=') {
            let target = parser.name()?;
            columns.renamed.push(ColumnRenaming { source, target });
        } else if all {
            return Err(ColumnsFault::KeptTwice { name: source });
        }
        match parser.peek() {
            None => return Ok(columns),
            Some(';') => parser.next += 1,
            Some(found) => return Err(ColumnsFault::Odd { at: parser.next + 1, found }),
        }
        parser.blanks();
        if parser.peek().is_none() {
            return Ok(columns);
        }
    }
}

pub(super) fn write(columns: &Columns) -> String {
    let renamed = |name: &String| columns.renamed.iter().find(|r| r.source == *name);
    let item = |source: &String| match renamed(source) {
        Some(renaming) => format!("{}={}", quote(source), quote(&renaming.target)),
        None => quote(source),
    };
    if columns.kept.is_empty() && !columns.renamed.is_empty() {
        let items = columns.renamed.iter().map(|renaming| item(&renaming.source));
        return std::iter::once("*".to_owned()).chain(items).collect::<Vec<_>>().join(";");
    }
    columns.kept.iter().map(item).collect::<Vec<_>>().join(";")
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

fn quote(name: &str) -> String {
    match !name.is_empty() && name.chars().all(is_plain) {
        true => name.to_owned(),
        false => format!("`{}`", name.replace('`', "``")),
    }
}

struct Parser<'a> {
    chars: &'a [char],
    next: usize,
}

impl Parser<'_> {
    fn name(&mut self) -> Result<String, ColumnsFault> {
        self.blanks();
        let at = self.next + 1;
        let name = if self.eat('`') { self.quoted(at)? } else { self.plain() };
        self.blanks();
        match (name.is_empty(), self.peek()) {
            (true, Some('*')) => Err(ColumnsFault::LateStar { at }),
            (true, Some(found)) if !matches!(found, ';' | '=') => {
                Err(ColumnsFault::Odd { at, found })
            }
            (true, _) => Err(ColumnsFault::Missing { at }),
            (false, _) => Ok(name),
        }
    }

    fn quoted(&mut self, open: usize) -> Result<String, ColumnsFault> {
        let mut name = String::new();
        loop {
            match self.peek() {
                None => return Err(ColumnsFault::Open { at: open }),
                Some('`') => {
                    self.next += 1;
                    if !self.eat('`') {
                        return Ok(name);
                    }
                    name.push('`');
                }
                Some(c) => {
                    self.next += 1;
                    name.push(c);
                }
            }
        }
    }

    fn plain(&mut self) -> String {
        let rest = &self.chars[self.next..];
        let name: String = rest.iter().take_while(|c| is_plain(**c)).collect();
        self.next += name.chars().count();
        name
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.next).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.next += usize::from(there);
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(kept: &[&str], renamed: &[(&str, &str)]) -> Columns {
        let renaming = |(source, target): &(&str, &str)| ColumnRenaming {
            source: (*source).to_owned(),
            target: (*target).to_owned(),
        };
        Columns {
            kept: kept.iter().map(|name| (*name).to_owned()).collect(),
            renamed: renamed.iter().map(renaming).collect(),
        }
    }

    #[test]
    fn columns_are_kept_renamed_or_both() {
        assert_eq!(parse("a; b = c"), Ok(columns(&["a", "b"], &[("b", "c")])));
        assert_eq!(parse("*;b=c"), Ok(columns(&[], &[("b", "c")])));
        for all in ["", "  ", "*", " * "] {
            assert_eq!(parse(all), Ok(Columns::default()), "{all:?}");
        }
        assert_eq!(parse("a;"), Ok(columns(&["a"], &[])));
        assert_eq!(parse("`a;``b`=`=`"), Ok(columns(&["a;`b"], &[("a;`b", "=")])));
    }

    #[test]
    fn slips_are_placed() {
        assert_eq!(parse("a;;b"), Err(ColumnsFault::Missing { at: 3 }));
        assert_eq!(parse("a="), Err(ColumnsFault::Missing { at: 3 }));
        assert_eq!(parse("=b"), Err(ColumnsFault::Missing { at: 1 }));
        assert_eq!(parse("a;`b"), Err(ColumnsFault::Open { at: 3 }));
        assert_eq!(parse("a b"), Err(ColumnsFault::Odd { at: 3, found: 'b' }));
        assert_eq!(parse("a;-"), Err(ColumnsFault::Odd { at: 3, found: '-' }));
        assert_eq!(parse("a;*"), Err(ColumnsFault::LateStar { at: 3 }));
        assert_eq!(parse("*;a"), Err(ColumnsFault::KeptTwice { name: "a".into() }));
        assert_eq!(parse("a;a=b"), Err(ColumnsFault::Twice { name: "a".into() }));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(
            names in proptest::collection::btree_map("[a-c;=*` é]{1,4}", proptest::option::of("[a-c;=*` é]{1,4}"), 1..5),
            all: bool,
        ) {
            let mut columns = Columns::default();
            for (source, target) in names {
                if !all {
                    columns.kept.push(source.clone());
                }
                if let Some(target) = target {
                    columns.renamed.push(ColumnRenaming { source, target });
                }
            }
            prop_assert_eq!(parse(&write(&columns)), Ok(columns));
        }

        #[test]
        fn any_text_is_understood_or_refused(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}

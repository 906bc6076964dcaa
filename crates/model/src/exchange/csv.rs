//! Comma-separated values, strictly: a quote that is never closed would swallow the rest of a file
//! without a word, so it is an error here, with its place.

use std::{iter::Peekable, str::Chars};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Where it starts; both count from 1, columns in characters.
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Cell {
    /// Where it starts, for a message.
    pub(super) fn place(&self) -> String {
        format!("line {}, column {}", self.line, self.column)
    }
}

/// A cell that is no cell, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadCell {
    pub(super) cell: Cell,
    pub(super) fault: CellFault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CellFault {
    #[error("the quote that opens the cell is never closed")]
    Open,
    #[error("something follows the quote that closes the cell")]
    AfterQuote,
    #[error("there is a quote inside a cell that does not start with one")]
    StrayQuote,
}

impl CellFault {
    pub(super) fn advice(self) -> &'static str {
        "put the whole cell in quotes, and write a quote inside it twice"
    }
}

/// Divides a text into rows, without empty lines. Lines end in any of the three usual ways.
pub(super) fn rows(text: &str) -> (Vec<Vec<Cell>>, Vec<BadCell>) {
    let mut reader = Reader { rest: text.chars().peekable(), line: 1, column: 1 };
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    while reader.rest.peek().is_some() {
        let row = reader.row(&mut bad);
        if row.len() > 1 || !row[0].text.is_empty() {
            rows.push(row);
        }
    }
    (rows, bad)
}

/// Writes one row, its cells quoted where they must be.
pub(super) fn write_row<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    column: usize,
}

impl Reader<'_> {
    /// Reads up to and with the end of the line. The row has at least one cell.
    fn row(&mut self, bad: &mut Vec<BadCell>) -> Vec<Cell> {
        let mut row = Vec::new();
        loop {
            let (line, column) = (self.line, self.column);
            let (text, fault) = match self.rest.peek() {
                Some('"') => self.quoted(),
                _ => self.bare(),
            };
            let cell = Cell { text, line, column };
            bad.extend(fault.map(|fault| BadCell { cell: cell.clone(), fault }));
            row.push(cell);
            match self.take() {
                Some(',') => {}
                Some('\r') if self.rest.peek() == Some(&'\n') => {
                    self.take();
                    return row;
                }
                _ => return row,
            }
        }
    }

    fn bare(&mut self) -> (String, Option<CellFault>) {
        let text = self.up_to_separator();
        let fault = text.contains('"').then_some(CellFault::StrayQuote);
        (text, fault)
    }

    fn quoted(&mut self) -> (String, Option<CellFault>) {
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                None => return (text, Some(CellFault::Open)),
                Some('"') if self.rest.peek() == Some(&'"') => text.extend(self.take()),
                Some('"') => break,
                Some(c) => text.push(c),
            }
        }
        let after = self.up_to_separator();
        let fault = (!after.is_empty()).then_some(CellFault::AfterQuote);
        (text, fault)
    }

    fn up_to_separator(&mut self) -> String {
        let mut text = String::new();
        while self.rest.peek().is_some_and(|c| !matches!(c, ',' | '\r' | '\n')) {
            text.extend(self.take());
        }
        text
    }

    fn take(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        let ends_line = c == '\n' || (c == '\r' && self.rest.peek() != Some(&'\n'));
        if ends_line {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<Vec<String>> {
        let (rows, bad) = rows(text);
        assert_eq!(bad, []);
        rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()).collect()
    }

    fn faults(text: &str) -> Vec<(CellFault, String)> {
        rows(text).1.into_iter().map(|bad| (bad.fault, bad.cell.place())).collect()
    }

    #[test]
    fn cells_and_lines_are_divided_in_the_three_usual_ways() {
        assert_eq!(read("a,b\r\nc,\nd,e\r\n"), [["a", "b"], ["c", ""], ["d", "e"]]);
        assert_eq!(read("a,b\rc,d"), [["a", "b"], ["c", "d"]]);
        assert_eq!(read("\n\na,b\n\n"), [["a", "b"]], "empty lines are passed over");
        assert_eq!(read(""), Vec::<Vec<String>>::new());
        assert_eq!(read(",\n"), [["", ""]]);
    }

    #[test]
    fn a_quoted_cell_holds_anything() {
        assert_eq!(read("\"a,\"\"b\"\"\r\nc\",d\n"), [["a,\"b\"\r\nc", "d"]]);
        assert_eq!(read("\"\",x"), [["", "x"]]);
    }

    #[test]
    fn places_count_lines_inside_cells() {
        let (rows, _) = rows("\"a\nb\",c\r\nd,é,f");
        assert_eq!(rows[0][1].place(), "line 2, column 4");
        assert_eq!(rows[1][2].place(), "line 3, column 5");
    }

    #[test]
    fn quotes_out_of_place_are_faults() {
        assert_eq!(faults("a,\"b\nc,d\n"), [(CellFault::Open, "line 1, column 3".into())]);
        assert_eq!(
            faults("\"a\"x,b\nc\"d\n"),
            [
                (CellFault::AfterQuote, "line 1, column 1".into()),
                (CellFault::StrayQuote, "line 2, column 1".into())
            ]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(
            rows in proptest::collection::vec(
                proptest::collection::vec("[a,\"\r\n' =é]{0,6}", 2..4), 0..5
            )
        ) {
            let mut text = String::new();
            for row in &rows {
                write_row(&mut text, row.iter().map(String::as_str));
            }
            prop_assert_eq!(read(&text), rows);
        }

        #[test]
        fn any_text_is_divided(text in any::<String>()) {
            let _ = rows(&text);
        }
    }
}

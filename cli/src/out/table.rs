//! Tables: aligned columns without borders, wrapped to the terminal, plain in a pipe.

use super::{text, time::Zone};
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, presets};

/// A thing as a row of a list.
pub trait Row {
    /// The names of the columns.
    const HEAD: &'static [&'static str];
    /// One text for each column.
    fn cells(&self, zone: Zone) -> Vec<String>;
}

/// How a table may look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub colour: bool,
    /// Of the terminal; a table in a pipe is as wide as it needs to be.
    pub width: Option<u16>,
}

/// A table of texts.
#[derive(Debug)]
pub struct Table {
    head: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &'static [&'static str]) -> Self {
        Self { head, rows: Vec::new() }
    }

    pub fn push(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.head.len(), "a row has one text for each column");
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn render(&self, style: Style) -> String {
        let mut table = blank(style);
        let bold = |name: &&str| Cell::new(name.to_uppercase()).add_attribute(Attribute::Bold);
        table.set_header(self.head.iter().map(bold));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| Cell::new(text::harmless(cell))));
        }
        for (at, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if self.is_numeric(at) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        trimmed(&table)
    }

    /// Numbers are compared by their last digits.
    fn is_numeric(&self, column: usize) -> bool {
        let digits = |cell: &String| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.clone().any(digits) && cells.all(|cell| digits(cell) || cell == "-")
    }
}

/// A table without borders in the given style.
pub(super) fn blank(style: Style) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING);
    match style.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table.force_no_tty();
    if style.colour {
        table.enforce_styling();
    }
    table
}

/// Lines without the blanks that fill the last column.
pub(super) fn trimmed(table: &comfy_table::Table) -> String {
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Where a table may be wrapped. In less space than this, or where a terminal does not know its
/// own width, long lines are easier to read than columns of letters.
pub(super) fn terminal_width() -> Option<u16> {
    const NARROWEST: u16 = 40;
    comfy_table::Table::new().width().filter(|width| *width >= NARROWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&["name", "kind", "rows"]);
        table.push(vec!["orders".into(), "TABLE".into(), "1200".into()]);
        table.push(vec!["订单\x1b[2J".into(), "VIEW".into(), "7".into()]);
        table
    }

    #[test]
    fn a_table_in_a_pipe_is_plain_and_harmless() {
        insta::assert_snapshot!(sample().render(Style { colour: false, width: None }), @r"
        NAME           KIND   ROWS
        orders         TABLE  1200
        订单\u{1b}[2J  VIEW      7
        ");
    }

    #[test]
    fn a_table_on_a_terminal_keeps_to_its_width() {
        let mut table = sample();
        table.push(vec!["a name of several words that is long".into(), "TABLE".into(), "1".into()]);
        let shown = table.render(Style { colour: false, width: Some(30) });
        assert!(shown.lines().all(|line| line.chars().count() <= 30), "{shown}");
        assert!(shown.lines().count() > 4, "{shown}");
    }

    #[test]
    fn colour_is_for_the_head_only() {
        let shown = sample().render(Style { colour: true, width: None });
        assert!(shown.lines().next().unwrap().contains("\x1b[1m"), "{shown:?}");
        assert!(!shown.lines().nth(1).unwrap().contains('\x1b'), "{shown:?}");
    }

    #[test]
    fn an_empty_list_still_names_its_columns() {
        let shown = Table::new(&["name", "kind"]).render(Style { colour: false, width: None });
        assert_eq!(shown, "NAME  KIND");
    }
}

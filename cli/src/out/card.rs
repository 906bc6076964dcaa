//! One thing with its fields, one a line, and lists beneath them.

use super::{
    table::{Style, Table, blank, trimmed},
    text,
};
use comfy_table::{Attribute, Cell};

/// Fields and what follows them.
#[derive(Debug, Default)]
pub struct Card {
    fields: Vec<(&'static str, String)>,
    parts: Vec<(String, Table)>,
}

impl Card {
    pub fn new() -> Self {
        Self::default()
    }

    #[expect(clippy::needless_pass_by_value, reason = "numbers, texts and references to either")]
    pub fn field(mut self, name: &'static str, value: impl ToString) -> Self {
        self.fields.push((name, value.to_string()));
        self
    }

    /// A field that is left out when there is nothing to say.
    pub fn maybe(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value.map(|value| value.to_string()).filter(|text| !text.is_empty()) {
            Some(text) => self.field(name, text),
            None => self,
        }
    }

    /// A table beneath, under a heading of ours.
    pub fn part(mut self, heading: impl Into<String>, table: Table) -> Self {
        self.parts.push((heading.into(), table));
        self
    }

    pub fn render(&self, style: Style) -> String {
        let mut table = blank(style);
        for (name, value) in &self.fields {
            let name = Cell::new(name).add_attribute(Attribute::Bold);
            // A long text keeps its own lines.
            let value: Vec<String> = value.lines().map(text::harmless).collect();
            table.add_row([name, Cell::new(value.join("\n"))]);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut shown = trimmed(&table);
        for (heading, table) in &self.parts {
            let gap = if shown.is_empty() { "" } else { "\n\n" };
            let heading = text::harmless(heading);
            shown.push_str(&format!("{gap}{heading}\n{}", table.render(style)));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_two_columns_and_lists_beneath() {
        let mut table = Table::new(&["name", "type"]);
        table.push(vec!["id".into(), "bigint".into()]);
        let card = Card::new()
            .field("name", "orders")
            .field("description", "two\nlines\x07")
            .maybe("absent", None::<String>)
            .maybe("empty", Some(""))
            .part("columns", table);
        insta::assert_snapshot!(card.render(Style { colour: false, width: None }), @r"
        name         orders
        description  two
                     lines\u{7}

        columns
        NAME  TYPE
        id    bigint
        ");
    }
}

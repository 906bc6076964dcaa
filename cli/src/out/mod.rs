//! Everything this program says: tables and sentences for people, JSON for programs.
//!
//! Results go to stdout, remarks and errors to stderr. What came from elsewhere is made harmless
//! ([`text`]) before it reaches a terminal. Nothing else in this crate prints.

pub mod card;
pub mod table;
pub mod text;
pub mod time;

use crate::fault::{Code, Fault, io_fault};
use card::Card;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use table::{Row, Style, Table};
use time::Zone;

/// Where and how results are shown.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    json: bool,
    terminal: bool,
    colour: bool,
    zone: Zone,
}

/// The items of a list that were asked for, and how many there are in all.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing<T> {
    pub items: Vec<T>,
    pub total_count: u64,
}

impl Out {
    /// As the process's stdout and environment ask for it.
    pub fn of_process(json: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let plain = |key, value: &str| std::env::var_os(key).is_some_and(|given| given == value);
        let colour = terminal
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && !plain("TERM", "dumb");
        Self { json, terminal, colour, zone: Zone::Local }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// A list: a table for people, `{"items": […], "totalCount": n}` for programs.
    pub fn list<T: Row + Serialize>(&self, listing: &Listing<T>) -> Result<(), Fault> {
        if self.json {
            return self.value(listing);
        }
        let mut table = Table::new(T::HEAD);
        for item in &listing.items {
            table.push(item.cells(self.zone));
        }
        self.print(&table.render(self.style()))?;
        let shown = listing.items.len();
        if self.terminal && u64::try_from(shown).is_ok_and(|shown| shown < listing.total_count) {
            self.remark(&format!("{shown} of {}", listing.total_count));
        }
        Ok(())
    }

    /// One thing: its fields for people, its whole body for programs.
    pub fn show(
        &self,
        value: &impl Serialize,
        card: impl FnOnce(Zone) -> Card,
    ) -> Result<(), Fault> {
        if self.json {
            self.value(value)
        } else {
            self.print(&card(self.zone).render(self.style()))
        }
    }

    /// Something was done: a sentence for people, the resulting body for programs.
    pub fn done(&self, value: &impl Serialize, sentence: &str) -> Result<(), Fault> {
        if self.json { self.value(value) } else { self.print(&text::harmless(sentence)) }
    }

    /// A value as JSON, also where nothing else was asked for.
    pub fn value(&self, value: &impl Serialize) -> Result<(), Fault> {
        let written = if self.terminal {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        let json = written.expect("bodies of the API have texts as keys");
        self.print(&text::harmless_json(&json))
    }

    /// One of several values, each a line, whoever reads them.
    pub fn event(&self, value: &impl Serialize) -> Result<(), Fault> {
        let json = serde_json::to_string(value).expect("events have texts as keys");
        self.print(&text::harmless_json(&json))
    }

    /// Text as it is, for files and programs: scripts of completion, CSV, exports.
    pub fn raw(&self, bytes: &[u8]) -> Result<(), Fault> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // Whoever read us has seen enough, such as `head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                Err(io_fault(Code::Unwritable, "the output could not be written".into(), &error))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Whether raw text from elsewhere would reach a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Lines of ours for people; texts from elsewhere in them were made harmless before.
    pub fn print(&self, lines: &str) -> Result<(), Fault> {
        self.raw(format!("{}\n", lines.trim_end_matches('\n')).as_bytes())
    }

    /// Something beside the result, to stderr; programs that read JSON are spared.
    pub fn remark(&self, sentence: &str) {
        if !self.json {
            to_stderr(&text::harmless(sentence));
        }
    }

    /// The end of a command that failed.
    pub fn fault(&self, fault: &Fault) {
        if self.json {
            return to_stderr(&text::harmless_json(&fault.as_json().to_string()));
        }
        let colour = io::stderr().is_terminal()
            && (self.colour || !self.terminal)
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        for (at, line) in fault.lines().iter().enumerate() {
            let line = text::harmless(line);
            match line.split_once(": ") {
                Some((head, rest)) if at == 0 && colour => {
                    to_stderr(&format!("\x1b[1;31m{head}\x1b[0m: {rest}"));
                }
                _ => to_stderr(&line),
            }
        }
    }

    fn style(&self) -> Style {
        Style { colour: self.colour, width: self.terminal.then(table::terminal_width).flatten() }
    }
}

/// A remark must not end a command whose stderr is closed.
fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

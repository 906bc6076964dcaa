//! Definitions of the MySQL family: reading what a server prints, and writing what creates the
//! same at another member. Pure: no I/O, no server.
//!
//! `lexer` and `parse` read, `ast` is what they find, `convert` changes it for a [`Target`] with a
//! [`Note`] for each change, `render` writes, `compare` tells two tables apart.

pub mod ast;
pub mod change;
pub(crate) mod clause;
mod collation;
mod compare;
mod convert;
mod lexer;
mod mode;
mod note;
mod options;
mod parse;
mod quote;
mod render;
mod sequence;
mod target;
mod token;
mod view;

pub use ast::{Name, Table};
pub(crate) use collation::{choose, database_text, default_collation};
pub use compare::{Difference, compare_tables};
pub use convert::{
    Conversion, DeferredIndex, HiddenKey, KeyRisk, NamedSql, SequenceConversion, ViewConversion,
    convert_sequence, convert_table, convert_view,
};
pub use mode::Mode;
pub use note::{Note, NoteCode, Reason};
pub use options::{IndexStrategy, JsonAs, NameMap, Options};
pub(crate) use parse::{Cursor, parse_alter};
pub use parse::{ParseError, parse_change, parse_sequence, parse_table, parse_view};
pub use quote::Quoting;
pub(crate) use quote::{literal, quoted};
pub use render::render_table;
pub(crate) use render::{
    check_text, column_text, default_text, foreign_key_text, key_text, name_text, option_text,
    partitioning_text, partitions_text,
};
pub use sequence::Sequence;
pub(crate) use target::Feature;
pub use target::Target;
pub use token::{Piece, Token, Tokens};
pub use view::{Account, View};

#[cfg(test)]
mod tests;

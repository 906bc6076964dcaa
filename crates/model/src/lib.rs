//! What things *are*: database kinds, ids, roles and rights, object names, selection rules, row
//! filters; logical types, values, rows, tables and pieces of them, changes, places in logs. Pure values and functions; files,
//! sockets, clocks and randomness belong to callers.

pub mod actor;
pub mod change;
pub mod chunk;
pub mod complaint;
pub mod exchange;
pub mod filter;
pub mod id;
pub mod kind;
pub mod logical;
pub mod moment;
pub mod names;
pub mod object;
pub mod position;
pub mod project;
pub mod rows;
pub mod selection;
pub mod table;
pub mod transfer;
pub mod value;
mod wire_enum;

pub use actor::{Actor, Owner, Right, Role, Scope, Standing};
pub use chunk::{Chunk, Key, KeyRange};
pub use complaint::{Complaint, Complaints};
pub use id::{ApiKeyId, DepartmentId, EndpointId, InvalidId, LabelId, ProjectId, UserId};
pub use kind::DatabaseKind;
pub use logical::{Charset, LogicalType};
pub use moment::{Clock, Date, DateTime, Span};
pub use names::{InvalidName, NameFault};
pub use object::{ObjectKind, ObjectName, SourceObject};
pub use position::{InvalidPosition, Position, PositionKind};
pub use project::{Importance, ProjectType};
pub use rows::{Cells, Rows};
pub use table::{Column, Table, UniqueKey, UniquePart};
pub use value::Value;
pub use wire_enum::UnknownValue;

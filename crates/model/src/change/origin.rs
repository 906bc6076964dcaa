//! How a transaction of our own is told from the business's: it writes its task's progress in the
//! same transaction, into a table of this name. Whoever captures sees that row and knows the task.

/// The database that holds what incremental tasks keep at their target.
pub const DATABASE: &str = "oms_sync";
/// The table of their progress. The task's id is the text of its first column.
pub const PROGRESS: &str = "progress";

/// What the names of tables begin with that a store writes to so that its source's log goes on. Their
/// rows are nobody's business.
pub const HEARTBEAT: &str = "oms_heartbeat_";
/// The table of what they do about definitions.
pub const STATEMENTS: &str = "statements";

//! Bodies and paths of sync-service. All of it is internal: siblings ask, with a signed token.

mod conflict;
mod endpoint;
mod id;
mod incr;
mod limits;
mod object;
mod progress;
mod spec;
mod statement;
mod task;

pub use conflict::{ConflictQuery, ConflictView};
pub use endpoint::{Endpoint, EndpointSecrets, EndpointView, is_name};
pub use id::{InvalidTaskId, TaskId};
pub use incr::{
    ApplyMode, DdlSettings, DriftKind, DriftPolicy, DriftQuery, DriftView, IncrProgress,
    IncrSettings, IncrTable, NewTables, RecordType, Spent,
};
pub use limits::Limits;
pub use object::{
    ActOnObjects, DeferredView, EditDdl, NoteView, ObjectDetailView, ObjectOperation, ObjectQuery,
    ObjectResults, ObjectState, ObjectView, RefusedObject, StatementKind, StatementState,
};
pub use progress::{
    Bottleneck, LiveView, ProgressView, SchemaProgress, TableFailure, TableQuery, TableState,
    TableView, Widths,
};
pub use spec::{
    ExistingTable, FullSettings, IndexStrategy, ObjectSpec, SchemaSettings, SyncObjectKind,
    TaskKind, TaskSpec,
};
pub use statement::{DecideStatement, RemarkView, StatementFate, StatementQuery, StatementView};
pub use task::{TaskError, TaskQuery, TaskState, TaskSummary, TaskView};

/// Where tasks and what belongs to them are.
pub mod paths {
    use super::{ObjectOperation, TaskId};
    use oms_model::change::Seq;

    pub const TASKS: &str = "/internal/v1/tasks";
    pub const RESEAL: &str = crate::project::paths::RESEAL;

    pub fn task(id: &TaskId) -> String {
        format!("{TASKS}/{id}")
    }

    pub fn start(id: &TaskId) -> String {
        format!("{TASKS}/{id}/start")
    }

    /// Where a schema task is asked for the indexes that it left for after the load.
    pub fn build_indexes(id: &TaskId) -> String {
        format!("{TASKS}/{id}/build-indexes")
    }

    pub fn stop(id: &TaskId) -> String {
        format!("{TASKS}/{id}/stop")
    }

    pub fn limits(id: &TaskId) -> String {
        format!("{TASKS}/{id}/limits")
    }

    /// The tables of a full load and how far each is.
    pub fn tables(id: &TaskId) -> String {
        format!("{TASKS}/{id}/tables")
    }

    /// The objects of a schema task.
    pub fn objects(id: &TaskId) -> String {
        format!("{TASKS}/{id}/objects")
    }

    /// The same with their statements and notes.
    pub fn object_details(id: &TaskId) -> String {
        format!("{TASKS}/{id}/objects/details")
    }

    pub fn object(id: &TaskId, number: u32) -> String {
        format!("{TASKS}/{id}/objects/{number}")
    }

    pub fn act_on_object(id: &TaskId, number: u32, operation: ObjectOperation) -> String {
        format!("{TASKS}/{id}/objects/{number}/{operation}")
    }

    pub fn object_ddl(id: &TaskId, number: u32) -> String {
        format!("{TASKS}/{id}/objects/{number}/ddl")
    }

    pub fn conflicts(id: &TaskId) -> String {
        format!("{TASKS}/{id}/conflicts")
    }

    /// Statements on definitions that an incremental task met.
    pub fn statements(id: &TaskId) -> String {
        format!("{TASKS}/{id}/statements")
    }

    /// Where something is decided about one of them.
    pub fn statement(id: &TaskId, seq: Seq) -> String {
        format!("{TASKS}/{id}/statements/{seq}")
    }

    /// Rows that an incremental task did not find as expected.
    pub fn drift(id: &TaskId) -> String {
        format!("{TASKS}/{id}/drift")
    }
}

#[cfg(test)]
mod tests;

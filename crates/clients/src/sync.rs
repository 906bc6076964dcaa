//! sync-service: schema tasks and full loads.

use crate::{ClientError, Peer};
use oms_contracts::{
    Page,
    project::Resealed,
    sync::{
        ActOnObjects, ConflictQuery, ConflictView, DecideStatement, DriftQuery, DriftView, EditDdl,
        Limits, ObjectDetailView, ObjectOperation, ObjectQuery, ObjectResults, ObjectView,
        StatementQuery, StatementView, TableQuery, TableView, TaskId, TaskQuery, TaskSpec,
        TaskSummary, TaskView, paths,
    },
};
use oms_model::change::Seq;
use reqwest::Method;
use serde::de::DeserializeOwned;

/// Calls of sync-service. Every one may be repeated.
#[derive(Debug, Clone)]
pub struct SyncClient {
    peer: Peer,
}

impl SyncClient {
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }

    /// Makes a task, or leaves an equal one as it is.
    pub async fn put_task(&self, id: &TaskId, spec: &TaskSpec) -> Result<TaskView, ClientError> {
        self.peer.call(Method::PUT, &paths::task(id), None, Some(spec)).await
    }

    pub async fn task(&self, id: &TaskId) -> Result<TaskView, ClientError> {
        self.get(paths::task(id)).await
    }

    pub async fn tasks(&self, query: &TaskQuery) -> Result<Page<TaskSummary>, ClientError> {
        self.peer.ask(paths::TASKS, query).await
    }

    /// Removes every trace of a task. Succeeds when there is none.
    pub async fn delete_task(&self, id: &TaskId) -> Result<(), ClientError> {
        self.peer.call(Method::DELETE, &paths::task(id), None, None::<&()>).await
    }

    /// Starts a task or goes on with it.
    pub async fn start(&self, id: &TaskId) -> Result<TaskView, ClientError> {
        self.command(paths::start(id)).await
    }

    /// Lets a schema task that is done build the indexes that it left for after the load.
    pub async fn build_indexes(&self, id: &TaskId) -> Result<TaskView, ClientError> {
        self.command(paths::build_indexes(id)).await
    }

    /// Asks a task to stop. It has stopped once its state says so.
    pub async fn stop(&self, id: &TaskId) -> Result<TaskView, ClientError> {
        self.command(paths::stop(id)).await
    }

    /// Replaces the limits, also while the task runs.
    pub async fn set_limits(&self, id: &TaskId, limits: &Limits) -> Result<TaskView, ClientError> {
        self.peer.call(Method::PUT, &paths::limits(id), None, Some(limits)).await
    }

    /// The tables of a full load.
    pub async fn tables(
        &self,
        id: &TaskId,
        query: &TableQuery,
    ) -> Result<Page<TableView>, ClientError> {
        self.peer.ask(&paths::tables(id), query).await
    }

    /// Rows that were kept at the target because they were there.
    pub async fn conflicts(
        &self,
        id: &TaskId,
        query: &ConflictQuery,
    ) -> Result<Page<ConflictView>, ClientError> {
        self.peer.ask(&paths::conflicts(id), query).await
    }

    /// Rows that an incremental task did not find as expected.
    pub async fn drift(
        &self,
        id: &TaskId,
        query: &DriftQuery,
    ) -> Result<Page<DriftView>, ClientError> {
        self.peer.ask(&paths::drift(id), query).await
    }

    /// Statements on definitions that an incremental task dealt with.
    pub async fn statements(
        &self,
        id: &TaskId,
        query: &StatementQuery,
    ) -> Result<Page<StatementView>, ClientError> {
        self.peer.ask(&paths::statements(id), query).await
    }

    /// Decides about a statement that an incremental task stops at.
    pub async fn decide(
        &self,
        id: &TaskId,
        seq: Seq,
        decision: &DecideStatement,
    ) -> Result<(), ClientError> {
        let path = paths::statement(id, seq);
        self.peer.call(Method::POST, &path, None, Some(decision)).await
    }

    /// The objects of a schema task.
    pub async fn objects(
        &self,
        id: &TaskId,
        query: &ObjectQuery,
    ) -> Result<Page<ObjectView>, ClientError> {
        self.peer.ask(&paths::objects(id), query).await
    }

    /// The same with their statements and notes.
    pub async fn object_details(
        &self,
        id: &TaskId,
        query: &ObjectQuery,
    ) -> Result<Page<ObjectDetailView>, ClientError> {
        self.peer.ask(&paths::object_details(id), query).await
    }

    pub async fn object(&self, id: &TaskId, number: u32) -> Result<ObjectDetailView, ClientError> {
        self.get(paths::object(id, number)).await
    }

    /// Retries, skips or removes one object.
    pub async fn act_on_object(
        &self,
        id: &TaskId,
        number: u32,
        operation: ObjectOperation,
    ) -> Result<(), ClientError> {
        self.command(paths::act_on_object(id, number, operation)).await
    }

    /// Retries, skips or removes several objects; each has its own result.
    pub async fn act_on_objects(
        &self,
        id: &TaskId,
        act: &ActOnObjects,
    ) -> Result<ObjectResults, ClientError> {
        self.peer.call(Method::POST, &paths::objects(id), None, Some(act)).await
    }

    /// Gives an object another statement, which is then run.
    pub async fn edit_object(
        &self,
        id: &TaskId,
        number: u32,
        edit: &EditDdl,
    ) -> Result<ObjectDetailView, ClientError> {
        self.peer.call(Method::PUT, &paths::object_ddl(id, number), None, Some(edit)).await
    }

    /// Seals all secrets anew with the key that is first in the ring.
    pub async fn reseal(&self) -> Result<Resealed, ClientError> {
        self.command(paths::RESEAL.to_owned()).await
    }

    async fn get<T: DeserializeOwned>(&self, path: String) -> Result<T, ClientError> {
        self.peer.call(Method::GET, &path, None, None::<&()>).await
    }

    async fn command<T: DeserializeOwned>(&self, path: String) -> Result<T, ClientError> {
        self.peer.call(Method::POST, &path, None, None::<&()>).await
    }
}

#[cfg(test)]
mod tests;

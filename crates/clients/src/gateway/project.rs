//! Projects.

use super::{Call, GatewayClient, Tagged, parameters, read, read_tagged};
use crate::ClientError;
use oms_contracts::{
    Page,
    project::project::{
        CloneProject, DeleteProject, ProjectQuery, ProjectSpec, ProjectSummary, ProjectView,
        RenameProject, SetProjectLabels, paths,
    },
};
use oms_model::{LabelId, ProjectId};
use reqwest::Method;

impl GatewayClient {
    pub async fn projects(
        &self,
        query: &ProjectQuery,
    ) -> Result<Page<ProjectSummary>, ClientError> {
        self.get(paths::ALL, query).await
    }

    pub async fn project(&self, id: &ProjectId) -> Result<Tagged<ProjectView>, ClientError> {
        read_tagged(self.send(Call::get(&paths::one(id))).await?).await
    }

    pub async fn create_project(&self, spec: &ProjectSpec) -> Result<ProjectView, ClientError> {
        self.call(Method::POST, paths::ALL, spec).await
    }

    /// Replaces everything its owner decided, provided that nobody did so since `etag` was read.
    pub async fn replace_project(
        &self,
        id: &ProjectId,
        etag: &str,
        spec: &ProjectSpec,
    ) -> Result<ProjectView, ClientError> {
        self.replace(&paths::one(id), etag, spec).await
    }

    /// The name is asked for again, since nothing brings the project back.
    pub async fn delete_project(&self, id: &ProjectId, name: String) -> Result<(), ClientError> {
        let (path, query) = (paths::one(id), parameters(&DeleteProject { name }));
        read(self.send(Call { query, ..Call::bare(Method::DELETE, &path) }).await?).await
    }

    pub async fn rename_project(
        &self,
        id: &ProjectId,
        name: String,
    ) -> Result<ProjectView, ClientError> {
        self.call(Method::POST, &paths::act(id, "rename"), &RenameProject { name }).await
    }

    pub async fn clone_project(
        &self,
        id: &ProjectId,
        name: String,
    ) -> Result<ProjectView, ClientError> {
        self.call(Method::POST, &paths::act(id, "clone"), &CloneProject { name }).await
    }

    pub async fn set_project_labels(
        &self,
        id: &ProjectId,
        label_ids: Vec<LabelId>,
    ) -> Result<ProjectView, ClientError> {
        self.call(Method::PUT, &paths::labels(id), &SetProjectLabels { label_ids }).await
    }

    /// `start`, `pause`, `resume` or `release`.
    pub async fn act_on_project(
        &self,
        id: &ProjectId,
        verb: &str,
    ) -> Result<ProjectView, ClientError> {
        self.bare(Method::POST, &paths::act(id, verb)).await
    }
}

//! Selections of objects: looking at one, reading one from a file, writing one to a file.

use super::{Call, Download, GatewayClient, parameters, read};
use crate::ClientError;
use oms_contracts::project::{
    project::paths as projects,
    selection::{
        ExportFormat, ExportQuery, ImportSelection, ImportedSelection, PreviewSelection,
        SelectionPreview, SelectionProblems, ValidateSelection, paths,
    },
};
use oms_model::ProjectId;
use reqwest::Method;
use std::time::Duration;

/// The source is read for it, with all its tables.
const DEADLINE: Duration = Duration::from_secs(120);

impl GatewayClient {
    pub async fn preview(
        &self,
        selection: &PreviewSelection,
    ) -> Result<SelectionPreview, ClientError> {
        self.ask_source(paths::PREVIEW, selection).await
    }

    pub async fn validate(
        &self,
        selection: &ValidateSelection,
    ) -> Result<SelectionProblems, ClientError> {
        self.ask_source(paths::VALIDATE, selection).await
    }

    pub async fn import(
        &self,
        selection: &ImportSelection,
    ) -> Result<ImportedSelection, ClientError> {
        self.ask_source(paths::IMPORT, selection).await
    }

    /// An empty table of the form that an import takes.
    pub async fn import_template(&self) -> Result<Download, ClientError> {
        self.download(Call::get(paths::TEMPLATE)).await
    }

    /// The objects of a project that names them.
    pub async fn export_objects(
        &self,
        id: &ProjectId,
        format: ExportFormat,
    ) -> Result<Download, ClientError> {
        let (path, query) = (projects::objects(id), parameters(&ExportQuery { format }));
        self.download(Call { query, ..Call::get(&path) }).await
    }

    async fn ask_source<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Result<T, ClientError> {
        let call = Call { deadline: Some(DEADLINE), ..Call::with_body(Method::POST, path, body) };
        read(self.send(call).await?).await
    }
}

//! Labels.

use super::{Call, GatewayClient, parameters, read};
use crate::ClientError;
use oms_contracts::{
    Page,
    project::label::{DeleteLabel, LabelName, LabelQuery, LabelView, paths},
};
use oms_model::LabelId;
use reqwest::Method;

impl GatewayClient {
    pub async fn labels(&self, query: &LabelQuery) -> Result<Page<LabelView>, ClientError> {
        self.get(paths::ALL, query).await
    }

    pub async fn create_label(&self, name: String) -> Result<LabelView, ClientError> {
        self.call(Method::POST, paths::ALL, &LabelName { name }).await
    }

    pub async fn rename_label(&self, id: &LabelId, name: String) -> Result<LabelView, ClientError> {
        self.call(Method::PATCH, &paths::one(id), &LabelName { name }).await
    }

    /// With `force` also from the projects that carry it.
    pub async fn delete_label(&self, id: &LabelId, force: bool) -> Result<(), ClientError> {
        let (path, query) = (paths::one(id), parameters(&DeleteLabel { force }));
        read(self.send(Call { query, ..Call::bare(Method::DELETE, &path) }).await?).await
    }
}

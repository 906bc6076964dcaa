//! Data sources and what is in them.

use super::{Call, GatewayClient, Tagged, parameters, read_tagged};
use crate::ClientError;
use oms_contracts::{
    Page,
    project::data_source::{
        CopyDataSource, DataSourceQuery, DataSourceSettings, DataSourceView, DatabaseView,
        DatabasesQuery, KindView, ObjectView, ObjectsQuery, ProbeView, TableView, paths,
    },
};
use oms_model::EndpointId;
use reqwest::Method;
use std::time::Duration;

/// A catalog of ten thousand tables on a slow server takes its time.
const BROWSE_DEADLINE: Duration = Duration::from_secs(90);

impl GatewayClient {
    pub async fn data_sources(
        &self,
        query: &DataSourceQuery,
    ) -> Result<Page<DataSourceView>, ClientError> {
        self.get(paths::ALL, query).await
    }

    pub async fn data_source(
        &self,
        id: &EndpointId,
    ) -> Result<Tagged<DataSourceView>, ClientError> {
        read_tagged(self.send(Call::get(&paths::one(id))).await?).await
    }

    pub async fn create_data_source(
        &self,
        settings: &DataSourceSettings,
    ) -> Result<DataSourceView, ClientError> {
        self.call(Method::POST, paths::ALL, settings).await
    }

    /// Replaces the settings, provided that nobody did so since `etag` was read.
    pub async fn replace_data_source(
        &self,
        id: &EndpointId,
        etag: &str,
        settings: &DataSourceSettings,
    ) -> Result<DataSourceView, ClientError> {
        self.replace(&paths::one(id), etag, settings).await
    }

    pub async fn copy_data_source(
        &self,
        id: &EndpointId,
        copy: &CopyDataSource,
    ) -> Result<DataSourceView, ClientError> {
        self.call(Method::POST, &paths::copy(id), copy).await
    }

    pub async fn delete_data_source(&self, id: &EndpointId) -> Result<(), ClientError> {
        self.bare(Method::DELETE, &paths::one(id)).await
    }

    pub async fn test_data_source(&self, id: &EndpointId) -> Result<ProbeView, ClientError> {
        self.bare(Method::POST, &paths::test(id)).await
    }

    /// Tests settings that are not saved.
    pub async fn test_settings(
        &self,
        settings: &DataSourceSettings,
    ) -> Result<ProbeView, ClientError> {
        self.call(Method::POST, paths::TEST, settings).await
    }

    pub async fn data_source_kinds(&self) -> Result<Vec<KindView>, ClientError> {
        self.bare(Method::GET, paths::KINDS).await
    }

    pub async fn databases(
        &self,
        id: &EndpointId,
        query: &DatabasesQuery,
    ) -> Result<Page<DatabaseView>, ClientError> {
        self.browse(&paths::databases(id), query).await
    }

    pub async fn objects(
        &self,
        id: &EndpointId,
        database: &str,
        query: &ObjectsQuery,
    ) -> Result<Page<ObjectView>, ClientError> {
        self.browse(&paths::objects(id, database), query).await
    }

    pub async fn table(
        &self,
        id: &EndpointId,
        database: &str,
        table: &str,
    ) -> Result<TableView, ClientError> {
        self.browse(&paths::table(id, database, table), &()).await
    }

    async fn browse<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        query: &impl serde::Serialize,
    ) -> Result<T, ClientError> {
        let (query, deadline) = (parameters(query), Some(BROWSE_DEADLINE));
        super::read(self.send(Call { query, deadline, ..Call::get(path) }).await?).await
    }
}

//! The audit log: read by pages, or taken home as CSV.

use super::{Call, GatewayClient, lost, parameters, refusal};
use crate::ClientError;
use bytes::Bytes;
use oms_contracts::{
    Page,
    gateway::{
        audit::{AuditQuery, AuditView},
        paths,
    },
    project::selection::OMITTED_HEADER,
};
use reqwest::Response;
use std::time::Duration;

/// Half a year of a busy system takes a while; a connection that falls silent ends sooner.
const EXPORT_DEADLINE: Duration = Duration::from_secs(3600);

/// A file on its way, read piece by piece.
#[derive(Debug)]
pub struct Download(Response);

impl Download {
    /// How many things the form could not carry.
    pub fn omitted(&self) -> u64 {
        let header = self.0.headers().get(OMITTED_HEADER).and_then(|value| value.to_str().ok());
        header.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// The next piece; `None` at the end.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, ClientError> {
        self.0.chunk().await.map_err(lost)
    }
}

impl GatewayClient {
    pub async fn audit(&self, query: &AuditQuery) -> Result<Page<AuditView>, ClientError> {
        self.get(paths::AUDIT, query).await
    }

    pub async fn export_audit(&self, query: &AuditQuery) -> Result<Download, ClientError> {
        let (query, deadline) = (parameters(query), Some(EXPORT_DEADLINE));
        let call = Call { query, deadline, ..Call::get(paths::AUDIT_CSV) };
        self.download(call).await
    }

    pub(super) async fn download(&self, call: Call<'_>) -> Result<Download, ClientError> {
        let answer = self.send(call).await?;
        if answer.status().is_success() { Ok(Download(answer)) } else { Err(refusal(answer).await) }
    }
}

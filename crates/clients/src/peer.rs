//! One sibling service, as seen from a caller: signs, sends, and sorts the answers.

use crate::{ClientError, hop, token::Signer};
use bytes::Bytes;
use oms_contracts::{Problem, ServiceName, service::headers};
use oms_model::actor::Actor;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};
use url::Url;

const CONNECT_DEADLINE: Duration = Duration::from_secs(2);
const IDLE_CONNECTION: Duration = Duration::from_secs(60);

/// The connections of one caller, shared by all its peers.
#[derive(Debug, Clone)]
pub struct Http {
    caller: ServiceName,
    signer: Arc<Signer>,
    client: reqwest::Client,
}

impl Http {
    /// Never uses a proxy from the environment: internal calls stay internal.
    pub fn new(caller: ServiceName, signer: Signer) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_DEADLINE)
            .pool_idle_timeout(IDLE_CONNECTION)
            .build()?;
        Ok(Self { caller, signer: Arc::new(signer), client })
    }
}

/// A sibling service at an address.
#[derive(Debug, Clone)]
pub struct Peer {
    callee: ServiceName,
    base: Url,
    deadline: Duration,
    http: Http,
}

/// A request handed on as it is, body unread.
#[derive(Debug)]
pub struct Relay {
    pub method: Method,
    /// Path and query, as the callee knows them.
    pub path: String,
    pub content_type: Option<String>,
    pub if_match: Option<String>,
    pub body: Bytes,
}

/// An answer handed back as it is. A refusal of the callee is an answer like any other.
#[derive(Debug)]
pub struct Relayed {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Peer {
    pub fn new(http: Http, callee: ServiceName, base: Url, deadline: Duration) -> Self {
        Self { callee, base, deadline, http }
    }

    pub fn service(&self) -> ServiceName {
        self.callee
    }

    /// Sends a command or query and reads its answer.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        actor: Option<&Actor>,
        body: Option<&impl Serialize>,
    ) -> Result<T, ClientError> {
        let mut request = self.request(method, path, actor)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = self.send(request).await?;
        self.read(answer).await
    }

    /// Asks for what a query finds.
    #[cfg(any(feature = "store", feature = "sync"))]
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<T, ClientError> {
        let request = self.request(Method::GET, path, None)?.query(query);
        let answer = self.send(request).await?;
        self.read(answer).await
    }

    /// Asks for something without an end: only its beginning has a deadline, which is given back for
    /// whoever reads the rest.
    #[cfg(feature = "store")]
    pub(crate) async fn stream(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<(Response, Duration), ClientError> {
        // The last one that is set counts.
        let forever = Duration::from_secs(u32::MAX.into());
        let request = self.request(Method::GET, path, None)?.query(query).timeout(forever);
        let service = self.callee;
        let sent = tokio::time::timeout(self.deadline, self.send(request)).await;
        let answer = sent.map_err(|_| ClientError::Silent { service })??;
        if answer.status().is_success() {
            return Ok((answer, self.deadline));
        }
        Err(self.refusal(answer).await)
    }

    /// Reads a path that needs no token.
    pub(crate) async fn open_call<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<T, ClientError> {
        let answer = self.send(self.bare(Method::GET, path)).await?;
        self.read(answer).await
    }

    /// Hands a request on. Only a missing answer is an error.
    pub async fn relay(&self, relay: Relay, actor: &Actor) -> Result<Relayed, ClientError> {
        let mut request = self.request(relay.method, &relay.path, Some(actor))?.body(relay.body);
        if let Some(kind) = relay.content_type {
            request = request.header(CONTENT_TYPE, kind);
        }
        if let Some(tag) = relay.if_match {
            request = request.header(reqwest::header::IF_MATCH, tag);
        }
        let mut answer = self.send(request).await?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let body = answer.bytes().await.map_err(|source| self.lost(source))?;
        Ok(Relayed { status, headers, body })
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        actor: Option<&Actor>,
    ) -> Result<RequestBuilder, ClientError> {
        let unsigned = |source| ClientError::Unsigned { service: self.callee, source };
        let token =
            self.http.signer.sign(self.http.caller, self.callee, actor).map_err(unsigned)?;
        let mut token = HeaderValue::from_str(&token).expect("a JWT is ASCII");
        token.set_sensitive(true);
        let name = HeaderName::from_static(headers::INTERNAL_TOKEN);
        Ok(self.bare(method, path).header(name, token))
    }

    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.base.join(path).expect("contract paths are valid");
        let mut hop_headers = HeaderMap::with_capacity(4);
        hop::inject(&mut hop_headers);
        self.http.client.request(method, url).timeout(self.deadline).headers(hop_headers)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        request.send().await.map_err(|source| self.lost(source))
    }

    async fn read<T: DeserializeOwned>(&self, answer: Response) -> Result<T, ClientError> {
        let status = answer.status();
        if !status.is_success() {
            return Err(self.refusal(answer).await);
        }
        let bytes = answer.bytes().await.map_err(|source| self.lost(source))?;
        let json: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        let service = self.callee;
        let off_contract = |source| ClientError::OffContract { service, status, source };
        serde_json::from_slice(json).map_err(off_contract)
    }

    /// What an answer says that is no success.
    async fn refusal(&self, answer: Response) -> ClientError {
        let (service, status) = (self.callee, answer.status());
        match answer.bytes().await {
            Ok(bytes) => match serde_json::from_slice::<Problem>(&bytes) {
                Ok(problem) => ClientError::Refused { service, problem: Box::new(problem) },
                Err(source) => ClientError::OffContract { service, status, source },
            },
            Err(source) => self.lost(source),
        }
    }

    fn lost(&self, source: reqwest::Error) -> ClientError {
        ClientError::Unreachable { service: self.callee, source }
    }
}

//! The public API of a running gateway, as a client sees it.
//!
//! Unlike the services among themselves, this client logs in: it carries a bearer token, and may
//! be given a way to renew it.

mod api_key;
mod audit;
mod auth;
mod data_source;
mod department;
mod label;
mod project;
mod selection;
mod system;
mod user;

pub use audit::Download;

use crate::{ClientError, hop};
use oms_contracts::{ErrorCode, Problem, ServiceName};
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MATCH},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    pin::Pin,
    sync::{PoisonError, RwLock},
    time::Duration,
};
use url::Url;

const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// Gets another access token after the gateway refused the given one; `None` when there is none
/// to be had.
pub type Renewal = Box<
    dyn Fn(SecretString) -> Pin<Box<dyn Future<Output = Option<SecretString>> + Send>>
        + Send
        + Sync,
>;

/// A gateway at an address.
pub struct GatewayClient {
    http: reqwest::Client,
    base: Url,
    deadline: Duration,
    token: RwLock<Option<SecretString>>,
    renewal: Option<Renewal>,
}

impl std::fmt::Debug for GatewayClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewayClient").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// A resource with the revision it was read at, to be sent back when it is replaced.
#[derive(Debug, Clone)]
pub struct Tagged<T> {
    pub value: T,
    pub etag: String,
}

/// A call, kept until it is answered, since it may have to be sent with another token.
struct Call<'a> {
    method: Method,
    path: &'a str,
    query: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    if_match: Option<&'a str>,
    deadline: Option<Duration>,
}

impl<'a> Call<'a> {
    fn get(path: &'a str) -> Self {
        let (query, body) = (Vec::new(), None);
        Self { method: Method::GET, path, query, body, if_match: None, deadline: None }
    }

    fn bare(method: Method, path: &'a str) -> Self {
        Self { method, ..Self::get(path) }
    }

    fn with_body(method: Method, path: &'a str, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("bodies of the contract are JSON");
        Self { method, body: Some(body), ..Self::get(path) }
    }
}

impl GatewayClient {
    /// The base may have a path, where a proxy serves the gateway under one.
    pub fn new(base: Url, deadline: Duration) -> Result<Self, reqwest::Error> {
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("oms/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_DEADLINE)
            .read_timeout(deadline);
        if is_loopback(&base) {
            http = http.no_proxy();
        }
        let (http, token) = (http.build()?, RwLock::new(None));
        Ok(Self { http, base, deadline, token, renewal: None })
    }

    pub fn with_token(self, token: SecretString) -> Self {
        Self { token: RwLock::new(Some(token)), ..self }
    }

    /// Lets a call that was refused for its expired token be sent once more, with a new one.
    ///
    /// That is safe for every call: what is refused at the door was not begun.
    pub fn with_renewal(self, renewal: Renewal) -> Self {
        Self { renewal: Some(renewal), ..self }
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<T, ClientError> {
        let call = Call { query: parameters(query), ..Call::get(path) };
        read(self.send(call).await?).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        read(self.send(Call::with_body(method, path, body)).await?).await
    }

    /// A call without a body.
    async fn bare<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
    ) -> Result<T, ClientError> {
        read(self.send(Call::bare(method, path)).await?).await
    }

    async fn replace<T: DeserializeOwned>(
        &self,
        path: &str,
        etag: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let call = Call { if_match: Some(etag), ..Call::with_body(Method::PUT, path, body) };
        read(self.send(call).await?).await
    }

    /// Sends the call, and once more when its token was out of date and could be renewed.
    async fn send(&self, call: Call<'_>) -> Result<Response, ClientError> {
        let token = self.token.read().unwrap_or_else(PoisonError::into_inner).clone();
        let answer = self.request(&call, token.as_ref()).send().await.map_err(lost)?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let (Some(stale), Some(renewal)) = (token, &self.renewal) else { return Ok(answer) };
        let refusal = refusal(answer).await;
        if !is_out_of_date(&refusal) {
            return Err(refusal);
        }
        let Some(fresh) = renewal(stale).await else { return Err(refusal) };
        let answer = self.request(&call, Some(&fresh)).send().await.map_err(lost)?;
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(answer)
    }

    fn request(&self, call: &Call<'_>, token: Option<&SecretString>) -> RequestBuilder {
        let mut headers = HeaderMap::with_capacity(6);
        hop::inject(&mut headers);
        if let Some(token) = token
            && let Ok(mut value) =
                HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
        {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(value) = call.if_match.and_then(|tag| HeaderValue::from_str(tag).ok()) {
            headers.insert(IF_MATCH, value);
        }
        let mut request = self.http.request(call.method.clone(), self.url(call.path));
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        request.timeout(call.deadline.unwrap_or(self.deadline)).headers(headers)
    }

    fn url(&self, path: &str) -> Url {
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path}")).expect("contract paths are valid")
    }
}

/// An ETag that was read, for the answer that carries one.
async fn read_tagged<T: DeserializeOwned>(answer: Response) -> Result<Tagged<T>, ClientError> {
    let tag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let value = read(answer).await?;
    Ok(Tagged { value, etag: tag.unwrap_or_default() })
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, ClientError> {
    let status = answer.status();
    if !status.is_success() {
        return Err(refusal(answer).await);
    }
    let bytes = answer.bytes().await.map_err(lost)?;
    let json: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
    serde_json::from_slice(json).map_err(|source| off_contract(status, source))
}

async fn refusal(answer: Response) -> ClientError {
    let status = answer.status();
    let bytes = match answer.bytes().await {
        Ok(bytes) => bytes,
        Err(source) => return lost(source),
    };
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) => {
            ClientError::Refused { service: ServiceName::Gateway, problem: Box::new(problem) }
        }
        Err(source) => off_contract(status, source),
    }
}

fn is_out_of_date(error: &ClientError) -> bool {
    let ClientError::Refused { problem, .. } = error else { return false };
    matches!(problem.code, ErrorCode::TokenExpired | ErrorCode::TokenInvalid)
}

fn off_contract(status: StatusCode, source: serde_json::Error) -> ClientError {
    ClientError::OffContract { service: ServiceName::Gateway, status, source }
}

fn lost(source: reqwest::Error) -> ClientError {
    ClientError::Unreachable { service: ServiceName::Gateway, source }
}

/// The parameters of a flat query: what is absent is left out.
fn parameters(query: &impl Serialize) -> Vec<(String, String)> {
    let value = serde_json::to_value(query).expect("queries of the contract are JSON");
    let fields = value.as_object().cloned().unwrap_or_default();
    let text = |value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    fields.into_iter().filter_map(|(key, value)| Some((key, text(value)?))).collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests;

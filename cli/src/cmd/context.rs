//! What every command that talks to a gateway has at hand.

use super::Global;
use crate::{
    ask::Asker,
    fault::Fault,
    out::Out,
    session::{self, Sessions},
};
use oms_clients::gateway::GatewayClient;

/// Who asks, where answers go, and which session is used.
#[derive(Debug)]
pub struct Context {
    pub out: Out,
    pub ask: Asker,
    pub profile: String,
    pub sessions: Sessions,
}

impl Context {
    pub fn new(global: &Global, out: Out) -> Result<Self, Fault> {
        Ok(Self {
            out,
            ask: Asker::of_process(global.no_input),
            profile: global.profile.clone(),
            sessions: Sessions::of_user()?,
        })
    }

    /// The gateway, as whoever is logged in.
    pub async fn api(&self) -> Result<GatewayClient, Fault> {
        session::opened(&self.sessions, &self.profile).await
    }
}

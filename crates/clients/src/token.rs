//! The internal token: proof that a sibling calls, to whom, and on whose behalf.
//!
//! Signed with a secret all services share, valid for half a minute, bound to one callee. The
//! acting user travels inside, so a service trusts it exactly as far as the signature.

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use oms_contracts::ServiceName;
use oms_model::actor::Actor;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Long enough for clocks that differ a little, short enough to be useless when found in a dump.
const LIFETIME_SECONDS: i64 = 30;
const CLOCK_LEEWAY_SECONDS: u64 = 15;
/// HMAC-SHA256 wants a key of at least its output's length.
pub const SHORTEST_SECRET: usize = 32;

/// What the token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub iss: ServiceName,
    pub aud: ServiceName,
    pub exp: i64,
    /// The user behind the call; absent when a service acts for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
}

/// Signs and checks internal tokens.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(***)")
    }
}

impl Signer {
    pub fn new(secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        Self {
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
        }
    }

    pub fn sign(
        &self,
        caller: ServiceName,
        callee: ServiceName,
        actor: Option<&Actor>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let exp = Utc::now().timestamp() + LIFETIME_SECONDS;
        let claims = Claims { iss: caller, aud: callee, exp, act: actor.cloned() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
    }

    /// Accepts only HS256 tokens for `callee` that have not expired.
    pub fn verify(
        &self,
        callee: ServiceName,
        token: &str,
    ) -> Result<Claims, jsonwebtoken::errors::Error> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.leeway = CLOCK_LEEWAY_SECONDS;
        rules.set_audience(&[callee.as_ref()]);
        rules.set_required_spec_claims(&["exp", "aud", "iss"]);
        jsonwebtoken::decode::<Claims>(token, &self.decoding, &rules).map(|data| data.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ServiceName::{Gateway, ProjectService, StoreService};

    fn signer(secret: &str) -> Signer {
        Signer::new(&SecretString::from(secret.repeat(SHORTEST_SECRET)))
    }

    #[test]
    fn a_token_opens_only_the_service_it_names() {
        let token = signer("a").sign(Gateway, ProjectService, None).expect("signs");
        assert_eq!(signer("a").verify(ProjectService, &token).expect("valid").iss, Gateway);
        assert!(signer("a").verify(StoreService, &token).is_err());
    }

    #[test]
    fn a_token_of_another_secret_is_refused() {
        let token = signer("b").sign(Gateway, ProjectService, None).expect("signs");
        assert!(signer("a").verify(ProjectService, &token).is_err());
    }

    #[test]
    fn an_expired_token_and_one_without_a_signature_are_refused() {
        let s = signer("a");
        let old = Claims { iss: Gateway, aud: ProjectService, exp: 1_000_000_000, act: None };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &old, &s.encoding)
            .expect("encodes");
        assert!(s.verify(ProjectService, &token).is_err());
        let payload = token.split('.').nth(1).expect("three parts");
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        assert!(s.verify(ProjectService, &unsigned).is_err());
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", signer("a")), "Signer(***)");
    }
}

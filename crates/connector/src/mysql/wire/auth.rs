//! Methods of login: proving the password to the server.

use super::error::WireError;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use mysql_common::scramble;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;

#[cfg(test)]
mod tests;

/// A method of login that we know. One that would send the password readable to everybody on the
/// way is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Native,
    CachingSha2,
    Sha256,
    Ed25519,
    Parsec,
}

impl Method {
    const ALL: [Self; 5] =
        [Self::Native, Self::CachingSha2, Self::Sha256, Self::Ed25519, Self::Parsec];

    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "mysql_native_password",
            Self::CachingSha2 => "caching_sha2_password",
            Self::Sha256 => "sha256_password",
            Self::Ed25519 => "client_ed25519",
            Self::Parsec => "parsec",
        }
    }

    pub fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name().as_bytes() == name)
    }

    /// The method to begin with. A server whose account has another one asks for that.
    pub fn first(offered: &[u8]) -> Self {
        let known = Self::named(offered).filter(|method| method.nonce_length() == 20);
        known.unwrap_or(Self::Native)
    }

    fn nonce_length(self) -> usize {
        match self {
            Self::Native | Self::CachingSha2 | Self::Sha256 => 20,
            Self::Ed25519 | Self::Parsec => 32,
        }
    }
}

/// One attempt to log in by one method.
pub(super) struct Proof<'a> {
    method: Method,
    nonce: Vec<u8>,
    password: &'a [u8],
    encrypted: bool,
}

/// What to send next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Move {
    Say(Vec<u8>),
    /// The server speaks again.
    Listen,
}

impl<'a> Proof<'a> {
    /// `nonce` is what the server sent with the method, which may have a NUL behind it.
    pub fn new(
        method: Method,
        nonce: &[u8],
        password: &'a [u8],
        encrypted: bool,
    ) -> Result<Self, WireError> {
        let nonce = nonce
            .get(..method.nonce_length())
            .ok_or_else(|| WireError::protocol("too short a nonce for the method of login"))?;
        Ok(Self { method, nonce: nonce.to_vec(), password, encrypted })
    }

    /// What goes to the server first.
    pub fn opening(&self) -> Vec<u8> {
        let (password, nonce) = (self.password, &self.nonce[..]);
        match self.method {
            Method::Parsec => Vec::new(),
            Method::Ed25519 => scramble::create_response_for_ed25519(password, nonce).to_vec(),
            _ if password.is_empty() => Vec::new(),
            Method::Native => {
                scramble::scramble_native(nonce, password).map(Vec::from).unwrap_or_default()
            }
            Method::CachingSha2 => {
                scramble::scramble_sha256(nonce, password).map(Vec::from).unwrap_or_default()
            }
            Method::Sha256 if self.encrypted => self.terminated(),
            Method::Sha256 => vec![SHA256_KEY_WANTED],
        }
    }

    /// What to answer when the server says more before it decides.
    pub fn respond(&self, said: &[u8]) -> Result<Move, WireError> {
        match (self.method, said) {
            (Method::CachingSha2, [CACHE_HIT]) => Ok(Move::Listen),
            (Method::CachingSha2, [CACHE_MISS]) if self.encrypted => {
                Ok(Move::Say(self.terminated()))
            }
            (Method::CachingSha2, [CACHE_MISS]) => Ok(Move::Say(vec![CACHING_SHA2_KEY_WANTED])),
            (Method::CachingSha2 | Method::Sha256, key) if !self.encrypted => {
                self.sealed(key).map(Move::Say)
            }
            (Method::Parsec, [b'P', factor @ 0..=MOST_DOUBLINGS, salt @ ..])
                if salt.len() == 18 =>
            {
                let nonce = self.nonce.first_chunk().ok_or_else(unasked)?;
                let rounds = 1024 << factor;
                let said = scramble::create_response_for_parsec(self.password, nonce, rounds, salt);
                Ok(Move::Say(said.to_vec()))
            }
            _ => Err(unasked()),
        }
    }

    /// The password as it is: for channels that nobody else can read.
    fn terminated(&self) -> Vec<u8> {
        [self.password, &[0]].concat()
    }

    /// The password for the server's key alone, so that it can pass an unprotected channel.
    fn sealed(&self, pem: &[u8]) -> Result<Vec<u8>, WireError> {
        let unusable = || WireError::protocol("the server's key for passwords cannot be used");
        let key = SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| unusable())?;
        let key = PublicEncryptingKey::from_der(&key).map_err(|_| unusable())?;
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| unusable())?;
        let mut text = self.terminated();
        for (byte, mask) in text.iter_mut().zip(self.nonce.iter().cycle()) {
            *byte ^= mask;
        }
        let mut sealed = vec![0; key.ciphertext_size()];
        key.encrypt(&OAEP_SHA1_MGF1SHA1, &text, &mut sealed, None).map_err(|_| unusable())?;
        Ok(sealed)
    }
}

/// How often a server may have doubled its 1,024 rounds: beyond that, one login would keep a
/// processor busy for seconds.
const MOST_DOUBLINGS: u8 = 10;
const CACHE_HIT: u8 = 3;
const CACHE_MISS: u8 = 4;
const CACHING_SHA2_KEY_WANTED: u8 = 2;
const SHA256_KEY_WANTED: u8 = 1;

fn unasked() -> WireError {
    WireError::protocol("the server says something that its method of login does not know")
}

//! The greeting and the answer to it.

use super::cursor::{Cursor, put_string};
use super::error::WireError;
use super::reply;
use mysql_common::constants::CapabilityFlags as Flags;

/// What a server says first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Greeting {
    pub capabilities: Flags,
    /// Twenty random bytes, against which the password is proven.
    pub nonce: Vec<u8>,
    /// The method of login that most of the server's accounts have.
    pub method: Vec<u8>,
}

/// utf8mb4_general_ci, which every server of the family knows.
const CHARSET: u8 = 45;
/// What we say we take in one packet; servers do not hold themselves to it.
const LARGEST: u32 = 1 << 30;
const PROTOCOL: u8 = 10;

impl Greeting {
    pub fn read(payload: &[u8]) -> Result<Self, WireError> {
        let mut cursor = Cursor::new(payload);
        match cursor.u8()? {
            PROTOCOL => {}
            0xff => return Err(reply::server_error(payload)),
            _ => return Err(WireError::protocol("the greeting is of another protocol")),
        }
        // The version.
        cursor.until_nul();
        // The number of the connection.
        cursor.u32()?;
        let mut nonce = cursor.bytes(8)?.to_vec();
        cursor.u8()?;
        let low = cursor.u16()?;
        if cursor.is_empty() {
            return Err(WireError::protocol("the server is older than MySQL 4.1"));
        }
        // Character set and status.
        cursor.bytes(3)?;
        let high = cursor.u16()?;
        let nonce_length = cursor.u8()?;
        cursor.bytes(10)?;
        nonce.extend_from_slice(cursor.bytes(12)?);
        // The rest of the nonce is a NUL, and more of them where the length says so.
        cursor.bytes(usize::from(nonce_length).saturating_sub(20).max(1))?;
        let method = cursor.until_nul().to_vec();
        let capabilities = Flags::from_bits_retain(u32::from(low) | u32::from(high) << 16);
        if !capabilities.contains(Flags::CLIENT_PROTOCOL_41 | Flags::CLIENT_SECURE_CONNECTION) {
            return Err(WireError::protocol("the server is older than MySQL 4.1"));
        }
        Ok(Self { capabilities, nonce, method })
    }

    pub fn offers_tls(&self) -> bool {
        self.capabilities.contains(Flags::CLIENT_SSL)
    }
}

/// What both sides can and we want.
pub(super) fn capabilities(offered: Flags, database: bool, found_rows: bool) -> Flags {
    let mut wanted = Flags::CLIENT_LONG_PASSWORD
        | Flags::CLIENT_LONG_FLAG
        | Flags::CLIENT_LOCAL_FILES
        | Flags::CLIENT_PROTOCOL_41
        | Flags::CLIENT_TRANSACTIONS
        | Flags::CLIENT_SECURE_CONNECTION
        | Flags::CLIENT_MULTI_RESULTS
        | Flags::CLIENT_PS_MULTI_RESULTS
        | Flags::CLIENT_PLUGIN_AUTH
        | Flags::CLIENT_CONNECT_ATTRS
        | Flags::CLIENT_DEPRECATE_EOF;
    wanted.set(Flags::CLIENT_CONNECT_WITH_DB, database);
    wanted.set(Flags::CLIENT_FOUND_ROWS, found_rows);
    // Every server that can log us in takes these, whether or not it says so; without the first one
    // MariaDB would speak a protocol of its own.
    let assumed = Flags::CLIENT_LONG_PASSWORD | Flags::CLIENT_CONNECT_WITH_DB;
    wanted & (offered | assumed)
}

/// The answer's beginning, which asks for TLS when it is sent alone.
pub(super) fn opening(capabilities: Flags) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(&capabilities.bits().to_le_bytes());
    out.extend_from_slice(&LARGEST.to_le_bytes());
    out.push(CHARSET);
    out.extend_from_slice(&[0; 23]);
    out
}

/// Who wants to enter, and how.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub user: &'a str,
    pub database: Option<&'a str>,
    pub method: &'static str,
    pub proof: &'a [u8],
}

/// The answer to the greeting. Names must not hold a NUL; a proof is shorter than 251 bytes.
pub(super) fn answer(capabilities: Flags, entry: &Entry<'_>) -> Vec<u8> {
    let mut out = opening(capabilities);
    put_name(&mut out, entry.user);
    put_string(&mut out, entry.proof);
    if let Some(database) = entry.database {
        put_name(&mut out, database);
    }
    if capabilities.contains(Flags::CLIENT_PLUGIN_AUTH) {
        put_name(&mut out, entry.method);
    }
    if capabilities.contains(Flags::CLIENT_CONNECT_ATTRS) {
        let mut attributes = Vec::new();
        for (name, value) in [("_client_name", "oms"), ("program_name", "oms")] {
            put_string(&mut attributes, name.as_bytes());
            put_string(&mut attributes, value.as_bytes());
        }
        put_string(&mut out, &attributes);
    }
    out
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(name.as_bytes());
    out.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting() -> Vec<u8> {
        let mut greeting =
            b"\x0a9.7.4\0\x01\0\0\0abcdefgh\0\xff\xf7\xff\x02\0\xff\xdf\x15".to_vec();
        greeting.extend(b"\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0caching_sha2_password\0");
        greeting
    }

    #[test]
    fn a_greeting_is_read() {
        let read = Greeting::read(&greeting()).unwrap();
        assert_eq!(read.nonce, b"abcdefghijklmnopqrst");
        assert_eq!(read.method, b"caching_sha2_password");
        assert!(!read.offers_tls());
    }

    #[test]
    fn a_greeting_cut_anywhere_is_no_panic() {
        let whole = greeting();
        // What names the method may be missing: old servers have only one.
        let needed = whole.len() - b"caching_sha2_password\0".len();
        for cut in 0..whole.len() {
            assert_eq!(Greeting::read(&whole[..cut]).is_ok(), cut >= needed, "{cut}");
        }
    }

    #[test]
    fn only_what_is_offered_is_used() {
        let bare = Flags::CLIENT_PROTOCOL_41 | Flags::CLIENT_SECURE_CONNECTION;
        let used = capabilities(bare, true, true);
        assert!(
            !used.contains(Flags::CLIENT_DEPRECATE_EOF) && !used.contains(Flags::CLIENT_FOUND_ROWS)
        );
        assert!(used.contains(bare | Flags::CLIENT_CONNECT_WITH_DB));
    }
}

//! What stands between the network and the use cases: password hashing with a limit, signing
//! keys, the cache of sessions, rate limits. All of it is memory; what has to last is in `repo`.

mod argon;
mod bounded;
mod hasher;
mod limits;
mod sessions;
mod tokens;

pub use hasher::{HashError, Hasher, Slot};
pub use limits::{LimitSettings, Limits, Wait, texts};
pub use sessions::{Caller, SessionError, Sessions};
pub use tokens::{TokenError, TokenSettings, Tokens, place as signing_key_place};

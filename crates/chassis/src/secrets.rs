//! Random texts: tokens, keys, generated passwords.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;

/// Fills an array from the system's generator.
pub fn entropy<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    bytes
}

/// A URL-safe secret of 256 bits.
pub fn random_secret() -> SecretString {
    URL_SAFE_NO_PAD.encode(entropy::<32>()).into()
}

//! Who is logged in where: profiles in one file of the user's configuration, mode 600.
//!
//! A refresh token can be used once; a second use ends the session. So everything that reads,
//! renews and writes tokens happens under one lock, and two shells never use the same token.

mod file;
mod login;

pub use file::{Profile, Sessions};
pub use login::{client, opened};

use crate::fault::{Code, Fault};
use url::Url;

pub const DEFAULT_PROFILE: &str = "default";
pub const DEFAULT_URL: &str = "http://127.0.0.1:8089";

/// The address of a gateway as somebody gave it.
pub fn gateway_url(text: &str) -> Result<Url, Fault> {
    let wrong = |why: &str| {
        Fault::new(Code::Usage, format!("{text:?} is not the address of a gateway: {why}"))
            .advise(format!("give an address such as {DEFAULT_URL}"))
    };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it starts with neither http:// nor https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::new(Code::Usage, "the address of a gateway holds no user or password")
            .advise("give --account, and the password when it is asked for".into()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or fragment"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_none_are_refused_without_repeating_a_password() {
        for text in ["127.0.0.1:8089", "ftp://h", "http://", "http://h/?a=b", "nonsense"] {
            assert_eq!(gateway_url(text).unwrap_err().code(), "CLI-0001", "{text}");
        }
        let told = gateway_url("http://u:hunter2@h").unwrap_err().lines().join("\n");
        assert!(!told.contains("hunter2"), "{told}");
        assert_eq!(gateway_url("https://oms.example/base/").unwrap().path(), "/base/");
    }
}

//! Telling that OMS is ready: to people, to scripts on stdout, to scripts that watch a file.

use super::{fleet::FirstPasswords, place::Place};
use crate::{
    fault::{Code, Fault, io_fault},
    out::Out,
    private_file,
};
use oms_contracts::{Secret, gateway::paths};
use serde::Serialize;
use std::{collections::BTreeMap, net::SocketAddr, path::Path};

/// What is told once everything answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready<'a> {
    event: &'static str,
    url: String,
    docs_url: String,
    data_dir: &'a Path,
    pid: u32,
    version: &'static str,
    /// By account; at the very first start only, and not in the file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    first_passwords: ByAccount,
}

type ByAccount = BTreeMap<&'static str, Secret>;

fn by_account(passwords: &FirstPasswords) -> ByAccount {
    passwords.iter().map(|first| (first.account, first.password.clone().into())).collect()
}

/// The passwords alone, when the first start gets no further: nobody can ask for them later.
pub fn passwords_at_least(passwords: &FirstPasswords, out: Out) -> Result<(), Fault> {
    match by_account(passwords) {
        none if none.is_empty() => Ok(()),
        made if out.is_json() => {
            let told = serde_json::json!({ "event": "firstPasswords", "firstPasswords": made });
            out.value(&told)
        }
        made => out.print(&text_of(&made)),
    }
}

fn text_of(passwords: &ByAccount) -> String {
    let mut text = String::from(
        "This is the first start. These passwords are shown once, and the first login asks for \
         new ones:\n\n",
    );
    for (account, password) in passwords {
        text.push_str(&format!("  {account:<8}  {}\n", password.expose()));
    }
    text
}

impl<'a> Ready<'a> {
    pub fn new(place: &'a Place, gateway: SocketAddr, passwords: &FirstPasswords) -> Self {
        let url = format!("http://{gateway}");
        Self {
            event: "ready",
            docs_url: format!("{url}{}", paths::DOCS),
            url,
            data_dir: place.root(),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION"),
            first_passwords: by_account(passwords),
        }
    }

    pub fn tell(&self, out: Out) -> Result<(), Fault> {
        if out.is_json() { out.value(self) } else { out.print(&self.text()) }
    }

    /// The same for a file, without the passwords: a file stays around.
    pub fn write(&self, file: &Path) -> Result<(), Fault> {
        let told = Self {
            first_passwords: ByAccount::new(),
            url: self.url.clone(),
            docs_url: self.docs_url.clone(),
            ..*self
        };
        let content = serde_json::to_vec(&told).expect("this is JSON");
        private_file::write(file, &content).map_err(|error| {
            let message = format!("the ready file {} could not be written", file.display());
            io_fault(Code::Unwritable, message, &error)
        })
    }

    fn text(&self) -> String {
        let mut text = format!(
            "OMS {} is ready.\n\n  address   {}\n  API       {}\n  data      {}\n",
            self.version,
            self.url,
            self.docs_url,
            crate::out::text::harmless(&self.data_dir.display().to_string()),
        );
        if !self.first_passwords.is_empty() {
            text.push('\n');
            text.push_str(&text_of(&self.first_passwords));
        }
        let url = match self.url.as_str() {
            crate::session::DEFAULT_URL => String::new(),
            url => format!(" --url {url}"),
        };
        text.push_str(&format!("\nGo on with: oms login{url} --account admin\nCtrl-C stops it."));
        text
    }
}

/// Takes away the word of an earlier start, before this one has anything to say.
pub fn retract(file: Option<&Path>) -> Result<(), Fault> {
    let Some(file) = file else { return Ok(()) };
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            let message = format!("the old ready file {} could not be removed", file.display());
            Err(io_fault(Code::Unwritable, message, &error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateway::ops::FirstPassword;

    fn ready(place: &Place) -> Ready<'_> {
        let first = |account, password: &str| FirstPassword { account, password: password.into() };
        let passwords = vec![first("root", "aaBB12#$"), first("admin", "ccDD34%^")];
        Ready {
            data_dir: Path::new("/data"),
            ..Ready::new(place, "127.0.0.1:9000".parse().unwrap(), &passwords)
        }
    }

    #[test]
    fn the_first_start_tells_the_passwords() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::open(Some(dir.path().into())).unwrap();
        let text = ready(&place).text().replace(env!("CARGO_PKG_VERSION"), "x.y.z");
        insta::assert_snapshot!(text, @r"
        OMS x.y.z is ready.

          address   http://127.0.0.1:9000
          API       http://127.0.0.1:9000/api/docs
          data      /data

        This is the first start. These passwords are shown once, and the first login asks for new ones:

          admin     ccDD34%^
          root      aaBB12#$

        Go on with: oms login --url http://127.0.0.1:9000 --account admin
        Ctrl-C stops it.
        ");
    }

    #[test]
    fn the_ready_file_holds_no_password() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::open(Some(dir.path().join("data"))).unwrap();
        let file = dir.path().join("ready.json");
        ready(&place).write(&file).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&value["event"], &value["url"]),
            (&"ready".into(), &"http://127.0.0.1:9000".into())
        );
        assert!(!text.contains("aaBB12"), "{text}");
        retract(Some(&file)).unwrap();
        retract(Some(&file)).unwrap();
        assert!(!file.exists());
    }
}

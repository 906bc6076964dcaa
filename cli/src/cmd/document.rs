//! Bodies that people write as YAML or JSON, in a file or on stdin.

use crate::fault::{Code, Fault};
use serde::de::DeserializeOwned;
use std::{io::Read, path::Path};

/// More than any body the gateway takes.
const LARGEST: u64 = 16 << 20;

/// Reads a body; what is wrong with it is told with its place.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<T, Fault> {
    body(&shown(file), tree(file)?)
}

/// Reads a document as it stands, to be looked at before it becomes a body.
pub fn tree(file: &Path) -> Result<serde_json::Value, Fault> {
    let text = text(file)?;
    serde_saphyr::from_str(&text).map_err(|error| {
        let message = format!("{} is neither YAML nor JSON", shown(file));
        Fault::new(Code::BadFile, message).because(Some(&error))
    })
}

/// Turns a document into a body.
pub fn body<T: DeserializeOwned>(of: &str, value: serde_json::Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = match error.path().to_string().as_str() {
            "." => String::new(),
            path => format!(" at {path}"),
        };
        let message = format!("{of} cannot be understood{place}: {}", error.inner());
        Fault::new(Code::BadFile, message)
    })
}

/// The text of a file, or of stdin where `-` is given.
pub fn text(file: &Path) -> Result<String, Fault> {
    let read = |input: &mut dyn Read| {
        let mut text = String::new();
        input.take(LARGEST + 1).read_to_string(&mut text).map(|_| text)
    };
    let text = if file == Path::new("-") {
        read(&mut std::io::stdin().lock())
    } else {
        std::fs::File::open(file).and_then(|mut file| read(&mut file))
    };
    let text = text.map_err(|error| {
        Fault::new(Code::BadFile, format!("{} cannot be read", shown(file))).because(Some(&error))
    })?;
    if text.len() as u64 > LARGEST {
        let message = format!("{} is larger than {} MiB", shown(file), LARGEST >> 20);
        return Err(Fault::new(Code::BadFile, message));
    }
    Ok(text)
}

/// How a file is called in messages.
pub fn shown(file: &Path) -> String {
    if file == Path::new("-") { "stdin".into() } else { file.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        ports: Vec<u16>,
    }

    fn parse(text: &str) -> Result<Body, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("body.yaml");
        std::fs::write(&file, text).unwrap();
        read(&file).map_err(|fault| {
            let told = fault.lines().join("\n");
            told.replace(&file.display().to_string(), "FILE")
        })
    }

    #[test]
    fn yaml_and_json_are_read_alike() {
        for text in ["name: x\nports: [1, 2]\n", r#"{"name": "x", "ports": [1, 2]}"#] {
            let body = parse(text).unwrap();
            assert_eq!((body.name.as_str(), body.ports.as_slice()), ("x", &[1, 2][..]));
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let told = parse("name: x\nports: [1, many]\n").unwrap_err();
        assert!(told.contains("FILE cannot be understood at ports[1]: "), "{told}");
        let told = parse("name: x\nports: []\nprot: 1\n").unwrap_err();
        assert!(told.contains("unknown field `prot`"), "{told}");
        let told = parse("name: [x\n").unwrap_err();
        assert!(told.contains("FILE is neither YAML nor JSON"), "{told}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let fault = read::<Body>(Path::new("/nowhere/body.yaml")).unwrap_err();
        assert_eq!(fault.lines()[0], "error[CLI-0003]: /nowhere/body.yaml cannot be read");
    }
}

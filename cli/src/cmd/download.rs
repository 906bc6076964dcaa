//! Files that come from the gateway: to stdout, or to a file that appears when it is whole.

use crate::{
    fault::{Code, Fault, io_fault},
    out::{Out, text::harmless},
};
use oms_clients::gateway::Download;
use std::{io::Write, path::Path};
use tempfile::NamedTempFile;

/// Writes a download.
pub async fn save(out: Out, mut download: Download, file: Option<&Path>) -> Result<(), Fault> {
    let Some(file) = file else {
        while let Some(piece) = download.piece().await? {
            to_stdout(out, &piece)?;
        }
        return Ok(());
    };
    let mut target = Target::beside(file)?;
    while let Some(piece) = download.piece().await? {
        target.write(&piece)?;
    }
    target.finish(out)
}

/// Writes a text.
pub fn text(out: Out, text: &str, file: Option<&Path>) -> Result<(), Fault> {
    match file {
        None => to_stdout(out, text.as_bytes()),
        Some(file) => {
            let mut target = Target::beside(file)?;
            target.write(text.as_bytes())?;
            target.finish(out)
        }
    }
}

/// What a terminal would obey is for files and pipes only.
fn to_stdout(out: Out, piece: &[u8]) -> Result<(), Fault> {
    if !out.is_terminal() {
        return out.raw(piece);
    }
    let text = String::from_utf8_lossy(piece);
    let lines: Vec<String> = text.split('\n').map(harmless).collect();
    out.raw(lines.join("\n").as_bytes())
}

/// A file in the making.
struct Target<'a> {
    file: &'a Path,
    next: NamedTempFile,
    bytes: usize,
}

impl<'a> Target<'a> {
    fn beside(file: &'a Path) -> Result<Self, Fault> {
        let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let next = NamedTempFile::new_in(folder).map_err(|error| unwritable(file, &error))?;
        Ok(Self { file, next, bytes: 0 })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), Fault> {
        self.bytes += piece.len();
        self.next.write_all(piece).map_err(|error| unwritable(self.file, &error))
    }

    fn finish(self, out: Out) -> Result<(), Fault> {
        let Self { file, next, bytes } = self;
        next.persist(file).map_err(|refused| unwritable(file, &refused.error))?;
        let written = serde_json::json!({ "file": file, "bytes": bytes });
        out.done(&written, &format!("Wrote {bytes} bytes to {}.", file.display()))
    }
}

fn unwritable(file: &Path, error: &std::io::Error) -> Fault {
    io_fault(Code::Unwritable, format!("{} could not be written", file.display()), error)
}

//! The metadata files in the data directory, and noticing that one is lost.

use super::{Place, PlaceError, failed};
use crate::private_file;
use std::{
    io,
    path::{Path, PathBuf},
};

impl Place {
    /// The URL of a service's metadata.
    pub fn metadata_url(&self, service: &str) -> String {
        format!("sqlite:{}", self.metadata(service).display())
    }

    fn metadata(&self, service: &str) -> PathBuf {
        self.root.join("meta").join(format!("{service}.db"))
    }

    fn list(&self) -> PathBuf {
        self.root.join("meta.list")
    }

    /// Refuses when one of these services was ready here before and its metadata is gone: it
    /// would be made anew, without anything that was in it.
    pub fn check_metadata(&self, services: &[&str]) -> Result<(), PlaceError> {
        let known = self.known()?;
        let lost = services.iter().filter(|service| known.lines().any(|line| line == **service));
        for path in lost.map(|service| self.metadata(service)) {
            if let Some(how) = trouble(&path).map_err(failed("read", &path))? {
                return Err(PlaceError::MetadataLost { path, how });
            }
        }
        Ok(())
    }

    /// Notes that these services are ready with metadata in here.
    pub fn note_metadata(&self, services: &[&str]) -> Result<(), PlaceError> {
        let list: String = services.iter().map(|service| format!("{service}\n")).collect();
        if self.known()? == list {
            return Ok(());
        }
        let path = self.list();
        private_file::write(&path, list.as_bytes()).map_err(failed("written", &path))
    }

    /// Whether nobody was ever ready here.
    pub fn list_is_empty(&self) -> Result<bool, PlaceError> {
        Ok(self.known()?.is_empty())
    }

    fn known(&self) -> Result<String, PlaceError> {
        match std::fs::read_to_string(self.list()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(failed("read", &self.list())),
        }
    }
}

/// What SQLite would take for a database yet to be made.
fn trouble(path: &Path) -> io::Result<Option<&'static str>> {
    match path.metadata() {
        Ok(found) if found.len() == 0 => Ok(Some("empty")),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some("missing")),
        Err(error) => Err(error),
    }
}

//! Walking over the frames of a segment.

use super::super::LogError;
use oms_model::change::frame::{HEAD, Head};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

const ROOM: usize = 256 << 10;

/// A walk, from a place on.
#[derive(Debug)]
pub struct Scan {
    file: BufReader<File>,
    path: PathBuf,
    at: u64,
    end: u64,
}

impl Scan {
    /// From a place up to another one, or to the end of the file.
    pub fn open(path: &Path, from: u64, end: Option<u64>) -> Result<Self, LogError> {
        let failed = || LogError::of("read", path);
        let mut file = File::open(path).map_err(failed())?;
        let length = file.metadata().map_err(failed())?.len();
        file.seek(SeekFrom::Start(from)).map_err(failed())?;
        let end = end.unwrap_or(length).min(length);
        let file = BufReader::with_capacity(ROOM, file);
        Ok(Self { file, path: path.to_owned(), at: from, end })
    }

    /// The next head, its body passed over. Nothing at the end.
    pub fn head(&mut self) -> Result<Option<(u64, Head)>, LogError> {
        let Some((at, head)) = self.peek()? else { return Ok(None) };
        let body = i64::try_from(head.body()).expect("a body of a few GiB");
        self.file.seek_relative(body).map_err(LogError::of("read", &self.path))?;
        Ok(Some((at, head)))
    }

    /// The next head and its body, both checked.
    pub fn frame(&mut self, body: &mut Vec<u8>) -> Result<Option<(u64, Head)>, LogError> {
        let Some((at, head)) = self.peek()? else { return Ok(None) };
        // There are as many bytes in the file, so no lie makes this large.
        body.resize(head.body(), 0);
        self.file.read_exact(body).map_err(LogError::of("read", &self.path))?;
        head.check(body).map_err(|corrupt| self.damaged(at, corrupt.reason))?;
        Ok(Some((at, head)))
    }

    /// A head, and that the file has its body.
    fn peek(&mut self) -> Result<Option<(u64, Head)>, LogError> {
        let (at, left) = (self.at, self.end.saturating_sub(self.at));
        if left == 0 {
            return Ok(None);
        }
        if left < HEAD as u64 {
            return Err(self.damaged(at, "a head that is cut off"));
        }
        let mut bytes = [0; HEAD];
        self.file.read_exact(&mut bytes).map_err(LogError::of("read", &self.path))?;
        let head = Head::read(&bytes).map_err(|corrupt| self.damaged(at, corrupt.reason))?;
        if left < head.size() as u64 {
            return Err(self.damaged(at, "a frame that is cut off"));
        }
        self.at += head.size() as u64;
        Ok(Some((at, head)))
    }

    pub fn damaged(&self, at: u64, reason: &'static str) -> LogError {
        LogError::Damaged { path: self.path.clone(), at, reason }
    }
}

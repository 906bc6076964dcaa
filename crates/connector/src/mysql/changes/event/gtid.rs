//! What transactions are called, and what was before a file.

use super::Event;
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::domains::Domains;
use crate::mysql::changes::fault::Fault;
use crate::mysql::changes::gtid_set::{GtidSet, Interval, Source};

/// The beginning of a transaction of MySQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mysql) struct MysqlGtid {
    /// Who wrote it, and its number there; `None` if it has none.
    pub name: Option<(Source, u64)>,
    /// When it was committed where it is read from, in microseconds since 1970; 0 if nobody says.
    pub committed: u64,
}

impl MysqlGtid {
    pub fn read(event: &Event<'_>) -> Result<Self, Fault> {
        let mut body = Bytes::new(event.body);
        body.u8()?;
        let uuid = body.array()?;
        let number = body.u64()?;
        let name = (event.kind == super::kind::GTID)
            .then(|| (Source { uuid, tag: Box::default() }, number));
        if body.is_empty() || body.u8()? != 2 {
            return Ok(Self { name, committed: 0 });
        }
        body.take(16)?;
        let committed = if body.len() >= 7 { body.little(7)? & !(1 << 55) } else { 0 };
        Ok(Self { name, committed })
    }

    /// The form that carries a tag.
    pub fn read_tagged(event: &Event<'_>) -> Result<Self, Fault> {
        let mut body = Bytes::new(event.body);
        // It is the number one or two, packed as all of them are.
        body.varied()?;
        let size = body.varied()?;
        body.varied()?;
        if size > event.body.len() as u64 {
            return Err(Fault::damaged("the name of a transaction is cut off"));
        }
        let (mut uuid, mut number, mut committed) = ([0_u8; 16], 0, 0);
        let mut tag: &[u8] = &[];
        while !body.is_empty() {
            match body.varied()? {
                1 => {
                    for byte in &mut uuid {
                        *byte = u8::try_from(body.varied()?)
                            .map_err(|_| Fault::damaged("a server's name is none"))?;
                    }
                }
                2 => number = u64::try_from(body.varied_signed()?).unwrap_or_default(),
                3 => {
                    let length = usize::try_from(body.varied()?).unwrap_or(usize::MAX);
                    tag = body.take(length)?;
                }
                6 => committed = body.varied()?,
                4 | 5 => {
                    body.varied_signed()?;
                }
                0 | 7..=11 => {
                    body.varied()?;
                }
                // What is added later may be left out, and comes last.
                _ => break,
            }
        }
        let tag = std::str::from_utf8(tag).map_err(|_| Fault::damaged("a tag is no text"))?;
        if number == 0 {
            return Err(Fault::damaged("a transaction has no number"));
        }
        Ok(Self { name: Some((Source { uuid, tag: tag.into() }, number)), committed })
    }
}

/// The beginning of a transaction of MariaDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mysql) struct MariadbGtid {
    pub domain: u32,
    pub server: u32,
    pub number: u64,
    /// It is one event, which nothing ends.
    pub standalone: bool,
}

impl MariadbGtid {
    const STANDALONE: u8 = 0x01;

    pub fn read(event: &Event<'_>) -> Result<Self, Fault> {
        let mut body = Bytes::new(event.body);
        let (number, domain, flags) = (body.u64()?, body.u32()?, body.u8()?);
        let standalone = flags & Self::STANDALONE != 0;
        Ok(Self { domain, server: event.server_id, number, standalone })
    }
}

/// The name of an XA transaction, as servers write it into statements.
pub(in crate::mysql) fn xa_name(format: u32, transaction: &[u8], branch: &[u8]) -> Vec<u8> {
    let hexadecimal =
        |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02X}")).collect() };
    let (transaction, branch) = (hexadecimal(transaction), hexadecimal(branch));
    format!("X'{transaction}',X'{branch}',{format}").into_bytes()
}

/// Everything of MySQL before a file.
pub(in crate::mysql) fn previous_gtids(event: &Event<'_>) -> Result<GtidSet, Fault> {
    let mut body = Bytes::new(event.body);
    let head = body.u64()?;
    let tagged = head >> 56 != 0;
    let count = if tagged { head >> 8 & ((1 << 48) - 1) } else { head & ((1 << 56) - 1) };
    let mut set = GtidSet::default();
    for _ in 0..count {
        let uuid = body.array()?;
        let tag = if tagged {
            let length = usize::try_from(body.varied()?).unwrap_or(usize::MAX);
            std::str::from_utf8(body.take(length)?)
                .map_err(|_| Fault::damaged("a tag is no text"))?
        } else {
            ""
        };
        let source = Source { uuid, tag: tag.into() };
        for _ in 0..body.u64()? {
            let (first, end) = (body.u64()?, body.u64()?);
            let interval = Interval::new(first, end.saturating_sub(1))
                .ok_or_else(|| Fault::damaged("an interval of transactions is empty"))?;
            set.add_interval(&source, interval);
        }
    }
    Ok(set)
}

/// Everything of MariaDB before a file.
pub(in crate::mysql) fn gtid_list(event: &Event<'_>) -> Result<Domains, Fault> {
    let mut body = Bytes::new(event.body);
    // The upper four bits are flags.
    let count = body.u32()? & 0x0fff_ffff;
    let mut domains = Domains::default();
    for _ in 0..count {
        let (domain, server, number) = (body.u32()?, body.u32()?, body.u64()?);
        domains.advance(domain, server, number);
    }
    Ok(domains)
}

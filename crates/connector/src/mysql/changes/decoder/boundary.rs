//! Where transactions begin, and how they end.

use super::{Decoder, Into, Outcome, Transaction};
use crate::changes::{Commit, Step};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::event::{
    Event, Format, MariadbGtid, MysqlGtid, Payload, RowsEvent, Shape, kind, plain_query,
    plain_rows, xa_name,
};
use crate::mysql::changes::fault::Fault;
use crate::mysql::changes::place::{Name, Place};

/// How many tables are remembered before those are forgotten that may be gone.
const MOST_MAPS: usize = 1024;
/// How much of what nobody wants is passed over before that is said.
const MOST_PASSED: u64 = 1 << 20;

impl Decoder {
    pub(super) fn read(
        &mut self,
        event: &Event<'_>,
        bytes: &[u8],
        into: &mut Into<'_>,
    ) -> Result<Outcome, Fault> {
        self.passed = true;
        self.reach(event);
        if let Some(shape) = Shape::of(event.kind) {
            let head = self.head(event.kind, 8);
            return self.rows(&RowsEvent::read(shape, event.body, head)?, into);
        }
        match event.kind {
            kind::TABLE_MAP => self.table_map(event),
            kind::XID => Ok(self.commit(event)),
            kind::QUERY => self.query(event, event.body, into),
            kind::GTID | kind::ANONYMOUS_GTID => {
                let gtid = MysqlGtid::read(event)?;
                self.begin_mysql(event, gtid)
            }
            kind::GTID_TAGGED => {
                let gtid = MysqlGtid::read_tagged(event)?;
                self.begin_mysql(event, gtid)
            }
            kind::MARIADB_GTID => self.begin_mariadb(event),
            kind::TRANSACTION_PAYLOAD => {
                self.payload = Some(Payload::read(event.body)?);
                Ok(Outcome::Going)
            }
            kind::FORMAT => self.format(event, bytes),
            kind::ROTATE => self.rotate(event),
            kind::HEARTBEAT | kind::HEARTBEAT_V2 => Ok(self.beat(event)),
            kind::XA_PREPARE => self.prepare(event),
            kind::INCIDENT => Err(Fault::NotLogged(
                "the source lost some of its changes before they were logged (an incident)".into(),
            )),
            kind::EXECUTE_LOAD_QUERY => self.load(event),
            kind::MARIADB_QUERY_COMPRESSED => {
                let body = plain_query(event.body, self.head(event.kind, 13))?;
                self.query(event, &body, into)
            }
            kind::MARIADB_WRITE_ROWS_COMPRESSED_V1..=kind::MARIADB_DELETE_ROWS_COMPRESSED => {
                let head = self.head(event.kind, 8);
                let (plain, body) = plain_rows(event.kind, event.body, head)?;
                let shape = Shape::of(plain).ok_or_else(|| Fault::damaged("no rows are there"))?;
                self.rows(&RowsEvent::read(shape, &body, head)?, into)
            }
            kind::STOP
            | kind::INTVAR
            | kind::RAND
            | kind::USER_VAR
            | kind::BEGIN_LOAD_QUERY
            | kind::IGNORABLE
            | kind::ROWS_QUERY
            | kind::PREVIOUS_GTIDS
            | kind::TRANSACTION_CONTEXT
            | kind::VIEW_CHANGE
            | kind::MARIADB_ANNOTATE
            | kind::MARIADB_CHECKPOINT
            | kind::MARIADB_GTID_LIST
            | kind::MARIADB_ENCRYPTION => Ok(Outcome::Going),
            _ if event.is_ignorable() => Ok(Outcome::Going),
            unknown => Err(Fault::NotLogged(
                format!("the source logs events of the kind {unknown}, which is not known").into(),
            )),
        }
    }

    fn format(&mut self, event: &Event<'_>, bytes: &[u8]) -> Result<Outcome, Fault> {
        self.format = Format::read(event, bytes)?;
        // A server that died within a transaction begins a new file: that transaction never was.
        if self.transaction.open && !event.is_artificial() {
            return Ok(self.cut_off());
        }
        Ok(Outcome::Going)
    }

    fn rotate(&mut self, event: &Event<'_>) -> Result<Outcome, Fault> {
        let (file, at) = event.rotation()?;
        let file = std::str::from_utf8(file).map_err(|_| Fault::damaged("a file has no name"))?;
        file.clone_into(&mut self.file);
        self.offset = at;
        if !self.transaction.open {
            self.keep_file_place();
        }
        Ok(Outcome::Going)
    }

    /// Without names of transactions, the place is where the last one ended.
    fn keep_file_place(&mut self) {
        if let Place::File(place) = &mut self.place {
            self.file.clone_into(&mut place.file);
            place.at = self.offset;
        }
    }

    fn beat(&mut self, event: &Event<'_>) -> Outcome {
        if let (Place::File(_), false, kind::HEARTBEAT) =
            (&self.place, self.transaction.open, event.kind)
            && event.next > 0
            && event.body == self.file.as_bytes()
        {
            let next = self.offset & !0xffff_ffff | u64::from(event.next);
            self.offset = self.offset.max(next);
            self.keep_file_place();
        }
        match self.is_within() {
            true => Outcome::Going,
            false => Outcome::Step(Step::Moved(self.moved())),
        }
    }

    fn begin_mysql(&mut self, event: &Event<'_>, gtid: MysqlGtid) -> Result<Outcome, Fault> {
        let MysqlGtid { name, committed } = gtid;
        if name.is_none() && matches!(self.place, Place::Gtids(_)) {
            return Err(Fault::NotLogged(
                "a transaction without a GTID is logged: set gtid_mode = ON and start anew".into(),
            ));
        }
        let name = name.map(|(source, number)| Name::Gtid(source, number));
        let outcome = self.begin(event, name);
        self.transaction.committed = i64::try_from(committed).unwrap_or_default();
        Ok(outcome)
    }

    fn begin_mariadb(&mut self, event: &Event<'_>) -> Result<Outcome, Fault> {
        let MariadbGtid { domain, server, number, standalone, .. } = MariadbGtid::read(event)?;
        let outcome = self.begin(event, Some(Name::Domain { domain, server, number }));
        self.transaction.open = !standalone;
        Ok(outcome)
    }

    /// One that goes on when another begins was cut off by a crash: it never was.
    fn begin(&mut self, event: &Event<'_>, name: Option<Name>) -> Outcome {
        let outcome = match self.transaction.open {
            true => {
                let behind = self.offset;
                // This one is not passed over.
                self.offset = behind.saturating_sub(event.size as u64);
                let outcome = self.cut_off();
                self.offset = behind;
                outcome
            }
            false => Outcome::Going,
        };
        self.transaction = Transaction { name, ..Transaction::default() };
        if self.maps.len() > MOST_MAPS {
            self.maps.clear();
        }
        outcome
    }

    /// Ends the transaction; the place goes over it.
    pub(super) fn end(&mut self) -> Transaction {
        let ended = std::mem::take(&mut self.transaction);
        if let Some(name) = &ended.name {
            self.place.advance(name);
        }
        self.keep_file_place();
        ended
    }

    pub(super) fn commit(&mut self, event: &Event<'_>) -> Outcome {
        let wanted = self.transaction.wrote || self.transaction.origin.is_some();
        let commit = self.committed(event);
        if wanted {
            return Outcome::Step(Step::Commit(commit));
        }
        // Nobody wants it: it is enough to say so now and then.
        self.bytes = commit.moved.bytes;
        self.passed = true;
        match self.bytes >= MOST_PASSED {
            true => Outcome::Step(Step::Moved(self.moved())),
            false => Outcome::Going,
        }
    }

    pub(super) fn committed(&mut self, event: &Event<'_>) -> Commit {
        let ended = self.end();
        let committed = match ended.committed {
            0 => i64::from(event.at) * 1_000_000,
            committed => committed,
        };
        self.latest = self.latest.max(committed);
        // In the terms of the place, so that the two can be compared.
        let id = match (&ended.name, &self.place) {
            (Some(name), Place::Gtids(_) | Place::Domains(_)) => name.to_string(),
            _ => format!("{}/{}", self.file, self.offset),
        };
        let moved = self.moved();
        Commit { id, committed, origin: ended.origin, moved }
    }

    pub(super) fn rollback(&mut self) -> Outcome {
        if self.end().wrote {
            return Outcome::Step(Step::Rollback(self.moved()));
        }
        self.passed = true;
        Outcome::Going
    }

    /// Leaves out a transaction that a crash cut off. Its name is not passed over: MariaDB gives the
    /// number again, and what has it then is still to come.
    fn cut_off(&mut self) -> Outcome {
        self.transaction.name = None;
        self.rollback()
    }

    /// A branch is prepared, or committed at once.
    fn prepare(&mut self, event: &Event<'_>) -> Result<Outcome, Fault> {
        let mut body = Bytes::new(event.body);
        let at_once = body.u8()? != 0;
        let format = body.u32()?;
        let (first, second) = (body.u32()? as usize, body.u32()? as usize);
        let name = xa_name(format, body.take(first)?, body.take(second)?);
        if at_once {
            return Ok(self.commit(event));
        }
        self.end();
        let moved = self.moved();
        Ok(Outcome::Step(Step::Prepared { name, moved }))
    }
}

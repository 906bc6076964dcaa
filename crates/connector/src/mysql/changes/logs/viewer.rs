//! Looking at the events of a log, to find a place in it.

use super::Head;
use crate::mysql::changes::event::{
    Event, MariadbGtid, MysqlGtid, gtid_list, kind, previous_gtids,
};
use crate::mysql::changes::fault::Fault;
use crate::mysql::changes::place::{Name, Place};

/// Looks at events, and says whether to go on.
pub(in crate::mysql::changes) trait Viewer {
    fn see(&mut self, event: &Event<'_>) -> Result<bool, Fault>;
}

/// Looks at the beginning of a file.
pub(super) struct Beginning {
    pub head: Head,
}

impl Viewer for Beginning {
    fn see(&mut self, event: &Event<'_>) -> Result<bool, Fault> {
        match event.kind {
            kind::FORMAT => self.head.at = event.at.into(),
            kind::ROTATE => {}
            kind::PREVIOUS_GTIDS => {
                if let Place::Gtids(set) = &mut self.head.before {
                    *set = previous_gtids(event)?;
                }
                return Ok(false);
            }
            kind::MARIADB_GTID_LIST => {
                if let Place::Domains(domains) = &mut self.head.before {
                    *domains = gtid_list(event)?;
                }
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Goes to the first transaction that was committed at a moment or later.
pub(super) struct Finding {
    pub place: Place,
    /// In microseconds since 1970.
    wanted: i64,
    /// In seconds since 1970, where only the beginning of a statement is known.
    sooner: i64,
}

impl Finding {
    pub fn new(place: Place, wanted: i64, sooner: i64) -> Self {
        Self { place, wanted, sooner }
    }

    fn is_there(&self, event: &Event<'_>, micros: i64) -> bool {
        match micros {
            0 => i64::from(event.at) >= self.sooner,
            micros => micros >= self.wanted,
        }
    }
}

impl Viewer for Finding {
    fn see(&mut self, event: &Event<'_>) -> Result<bool, Fault> {
        let (name, micros) = match event.kind {
            // What a crash cut off at the end of a file is not in the list of the next one.
            kind::PREVIOUS_GTIDS => {
                if let Place::Gtids(set) = &mut self.place {
                    *set = previous_gtids(event)?;
                }
                return Ok(true);
            }
            kind::MARIADB_GTID_LIST => {
                if let Place::Domains(domains) = &mut self.place {
                    *domains = gtid_list(event)?;
                }
                return Ok(true);
            }
            kind::ROTATE => {
                let (file, at) = event.rotation()?;
                if let Place::File(place) = &mut self.place {
                    place.file = String::from_utf8_lossy(file).into_owned();
                    place.at = at;
                }
                return Ok(true);
            }
            kind::GTID | kind::ANONYMOUS_GTID | kind::GTID_TAGGED => {
                let gtid = match event.kind {
                    kind::GTID_TAGGED => MysqlGtid::read_tagged(event)?,
                    _ => MysqlGtid::read(event)?,
                };
                let name = gtid.name.map(|(source, number)| Name::Gtid(source, number));
                (name, i64::try_from(gtid.committed).unwrap_or_default())
            }
            kind::MARIADB_GTID => {
                let MariadbGtid { domain, server, number, .. } = MariadbGtid::read(event)?;
                (Some(Name::Domain { domain, server, number }), 0)
            }
            _ => {
                self.reach(event);
                return Ok(true);
            }
        };
        if self.is_there(event, micros) {
            return Ok(false);
        }
        if let Some(name) = name {
            self.place.advance(&name);
        }
        self.reach(event);
        Ok(true)
    }
}

impl Finding {
    /// In a file, every event ends somewhere; transactions begin where one ends.
    fn reach(&mut self, event: &Event<'_>) {
        if let Place::File(place) = &mut self.place
            && event.next > 0
            && !event.is_artificial()
        {
            place.at = super::behind(place.at, event.next);
        }
    }
}

#[cfg(test)]
mod tests;

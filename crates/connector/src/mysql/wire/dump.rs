//! A connection on which a server sends its log, event after event, until somebody hangs up.

use super::packet::Place;
use super::{Waiting, Wire, WireError, reply, within};
use std::time::Duration;

/// A log that is being sent.
#[derive(Debug)]
pub(crate) struct Dump {
    wire: Wire,
    /// How long the server may say nothing once it has begun.
    silence: Duration,
    preamble: &'static [u8],
    begun: bool,
}

/// Where an event is, until the next one is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventPlace(Place);

impl Wire {
    /// Sends the command that makes the server send its log. `preamble`: the kinds of events that come
    /// before the server has found the place, which it may look for without a word.
    pub async fn dump(
        mut self,
        command: &[u8],
        silence: Duration,
        preamble: &'static [u8],
    ) -> Result<Dump, WireError> {
        self.begin()?;
        // It has to find the place first.
        self.channel.set_silence(self.limits.statement.max(silence));
        let limit = self.limits.idle;
        within(limit, Waiting::Send, self.channel.send(command, &[])).await?;
        Ok(Dump { wire: self, silence, preamble, begun: false })
    }
}

impl Dump {
    /// The next event, if all of it has arrived.
    #[inline]
    pub fn at_hand(&mut self) -> Result<Option<EventPlace>, WireError> {
        match self.wire.channel.buffered()? {
            Some(place) => self.taken(place),
            None => Ok(None),
        }
    }

    /// The next event, waited for; `None` at the end of a log that is not waited for.
    pub async fn next(&mut self) -> Result<Option<EventPlace>, WireError> {
        let place = self.wire.channel.packet().await?;
        self.taken(place)
    }

    pub fn event(&self, place: EventPlace) -> &[u8] {
        // The first byte says that it is one.
        self.wire.channel.payload(place.0).get(1..).unwrap_or_default()
    }

    #[inline]
    fn taken(&mut self, place: Place) -> Result<Option<EventPlace>, WireError> {
        if !self.begun {
            const KIND: usize = 1 + 4;
            let kind = self.wire.channel.payload(place).get(KIND);
            self.begun = kind.is_none_or(|kind| !self.preamble.contains(kind));
            if self.begun {
                self.wire.channel.set_silence(self.silence);
            }
        }
        let payload = self.wire.channel.payload(place);
        match payload {
            [0x00, ..] => Ok(Some(EventPlace(place))),
            [0xff, ..] => Err(reply::server_error(payload)),
            [0xfe, ..] if payload.len() < 9 => Ok(None),
            _ => Err(WireError::protocol("the log has a packet of an unknown kind")),
        }
    }
}

//! A session and the seat it has, if it took one.

use super::data_session::{DataSession, Use};
use super::dialect::Member;
use super::seat;
use crate::data_error::DataError;
use crate::registry::Site;
use crate::seat::{Seat, Standing};
use std::ops::{Deref, DerefMut};

#[derive(Debug)]
pub(super) struct Seated {
    session: DataSession,
    standing: Standing,
    /// The seat's name at the server.
    lock: Option<String>,
}

impl Seated {
    /// Connects, and takes the seat, if one is given. Whoever sits there is ended first.
    pub async fn open(
        site: &Site,
        member: &'static dyn Member,
        purpose: Use,
        seat: Option<&Seat>,
    ) -> Result<Self, DataError> {
        let mut session = DataSession::open(site, member, purpose).await?;
        let (standing, lock) = match seat {
            Some(seat) => seat::take(&mut session, seat, seat::EVICTION).await?,
            None => (Standing::Standing, None),
        };
        Ok(Self { session, standing, lock })
    }

    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// What its seat is called at the server.
    pub fn lock(&self) -> Option<&str> {
        self.lock.as_deref()
    }

    /// Gives the seat up and says goodbye.
    pub async fn leave(mut self) {
        if let Some(name) = &self.lock {
            seat::leave(&mut self.session, name).await;
        }
        self.session.wire.quit().await;
    }
}

impl Deref for Seated {
    type Target = DataSession;

    fn deref(&self) -> &DataSession {
        &self.session
    }
}

impl DerefMut for Seated {
    fn deref_mut(&mut self) -> &mut DataSession {
        &mut self.session
    }
}

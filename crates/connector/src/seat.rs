//! Seats: what sessions that write are known by at the server, so that whoever comes later finds
//! those that an earlier one left behind, and ends them. A statement that a dead process had sent
//! may still be on its way or at work; it must not take effect after its rows were written anew.

use std::fmt;

/// The seats of one load. It has the same ones whenever it runs, and no other load has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seating(String);

/// A seat: at most one session sits there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    load: String,
    number: u32,
}

/// Whether a session can be found by whoever comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It sits where it will be looked for.
    Seated,
    /// The server has no seats, and says so to whoever comes later as well.
    Standing,
    /// Those who died in its seat are not forgotten yet: nobody would find it.
    Crowded,
}

impl Seating {
    /// Seats of each load.
    pub const SEATS: u32 = 320;

    /// The seats of whatever these bytes stand for.
    pub fn of(digest: [u8; 12]) -> Self {
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// One of the seats.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn seat(&self, number: u32) -> Seat {
        assert!(number < Self::SEATS, "a load has {} seats", Self::SEATS);
        Seat { load: self.0.clone(), number }
    }

    pub fn all(&self) -> impl Iterator<Item = Seat> {
        (0..Self::SEATS).map(|number| self.seat(number))
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oms.{}.{}", self.load, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_has_a_name_that_every_server_takes() {
        let longest = Seating::of([0xfe; 12]).all().map(|seat| seat.to_string().len()).max();
        // Some need room for two more digits and a dot.
        assert!(longest.is_some_and(|length| length + 3 <= 64), "{longest:?}");
        assert_eq!(Seating::of([1; 12]).seat(7).to_string(), "oms.010101010101010101010101.7");
    }
}

//! Who sits where: each connection to the target has a seat of the task, so that whoever runs the
//! task next finds it, and ends it with all that it is still running.

use super::{book::Book, fault::Halt};
use oms_connector::{Seat, Seating};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The seats of a run.
#[derive(Debug)]
pub struct Seats {
    pub seating: Seating,
    pub book: Book,
    taken: Mutex<BTreeSet<u32>>,
}

/// A seat that is ours until this is dropped.
#[derive(Debug)]
pub struct Post {
    seats: Arc<Seats>,
    number: u32,
}

impl Seats {
    pub fn new(seating: Seating, book: Book) -> Arc<Self> {
        Arc::new(Self { seating, book, taken: Mutex::default() })
    }

    /// The first seat that nobody of this run has.
    pub fn post(self: &Arc<Self>) -> Post {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = (0..Seating::SEATS).find(|number| !taken.contains(number));
        let number = free.expect("a run is limited to fewer connections than there are seats");
        taken.insert(number);
        Post { seats: Arc::clone(self), number }
    }
}

impl Post {
    pub fn seat(&self) -> Seat {
        self.seats.seating.seat(self.number)
    }

    /// Makes sure that the task is still ours: whoever takes it over from here on finds the seat
    /// taken, and nobody did before.
    pub async fn hold(&self) -> Result<(), Halt> {
        self.seats.book.hold().await
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.remove(&self.number);
    }
}

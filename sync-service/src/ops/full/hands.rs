//! Readers and writers at work: started as they are wanted, and waited for.

use super::flow::Parcel;
use super::reader::Reader;
use super::shared::Shared;
use super::writer::Writer;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

/// The seats of writers are the first ones; those of openers follow.
pub const WRITERS: u32 = 256;
/// Batches that wait for a writer, besides those being written.
const WAITING: usize = 4;

/// The readers and writers of a run.
pub struct Hands {
    shared: Arc<Shared>,
    at_work: JoinSet<Ended>,
    /// Kept for readers still to come, as long as there is anything to read.
    parcels: Option<Sender<Parcel>>,
    arriving: Arc<Mutex<Receiver<Parcel>>>,
    /// Where nobody sits.
    seats: BTreeSet<u32>,
}

/// Who came to an end, and whether because nothing is left to be done.
enum Ended {
    Reader { is_over: bool },
    Writer { is_over: bool, seat: u32 },
}

impl Hands {
    pub fn new(shared: &Arc<Shared>) -> Self {
        let (parcels, arriving) = mpsc::channel(WAITING);
        Self {
            shared: Arc::clone(shared),
            at_work: JoinSet::new(),
            parcels: Some(parcels),
            arriving: Arc::new(Mutex::new(arriving)),
            seats: (0..WRITERS).collect(),
        }
    }

    /// Works until all that will be read is written.
    pub async fn work(mut self) {
        let shared = Arc::clone(&self.shared);
        // Once a writer has found nothing left, no other one is of any use.
        let mut is_over = false;
        loop {
            if !is_over {
                self.start();
            }
            tokio::select! {
                ended = self.at_work.join_next() => match ended {
                    None => return,
                    Some(Ok(Ended::Reader { is_over: true })) => {
                        self.parcels = None;
                        shared.crew.readers.gone();
                    }
                    Some(Ok(Ended::Reader { is_over: false })) => {}
                    Some(Ok(Ended::Writer { is_over: nothing_left, seat })) => {
                        self.seats.insert(seat);
                        if nothing_left {
                            is_over = true;
                            shared.crew.writers.gone();
                        }
                    }
                    // A panic is one of ours, and must not be taken for success.
                    Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
                },
                () = shared.crew.readers.is_short(), if self.parcels.is_some() => {}
                () = shared.crew.writers.is_short(), if !is_over && !self.seats.is_empty() => {}
            }
        }
    }

    /// Starts whoever is missing.
    fn start(&mut self) {
        let crew = Arc::clone(&self.shared.crew);
        while let Some(parcels) = &self.parcels
            && crew.readers.hire()
        {
            let reader = Reader::new(Arc::clone(&self.shared), parcels.clone());
            self.at_work.spawn(async move { Ended::Reader { is_over: reader.run().await } });
        }
        while let Some(seat) = self.seats.first().copied()
            && crew.writers.hire()
        {
            self.seats.remove(&seat);
            let writer = Writer::new(Arc::clone(&self.shared), seat);
            let arriving = Arc::clone(&self.arriving);
            self.at_work
                .spawn(async move { Ended::Writer { is_over: writer.run(&arriving).await, seat } });
        }
    }
}

//! What asks the process to stop: SIGINT and SIGTERM.

use crate::fault::{Code, Fault};
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The second signal: whoever sends it does not want to wait.
fn at_once() -> ! {
    std::process::exit(i32::from(crate::fault::Exit::Interrupted as u8))
}

/// What asks the process to stop.
#[derive(Debug)]
pub struct Signals {
    term: Signal,
    int: Signal,
    /// Whether there was one.
    asked: bool,
}

impl Signals {
    pub fn watch() -> Result<Self, Fault> {
        let watch = |kind| {
            signal(kind).map_err(|error: io::Error| {
                Fault::new(Code::Runtime, "signals cannot be watched").because(Some(&error))
            })
        };
        let (term, int) = (watch(SignalKind::terminate())?, watch(SignalKind::interrupt())?);
        Ok(Self { term, int, asked: false })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
        self.asked = true;
    }

    /// Waits for a signal, unless there was one already.
    pub async fn any(&mut self) {
        if !self.asked {
            self.next().await;
        }
    }

    /// Does what may be cut off: the first signal ends it.
    pub async fn cut<T>(
        &mut self,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        tokio::select! {
            done = work => done,
            () = self.any() => Err(Fault::interrupted()),
        }
    }

    /// Finishes what must not be cut off half-way: the first signal is only remembered.
    pub async fn outlast<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            let asked = self.asked;
            tokio::select! {
                done = &mut work => return done,
                () = self.next() => if asked { at_once() },
            }
        }
    }
}

//! A driver that does what a test tells it.

use async_trait::async_trait;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use sync_service::{
    domain::Fence,
    runner::{Outcome, TaskContext, TaskDriver},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// What a run is told to do in the end.
#[derive(Debug)]
pub enum End {
    Say(Outcome),
    Panic,
}

/// A run that has begun. While it is told nothing it works, and stops when it is asked to.
#[derive(Debug)]
pub struct Run {
    pub context: TaskContext,
    tell: oneshot::Sender<End>,
}

impl Run {
    pub fn end(self, end: End) {
        self.tell.send(end).expect("it listens");
    }

    pub fn say(self, outcome: Outcome) {
        self.end(End::Say(outcome));
    }

    pub fn fence(&self) -> Fence {
        self.context.fence.clone()
    }
}

/// The driver, and the test's end of it. Clones are the same one.
#[derive(Clone)]
pub struct Script {
    begun: mpsc::UnboundedSender<Run>,
    runs: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Run>>>,
    alive: Arc<AtomicUsize>,
    /// Whether runs pass over being asked to stop.
    stubborn: Arc<Mutex<bool>>,
}

impl Script {
    pub fn new() -> Self {
        let (begun, runs) = mpsc::unbounded_channel();
        let runs = Arc::new(tokio::sync::Mutex::new(runs));
        Self { begun, runs, alive: Arc::default(), stubborn: Arc::default() }
    }

    /// The next run that begins.
    pub async fn next(&self) -> Run {
        let mut runs = self.runs.lock().await;
        timeout(PATIENCE, runs.recv()).await.expect("a run begins").expect("it is open")
    }

    /// Whether a run has begun that nobody has asked for.
    pub async fn is_idle(&self) -> bool {
        self.runs.lock().await.is_empty()
    }

    /// How many runs are at work.
    pub fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }

    pub fn be_stubborn(&self) {
        *self.stubborn.lock().expect("whole") = true;
    }
}

struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl TaskDriver for Script {
    async fn run(&self, context: TaskContext) -> Outcome {
        self.alive.fetch_add(1, Ordering::SeqCst);
        let _alive = Alive(Arc::clone(&self.alive));
        let stop = context.stop.clone();
        let (tell, told) = oneshot::channel();
        // A test that does not look at it lets it work.
        let _ = self.begun.send(Run { context, tell });
        let told = async {
            match told.await {
                Ok(end) => end,
                Err(_) => std::future::pending().await,
            }
        };
        let stubborn = *self.stubborn.lock().expect("whole");
        tokio::select! {
            end = told => match end {
                End::Say(outcome) => outcome,
                End::Panic => panic!("as it was told"),
            },
            () = stop.cancelled(), if !stubborn => Outcome::Stopped,
        }
    }
}

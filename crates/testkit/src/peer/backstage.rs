//! A thread and a runtime of a peer's own: it goes on when the test's runtime is blocked.

use std::{io, thread::JoinHandle};

use tokio::sync::oneshot;

/// Runs a future until it is dropped; then all that the future had open is closed.
#[derive(Debug)]
pub(super) struct Backstage {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Backstage {
    /// `play` makes the future inside the runtime, where sockets can be registered.
    pub(super) fn run<F: Future<Output = ()>>(
        play: impl FnOnce() -> F + Send + 'static,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("peer".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = play() => {}
                }
            });
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Backstage {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic on that thread has been printed; the test fails by what the peer did not do.
            let _ = thread.join();
        }
    }
}

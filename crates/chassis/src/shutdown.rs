//! How everything that runs learns that it has to end.

use std::time::Duration;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// One signal, shared by the servers and background tasks of a process.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    token: CancellationToken,
    tasks: TaskTracker,
}

impl Shutdown {
    pub fn begin(&self) {
        self.token.cancel();
        self.tasks.close();
    }

    pub fn has_begun(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Resolves when the end has begun.
    pub async fn begun(&self) {
        self.token.cancelled().await;
    }

    /// Runs a task that is waited for at the end; it must watch [`Shutdown::begun`] itself.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Waits for all tasks, but not for ever. Says whether all ended.
    pub async fn finished(&self, deadline: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(deadline, self.tasks.wait()).await.is_ok()
    }

    /// Begins the end when the process is asked to stop.
    pub async fn on_signal(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut term, mut int) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::select! {
            _ = term.recv() => tracing::info!("asked to stop by SIGTERM"),
            _ = int.recv() => tracing::info!("asked to stop by SIGINT"),
            () = self.begun() => {}
        }
        self.begin();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tasks_are_told_and_waited_for() {
        let shutdown = Shutdown::default();
        let task = shutdown.clone();
        shutdown.spawn(async move { task.begun().await });
        assert!(!shutdown.finished(Duration::from_millis(5)).await, "nobody told it yet");
        shutdown.begin();
        assert!(shutdown.finished(Duration::from_secs(5)).await);
    }
}

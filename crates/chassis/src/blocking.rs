//! The one place that hands blocking work to a worker thread, with the caller's span.

#[derive(Debug, thiserror::Error)]
#[error("the worker thread was cancelled")]
pub struct Cancelled(#[source] tokio::task::JoinError);

/// Runs `work` where it may block: metadata queries, password hashing, file systems.
pub async fn on_worker_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Cancelled> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.map_err(Cancelled)
}

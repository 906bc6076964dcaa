//! Work that goes on when the caller hangs up.

use crate::Error;
use oms_clients::hop;
use tracing::Instrument;

/// Runs `work` to its end, with the request's id and span, also when nobody waits for it any
/// more: a record of the audit log that was begun is completed.
pub async fn to_its_end<T: 'static>(work: impl Future<Output = T> + 'static) -> Result<T, Error> {
    let id = hop::request_id().unwrap_or_else(hop::new_request_id);
    let scoped = hop::scope(id, work).instrument(tracing::Span::current());
    actix_web::rt::spawn(scoped).await.map_err(Error::Lost)
}

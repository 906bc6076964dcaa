//! Whether a request waits for its own body: then it is the caller who is late.

use actix_web::{
    HttpMessage,
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    web::Bytes,
};
use futures::Stream;
use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

/// What is known of a body while it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress(Rc<Cell<bool>>);

impl Progress {
    /// Whether somebody reads the body and more of it has yet to come.
    pub fn is_awaited(&self) -> bool {
        self.0.get()
    }
}

/// Follows the reading of the body from now on.
pub(super) fn watch(request: &mut ServiceRequest) -> Progress {
    let progress = Progress::default();
    match request.take_payload() {
        Payload::None => {}
        payload => {
            let watched = Watched { payload: Box::pin(payload), progress: progress.clone() };
            request.set_payload(Payload::Stream { payload: Box::pin(watched) });
        }
    }
    progress
}

struct Watched {
    payload: Pin<Box<Payload>>,
    progress: Progress,
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.payload.as_mut().poll_next(cx);
        self.progress.0.set(next.is_pending());
        next
    }
}

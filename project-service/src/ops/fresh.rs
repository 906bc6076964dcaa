//! What comes from outside of all state: randomness and the time.

use chrono::Utc;
use oms_chassis::secrets::entropy;
use oms_model::{EndpointId, LabelId, ProjectId};

/// An id that is made of random bytes.
pub trait Fresh {
    fn of(bytes: [u8; 10]) -> Self;
}

macro_rules! fresh {
    ($($id:ident),+) => {$(
        impl Fresh for $id {
            fn of(bytes: [u8; 10]) -> Self {
                Self::from_entropy(bytes)
            }
        }
    )+};
}
fresh!(EndpointId, LabelId, ProjectId);

/// An id nobody has had before: 80 random bits.
pub fn fresh_id<T: Fresh>() -> T {
    T::of(entropy())
}

/// Unix milliseconds, as the metadata keeps time.
pub fn now() -> i64 {
    Utc::now().timestamp_millis()
}

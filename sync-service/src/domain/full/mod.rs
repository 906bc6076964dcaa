//! What a full load knows without asking anybody: how far its ranges are, and how fast it may go.

mod pace;
mod watermark;
mod widths;

pub use pace::Pace;
pub use watermark::{Progress, Watermark};
pub use widths::Widths;

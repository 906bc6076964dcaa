//! What a full load knows without asking anybody: how far its ranges are, how fast it may go, what
//! holds it back, and what to do about that.

mod pace;
mod sample;
mod setting;
mod statement;
mod tuner;
mod watermark;
mod widths;

pub use pace::Pace;
pub use sample::{Sample, Work};
pub use setting::{BATCH, Bounds, Setting};
pub use statement::Statement;
pub use tuner::{Change, Tuner};
pub use watermark::{Progress, Watermark};
pub use widths::Widths;

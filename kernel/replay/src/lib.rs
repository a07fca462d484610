//! Recordings of kernels: the inputs of a kernel as bytes, and what a kernel does with the same inputs again.
//!
//! The shell's developer tools write recordings and read them, too; `docs/design/observability.md` has the format.
#![forbid(unsafe_code)]

mod encoding;
mod recorder;
mod recording;
mod replay;
mod story;

pub use recorder::Recorder;
pub use recording::{Recording, RecordingError, Step, Taken};
pub use replay::{Replay, Replayed, replay};

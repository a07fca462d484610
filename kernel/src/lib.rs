//! The scheduling kernel of Atelier.
//!
//! The kernel decides everything about calls and workers and performs nothing. It is driven like this:
//!
//! 1. Tell it what happened with one of the inputs of [`Kernel`]. Every input takes `now`, in milliseconds on a
//!    monotonic clock; a moment earlier than the last one counts as the last one.
//! 2. Take [`Effect`]s with [`Kernel::poll_effect`] until there is none, and perform each in order. Performing one may
//!    cause further inputs; their effects queue up behind.
//! 3. At the moment that [`Kernel::poll_timeout`] names, call [`Kernel::handle_timeout`].
//!
//! The same inputs always give the same effects. Inputs about things that are no more (an answer of an earlier attempt,
//! the crash of a worker that was replaced) change nothing and emit nothing, but for the counter of ignored answers. The
//! kernel panics only where its shell is at fault: a clock that gives NaN, or a call for a task that was never defined.
//!
//! A *call* is one user invocation, an *attempt* one dispatch of it, a *slot* a place for a worker, an *epoch* says which
//! worker sits there, a *key* is a cancellation scope, an *input* is what the shell tells the kernel, an *effect* what
//! the kernel asks for, and a *turn* one input with everything it leads to.
#![forbid(unsafe_code)]

mod boundary;
mod collections;
mod kernel;
mod scope;
mod task;
mod telemetry;
mod time;
mod turn;

pub use boundary::config::{
    ConfigError, CrashPolicy, Given, InitMode, QueuePolicy, TaskConfig, TaskType,
};
pub use boundary::effect::{Effect, ErrorKind, Metric, Outcome, Rejection, Status};
pub use boundary::id::{Attempt, CallSeq, Epoch, KeyId, Slot, TaskId, TraceId};
pub use boundary::name::Named;
pub use kernel::Kernel;
pub use task::NewCall;
pub use task::snapshot::{LastCrash, TaskSnapshot, TaskStatus, WorkerStatus};
pub use telemetry::span::SpanEnd;
pub use time::Millis;
pub use turn::{Observation, Sampling};

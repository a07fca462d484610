//! The scheduling kernel of Atelier.
//!
//! The kernel decides everything about calls and workers and performs nothing. It is driven like this:
//!
//! 1. Report what happened with [`Kernel::input`]. Every [`Input`] comes with `now`, in milliseconds on a monotonic clock.
//! 2. Take [`Effect`]s with [`Kernel::poll_effect`] until there is none, and perform each in order. Performing one may
//!    cause further inputs; their effects queue up behind.
//! 3. At the moment that [`Kernel::poll_timeout`] names, input [`Input::HandleTimeout`].
//!
//! The same inputs always give the same effects. Stale inputs (a reply to an earlier attempt, the crash of a worker that was
//! replaced) change nothing and emit nothing, but for the counter of ignored replies. The kernel panics only if its shell is
//! at fault: a clock that gives NaN, or a call for a task that does not exist.
//!
//! A *call* is one user invocation, an *attempt* one dispatch of it, a *slot* a place for a worker, an *epoch* says which
//! worker is there, a *scope* is what a key or a signal is to the kernel, an *input* is what the shell reports to the kernel,
//! an *effect* what the kernel asks for, and a *turn* one input with everything that follows from it.
#![forbid(unsafe_code)]

mod boundary;
mod budget;
mod collections;
mod kernel;
mod scope;
mod task;
mod telemetry;
mod time;
mod turn;

pub use boundary::answer::Answer;
pub use boundary::config::{
    ConfigError, CrashPolicy, InitMode, Order, QueuePolicy, RawField, TaskConfig, TaskType, words,
};
pub use boundary::effect::Effect;
pub use boundary::field::{Part, Registers};
pub use boundary::id::{Attempt, CallSeq, Epoch, ScopeId, Slot, TaskId, TraceId};
pub use boundary::input::Input;
pub use boundary::list::{FieldShape, ID_TYPES, KINDS, Kinds, Shape};
pub use boundary::name::Named;
pub use boundary::outcome::{ErrorKind, Outcome, Reason, Rejection, Status, Termination};
pub use boundary::priority::Priority;
pub use boundary::recording::RecordingHeader;
pub use boundary::registers::Register;
pub use kernel::Kernel;
pub use task::snapshot::{LastCrash, TaskSnapshot, TaskStatus, WorkerStatus};
pub use telemetry::metric::Metric;
pub use telemetry::observation::{Observation, Sampling};
pub use time::Millis;

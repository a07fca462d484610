//! The kernel's enums as numbers that both sides of the boundary read from one list.

use wasm_bindgen::prelude::*;

/// Declares an enum for JavaScript whose variants are those of a kernel enum, and the conversion in one direction.
macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident from $source:path { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[wasm_bindgen]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the kernel's enum documents its variants")]
        pub enum $name { $($variant),+ }

        impl From<$source> for $name {
            fn from(source: $source) -> Self {
                match source { $(<$source>::$variant => Self::$variant),+ }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident into $target:path { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[wasm_bindgen]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the kernel's enum documents its variants")]
        pub enum $name { $($variant),+ }

        impl From<$name> for $target {
            fn from(source: $name) -> Self {
                match source { $($name::$variant => <$target>::$variant),+ }
            }
        }
    };
}

mirror!(
    /// Which metric an effect is about.
    Metric from atelier_kernel::Metric {
        TaskDispatch, TaskSuccess, TaskFailure, TaskCanceled, TaskRejected, TaskRequeue, TaskIgnored,
        WorkerSpawn, WorkerCrash, WorkerTerminate, WorkerUnhandled,
        QueueInFlight, QueuePending, QueueBlocked, WorkersActive,
        TaskDuration, QueueWait,
    }
);
mirror!(
    /// How an attempt ended.
    Outcome into atelier_kernel::Outcome { Succeeded, Failed, Aborted }
);
mirror!(
    /// How a call or a trace ended.
    Status from atelier_kernel::Status { Ok, Error, Canceled }
);
mirror!(
    /// What kind of error ended it.
    ErrorKind from atelier_kernel::ErrorKind { Abort, Queue, Crash, Exception }
);

impl From<Status> for atelier_kernel::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Ok => Self::Ok,
            Status::Error => Self::Error,
            Status::Canceled => Self::Canceled,
        }
    }
}

impl From<ErrorKind> for atelier_kernel::ErrorKind {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Abort => Self::Abort,
            ErrorKind::Queue => Self::Queue,
            ErrorKind::Crash => Self::Crash,
            ErrorKind::Exception => Self::Exception,
        }
    }
}

/// Why a call was rejected; its key or slot is in the registers.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the kernel's enum documents its variants")]
pub enum Rejection {
    Aborted,
    Canceled,
    TimedOut,
    Dropped,
    Disposed,
    Crashed,
    Killed,
    Moved,
    Failed,
    HandlerAborted,
}

/// What the shell is asked to do. `None`: nothing more.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the kernel's enum documents its variants")]
pub enum EffectKind {
    None,
    Spawn,
    GiveUp,
    Terminate,
    Dispatch,
    Interrupt,
    Resolve,
    Reject,
    AbortSignal,
    ReleaseKey,
    Drained,
    Count,
    Gauge,
    Histogram,
    EndSpan,
    EndTrace,
}

/// Where each field of an effect lies in the memory: so many numbers of 64 bits behind [`crate::Kernel::registers`].
/// A slot, worker, key or error that is absent reads as −1.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// The task of every effect but those about keys and traces.
    Task,
    /// The call of Dispatch, Interrupt, Resolve, Reject and `EndSpan`.
    Call,
    /// The attempt of Dispatch; the number of attempts of `EndSpan`.
    Attempt,
    /// The slot of Spawn, `GiveUp`, Terminate, Dispatch and Interrupt, and of Count where it has one. Of Reject, and of `EndSpan`
    /// where `Error` is not absent: the slot of the worker that is to blame, if one is.
    Slot,
    /// The slot of the last attempt of `EndSpan`, if there was one.
    Worker,
    /// The epoch of Spawn, `GiveUp`, Terminate, Dispatch and Interrupt.
    Epoch,
    /// The key of `AbortSignal` and `ReleaseKey`, and of a Reject by a key or signal.
    Key,
    /// The trace of `EndTrace`.
    Trace,
    /// The reason of Reject; of `EndSpan` where `Error` is not absent.
    Rejection,
    /// The metric of Count, Gauge and Histogram.
    Metric,
    /// The value of Count (always 1), Gauge and Histogram; of `GiveUp` how long it waited, in ms.
    Value,
    /// When the subject of `EndSpan` or `EndTrace` began, in ms.
    Started,
    /// When it ended, in ms.
    Ended,
    /// The summed queue wait of `EndSpan`, in ms.
    QueueWait,
    /// The queue wait of `EndSpan`'s last attempt, in ms.
    QueueWaitLast,
    /// How the subject of `EndSpan` or `EndTrace` ended.
    Status,
    /// What kind of error ended it.
    Error,
    /// Of `None`: the next deadline in ms, Infinity when there is none.
    Deadline,
}

impl Register {
    pub(crate) const COUNT: usize = Self::Deadline as usize + 1;
}

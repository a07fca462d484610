//! How attempts, calls and traces end.

use crate::boundary::field::{ABSENT, Field, Part, Registers};
use crate::boundary::id::{ScopeId, Slot};
use crate::boundary::registers::Register;
use crate::telemetry::metric::Metric;

/// Declares an enum that crosses the boundary as the position of its variant.
macro_rules! kinds {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name {
            $($(#[doc = $vdoc])* $variant,)+
        }

        impl $name {
            /// Every variant, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The variant with this number.
            pub fn numbered(number: u32) -> Option<Self> {
                Self::ALL.get(number as usize).copied()
            }
        }

        impl $crate::boundary::list::Listed for $name {
            const LISTED: $crate::boundary::list::Kinds = $crate::boundary::list::Kinds {
                name: stringify!($name),
                doc: &[$($doc),*],
                variants: &[$((stringify!($variant), &[$($vdoc),*])),+],
            };
        }

        impl $crate::boundary::numbers::Numbers for $name {
            fn write(&self, numbers: &mut Vec<f64>) {
                numbers.push(f64::from(*self as u8));
            }

            fn read(numbers: &[f64]) -> Option<Self> {
                Self::numbered(u32::read(numbers)?)
            }
        }

        impl $crate::boundary::field::Field for $name {
            const PARTS: &'static [$crate::boundary::field::Part] =
                &[$crate::boundary::field::Part { register: None, ts: stringify!($name), optional: false }];

            fn store(self, at: usize, registers: &mut $crate::boundary::field::Registers) {
                registers.set(at, f64::from(self as u8));
            }
        }
    };
}
pub(crate) use kinds;

kinds!(
    /// How an attempt ended, as its worker or the sending of it reports.
    Outcome {
        /// The handler returned.
        Succeeded,
        /// The handler threw, or the call could not be sent.
        Failed,
        /// The handler threw an `AbortError`.
        Aborted,
    }
);

kinds!(
    /// How a call or trace ended.
    Status {
        /// It returned.
        Ok,
        /// It failed.
        Error,
        /// It was canceled.
        Canceled,
    }
);

kinds!(
    /// What kind of error ended a call or trace.
    ErrorKind {
        /// An `AbortError`, or the end of the task.
        Abort,
        /// A queue policy.
        Queue,
        /// A worker crash.
        Crash,
        /// Anything else that was thrown.
        Exception,
    }
);

impl Field for Option<ErrorKind> {
    const PARTS: &'static [Part] = &[Part { register: None, ts: "ErrorKind", optional: true }];

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, self.map_or(ABSENT, |kind| f64::from(kind as u8)));
    }
}

kinds!(
    /// Why a worker is terminated that has not crashed.
    Termination {
        /// It asked for that, or has served its `maxCallsPerWorker`.
        Retired,
        /// The user replaces the task's workers.
        Replaced,
        /// It had no call for `idleTimeoutMs`.
        Idle,
        /// The user stopped the task, or the task has failed by the crash of another worker.
        Stopped,
        /// The task was disposed.
        Disposed,
        /// A canceled call on it exceeded `cancelGraceMs`.
        Killed,
    }
);

impl Field for Option<Termination> {
    const PARTS: &'static [Part] = &[Part { register: None, ts: "Termination", optional: true }];

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, self.map_or(ABSENT, |why| f64::from(why as u8)));
    }
}

kinds!(
    /// Why a call is rejected.
    Reason {
        /// Its key or signal was aborted.
        Aborted,
        /// `timeoutMs` has passed.
        TimedOut,
        /// Its loop has waited for an item for as long as `LimitItemWait` allows.
        ItemTimedOut,
        /// Its caller wants no more of it: the loop of its stream was left, or nobody holds the stream any more.
        Left,
        /// A newer call with the same `latest` word took its place.
        Superseded,
        /// The queue policy refused or dropped the call.
        Dropped,
        /// The task was disposed.
        Disposed,
        /// The worker crashed or could not be created. For a call of a task that has failed for good: the worker that failed it.
        Crashed,
        /// The worker was terminated because another call on it exceeded its cancel grace.
        Killed,
        /// The call would be sent again, but its arguments were moved to a worker that is gone.
        Moved,
        /// The call would be sent again, but items of its stream have arrived.
        Begun,
        /// The handler threw, or the call could not be sent, with the error that the settling input brought.
        Failed,
        /// The handler threw an `AbortError`, which the settling input brought.
        HandlerAborted,
    }
);

/// Why a call is rejected, with what is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(missing_docs, reason = "`Reason` documents the variants")]
pub enum Rejection {
    Aborted(ScopeId),
    TimedOut,
    ItemTimedOut,
    Left,
    Superseded,
    Dropped,
    Disposed,
    Crashed(Slot),
    Killed(Slot),
    Moved(Slot),
    Begun(Slot),
    Failed,
    HandlerAborted,
}

impl Rejection {
    /// Which counter the rejected call counts in, and which status and kind of error its span has. The end of a task cancels
    /// its calls, as an abort does.
    pub(crate) fn account(self) -> (Metric, Status, ErrorKind) {
        match self {
            Self::Aborted(_)
            | Self::TimedOut
            | Self::ItemTimedOut
            | Self::Left
            | Self::Superseded
            | Self::Disposed
            | Self::HandlerAborted => (Metric::TaskCanceled, Status::Canceled, ErrorKind::Abort),
            Self::Dropped => (Metric::TaskRejected, Status::Error, ErrorKind::Queue),
            Self::Crashed(_) | Self::Killed(_) | Self::Moved(_) | Self::Begun(_) => {
                (Metric::TaskFailure, Status::Error, ErrorKind::Crash)
            }
            Self::Failed => (Metric::TaskFailure, Status::Error, ErrorKind::Exception),
        }
    }

    /// The reason, the scope that was aborted and the slot of the worker to blame.
    fn parts(self) -> (Reason, Option<ScopeId>, Option<Slot>) {
        match self {
            Self::Aborted(scope) => (Reason::Aborted, Some(scope), None),
            Self::TimedOut => (Reason::TimedOut, None, None),
            Self::ItemTimedOut => (Reason::ItemTimedOut, None, None),
            Self::Left => (Reason::Left, None, None),
            Self::Superseded => (Reason::Superseded, None, None),
            Self::Dropped => (Reason::Dropped, None, None),
            Self::Disposed => (Reason::Disposed, None, None),
            Self::Crashed(slot) => (Reason::Crashed, None, Some(slot)),
            Self::Killed(slot) => (Reason::Killed, None, Some(slot)),
            Self::Moved(slot) => (Reason::Moved, None, Some(slot)),
            Self::Begun(slot) => (Reason::Begun, None, Some(slot)),
            Self::Failed => (Reason::Failed, None, None),
            Self::HandlerAborted => (Reason::HandlerAborted, None, None),
        }
    }
}

/// The numbers of a rejection. `optional`: whether there may be none.
const fn rejection_parts(optional: bool) -> [Part; 3] {
    [
        Part { register: Some(Register::rejection), ts: "Reason", optional },
        Part { register: Some(Register::aborted), ts: "ScopeId", optional: true },
        Part { register: Some(Register::blamed), ts: "Slot", optional: true },
    ]
}

impl Field for Rejection {
    const PARTS: &'static [Part] = &rejection_parts(false);

    fn store(self, at: usize, registers: &mut Registers) {
        Some(self).store(at, registers);
    }
}

impl Field for Option<Rejection> {
    const PARTS: &'static [Part] = &rejection_parts(true);

    fn store(self, _: usize, registers: &mut Registers) {
        let (reason, aborted, blamed) = match self.map(Rejection::parts) {
            Some((reason, aborted, blamed)) => (f64::from(reason as u8), aborted, blamed),
            None => (ABSENT, None, None),
        };
        registers.set(Register::rejection as usize, reason);
        aborted.store(Register::aborted as usize, registers);
        blamed.store(Register::blamed as usize, registers);
    }
}

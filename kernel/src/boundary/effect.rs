//! Effects: what the kernel asks its shell to do.

use crate::boundary::field::{Field, Registers};
use crate::boundary::id::{Attempt, CallSeq, Epoch, ScopeId, Slot, TaskId, TraceId};
use crate::boundary::list::{FieldShape, Shape};
use crate::boundary::outcome::{ErrorKind, Rejection, Status, Termination};
use crate::boundary::priority::Priority;
use crate::boundary::registers::Register;
use crate::telemetry::metric::Metric;
use crate::time::Millis;

/// Declares the effects: from one list come the enum, how each is stored in the registers, and its entry in the list of all
/// that crosses the boundary.
macro_rules! effects {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $ty:ty),* $(,)? })*) => {
        /// One thing for the shell to do. Effects are performed in the order in which they were asked for.
        ///
        /// No effect names a call before its submit, and none does after its [`Effect::Resolve`] or [`Effect::Reject`], of
        /// which there is exactly one.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[allow(missing_docs, reason = "a field is documented by the register of its name")]
        pub enum Effect {
            $($(#[doc = $doc])* $name { $($field: $ty),* },)*
        }

        /// Which effect it is, as a number. 0 is none.
        #[derive(Clone, Copy)]
        enum Kind {
            None,
            $($name,)*
        }

        impl Effect {
            /// Every effect, in the order of their kinds, which count from 1.
            pub const LIST: &'static [Shape] = &[$(Shape {
                name: stringify!($name),
                doc: &[$($doc),*],
                fields: &[$(FieldShape {
                    name: stringify!($field),
                    ty: stringify!($ty),
                    numbers: &[],
                    stored: Some((Register::$field, <$ty as Field>::PARTS)),
                }),*],
            }),*];

            /// What [`Effect::store`] returns when there is no effect.
            pub const NONE: u32 = Kind::None as u32;

            /// Stores the fields in the registers and returns the number of the kind. A register that the effect does not
            /// use keeps its old value.
            pub fn store(self, registers: &mut Registers) -> u32 {
                match self {
                    $(Self::$name { $($field),* } => {
                        $($field.store(Register::$field as usize, registers);)*
                        Kind::$name as u32
                    })*
                }
            }
        }
    };
}

effects! {
    /// Create a worker in the slot. Report a failure with `WorkerLost`.
    Spawn { task: TaskId, slot: Slot, epoch: Epoch }
    /// The worker was not ready within `after` milliseconds, its `startTimeoutMs`: note that as the cause of its crash, which
    /// follows.
    GiveUp { task: TaskId, slot: Slot, epoch: Epoch, after: f64 }
    /// Terminate the slot's worker, if it still lives, and stop listening to it. Report the end of its thread with `WorkerGone`.
    Terminate { task: TaskId, slot: Slot, epoch: Epoch }
    /// Send the call's arguments to the worker.
    Dispatch { task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot, epoch: Epoch }
    /// Tell the worker that the call is canceled. The worker still owes a reply.
    Interrupt { task: TaskId, call: CallSeq, slot: Slot, epoch: Epoch }
    /// Give the caller the result that the settling input brought.
    Resolve { task: TaskId, call: CallSeq }
    /// Give the caller an error.
    Reject { task: TaskId, call: CallSeq, rejection: Rejection }
    /// Abort the signal that was handed out for the scope.
    AbortSignal { scope: ScopeId }
    /// Nothing uses the scope any more: offer to forget it with `CloseScope`.
    ReleaseScope { scope: ScopeId }
    /// Nothing is waiting, pending or in flight: resolve what was promised since `WatchDrain`.
    Drained { task: TaskId }
    /// None of the workers lives that the first open `ReplaceWorkers` was about: resolve what was promised for it.
    Replaced { task: TaskId }
    /// Report that a counter rose by one.
    Count { metric: Metric, task: TaskId, slot: Option<Slot>, termination: Option<Termination> }
    /// Report the value of a gauge.
    Gauge { metric: Metric, task: TaskId, value: u32 }
    /// Report a duration in milliseconds.
    Histogram { metric: Metric, task: TaskId, value: f64 }
    /// Report how many workers are busy, where that is limited.
    BusyWorkers { value: u32 }
    /// Report the span of a call that ends.
    EndSpan {
        task: TaskId,
        call: CallSeq,
        started: Millis,
        ended: Millis,
        queue_wait: f64,
        queue_wait_last: f64,
        attempts: u32,
        priority: Priority,
        run: Option<f64>,
        first_item: Option<f64>,
        slot: Option<Slot>,
        status: Status,
        error: Option<ErrorKind>,
        rejection: Option<Rejection>,
    }
    /// Report a trace that ends.
    EndTrace { trace: TraceId, started: Millis, ended: Millis, status: Status, error: Option<ErrorKind> }
}

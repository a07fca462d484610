//! What the kernel asks the shell to do, and the queue in which it asks.

use crate::boundary::id::{Attempt, CallSeq, Epoch, KeyId, Slot, TaskId, TraceId};
use crate::telemetry::span::SpanEnd;
use crate::time::Millis;
use std::collections::VecDeque;

/// One thing for the shell to do. Effects are performed in the order in which they were asked for.
///
/// A call is named by no effect before its submit was answered and by none after its [`Effect::Resolve`] or
/// [`Effect::Reject`], of which there is exactly one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are named after their types")]
pub enum Effect {
    /// Create a worker in the slot. A failure is told by `worker_lost`.
    Spawn { task: TaskId, slot: Slot, epoch: Epoch },
    /// The worker has not told within `after` milliseconds, which is `startTimeoutMs`, that it is ready: note that as the
    /// cause of its crash, which follows.
    GiveUp { task: TaskId, slot: Slot, epoch: Epoch, after: f64 },
    /// End the slot's worker, if it still lives, and listen to it no more. `worker_gone` tells when its thread has ended.
    Terminate { task: TaskId, slot: Slot, epoch: Epoch },
    /// Send the call's arguments to the worker.
    Dispatch { task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot, epoch: Epoch },
    /// Tell the worker that the call is cancelled. The worker still owes an answer.
    Interrupt { task: TaskId, call: CallSeq, slot: Slot, epoch: Epoch },
    /// Give the caller the result that the settling input brought.
    Resolve { task: TaskId, call: CallSeq },
    /// Give the caller an error.
    Reject { task: TaskId, call: CallSeq, rejection: Rejection },
    /// Abort the signal that was handed out for the key.
    AbortSignal { key: KeyId },
    /// Nothing hangs on the key any more: offer to forget it with `close_key`.
    ReleaseKey { key: KeyId },
    /// Nothing is waiting, pending or in flight: answer those who asked with `watch_drain`.
    Drained { task: TaskId },
    /// A counter rose by one.
    Count { metric: Metric, task: TaskId, slot: Option<Slot> },
    /// A level changed to `value`.
    Gauge { metric: Metric, task: TaskId, value: u32 },
    /// A duration in milliseconds was observed.
    Histogram { metric: Metric, task: TaskId, value: f64 },
    /// The account of one call is complete.
    EndSpan(SpanEnd),
    /// A trace has ended.
    EndTrace {
        trace: TraceId,
        started: Millis,
        ended: Millis,
        status: Status,
        error: Option<ErrorKind>,
    },
}

/// Why a caller gets an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The key or signal was aborted.
    Aborted(KeyId),
    /// The call alone was cancelled.
    Canceled,
    /// `timeoutMs` has passed.
    TimedOut,
    /// The queue policy refused or dropped the call.
    Dropped,
    /// The task was disposed of.
    Disposed,
    /// The worker crashed or could not be created. Of a call of a task that has failed for good: the worker that failed it.
    Crashed(Slot),
    /// The worker was replaced because another call on it outstayed its cancel grace.
    Killed(Slot),
    /// The call would be sent again, but its arguments were moved to a worker that is gone.
    Moved(Slot),
    /// The handler, or the sending of the call, failed with the error that the settling input brought.
    Failed,
    /// The handler itself threw an `AbortError`, which the settling input brought.
    HandlerAborted,
}

impl Rejection {
    /// How the rejected call counts and what its account states (observability, Error classification). The end of the
    /// task cancels its calls, as an abort does.
    pub(crate) fn account(self) -> (Metric, Status, ErrorKind) {
        match self {
            Self::Aborted(_)
            | Self::Canceled
            | Self::TimedOut
            | Self::Disposed
            | Self::HandlerAborted => (Metric::TaskCanceled, Status::Canceled, ErrorKind::Abort),
            Self::Dropped => (Metric::TaskRejected, Status::Error, ErrorKind::Queue),
            Self::Crashed(_) | Self::Killed(_) | Self::Moved(_) => {
                (Metric::TaskFailure, Status::Error, ErrorKind::Crash)
            }
            Self::Failed => (Metric::TaskFailure, Status::Error, ErrorKind::Exception),
        }
    }
}

/// How an attempt ended, as its worker or the sending of it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The handler returned.
    Succeeded,
    /// The handler threw, or the call could not be sent.
    Failed,
    /// The handler threw an `AbortError`.
    Aborted,
}

/// The outcome of a call or trace as its account states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It returned.
    Ok,
    /// It failed.
    Error,
    /// It was cancelled.
    Canceled,
}

/// What kind of error an account states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// An `AbortError`, or the end of the task.
    Abort,
    /// A queue policy.
    Queue,
    /// A worker crash.
    Crash,
    /// Anything that a handler threw.
    Exception,
}

/// The metrics of the observability specification ("Metric Names").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// `task.dispatch.total`
    TaskDispatch,
    /// `task.success.total`
    TaskSuccess,
    /// `task.failure.total`
    TaskFailure,
    /// `task.canceled.total`
    TaskCanceled,
    /// `task.rejected.total`
    TaskRejected,
    /// `task.requeue.total`
    TaskRequeue,
    /// `task.ignored.total`, which is not the specification's: answers that settled nothing
    TaskIgnored,
    /// `worker.spawn.total`
    WorkerSpawn,
    /// `worker.crash.total`
    WorkerCrash,
    /// `worker.terminate.total`
    WorkerTerminate,
    /// `worker.unhandled.total`, which is not the specification's: rejections that nobody handled in a worker
    WorkerUnhandled,
    /// `queue.in_flight`
    QueueInFlight,
    /// `queue.pending`
    QueuePending,
    /// `queue.blocked`
    QueueBlocked,
    /// `workers.active`
    WorkersActive,
    /// `task.duration_ms`
    TaskDuration,
    /// `queue.wait_ms`
    QueueWait,
}

/// The effects that are asked for and not yet taken, first in first out.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    effects: VecDeque<Effect>,
}

impl Outbox {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    pub(crate) fn pop(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }
}

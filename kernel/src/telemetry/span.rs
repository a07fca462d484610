//! The account of one call: when it began, how long it waited, how often it was sent, how it ended.

use crate::boundary::effect::{ErrorKind, Rejection, Status};
use crate::boundary::id::{CallSeq, Slot, TaskId};
use crate::task::call::Call;
use crate::time::Millis;

/// The complete account of a call, told once, at its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpanEnd {
    /// The call's task.
    pub task: TaskId,
    /// The call.
    pub call: CallSeq,
    /// When the method was called.
    pub started: Millis,
    /// When the caller got the answer.
    pub ended: Millis,
    /// Waiting and pending time in milliseconds, summed over the attempts.
    pub queue_wait: f64,
    /// Waiting and pending time in milliseconds before the last attempt.
    pub queue_wait_last: f64,
    /// How often the call was sent to a worker.
    pub attempts: u32,
    /// The worker of the last attempt.
    pub slot: Option<Slot>,
    /// How it ended.
    pub status: Status,
    /// What kind of error ended it.
    pub error: Option<ErrorKind>,
    /// What the caller is told, if it is an error.
    pub rejection: Option<Rejection>,
}

/// The running account of an open call that is sampled.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    slot: Option<Slot>,
    queue_wait: f64,
    queue_wait_last: f64,
}

impl Span {
    /// A wait of `ms` is over, whether a dispatch or the call's end ended it.
    pub(crate) fn waited(&mut self, ms: f64) {
        self.queue_wait += ms;
        self.queue_wait_last = ms;
    }

    /// The call is sent to the worker in the slot.
    pub(crate) fn attempt(&mut self, slot: Slot) {
        self.slot = Some(slot);
    }

    /// The complete account of the task's call, which ends `now`.
    pub(crate) fn end(
        &self,
        task: TaskId,
        call: &Call,
        now: Millis,
        rejection: Option<Rejection>,
    ) -> SpanEnd {
        let (status, error) = rejection.map_or((Status::Ok, None), |rejection| {
            let (_, status, error) = rejection.account();
            (status, Some(error))
        });
        SpanEnd {
            task,
            call: call.seq,
            started: call.started,
            ended: now,
            queue_wait: self.queue_wait,
            queue_wait_last: self.queue_wait_last,
            attempts: call.attempts,
            slot: self.slot,
            status,
            error,
            rejection,
        }
    }
}

//! The timing record of one call.

use crate::boundary::effect::Effect;
use crate::boundary::id::{Slot, TaskId};
use crate::boundary::outcome::{Rejection, Status};
use crate::task::call::Call;
use crate::time::Millis;

/// The running record of an open call that is sampled.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    slot: Option<Slot>,
    queue_wait: f64,
    queue_wait_last: f64,
    run: Option<f64>,
    first_item: Option<f64>,
}

impl Span {
    /// A wait of `ms` in a queue has ended, by a dispatch or by the call's end.
    pub(crate) fn waited(&mut self, ms: f64) {
        self.queue_wait += ms;
        self.queue_wait_last = ms;
    }

    /// The call is dispatched to the worker in the slot.
    pub(crate) fn attempt(&mut self, slot: Slot) {
        self.slot = Some(slot);
    }

    /// The handler ran for so many milliseconds.
    pub(crate) fn ran(&mut self, run: f64) {
        self.run = Some(run);
    }

    /// The first item has arrived, so many milliseconds after the method call.
    pub(crate) fn first_item(&mut self, after: f64) {
        self.first_item = Some(after);
    }

    /// The complete record of the task's call, which ends `now`.
    pub(crate) fn end(
        &self,
        task: TaskId,
        call: &Call,
        now: Millis,
        rejection: Option<Rejection>,
    ) -> Effect {
        let (status, error) = rejection.map_or((Status::Ok, None), |rejection| {
            let (_, status, error) = rejection.account();
            (status, Some(error))
        });
        Effect::EndSpan {
            task,
            call: call.seq,
            started: call.started,
            ended: now,
            queue_wait: self.queue_wait,
            queue_wait_last: self.queue_wait_last,
            attempts: call.attempts,
            priority: call.priority,
            run: self.run,
            first_item: self.first_item,
            slot: self.slot,
            status,
            error,
            rejection,
        }
    }
}

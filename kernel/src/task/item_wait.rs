//! `itemTimeoutMs`: how long the loop of a stream waits for an item.
//!
//! The wait begins when the call is sent, when it resumes, and when items arrive. An arrival only notes the moment: the deadline that
//! is set stays, and is set again for the rest of the wait when it passes too early.

use crate::boundary::id::{Attempt, CallSeq};
use crate::boundary::outcome::Rejection;
use crate::task::Task;
use crate::task::call::{ItemWait, Phase};
use crate::time::timers::Timer;
use crate::turn::Turn;

impl Task {
    /// Limits the wait of a call's loop, in milliseconds; Infinity is no limit. A no-op for a call that is settled.
    pub(crate) fn limit_item_wait(&mut self, seq: CallSeq, timeout: f64, turn: &mut Turn) {
        let Some(index) = self.calls.find(seq) else { return };
        self.end_item_wait(index, turn);
        let call = &mut self.calls[index];
        let wait = ItemWait { timeout, since: call.since, deadline: None };
        call.timing.get_or_insert_default().item_wait = Some(wait).filter(|_| timeout.is_finite());
        if let Phase::InFlight(_) = call.phase {
            self.set_item_deadline(index, turn);
        }
    }

    /// Items have arrived.
    pub(crate) fn more_items(&mut self, seq: CallSeq, attempt: Attempt, turn: &mut Turn) {
        if let Some((index, _)) = self.sent(seq, attempt) {
            self.note_items(index, turn);
        }
    }

    pub(super) fn note_items(&mut self, index: u32, turn: &Turn) {
        if let Some(wait) = self.item_wait(index) {
            wait.since = turn.now;
        }
    }

    /// The call has gone in flight.
    pub(super) fn begin_item_wait(&mut self, index: u32, turn: &mut Turn) {
        self.note_items(index, turn);
        self.set_item_deadline(index, turn);
    }

    /// The call is not in flight any more.
    pub(super) fn end_item_wait(&mut self, index: u32, turn: &mut Turn) {
        let seq = self.calls[index].seq;
        if let Some(at) = self.item_wait(index).and_then(|wait| wait.deadline.take()) {
            turn.timers.clear(at, Timer::ItemWait(self.id, seq));
        }
    }

    /// The deadline of a wait has passed: the call is canceled, unless items have arrived since the deadline was set.
    pub(crate) fn item_wait_expired(&mut self, seq: CallSeq, turn: &mut Turn) {
        let Some(index) = self.calls.find(seq) else { return };
        let Some(wait) = self.item_wait(index) else { return };
        wait.deadline = None;
        if wait.since.after(wait.timeout) > turn.now {
            self.set_item_deadline(index, turn);
        } else {
            self.cancel(seq, Rejection::ItemTimedOut, turn);
        }
    }

    fn set_item_deadline(&mut self, index: u32, turn: &mut Turn) {
        let seq = self.calls[index].seq;
        if let Some(wait) = self.item_wait(index) {
            let at = wait.since.after(wait.timeout);
            wait.deadline = Some(at);
            turn.timers.set(at, Timer::ItemWait(self.id, seq));
        }
    }

    fn item_wait(&mut self, index: u32) -> Option<&mut ItemWait> {
        self.calls[index].timing.as_mut()?.item_wait.as_mut()
    }
}

//! The model's streams, and values that live on in workers.

use super::Model;
use super::task::{Call, Place};
use atelier_kernel::{Attempt, CallSeq, Epoch, Metric, Rejection, Slot};

impl Call {
    /// Its loop waits for an item from then on.
    pub(super) fn begin_item_wait(&mut self, since: f64) {
        self.item_since = since;
        self.item_deadline = self.item_timeout.map(|timeout| since + timeout);
    }
}

impl Model {
    pub(super) fn first_item(&mut self, task: usize, seq: CallSeq, attempt: Attempt) {
        let now = self.now;
        let Some(call) = self.sent(task, seq, attempt) else { return };
        if !matches!(call.place, Place::InFlight(_)) {
            return;
        }
        if call.first_item.is_some() {
            call.item_since = now;
            return;
        }
        let after = now - call.started;
        (call.first_item, call.item_since) = (Some(after), now);
        self.tasks[task].consecutive_crashes = 0;
        self.measure(Metric::StreamFirstItem, task, after);
    }

    pub(super) fn more_items(&mut self, task: usize, seq: CallSeq, attempt: Attempt) {
        let now = self.now;
        if let Some(call) = self.sent(task, seq, attempt)
            && let Place::InFlight(_) = call.place
        {
            call.item_since = now;
        }
    }

    /// A wait that goes on counts from its beginning.
    pub(super) fn limit_item_wait(&mut self, task: usize, seq: CallSeq, timeout: f64) {
        let Some(call) = self.tasks[task].call(seq) else { return };
        if let Place::Abandoned(_) = call.place {
            return;
        }
        call.item_timeout = Some(timeout).filter(|timeout| timeout.is_finite());
        call.item_deadline = None;
        if let Place::InFlight(_) = call.place {
            call.begin_item_wait(call.since);
        }
    }

    /// A deadline that comes too early is set again for the rest of the wait.
    pub(super) fn item_wait_expired(&mut self, task: usize, seq: CallSeq) {
        let now = self.now;
        let call = self.tasks[task].call(seq).expect("its deadline is set");
        call.begin_item_wait(call.item_since);
        if call.item_deadline.is_some_and(|at| at <= now) {
            self.cancel(task, seq, Rejection::ItemTimedOut);
        }
    }

    /// What rests has begun.
    pub(super) fn rest_call(&mut self, task: usize, seq: CallSeq, attempt: Attempt) {
        let now = self.now;
        let Some(call) = self.sent(task, seq, attempt) else { return };
        let Place::InFlight(slot) = call.place else { return };
        if call.first_item.is_some() {
            (call.place, call.since) = (Place::Resting(slot), now);
            call.item_deadline = None;
            self.tasks[task].ticks += 1;
            let came = self.tasks[task].ticks;
            self.tasks[task].call(seq).expect("it rests").came = came;
            self.wake(task);
        }
    }

    pub(super) fn resume_call(&mut self, task: usize, seq: CallSeq, attempt: Attempt) {
        let now = self.now;
        let Some(call) = self.sent(task, seq, attempt) else { return };
        let Place::Resting(slot) = call.place else { return };
        (call.place, call.since) = (Place::InFlight(slot), now);
        call.begin_item_wait(now);
        let came = self.tasks[task].tick(slot);
        self.tasks[task].call(seq).expect("it is in flight").came = came;
        self.wake(task);
    }

    pub(super) fn hold_worker(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            self.tasks[task].workers[slot.0 as usize].holds += 1;
            self.note_idle(task);
        }
    }

    pub(super) fn release_worker(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            let holds = &mut self.tasks[task].workers[slot.0 as usize].holds;
            *holds = holds.saturating_sub(1);
            self.note_idle(task);
            if self.tasks[task].retirement(slot.0 as usize).is_some() {
                self.wake(task);
            }
        }
    }

    /// Since when the task has been idle, if it is; where the pool shrinks, since when the first of its idle workers has been.
    pub(super) fn note_idle(&mut self, task: usize) {
        let now = self.now;
        let state = &mut self.tasks[task];
        if let Some(min) = state.setup.min_workers {
            state.note_idle_workers(min, now);
            let idle = state.workers.iter().filter_map(|worker| worker.idle_since);
            state.idle_since = idle.min_by(f64::total_cmp);
        } else {
            let held = state.workers.iter().any(|worker| worker.holds > 0);
            let idle = state.calls.is_empty() && state.active() > 0 && !held;
            state.idle_since = idle.then(|| state.idle_since.unwrap_or(now));
        }
    }

    /// The call of an attempt that was sent and is the last one.
    fn sent(&mut self, task: usize, seq: CallSeq, Attempt(attempt): Attempt) -> Option<&mut Call> {
        self.tasks[task].call(seq).filter(|call| call.is_sent() && call.attempts == attempt)
    }
}

//! The model's streams, and values that live on in workers.

use super::Model;
use super::task::{Call, Place};
use atelier_kernel::{Attempt, CallSeq, Epoch, Metric, Slot};

impl Model {
    pub(super) fn first_item(&mut self, task: usize, seq: CallSeq, attempt: Attempt) {
        let now = self.now;
        let Some(call) = self.sent(task, seq, attempt) else { return };
        if !matches!(call.place, Place::InFlight(_)) || call.first_item.is_some() {
            return;
        }
        let after = now - call.started;
        call.first_item = Some(after);
        self.tasks[task].consecutive_crashes = 0;
        self.measure(Metric::StreamFirstItem, task, after);
    }

    /// What rests has begun.
    pub(super) fn rest_call(&mut self, task: usize, seq: CallSeq, attempt: Attempt) {
        let now = self.now;
        let Some(call) = self.sent(task, seq, attempt) else { return };
        let Place::InFlight(slot) = call.place else { return };
        if call.first_item.is_some() {
            (call.place, call.since) = (Place::Resting(slot), now);
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
        let came = self.tasks[task].tick(slot);
        self.tasks[task].call(seq).expect("it is in flight").came = came;
        self.wake(task);
    }

    pub(super) fn hold_worker(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            self.tasks[task].workers[slot.0 as usize].holds += 1;
            self.wake(task);
        }
    }

    pub(super) fn release_worker(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            let holds = &mut self.tasks[task].workers[slot.0 as usize].holds;
            *holds = holds.saturating_sub(1);
            self.wake(task);
        }
    }

    /// The call of an attempt that was sent and is the last one.
    fn sent(&mut self, task: usize, seq: CallSeq, Attempt(attempt): Attempt) -> Option<&mut Call> {
        self.tasks[task].call(seq).filter(|call| call.is_sent() && call.attempts == attempt)
    }
}

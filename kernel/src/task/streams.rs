//! Calls whose results come one by one: they begin with their first item, and rest while their loop is busy.
//!
//! Items and credit never enter the kernel. A stream that rests keeps its worker and gives back what it takes from others: its permit,
//! its part of the worker's load and of the budget. The loop may call the same task and wait for it. A stream never queues to resume:
//! the call that took its place may wait for something that the stream holds.

use crate::boundary::id::{Attempt, CallSeq};
use crate::task::Task;
use crate::task::call::{Phase, Resend};
use crate::telemetry::metric::Metric;
use crate::turn::Turn;

impl Task {
    /// The first item has arrived: the call cannot be run again, and the worker has shown that it works.
    pub(crate) fn first_item(&mut self, seq: CallSeq, attempt: Attempt, turn: &mut Turn) {
        let Some((index, Phase::InFlight(_))) = self.sent(seq, attempt) else { return };
        self.note_items(index, turn);
        let call = &mut self.calls[index];
        if std::mem::replace(&mut call.resend, Resend::Begun) == Resend::Begun {
            return;
        }
        let after = turn.now.since(call.started);
        if let Some(span) = &mut call.span {
            span.first_item(after);
        }
        turn.histogram(Metric::StreamFirstItem, self.id, after);
        self.ledger.reset();
    }

    /// The loop of a stream that has begun is busy, or the worker may produce no more for now.
    pub(crate) fn rest_call(&mut self, seq: CallSeq, attempt: Attempt, turn: &mut Turn) {
        if let Some((index, Phase::InFlight(slot))) = self.sent(seq, attempt)
            && self.calls[index].resend == Resend::Begun
        {
            self.change_phase(index, Phase::Resting(slot), turn);
        }
    }

    /// The loop waits for an item again.
    pub(crate) fn resume_call(&mut self, seq: CallSeq, attempt: Attempt, turn: &mut Turn) {
        if let Some((index, Phase::Resting(slot))) = self.sent(seq, attempt) {
            self.change_phase(index, Phase::InFlight(slot), turn);
        }
    }

    /// The call that this attempt is of, and its phase; `None` if the attempt was not sent.
    pub(super) fn sent(&self, seq: CallSeq, attempt: Attempt) -> Option<(u32, Phase)> {
        let index = self.calls.find(seq)?;
        let call = &self.calls[index];
        (call.attempt() == attempt && call.is_sent()).then_some((index, call.phase))
    }

    fn change_phase(&mut self, index: u32, phase: Phase, turn: &mut Turn) {
        self.leave(index, turn);
        self.enter(index, phase, turn);
        self.publish(turn);
        self.wake(turn);
    }
}

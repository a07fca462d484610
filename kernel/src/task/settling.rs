//! How a call ends: it leaves its worker, its caller gets an answer, and it is forgotten.

use crate::boundary::effect::Effect;
use crate::boundary::id::Slot;
use crate::boundary::outcome::Rejection;
use crate::task::Task;
use crate::task::call::Phase;
use crate::telemetry::metric::Metric;
use crate::time::timers::Timer;
use crate::turn::Turn;

impl Task {
    /// Puts a call that is in no list on the worker of its new phase. Unless it rests, it takes a permit, and a part of the budget if
    /// the worker was idle.
    pub(super) fn enter(&mut self, index: u32, phase: Phase, turn: &mut Turn) {
        let call = &mut self.calls[index];
        (call.phase, call.since) = (phase, turn.now);
        match phase {
            Phase::InFlight(slot) | Phase::Abandoned(slot) => {
                self.occupy(slot, turn);
                self.pool.put(&mut self.calls, slot, index);
                self.queue.take_permit();
                if let Phase::InFlight(_) = phase {
                    self.begin_item_wait(index, turn);
                }
            }
            Phase::Resting(slot) => {
                self.pool.put_to_rest(&mut self.calls, slot, index);
                self.queue.begin_rest();
            }
            Phase::Waiting | Phase::Pending => {}
        }
    }

    /// Takes a call off its worker, and gives back what it took there.
    pub(super) fn leave(&mut self, index: u32, turn: &mut Turn) {
        match self.calls[index].phase {
            Phase::InFlight(slot) | Phase::Abandoned(slot) => {
                if !self.calls[index].is_sent() {
                    self.pool.give_back(slot);
                }
                self.pool.take(&mut self.calls, slot, index);
                self.queue.give_permit();
                self.vacate_budget(slot, turn);
                self.end_item_wait(index, turn);
            }
            Phase::Resting(slot) => {
                self.pool.take_from_rest(&mut self.calls, slot, index);
                self.queue.end_rest();
            }
            Phase::Waiting | Phase::Pending => {}
        }
    }

    /// A call that is settled stays on its worker. It counts there until the worker replies, also if it rested.
    pub(super) fn abandon(&mut self, index: u32, slot: Slot, turn: &mut Turn) {
        if let Phase::Resting(_) = self.calls[index].phase {
            self.leave(index, turn);
            self.enter(index, Phase::Abandoned(slot), turn);
        } else {
            let call = &mut self.calls[index];
            (call.phase, call.since) = (Phase::Abandoned(slot), turn.now);
        }
    }

    /// Settles a call that is in no list, and forgets it.
    pub(super) fn close(&mut self, index: u32, answer: Result<(), Rejection>, turn: &mut Turn) {
        self.answer(index, answer, turn);
        self.calls.close(index);
    }

    /// Rejects a call that is on a worker, and forgets it.
    pub(super) fn close_in_flight(&mut self, index: u32, rejection: Rejection, turn: &mut Turn) {
        self.leave(index, turn);
        self.close(index, Err(rejection), turn);
    }

    /// Forgets an abandoned call that is in no list.
    pub(super) fn forget(&mut self, index: u32, turn: &mut Turn) {
        let call = &self.calls[index];
        if let Some(grace) = self.limits.cancel_grace_ms {
            turn.timers.clear(call.since.after(grace), Timer::Grace(self.id, call.seq));
        }
        self.calls.close(index);
    }

    /// Settles the call: the counter, the span and, last, the effect that gives the caller the answer. Takes the call out of its
    /// timer and its scopes.
    pub(super) fn answer(&mut self, index: u32, answer: Result<(), Rejection>, turn: &mut Turn) {
        let (task, now) = (self.id, turn.now);
        self.stop_timing(index, turn);
        let call = &mut self.calls[index];
        let seq = call.seq;
        for link in call.links {
            turn.scopes.unlink(link, turn.outbox);
        }
        let rejection = answer.err();
        let metric = rejection.map_or(Metric::TaskSuccess, |rejection| rejection.account().0);
        turn.count(metric, task, None);
        turn.histogram(Metric::TaskDuration, task, now.since(call.started));
        if let Some(mut span) = call.span.take() {
            if call.phase.slot().is_none() {
                span.waited(now.since(call.since));
            }
            turn.emit(span.end(task, call, now, rejection));
        }
        turn.emit(match rejection {
            None => Effect::Resolve { task, call: seq },
            Some(rejection) => Effect::Reject { task, call: seq, rejection },
        });
    }
}

//! The life of a call: submitted, dispatched, canceled, settled.

use crate::boundary::effect::Effect;
use crate::boundary::id::{Attempt, CallSeq, ScopeId, Slot};
use crate::boundary::outcome::{Outcome, Rejection};
use crate::task::call::Phase;
use crate::task::pool::Choice;
use crate::task::queue::Admission;
use crate::task::{Condition, Task};
use crate::telemetry::metric::Metric;
use crate::telemetry::observation::Sampling;
use crate::time::timers::Timer;
use crate::turn::Turn;

/// What the shell knows of a call when it submits it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewCall {
    pub(crate) seq: CallSeq,
    /// The scopes of its key and of its signal.
    pub(crate) scopes: [Option<ScopeId>; 2],
    pub(crate) sampling: Sampling,
}

impl Task {
    /// A method was called. The call is refused or queued now, and started when the task advances.
    pub(crate) fn submit(&mut self, new: NewCall, turn: &mut Turn) {
        let index = self.open(new.seq, new.sampling, turn);
        for (at, scope) in new.scopes.into_iter().enumerate() {
            if let Some(scope) = scope {
                self.calls[index].links[at] = turn.scopes.link(scope, self.id, new.seq);
            }
        }
        if let Some(rejection) = self.refusal(new, turn) {
            self.close(index, Err(rejection), turn);
            return;
        }
        if self.timing.is_none() {
            self.set_timeout(Some(index), turn);
        }
        let worker_free = self.condition == Condition::Running && self.choose().is_some();
        match self.queue.admit(worker_free) {
            Admission::Start | Admission::Accept => self.enqueue(index, Phase::Pending),
            Admission::Wait => self.enqueue(index, Phase::Waiting),
            Admission::Refuse => self.close(index, Err(Rejection::Dropped), turn),
            Admission::Evict(oldest) => {
                self.queue.remove(&mut self.calls, oldest);
                self.close(oldest, Err(Rejection::Dropped), turn);
                self.enqueue(index, Phase::Pending);
            }
        }
        self.wake(turn);
    }

    /// A method was called in a way that failed before the call could be submitted. The call is accounted for.
    pub(crate) fn submit_failed(&mut self, seq: CallSeq, sampling: Sampling, turn: &mut Turn) {
        let index = self.open(seq, sampling, turn);
        self.close(index, Err(Rejection::Failed), turn);
    }

    /// The worker replied, or the call could not be sent. A reply to an attempt that is not on a worker is only counted.
    pub(crate) fn settle(
        &mut self,
        seq: CallSeq,
        attempt: Attempt,
        outcome: Outcome,
        turn: &mut Turn,
    ) {
        let Some(index) =
            self.calls.find(seq).filter(|&index| self.calls[index].attempt() == attempt)
        else {
            return self.reply_ignored(turn);
        };
        match self.calls[index].phase {
            Phase::Waiting | Phase::Pending => return self.reply_ignored(turn),
            Phase::Abandoned(_) => {
                // An abort is what the interrupt asked for.
                if outcome != Outcome::Aborted {
                    self.reply_ignored(turn);
                }
                self.leave(index);
                self.forget(index, turn);
            }
            Phase::InFlight(_) => {
                self.leave(index);
                let answer = match outcome {
                    Outcome::Succeeded => Ok(()),
                    Outcome::Failed => Err(Rejection::Failed),
                    Outcome::Aborted => Err(Rejection::HandlerAborted),
                };
                if answer.is_ok() {
                    self.ledger.reset();
                }
                self.close(index, answer, turn);
            }
        }
        self.publish(turn);
        self.wake(turn);
    }

    /// A reply settled no call.
    pub(crate) fn reply_ignored(&self, turn: &mut Turn) {
        turn.count(Metric::TaskIgnored, self.id, None);
    }

    /// The arguments of the last attempt that was sent were moved to the worker in the slot. A no-op for an earlier attempt, or a
    /// call that was never sent.
    ///
    /// If the worker was lost while they were being moved, the call is back in the queue, or waits to be sent to another
    /// worker, and cannot be sent again.
    pub(crate) fn payload_moved(
        &mut self,
        seq: CallSeq,
        attempt: Attempt,
        slot: Slot,
        turn: &mut Turn,
    ) {
        let was_sent = |&index: &u32| attempt > Attempt(0) && self.calls[index].sent == attempt;
        let Some(index) = self.calls.find(seq).filter(was_sent) else { return };
        match self.calls[index].phase {
            Phase::Abandoned(_) => return,
            Phase::InFlight(_) if self.calls[index].is_sent() => {
                self.calls[index].moved = true;
                return;
            }
            Phase::InFlight(_) => self.close_in_flight(index, Rejection::Moved(slot), turn),
            Phase::Waiting | Phase::Pending => {
                self.queue.remove(&mut self.calls, index);
                self.close(index, Err(Rejection::Moved(slot)), turn);
            }
        }
        // The gauges follow when the task advances; a snapshot shows it now.
        turn.touch();
        self.wake(turn);
    }

    /// The shell takes the `Dispatch` of an attempt out of the queue of effects. Returns false if the attempt has ended since it
    /// was asked for, so that there is nothing to send.
    pub(crate) fn take_dispatch(&mut self, seq: CallSeq, attempt: Attempt) -> bool {
        let Some(index) = self.calls.find(seq) else { return false };
        let call = &mut self.calls[index];
        let is_due = call.attempt() == attempt
            && matches!(call.phase, Phase::InFlight(_))
            && !call.is_sent();
        if is_due {
            call.sent = attempt;
        }
        is_due
    }

    /// Ends a call before its worker does. A no-op for a call that is settled.
    ///
    /// A call that was sent stays on its worker until the worker replies or the cancel grace ends. One whose `Dispatch` the shell has
    /// not taken never reached its worker.
    pub(crate) fn cancel(&mut self, seq: CallSeq, rejection: Rejection, turn: &mut Turn) {
        let Some(index) = self.calls.find(seq) else { return };
        match self.calls[index].phase {
            Phase::Abandoned(_) => return,
            Phase::Waiting | Phase::Pending => {
                self.queue.remove(&mut self.calls, index);
                self.close(index, Err(rejection), turn);
            }
            Phase::InFlight(_) if !self.calls[index].is_sent() => {
                self.close_in_flight(index, rejection, turn);
            }
            Phase::InFlight(slot) => {
                let epoch = self.pool.epoch(slot);
                turn.emit(Effect::Interrupt { task: self.id, call: seq, slot, epoch });
                self.answer(index, Err(rejection), turn);
                let call = &mut self.calls[index];
                (call.phase, call.since) = (Phase::Abandoned(slot), turn.now);
                if let Some(grace) = self.limits.cancel_grace_ms {
                    turn.timers.set(turn.now.after(grace), Timer::Grace(self.id, seq));
                }
            }
        }
        turn.touch();
        self.wake(turn);
    }

    /// Starts calls while a worker can take one, then accepts waiting ones while there is room.
    pub(super) fn start_calls(&mut self, turn: &mut Turn) {
        while self.condition == Condition::Running && self.queue.has_permit() {
            let Some(index) = self.queue.first() else { break };
            let Some(choice) = self.choose() else { break };
            self.queue.remove(&mut self.calls, index);
            self.start(index, choice, turn);
        }
        while self.queue.promote(&mut self.calls) {}
    }

    /// Takes a call off its worker.
    pub(super) fn leave(&mut self, index: u32) {
        if let Some(slot) = self.calls[index].phase.slot() {
            self.pool.take(&mut self.calls, slot, index);
            self.queue.give_permit();
        }
    }

    /// Settles a call that is in no list, and forgets it.
    pub(super) fn close(&mut self, index: u32, answer: Result<(), Rejection>, turn: &mut Turn) {
        self.answer(index, answer, turn);
        self.calls.close(index);
    }

    /// Rejects a call that is on a worker, and forgets it.
    pub(super) fn close_in_flight(&mut self, index: u32, rejection: Rejection, turn: &mut Turn) {
        self.leave(index);
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

    fn open(&mut self, seq: CallSeq, sampling: Sampling, turn: &Turn) -> u32 {
        assert_eq!(seq, self.calls.next(), "calls are numbered one after the other");
        let sampled = turn.samples(sampling, self.id, seq);
        self.calls.open(turn.now, sampled)
    }

    /// Why a new call is rejected before the queue considers it, if it is.
    fn refusal(&self, new: NewCall, turn: &Turn) -> Option<Rejection> {
        let aborted =
            || new.scopes.into_iter().flatten().find(|&scope| turn.scopes.is_aborted(scope));
        match self.condition {
            Condition::Disposed => Some(Rejection::Disposed),
            Condition::Halted(slot) => Some(Rejection::Crashed(slot)),
            Condition::Running | Condition::Paused => aborted().map(Rejection::Aborted),
        }
    }

    fn choose(&self) -> Option<Choice> {
        self.pool.choose(self.restart_at.is_none())
    }

    fn enqueue(&mut self, index: u32, phase: Phase) {
        self.calls[index].phase = phase;
        self.queue.enqueue(&mut self.calls, index);
    }

    fn start(&mut self, index: u32, choice: Choice, turn: &mut Turn) {
        let slot = match choice {
            Choice::Live(slot) => slot,
            Choice::Vacant(slot) => {
                self.spawn(slot, turn);
                slot
            }
        };
        let call = &mut self.calls[index];
        let wait = turn.now.since(call.since);
        call.attempts += 1;
        if let Some(span) = &mut call.span {
            span.waited(wait);
            span.attempt(slot);
        }
        (call.phase, call.since) = (Phase::InFlight(slot), turn.now);
        call.moved = false;
        let (seq, attempt) = (call.seq, call.attempt());
        self.pool.put(&mut self.calls, slot, index);
        self.queue.take_permit();
        self.dispatched += 1;
        turn.count(Metric::TaskDispatch, self.id, None);
        turn.histogram(Metric::QueueWait, self.id, wait);
        self.publish(turn);
        let epoch = self.pool.epoch(slot);
        turn.emit(Effect::Dispatch { task: self.id, call: seq, attempt, slot, epoch });
    }

    /// Settles the call: the counter, the span and, last, the effect that gives the caller the answer. Takes the call out of its
    /// timer and its scopes.
    fn answer(&mut self, index: u32, answer: Result<(), Rejection>, turn: &mut Turn) {
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

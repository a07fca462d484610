//! The life of a call: submitted, dispatched, canceled, settled.

use crate::boundary::effect::Effect;
use crate::boundary::id::{Attempt, CallSeq, ScopeId, Slot};
use crate::boundary::outcome::{Outcome, Rejection};
use crate::boundary::priority::Priority;
use crate::task::call::{Phase, Resend};
use crate::task::pool::Choice;
use crate::task::queue::Admission;
use crate::task::turns::LATEST;
use crate::task::usage::Due;
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
    /// A timeout in milliseconds that replaces the task's; Infinity is none.
    pub(crate) timeout: Option<f64>,
    pub(crate) priority: Priority,
    pub(crate) follows_signal: bool,
    /// The scope of the calls that it supersedes, and whether it supersedes running ones.
    pub(crate) latest: Option<ScopeId>,
    pub(crate) replace_running: bool,
    pub(crate) sampling: Sampling,
}

impl Task {
    /// A method was called. The call is refused or queued now, and started when the task advances.
    /// `first_held`: when the first task that the budget holds back is due.
    pub(crate) fn submit(&mut self, new: NewCall, first_held: Option<Due>, turn: &mut Turn) {
        let index = self.open(new.seq, new.sampling, turn);
        (self.calls[index].priority, self.calls[index].follows_signal) =
            (new.priority, new.follows_signal);
        for (at, scope) in new.scopes.into_iter().enumerate() {
            if let Some(scope) = scope {
                self.calls[index].links[at] = turn.scopes.link(scope, self.id, new.seq);
            }
        }
        if let Some(rejection) = self.refusal(new, turn) {
            self.close(index, Err(rejection), turn);
            self.leave_if_idle();
            return;
        }
        // Before older calls are superseded, whose end looks for the next one to time out.
        self.start_timing(index, new.timeout, turn);
        if let Some(latest) = new.latest {
            self.supersede(latest, new.replace_running, turn);
            // The room that this makes is for those that wait already.
            self.accept_waiting();
            self.calls[index].links[LATEST] = turn.scopes.link(latest, self.id, new.seq);
        }
        let can_start = self.can_start(new.priority, first_held, turn);
        match self.queue.admit(new.priority, can_start) {
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
        run: Option<f64>,
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
                self.leave(index, turn);
                self.forget(index, turn);
            }
            Phase::InFlight(_) | Phase::Resting(_) => {
                self.leave(index, turn);
                if let Some(run) = run {
                    turn.histogram(Metric::TaskRun, self.id, run);
                    if let Some(span) = &mut self.calls[index].span {
                        span.ran(run);
                    }
                }
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
            Phase::Abandoned(_) | Phase::Resting(_) => return,
            Phase::InFlight(_) if self.calls[index].is_sent() => {
                let resend = &mut self.calls[index].resend;
                if *resend == Resend::Possible {
                    *resend = Resend::Moved;
                }
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
            Phase::InFlight(slot) | Phase::Resting(slot) => {
                let epoch = self.pool.epoch(slot);
                turn.emit(Effect::Interrupt { task: self.id, call: seq, slot, epoch });
                self.answer(index, Err(rejection), turn);
                self.abandon(index, slot, turn);
                if let Some(grace) = self.limits.cancel_grace_ms {
                    turn.timers.set(turn.now.after(grace), Timer::Grace(self.id, seq));
                }
            }
        }
        turn.touch();
        self.wake(turn);
    }

    /// Starts calls while a worker can take one.
    pub(super) fn start_calls(&mut self, turn: &mut Turn) {
        while self.condition == Condition::Running && self.queue.has_permit() {
            let Some(index) = self.queue.first() else { break };
            let Some(choice) = self.choose(true) else { break };
            self.queue.remove(&mut self.calls, index);
            self.start(index, choice, turn);
        }
    }

    /// Accepts waiting calls while there is room.
    pub(super) fn accept_waiting(&mut self) {
        while self.queue.promote(&mut self.calls) {}
    }

    fn open(&mut self, seq: CallSeq, sampling: Sampling, turn: &Turn) -> u32 {
        // Not assert_eq, which would bring the formatting of numbers into the module.
        assert!(seq == self.calls.next(), "calls are numbered one after the other");
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

    /// Where the next call runs. `may_occupy`: an idle or a new worker may take it.
    pub(super) fn choose(&self, may_occupy: bool) -> Option<Choice> {
        self.pool.choose(self.restart_at.is_none(), may_occupy)
    }

    fn enqueue(&mut self, index: u32, phase: Phase) {
        self.calls[index].phase = phase;
        self.queue.enqueue(&mut self.calls, index);
    }

    pub(super) fn start(&mut self, index: u32, choice: Choice, turn: &mut Turn) {
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
        call.resend = Resend::Possible;
        let (seq, attempt) = (call.seq, call.attempt());
        self.enter(index, Phase::InFlight(slot), turn);
        self.pool.serve(slot);
        self.usage.serve(turn);
        self.dispatched += 1;
        turn.count(Metric::TaskDispatch, self.id, None);
        turn.histogram(Metric::QueueWait, self.id, wait);
        self.publish(turn);
        let epoch = self.pool.epoch(slot);
        turn.emit(Effect::Dispatch { task: self.id, call: seq, attempt, slot, epoch });
    }
}

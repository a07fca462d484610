//! A task: turns the verdicts of its queue, pool and crash ledger into effects.
//!
//! This file holds the life of a call; `lifecycle.rs` holds the life of the workers. Every input ends in
//! [`Task::advance`], the only way by which calls start, whatever made room for them.

pub(crate) mod call;
mod crash;
mod gauges;
mod pool;
mod queue;
pub(crate) mod snapshot;
mod workers;

use crate::boundary::config::Limits;
use crate::boundary::effect::{Effect, Metric, Outcome, Rejection};
use crate::boundary::id::{Attempt, CallSeq, KeyId, Slot, TaskId};
use crate::task::call::{Call, Calls, Phase};
use crate::task::crash::CrashLedger;
use crate::task::gauges::{Levels, Published};
use crate::task::pool::{Choice, Pool};
use crate::task::queue::{Admission, DispatchQueue};
use crate::time::Millis;
use crate::time::timers::Timer;
use crate::turn::{Sampling, Turn};

/// What the shell knows of a call when it submits it.
#[derive(Clone, Copy, Debug)]
pub struct NewCall {
    /// The scope of its key.
    pub key: Option<KeyId>,
    /// The scope of its signal.
    pub signal: Option<KeyId>,
    /// Who decides whether its account is told.
    pub sampling: Sampling,
}

/// Whether a task takes and starts calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Running,
    /// Stopped by the user: calls queue up.
    Paused,
    /// Failed for good, by the crash of this worker: calls are rejected.
    Halted(Slot),
    Disposed,
}

/// One task with its calls and workers.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) id: TaskId,
    pub(crate) limits: Limits,
    pub(crate) condition: Condition,
    pub(crate) calls: Calls,
    pub(crate) queue: DispatchQueue,
    pub(crate) pool: Pool,
    pub(crate) ledger: CrashLedger,
    /// The end of the backoff; no worker is created before it.
    pub(crate) restart_at: Option<Millis>,
    pub(crate) idle_at: Option<Millis>,
    pub(crate) last_crash: Option<(Millis, Slot)>,
    pub(crate) dispatched: u64,
    /// The call whose timeout is set: the oldest one without an answer, where calls time out.
    timing: Option<CallSeq>,
    draining: bool,
    published: Published,
}

impl Task {
    pub(crate) fn new(id: TaskId, limits: Limits) -> Self {
        Self {
            id,
            condition: Condition::Running,
            calls: Calls::default(),
            queue: DispatchQueue::new(&limits),
            pool: Pool::new(&limits),
            ledger: CrashLedger::new(&limits),
            restart_at: None,
            idle_at: None,
            last_crash: None,
            dispatched: 0,
            timing: None,
            draining: false,
            published: Published::default(),
            limits,
        }
    }

    /// A method was called. The call is refused, queued or started within this turn.
    pub(crate) fn submit(&mut self, new: NewCall, turn: &mut Turn) -> CallSeq {
        let sampled = turn.samples(new.sampling, self.id, self.calls.next());
        let index = self.calls.open(turn.now, sampled);
        let seq = self.calls[index].seq;
        for (at, key) in [new.key, new.signal].into_iter().enumerate() {
            if let Some(key) = key {
                self.calls[index].links[at] = turn.keys.link(key, self.id, seq);
            }
        }
        if let Some(rejection) = self.refusal(new, turn) {
            self.close(index, Err(rejection), turn);
            return seq;
        }
        if self.timing.is_none() {
            self.time(Some(index), turn);
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
        self.advance(turn);
        seq
    }

    /// A method was called in a way that failed before the call could be submitted. The call is accounted for.
    pub(crate) fn submit_failed(&mut self, sampling: Sampling, turn: &mut Turn) -> CallSeq {
        let sampled = turn.samples(sampling, self.id, self.calls.next());
        let index = self.calls.open(turn.now, sampled);
        let seq = self.calls[index].seq;
        self.close(index, Err(Rejection::Failed), turn);
        seq
    }

    /// The worker answered, or the call could not be sent. An attempt that is not on a worker any more is merely counted.
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
            return self.answer_ignored(turn);
        };
        match self.calls[index].phase {
            Phase::Waiting | Phase::Pending => return self.answer_ignored(turn),
            Phase::Abandoned(_) => {
                // That it was aborted is what the interrupt asked for.
                if outcome != Outcome::Aborted {
                    self.answer_ignored(turn);
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
        self.advance(turn);
    }

    /// An answer settled nothing.
    pub(crate) fn answer_ignored(&self, turn: &mut Turn) {
        turn.count(Metric::TaskIgnored, self.id, None);
    }

    /// The arguments of the running attempt were moved to the worker. A no-op for any other attempt.
    pub(crate) fn payload_moved(&mut self, seq: CallSeq, attempt: Attempt) {
        if let Some(index) = self.calls.find(seq) {
            let call = &mut self.calls[index];
            call.moved |= call.attempt() == attempt && call.phase.slot().is_some();
        }
    }

    /// Ends a call before its worker does. A no-op for a call that is settled.
    ///
    /// On a worker, the call keeps its place until the worker answers or the cancel grace ends.
    pub(crate) fn cancel(&mut self, seq: CallSeq, rejection: Rejection, turn: &mut Turn) {
        let Some(index) = self.calls.find(seq) else { return };
        match self.calls[index].phase {
            Phase::Abandoned(_) => return,
            Phase::Waiting | Phase::Pending => {
                self.queue.remove(&mut self.calls, index);
                self.close(index, Err(rejection), turn);
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
        self.advance(turn);
    }

    /// The timeout of the oldest call without an answer is over.
    pub(crate) fn timeout_over(&mut self, turn: &mut Turn) {
        if let Some(seq) = self.timing {
            self.cancel(seq, Rejection::TimedOut, turn);
        }
    }

    /// Asks for one [`Effect::Drained`] as soon as nothing is waiting, pending or in flight.
    pub(crate) fn watch_drain(&mut self, turn: &mut Turn) {
        self.draining = true;
        self.rest(turn);
    }

    /// Starts what can start, accepts what there is room for, and tells what changed.
    pub(crate) fn advance(&mut self, turn: &mut Turn) {
        while self.condition == Condition::Running && self.queue.has_permit() {
            let Some(index) = self.queue.first() else { break };
            let Some(choice) = self.choose() else { break };
            self.queue.remove(&mut self.calls, index);
            self.start(index, choice, turn);
        }
        while self.queue.promote(&mut self.calls) {}
        self.publish(turn);
        self.rest(turn);
    }

    /// Takes a call off its worker.
    pub(crate) fn leave(&mut self, index: u32) {
        if let Some(slot) = self.calls[index].phase.slot() {
            self.pool.take(&mut self.calls, slot, index);
            self.queue.give_permit();
        }
    }

    /// Settles a call that is in no list, and forgets it.
    pub(crate) fn close(&mut self, index: u32, answer: Result<(), Rejection>, turn: &mut Turn) {
        self.answer(index, answer, turn);
        self.calls.close(index);
    }

    /// Forgets an abandoned call that is in no list.
    pub(crate) fn forget(&mut self, index: u32, turn: &mut Turn) {
        let call = &self.calls[index];
        if let Some(grace) = self.limits.cancel_grace_ms {
            turn.timers.clear(call.since.after(grace), Timer::Grace(self.id, call.seq));
        }
        self.calls.close(index);
    }

    /// Somebody began to listen: the next change of a level emits all gauges.
    pub(crate) fn introduce(&mut self) {
        self.published.restart();
    }

    /// Emits the gauges of the levels that have changed since they were last published.
    pub(crate) fn publish(&mut self, turn: &mut Turn) {
        let levels = Levels {
            in_flight: self.queue.in_flight(),
            pending: self.queue.pending(),
            waiting: self.queue.waiting(),
            active: self.pool.live(),
        };
        self.published.update(levels, self.id, turn);
    }

    /// Why a call is rejected before it is considered, if it is.
    fn refusal(&self, new: NewCall, turn: &Turn) -> Option<Rejection> {
        let aborted =
            || [new.key, new.signal].into_iter().flatten().find(|&key| turn.keys.is_aborted(key));
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

    /// Sets the timeout of the call that is now the oldest one without an answer.
    fn time(&mut self, oldest: Option<u32>, turn: &mut Turn) {
        let Some(timeout) = self.limits.timeout_ms else { return };
        self.timing = oldest.map(|index| self.calls[index].seq);
        if let Some(index) = oldest {
            let at = self.calls[index].started.after(timeout);
            turn.timers.set(at, Timer::Timeout(self.id));
        }
    }

    /// The call has its answer: if its timeout was set, that of the next one is.
    fn stop_timing(&mut self, index: u32, turn: &mut Turn) {
        let Call { seq, started, .. } = self.calls[index];
        if self.timing != Some(seq) {
            return;
        }
        if let Some(timeout) = self.limits.timeout_ms {
            turn.timers.clear(started.after(timeout), Timer::Timeout(self.id));
        }
        self.time(self.calls.unanswered_after(seq), turn);
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
        (call.phase, call.since, call.moved) = (Phase::InFlight(slot), turn.now, false);
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

    /// Gives the caller its answer: the counter, the account and, last, the effect that settles. Unties the call from
    /// its timer and its keys.
    fn answer(&mut self, index: u32, answer: Result<(), Rejection>, turn: &mut Turn) {
        let (task, now) = (self.id, turn.now);
        self.stop_timing(index, turn);
        let call = &mut self.calls[index];
        let seq = call.seq;
        for link in call.links {
            turn.keys.unlink(link, turn.outbox);
        }
        let rejection = answer.err();
        let metric = rejection.map_or(Metric::TaskSuccess, |rejection| rejection.account().0);
        turn.count(metric, task, None);
        turn.histogram(Metric::TaskDuration, task, now.since(call.started));
        if let Some(mut span) = call.span.take() {
            if call.phase.slot().is_none() {
                span.waited(now.since(call.since));
            }
            turn.emit(Effect::EndSpan(span.end(task, call, now, rejection)));
        }
        turn.emit(match rejection {
            None => Effect::Resolve { task, call: seq },
            Some(rejection) => Effect::Reject { task, call: seq, rejection },
        });
    }

    /// Answers those who wait for the task to drain, and keeps the idle deadline.
    fn rest(&mut self, turn: &mut Turn) {
        let quiet = self.calls.len() == 0;
        if quiet && std::mem::take(&mut self.draining) {
            turn.emit(Effect::Drained { task: self.id });
        }
        let Some(timeout) = self.limits.idle_timeout_ms else { return };
        let timer = Timer::Idle(self.id);
        match (quiet && self.pool.live() > 0, self.idle_at) {
            (true, None) => {
                let at = turn.now.after(timeout);
                self.idle_at = Some(at);
                turn.timers.set(at, timer);
            }
            (false, Some(at)) => {
                self.idle_at = None;
                turn.timers.clear(at, timer);
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
}

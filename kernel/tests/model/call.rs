//! The model's calls: submitted, dispatched, cancelled, answered.

use super::task::{Call, Condition, Place, slot_id};
use super::{Model, key_id, millis, task_id};
use crate::walk::input::Key;
use atelier_kernel::{
    Attempt, CallSeq, Effect, ErrorKind, Metric, Outcome, QueuePolicy, Rejection, Sampling,
    SpanEnd, Status,
};

impl Model {
    /// Opens a call, in no queue yet.
    pub(super) fn open_call(
        &mut self,
        task: usize,
        keys: [Option<Key>; 2],
        sampling: Sampling,
    ) -> CallSeq {
        let sampled = self.samples(sampling);
        let order = self.tasks.iter().map(|task| task.submitted).sum();
        let now = self.now;
        let state = &mut self.tasks[task];
        let seq = CallSeq(state.submitted);
        state.submitted += 1;
        state.calls.push(Call {
            seq,
            order,
            place: Place::Waiting,
            started: now,
            since: now,
            keys,
            sampled,
            attempts: 0,
            slot: None,
            waits: Vec::new(),
            moved: false,
            crashes: 0,
            dispatch: 0,
        });
        seq
    }

    pub(super) fn submit(&mut self, task: usize, keys: [Option<Key>; 2], sampling: Sampling) {
        let state = &self.tasks[task];
        let aborted = keys.into_iter().flatten().find(|&key| self.is_aborted(key));
        let refusal = match (state.condition, aborted) {
            (Condition::Disposed, _) => Some(Rejection::Disposed),
            (Condition::Halted(slot), _) => Some(Rejection::Crashed(slot)),
            (_, Some(key)) => Some(Rejection::Aborted(key_id(key))),
            (_, None) => None,
        };
        let starts = state.next().is_none() && state.free_worker().is_some();
        let room = state.has_room();
        let oldest = state.calls.iter().find(|call| call.place == Place::Pending);
        let oldest = oldest.map(|call| call.seq);
        let overfull = f64::from(state.count(Place::Pending)) > state.setup.max_queue_depth;
        let policy = state.setup.queue_policy;

        let seq = self.open_call(task, keys, sampling);
        if let Some(rejection) = refusal {
            self.answer(task, seq, Err(rejection));
            return;
        }
        let accept = |model: &mut Self| {
            model.tasks[task].call(seq).expect("it was opened").place = Place::Pending;
        };
        match (policy, oldest) {
            _ if starts || room => accept(self),
            (QueuePolicy::Block, _) => {}
            (QueuePolicy::DropOldest, Some(oldest)) if !overfull => {
                self.answer(task, oldest, Err(Rejection::Dropped));
                accept(self);
            }
            (QueuePolicy::Reject | QueuePolicy::DropLatest | QueuePolicy::DropOldest, _) => {
                self.answer(task, seq, Err(Rejection::Dropped));
            }
        }
        self.advance(task);
    }

    pub(super) fn settle(
        &mut self,
        task: usize,
        seq: CallSeq,
        Attempt(attempt): Attempt,
        outcome: Outcome,
    ) {
        let Some(call) = self.tasks[task].call(seq).filter(|call| call.attempts == attempt) else {
            return self.answer_ignored(task);
        };
        match call.place {
            Place::Waiting | Place::Pending => return self.answer_ignored(task),
            Place::Abandoned(_) => {
                self.tasks[task].calls.retain(|call| call.seq != seq);
                if outcome != Outcome::Aborted {
                    self.answer_ignored(task);
                }
            }
            Place::InFlight(_) => match outcome {
                Outcome::Succeeded => {
                    self.tasks[task].consecutive_crashes = 0;
                    self.answer(task, seq, Ok(()));
                }
                Outcome::Failed => self.answer(task, seq, Err(Rejection::Failed)),
                Outcome::Aborted => self.answer(task, seq, Err(Rejection::HandlerAborted)),
            },
        }
        self.advance(task);
    }

    /// docs/decisions/0025: an answer that settles nothing counts itself, and nothing else.
    pub(super) fn answer_ignored(&mut self, task: usize) {
        self.count(Metric::TaskIgnored, task, None);
    }

    pub(super) fn cancel(&mut self, task: usize, seq: CallSeq, rejection: Rejection) {
        let now = self.now;
        let Some(call) = self.tasks[task].call(seq) else { return };
        match call.place {
            Place::Abandoned(_) => return,
            Place::Waiting | Place::Pending => self.answer(task, seq, Err(rejection)),
            Place::InFlight(slot) => {
                let mut stays = call.clone();
                (stays.place, stays.since) = (Place::Abandoned(slot), now);
                let epoch = self.tasks[task].epoch(slot);
                self.log.push(Effect::Interrupt { task: task_id(task), call: seq, slot, epoch });
                self.answer(task, seq, Err(rejection));
                let calls = &mut self.tasks[task].calls;
                calls.push(stays);
                calls.sort_by_key(|call| call.seq);
            }
        }
        self.advance(task);
    }

    /// Starts calls while a worker is free, then accepts waiting ones while there is room.
    pub(super) fn advance(&mut self, task: usize) {
        while let (Some(seq), Some(slot)) =
            (self.tasks[task].next(), self.tasks[task].free_worker())
        {
            self.dispatch(task, seq, slot);
        }
        let state = &mut self.tasks[task];
        while state.has_room() {
            let waiting = state.calls.iter_mut().find(|call| call.place == Place::Waiting);
            let Some(call) = waiting else { break };
            call.place = Place::Pending;
        }
        self.rest(task);
    }

    fn dispatch(&mut self, task: usize, seq: CallSeq, slot: usize) {
        if !self.tasks[task].workers[slot].live {
            self.spawn(task, slot);
        }
        let now = self.now;
        let state = &mut self.tasks[task];
        state.dispatched += 1;
        let number = state.dispatched;
        state.workers[slot].last_used = number;
        let call = state.call(seq).expect("it is queued");
        let wait = now - call.since;
        call.waits.push(wait);
        call.attempts += 1;
        call.slot = Some(slot_id(slot));
        (call.place, call.since) = (Place::InFlight(slot_id(slot)), now);
        (call.moved, call.dispatch) = (false, number);
        let attempt = Attempt(call.attempts);
        self.count(Metric::TaskDispatch, task, None);
        self.measure(Metric::QueueWait, task, wait);
        let (slot, epoch) = (slot_id(slot), self.tasks[task].epoch(slot_id(slot)));
        self.log.push(Effect::Dispatch { task: task_id(task), call: seq, attempt, slot, epoch });
    }

    /// Settles a call: its account, its answer; unties it from its keys and forgets it.
    pub(super) fn answer(&mut self, task: usize, seq: CallSeq, answer: Result<(), Rejection>) {
        let calls = &mut self.tasks[task].calls;
        let at = calls.iter().position(|call| call.seq == seq).expect("it is open");
        let mut call = calls.remove(at);
        for key in call.keys.into_iter().flatten() {
            self.release(key);
        }
        if call.slot_now().is_none() {
            call.waits.push(self.now - call.since);
        }
        let rejection = answer.err();
        let (metric, status, error) = account(rejection);
        self.count(metric, task, None);
        self.measure(Metric::TaskDuration, task, self.now - call.started);
        if call.sampled {
            self.log.push(Effect::EndSpan(SpanEnd {
                task: task_id(task),
                call: seq,
                started: millis(call.started),
                ended: millis(self.now),
                queue_wait: call.waits.iter().fold(0.0, |sum, wait| sum + wait),
                queue_wait_last: call.waits.last().copied().unwrap_or(0.0),
                attempts: call.attempts,
                slot: call.slot,
                status,
                error,
                rejection,
            }));
        }
        self.log.push(match rejection {
            None => Effect::Resolve { task: task_id(task), call: seq },
            Some(rejection) => Effect::Reject { task: task_id(task), call: seq, rejection },
        });
    }
}

/// observability.md, Error classification and Counter semantics.
fn account(rejection: Option<Rejection>) -> (Metric, Status, Option<ErrorKind>) {
    let Some(rejection) = rejection else { return (Metric::TaskSuccess, Status::Ok, None) };
    let (metric, status, error) = match rejection {
        Rejection::Dropped => (Metric::TaskRejected, Status::Error, ErrorKind::Queue),
        Rejection::Crashed(_) | Rejection::Killed(_) | Rejection::Moved(_) => {
            (Metric::TaskFailure, Status::Error, ErrorKind::Crash)
        }
        Rejection::Failed => (Metric::TaskFailure, Status::Error, ErrorKind::Exception),
        Rejection::Aborted(_)
        | Rejection::Canceled
        | Rejection::TimedOut
        | Rejection::Disposed
        | Rejection::HandlerAborted => (Metric::TaskCanceled, Status::Canceled, ErrorKind::Abort),
    };
    (metric, status, Some(error))
}

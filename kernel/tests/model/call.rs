//! The model's calls: submitted, dispatched, canceled, settled.

use super::task::{Call, Condition, Place, slot_id};
use super::{Model, millis, task_id};
use atelier_kernel::{
    Attempt, CallSeq, Effect, ErrorKind, Metric, Outcome, Priority, QueuePolicy, Rejection,
    Sampling, ScopeId, Slot, Status,
};

/// A call as its submit describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct New {
    /// Of its key and its signal.
    pub(super) scopes: [Option<ScopeId>; 2],
    pub(super) timeout: Option<f64>,
    pub(super) priority: Priority,
    pub(super) follows_signal: bool,
    pub(super) latest: Option<ScopeId>,
    pub(super) replace_running: bool,
    pub(super) sampling: Sampling,
}

impl Model {
    /// Opens a call, in no queue yet.
    pub(super) fn open_call(&mut self, task: usize, new: New) -> CallSeq {
        let sampled = self.samples(new.sampling);
        let order = self.tasks.iter().map(|task| task.submitted).sum();
        let now = self.now;
        let [key, signal] =
            new.scopes.map(|scope| scope.filter(|&scope| self.scopes.is_open(scope)));
        let state = &mut self.tasks[task];
        let seq = CallSeq(state.submitted);
        state.submitted += 1;
        state.calls.push(Call {
            seq,
            order,
            place: Place::Waiting,
            started: now,
            since: now,
            scopes: [key, signal, None],
            timeout: new.timeout,
            priority: new.priority,
            follows_signal: new.follows_signal,
            run: None,
            sampled,
            attempts: 0,
            slot: None,
            first_item: None,
            item_timeout: None,
            item_since: now,
            item_deadline: None,
            waits: Vec::new(),
            sent: 0,
            moved: false,
            crashes: 0,
            came: 0,
        });
        seq
    }

    pub(super) fn submit(&mut self, task: usize, new: New) {
        let state = &self.tasks[task];
        let aborted = new.scopes.into_iter().flatten().find(|&scope| self.scopes.is_aborted(scope));
        let refusal = match (state.condition, aborted) {
            (Condition::Disposed, _) => Some(Rejection::Disposed),
            (Condition::Halted(slot), _) => Some(Rejection::Crashed(slot)),
            (_, Some(scope)) => Some(Rejection::Aborted(scope)),
            (_, None) => None,
        };
        let seq = self.open_call(task, new);
        if self.limit.is_finite() {
            self.enroll(task);
        }
        if let Some(rejection) = refusal {
            self.answer(task, seq, Err(rejection));
            self.tasks[task].enrolled &= self.tasks[task].wants_workers();
            return;
        }
        if let Some(latest) = new.latest {
            self.supersede(task, latest, new.replace_running);
            self.accept_waiting(task);
            let latest = Some(latest).filter(|&latest| self.scopes.is_open(latest));
            self.tasks[task].call(seq).expect("it was opened").scopes[2] = latest;
        }
        let may_occupy = self.may_occupy(task);
        let state = &self.tasks[task];
        let starts = state.next().is_none()
            && state.free_worker(may_occupy).is_some()
            && !self.yields(task, new.priority);
        let room = state.has_room();
        let lowest = state.queued(Place::Pending).map(|call| call.priority).min();
        let oldest = state
            .queued(Place::Pending)
            .find(|call| Some(call.priority) == lowest && call.priority <= new.priority)
            .map(|call| call.seq);
        let overfull = f64::from(state.count(Place::Pending)) > state.setup.max_queue_depth;
        let policy = state.setup.queue_policy;
        let accept = |model: &mut Self| {
            model.tasks[task].call(seq).expect("it was opened").place = Place::Pending;
            model.tasks[task].enqueue(seq);
        };
        match (policy, oldest) {
            _ if starts || room => accept(self),
            (QueuePolicy::Block, _) => self.tasks[task].enqueue(seq),
            (QueuePolicy::DropOldest, Some(oldest)) if !overfull => {
                self.answer(task, oldest, Err(Rejection::Dropped));
                accept(self);
            }
            (QueuePolicy::Reject | QueuePolicy::DropLatest | QueuePolicy::DropOldest, _) => {
                self.answer(task, seq, Err(Rejection::Dropped));
            }
        }
        self.wake(task);
    }

    pub(super) fn settle(
        &mut self,
        task: usize,
        seq: CallSeq,
        Attempt(attempt): Attempt,
        outcome: Outcome,
        run: Option<f64>,
    ) {
        let Some(call) = self.tasks[task].call(seq).filter(|call| call.attempts == attempt) else {
            return self.reply_ignored(task);
        };
        match call.place {
            Place::Waiting | Place::Pending => return self.reply_ignored(task),
            Place::Abandoned(_) => {
                self.tasks[task].calls.retain(|call| call.seq != seq);
                if outcome != Outcome::Aborted {
                    self.reply_ignored(task);
                }
            }
            Place::InFlight(_) | Place::Resting(_) => {
                call.run = run;
                if let Some(run) = run {
                    self.measure(Metric::TaskRun, task, run);
                }
                match outcome {
                    Outcome::Succeeded => {
                        self.tasks[task].consecutive_crashes = 0;
                        self.answer(task, seq, Ok(()));
                    }
                    Outcome::Failed => self.answer(task, seq, Err(Rejection::Failed)),
                    Outcome::Aborted => self.answer(task, seq, Err(Rejection::HandlerAborted)),
                }
            }
        }
        self.wake(task);
    }

    /// docs/decisions/0025: a reply that settles nothing counts itself, and nothing else.
    pub(super) fn reply_ignored(&mut self, task: usize) {
        self.count(Metric::TaskIgnored, task, None);
    }

    /// What was moved for the last attempt that was sent cannot be sent again, wherever the call is now. Attempts count from 1.
    pub(super) fn payload_moved(
        &mut self,
        task: usize,
        seq: CallSeq,
        Attempt(attempt): Attempt,
        slot: Slot,
    ) {
        let last = |call: &&mut Call| attempt > 0 && call.sent == attempt;
        let Some(call) = self.tasks[task].call(seq).filter(last) else { return };
        match call.place {
            Place::Abandoned(_) | Place::Resting(_) => {}
            Place::InFlight(_) if call.is_sent() => call.moved = true,
            Place::InFlight(_) | Place::Waiting | Place::Pending => {
                self.answer(task, seq, Err(Rejection::Moved(slot)));
                self.wake(task);
            }
        }
    }

    /// Ends a call early. One that was sent stays on its worker and counts there until that replies; one that was not never gets there.
    pub(super) fn cancel(&mut self, task: usize, seq: CallSeq, rejection: Rejection) {
        let now = self.now;
        let Some(call) = self.tasks[task].call(seq) else { return };
        match call.place {
            Place::Abandoned(_) => return,
            Place::InFlight(slot) | Place::Resting(slot) if call.is_sent() => {
                let mut stays = call.clone();
                let rested = call.place == Place::Resting(slot);
                (stays.place, stays.since) = (Place::Abandoned(slot), now);
                stays.item_deadline = None;
                if rested {
                    stays.came = self.tasks[task].tick(slot);
                }
                let epoch = self.tasks[task].epoch(slot);
                self.emit(Effect::Interrupt { task: task_id(task), call: seq, slot, epoch });
                self.answer(task, seq, Err(rejection));
                let calls = &mut self.tasks[task].calls;
                calls.push(stays);
                calls.sort_by_key(|call| call.seq);
            }
            Place::InFlight(_) | Place::Resting(_) | Place::Waiting | Place::Pending => {
                self.answer(task, seq, Err(rejection));
            }
        }
        self.wake(task);
    }

    /// Ends workers that retire, fills the slots whose respawn is pending, starts calls while a worker is free, and accepts waiting ones while there is room.
    pub(super) fn advance(&mut self, task: usize) {
        self.end_retired(task);
        self.respawn(task);
        while self.start_next(task, true, false) {}
        self.end_advance(task);
    }

    /// Accepts waiting calls while there is room, and reports what that leaves.
    pub(super) fn end_advance(&mut self, task: usize) {
        self.accept_waiting(task);
        self.rest(task);
        self.tasks[task].enrolled &= self.tasks[task].wants_workers();
    }

    fn accept_waiting(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        while state.has_room() {
            let Some(seq) = state.next_at(Place::Waiting).map(|call| call.seq) else { break };
            state.call(seq).expect("it waits").place = Place::Pending;
            state.enqueue(seq);
        }
    }

    /// Starts the call whose turn it is, if a worker is free for it. `idle_only`: a worker that is busy takes no other call.
    pub(super) fn start_next(&mut self, task: usize, may_occupy: bool, idle_only: bool) -> bool {
        let state = &self.tasks[task];
        let Some(seq) = state.next().map(|call| call.seq) else { return false };
        let Some(slot) = state.free_worker(may_occupy) else { return false };
        if idle_only && state.load(slot) > 0 {
            return false;
        }
        self.dispatch(task, seq, slot);
        true
    }

    /// Reports that the task is drained, and notes since when it has been idle with workers to terminate.
    fn rest(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        if state.calls.is_empty() && std::mem::take(&mut state.watched) {
            self.emit(Effect::Drained { task: task_id(task) });
        }
        self.note_idle(task);
    }

    fn dispatch(&mut self, task: usize, seq: CallSeq, slot: usize) {
        if !self.tasks[task].workers[slot].live {
            self.spawn(task, slot);
        }
        let now = self.now;
        self.served += 1;
        let served = self.served;
        let state = &mut self.tasks[task];
        state.note_busy(now);
        state.served = served;
        state.dequeue(seq);
        state.dispatched += 1;
        let came = state.tick(slot_id(slot));
        let call = state.call(seq).expect("it is queued");
        let wait = now - call.since;
        call.waits.push(wait);
        call.attempts += 1;
        call.slot = Some(slot_id(slot));
        (call.place, call.since) = (Place::InFlight(slot_id(slot)), now);
        (call.moved, call.came) = (false, came);
        call.begin_item_wait(now);
        let attempt = Attempt(call.attempts);
        self.tasks[task].note_busy(now);
        self.count(Metric::TaskDispatch, task, None);
        self.measure(Metric::QueueWait, task, wait);
        let (slot, epoch) = (slot_id(slot), self.tasks[task].epoch(slot_id(slot)));
        self.emit(Effect::Dispatch { task: task_id(task), call: seq, attempt, slot, epoch });
    }

    /// An attempt has ended: if it was not sent yet, it will not be.
    pub(super) fn take_back_dispatch(&mut self, task: usize, seq: CallSeq) {
        self.queue.retain(|effect| {
            !matches!(*effect, Effect::Dispatch { task: of, call, .. }
                if (of, call) == (task_id(task), seq))
        });
    }

    /// Settles a call: its counter, its span, its answer; takes it out of its scopes and forgets it.
    pub(super) fn answer(&mut self, task: usize, seq: CallSeq, answer: Result<(), Rejection>) {
        self.take_back_dispatch(task, seq);
        let calls = &mut self.tasks[task].calls;
        let at = calls.iter().position(|call| call.seq == seq).expect("it is open");
        let mut call = calls.remove(at);
        self.tasks[task].dequeue(seq);
        for scope in call.scopes.into_iter().flatten() {
            self.offer_release(scope);
        }
        if call.slot_now().is_none() {
            call.waits.push(self.now - call.since);
        }
        let rejection = answer.err();
        let (metric, status, error) = account(rejection);
        self.count(metric, task, None);
        self.measure(Metric::TaskDuration, task, self.now - call.started);
        if call.sampled {
            self.emit(Effect::EndSpan {
                task: task_id(task),
                call: seq,
                started: millis(call.started),
                ended: millis(self.now),
                queue_wait: call.waits.iter().fold(0.0, |sum, wait| sum + wait),
                queue_wait_last: call.waits.last().copied().unwrap_or(0.0),
                attempts: call.attempts,
                priority: call.priority,
                run: call.run,
                first_item: call.first_item,
                slot: call.slot,
                status,
                error,
                rejection,
            });
        }
        self.emit(match rejection {
            None => Effect::Resolve { task: task_id(task), call: seq },
            Some(rejection) => Effect::Reject { task: task_id(task), call: seq, rejection },
        });
    }
}

/// Which counter a settled call counts in, and which status and kind of error its span has.
fn account(rejection: Option<Rejection>) -> (Metric, Status, Option<ErrorKind>) {
    let Some(rejection) = rejection else { return (Metric::TaskSuccess, Status::Ok, None) };
    let (metric, status, error) = match rejection {
        Rejection::Dropped => (Metric::TaskRejected, Status::Error, ErrorKind::Queue),
        Rejection::Crashed(_)
        | Rejection::Killed(_)
        | Rejection::Moved(_)
        | Rejection::Begun(_) => (Metric::TaskFailure, Status::Error, ErrorKind::Crash),
        Rejection::Failed => (Metric::TaskFailure, Status::Error, ErrorKind::Exception),
        Rejection::Aborted(_)
        | Rejection::TimedOut
        | Rejection::ItemTimedOut
        | Rejection::Left
        | Rejection::Superseded
        | Rejection::Disposed
        | Rejection::HandlerAborted => (Metric::TaskCanceled, Status::Canceled, ErrorKind::Abort),
    };
    (metric, status, Some(error))
}

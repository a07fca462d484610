//! The model's task: admission, the choice of a worker, the life of a call.

use super::{Model, key_id, millis, task_id};
use crate::walk::input::Key;
use crate::walk::setup::Setup;
use atelier_kernel::{
    Attempt, CallSeq, Effect, Epoch, ErrorKind, InitMode, LastCrash, Metric, Outcome, QueuePolicy,
    Rejection, Sampling, Slot, SpanEnd, Status, TaskSnapshot, TaskStatus, TaskType, WorkerStatus,
};

#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) setup: Setup,
    pub(super) condition: Condition,
    /// Open and abandoned calls, in the order of their numbers.
    pub(super) calls: Vec<Call>,
    pub(super) workers: Vec<Worker>,
    pub(super) submitted: u32,
    pub(super) dispatched: u32,
    pub(super) consecutive_crashes: u32,
    pub(super) restart_at: Option<f64>,
    pub(super) idle_since: Option<f64>,
    pub(super) last_crash: Option<LastCrash>,
    pub(super) watched: bool,
    pub(super) forgotten: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Condition {
    Running,
    Paused,
    Halted(Slot),
    Disposed,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) seq: CallSeq,
    /// The order of submits over all tasks.
    pub(super) order: u32,
    pub(super) place: Place,
    pub(super) started: f64,
    /// When it came to its place.
    pub(super) since: f64,
    keys: [Option<Key>; 2],
    sampled: bool,
    attempts: u32,
    slot: Option<Slot>,
    waits: Vec<f64>,
    pub(super) moved: bool,
    pub(super) crashes: u32,
    /// The number of its last dispatch among those of its task.
    pub(super) dispatch: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Waiting,
    Pending,
    InFlight(Slot),
    Abandoned(Slot),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Worker {
    pub(super) live: bool,
    pub(super) epoch: u32,
    pub(super) restarting: bool,
    /// The number of the last dispatch to this slot.
    last_used: u32,
}

impl Task {
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            setup,
            condition: Condition::Running,
            calls: Vec::new(),
            workers: vec![Worker::default(); setup.pool_size as usize],
            submitted: 0,
            dispatched: 0,
            consecutive_crashes: 0,
            restart_at: None,
            idle_since: None,
            last_crash: None,
            watched: false,
            forgotten: false,
        }
    }

    pub(super) fn count(&self, place: Place) -> u32 {
        total(self.calls.iter().filter(|call| call.place == place).count())
    }

    pub(super) fn in_flight(&self) -> u32 {
        total(self.calls.iter().filter(|call| call.slot_now().is_some()).count())
    }

    pub(super) fn active(&self) -> u32 {
        total(self.workers.iter().filter(|worker| worker.live).count())
    }

    pub(super) fn load(&self, slot: usize) -> u32 {
        total(self.calls.iter().filter(|call| call.slot_now() == Some(slot_id(slot))).count())
    }

    pub(super) fn call(&mut self, seq: CallSeq) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.seq == seq)
    }

    pub(super) fn payload_moved(&mut self, seq: CallSeq, Attempt(attempt): Attempt) {
        if let Some(call) = self.call(seq)
            && call.slot_now().is_some()
            && call.attempts == attempt
        {
            call.moved = true;
        }
    }

    /// An idle live worker, else a new one while fewer than `poolSize` exist and no backoff runs, else the least loaded
    /// one below its share. Ties go to the least recently used.
    fn choose(&self) -> Option<usize> {
        let share = (self.setup.max_in_flight / f64::from(self.setup.pool_size)).ceil();
        let slots = 0..self.workers.len();
        let rank = |&slot: &usize| (self.load(slot), self.workers[slot].last_used);
        let live = slots.clone().filter(|&slot| self.workers[slot].live);
        let idle = live.clone().filter(|&slot| self.load(slot) == 0).min_by_key(rank);
        let vacant = slots
            .clone()
            .find(|&slot| !self.workers[slot].live)
            .filter(|_| self.restart_at.is_none());
        let loaded = live.filter(|&slot| f64::from(self.load(slot)) < share).min_by_key(rank);
        idle.or(vacant).or(loaded)
    }

    /// The worker that could take one more call now.
    fn free_worker(&self) -> Option<usize> {
        let permitted = f64::from(self.in_flight()) < self.setup.max_in_flight;
        self.choose().filter(|_| permitted && self.condition == Condition::Running)
    }

    /// The call whose turn it is: the first pending one, else the first waiting one.
    fn next(&self) -> Option<CallSeq> {
        let first = |place| self.calls.iter().find(|call| call.place == place);
        first(Place::Pending).or_else(|| first(Place::Waiting)).map(|call| call.seq)
    }

    fn has_room(&self) -> bool {
        f64::from(self.count(Place::Pending)) < self.setup.max_queue_depth
    }

    pub(super) fn snapshot(&self) -> TaskSnapshot {
        let setup = &self.setup;
        let owed = self.restart_at.is_some() || matches!(self.condition, Condition::Halted(_));
        TaskSnapshot {
            r#type: if setup.singleton { TaskType::Singleton } else { TaskType::Parallel },
            init: if setup.eager { InitMode::Eager } else { InitMode::Lazy },
            total_workers: setup.pool_size,
            active_workers: self.active(),
            worker_status: match (self.active(), owed) {
                (0, true) => WorkerStatus::Crashed,
                (0, false) => WorkerStatus::Stopped,
                _ => WorkerStatus::Running,
            },
            task_status: match self.condition {
                Condition::Paused => TaskStatus::Paused,
                Condition::Running | Condition::Halted(_) | Condition::Disposed => {
                    if self.calls.is_empty() { TaskStatus::Idle } else { TaskStatus::Active }
                }
            },
            last_crash: self.last_crash,
            total_dispatched: f64::from(self.dispatched),
            pool_size: (!setup.singleton).then_some(setup.pool_size),
            queue_depth: self.in_flight(),
            pending_queue_depth: self.count(Place::Pending),
            waiting_queue_depth: self.count(Place::Waiting),
            max_in_flight: setup.max_in_flight,
            max_queue_depth: setup.max_queue_depth,
            queue_policy: setup.queue_policy,
            queue_depth_by_worker: (0..self.workers.len()).map(|slot| self.load(slot)).collect(),
        }
    }
}

impl Call {
    pub(super) fn slot_now(&self) -> Option<Slot> {
        match self.place {
            Place::InFlight(slot) | Place::Abandoned(slot) => Some(slot),
            Place::Waiting | Place::Pending => None,
        }
    }

    /// Whether an abort of the key would cancel it.
    pub(super) fn hangs_on(&self, key: Key) -> bool {
        !matches!(self.place, Place::Abandoned(_)) && self.keys.contains(&Some(key))
    }
}

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
            (Condition::Halted(slot), _) => Some(Rejection::Crashed(Some(slot))),
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
            return;
        };
        match call.place {
            Place::Waiting | Place::Pending => return,
            Place::Abandoned(_) => self.tasks[task].calls.retain(|call| call.seq != seq),
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

impl Task {
    pub(super) fn epoch(&self, Slot(slot): Slot) -> Epoch {
        Epoch(self.workers[slot as usize].epoch)
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

pub(super) fn slot_id(slot: usize) -> Slot {
    Slot(total(slot))
}

fn total(count: usize) -> u32 {
    u32::try_from(count).expect("a walk is short")
}

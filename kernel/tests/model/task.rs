//! The model's task: its calls and workers, the choice of a worker, the snapshot.

use crate::walk::setup::Setup;
use atelier_kernel::{
    CallSeq, Epoch, InitMode, LastCrash, Order, Priority, ScopeId, Slot, TaskSnapshot, TaskStatus,
    TaskType, Termination, WorkerStatus,
};

#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) setup: Setup,
    pub(super) condition: Condition,
    /// Open and abandoned calls, in the order of their numbers.
    pub(super) calls: Vec<Call>,
    /// The queued calls, in the order in which they came to where they are.
    pub(super) queue: Vec<CallSeq>,
    pub(super) workers: Vec<Worker>,
    /// Workers that were terminated, and when they count as gone at the latest.
    pub(super) terminating: Vec<(Slot, Epoch, f64)>,
    pub(super) submitted: u32,
    pub(super) dispatched: u32,
    /// How often a call came to its worker, or changed whether it counts there.
    pub(super) ticks: u32,
    pub(super) consecutive_crashes: u32,
    /// Workers created so far.
    pub(super) spawned: u32,
    /// How many had been created when the last crash was counted.
    pub(super) spawned_at_crash: u32,
    pub(super) restart_at: Option<f64>,
    pub(super) idle_since: Option<f64>,
    /// For each replacement of the workers that was asked for: how many had been created.
    pub(super) replacements: Vec<u32>,
    /// The slot of the worker that was replaced last.
    pub(super) replaced: Option<usize>,
    pub(super) last_crash: Option<LastCrash>,
    pub(super) watched: bool,
    pub(super) forgotten: bool,
    /// Busy time of its workers divided by its weight, but for that of workers that are busy now.
    pub(super) pass: f64,
    /// Which dispatch of all tasks was its last one.
    pub(super) served: u64,
    /// It has a pass to be compared.
    pub(super) enrolled: bool,
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
    /// The scopes of its key, its signal and its `latest` word, as far as they were open.
    pub(super) scopes: [Option<ScopeId>; 3],
    /// A timeout of its own, which may be Infinity.
    pub(super) timeout: Option<f64>,
    pub(super) priority: Priority,
    pub(super) follows_signal: bool,
    /// Time in the handler, if that was reported.
    pub(super) run: Option<f64>,
    pub(super) sampled: bool,
    pub(super) attempts: u32,
    pub(super) slot: Option<Slot>,
    /// When the first item of its stream came, measured from its start; then it has begun.
    pub(super) first_item: Option<f64>,
    /// How long its loop waits for an item, and since when it has waited.
    pub(super) item_timeout: Option<f64>,
    pub(super) item_since: f64,
    /// The deadline of that wait that is set: it may be an earlier one than the end of the wait.
    pub(super) item_deadline: Option<f64>,
    pub(super) waits: Vec<f64>,
    /// The last attempt whose dispatch the shell has taken; 0 for none.
    pub(super) sent: u32,
    pub(super) moved: bool,
    /// Attempts that ended with the crash of their worker, or with that of one that was never ready.
    pub(super) crashes: u32,
    /// The tick at which it came to its worker, or last changed whether it counts there.
    pub(super) came: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Waiting,
    Pending,
    InFlight(Slot),
    Resting(Slot),
    Abandoned(Slot),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Worker {
    pub(super) live: bool,
    pub(super) epoch: u32,
    /// A respawn is pending: it is filled as soon as no backoff runs and there is room.
    pub(super) respawn: bool,
    /// Which of the task's workers it was, counting from 1.
    pub(super) spawned: u32,
    /// When it must be ready, until it is.
    pub(super) start_by: Option<f64>,
    pub(super) ready: bool,
    pub(super) created: f64,
    /// Attempts that were sent to it.
    pub(super) sent: u32,
    /// Why it is to end when it has no call.
    pub(super) retiring: Option<Termination>,
    /// Since when it has been one idle worker too many.
    pub(super) idle_since: Option<f64>,
    /// Since when it has had calls.
    pub(super) busy_since: Option<f64>,
    /// The tick at which a call came to count on it last.
    pub(super) last_used: u32,
    /// Values that live on in it.
    pub(super) holds: u32,
}

impl Task {
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            setup,
            condition: Condition::Running,
            calls: Vec::new(),
            queue: Vec::new(),
            workers: vec![Worker::default(); setup.pool_size as usize],
            terminating: Vec::new(),
            submitted: 0,
            dispatched: 0,
            ticks: 0,
            consecutive_crashes: 0,
            spawned: 0,
            spawned_at_crash: 0,
            restart_at: None,
            idle_since: None,
            replacements: Vec::new(),
            replaced: None,
            last_crash: None,
            watched: false,
            forgotten: false,
            pass: 0.0,
            served: 0,
            enrolled: false,
        }
    }

    pub(super) fn count(&self, place: Place) -> u32 {
        total(self.calls.iter().filter(|call| call.place == place).count())
    }

    pub(super) fn in_flight(&self) -> u32 {
        total(self.calls.iter().filter(|call| call.counts_on().is_some()).count())
    }

    /// The calls that rest on a worker, or on any.
    pub(super) fn resting(&self, slot: Option<usize>) -> u32 {
        let rests = |call: &&Call| match call.place {
            Place::Resting(at) => slot.is_none_or(|slot| at == slot_id(slot)),
            Place::Waiting | Place::Pending | Place::InFlight(_) | Place::Abandoned(_) => false,
        };
        total(self.calls.iter().filter(rests).count())
    }

    /// Whether it has a call that is queued or counts on a worker.
    pub(super) fn wants_workers(&self) -> bool {
        total(self.calls.len()) > self.resting(None)
    }

    pub(super) fn active(&self) -> u32 {
        total(self.workers.iter().filter(|worker| worker.live).count())
    }

    pub(super) fn load(&self, slot: usize) -> u32 {
        total(self.calls.iter().filter(|call| call.counts_on() == Some(slot_id(slot))).count())
    }

    /// A call comes to count on a worker; returns the tick of that.
    pub(super) fn tick(&mut self, Slot(slot): Slot) -> u32 {
        self.ticks += 1;
        self.workers[slot as usize].last_used = self.ticks;
        self.ticks
    }

    pub(super) fn epoch(&self, Slot(slot): Slot) -> Epoch {
        Epoch(self.workers[slot as usize].epoch)
    }

    pub(super) fn call(&mut self, seq: CallSeq) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.seq == seq)
    }

    pub(super) fn is_live(&self, Slot(slot): Slot, Epoch(epoch): Epoch) -> bool {
        self.workers.get(slot as usize).is_some_and(|worker| worker.live && worker.epoch == epoch)
    }

    /// An idle live worker, with as few resting streams as possible, else a new one while fewer than `poolSize` exist, no backoff runs
    /// and there is room, else the least loaded one below its share. Ties go to the one with the fewest resting streams, then to the
    /// least recently used; where the pool shrinks, to the first idle one. A worker that retires is not chosen.
    ///
    /// Where the budget lets no other worker be busy, only one that is.
    pub(super) fn choose(&self, may_occupy: bool) -> Option<usize> {
        let share = (self.setup.max_in_flight / f64::from(self.setup.pool_size)).ceil();
        let slots = 0..self.workers.len();
        let rank = |&slot: &usize| {
            (self.load(slot), self.resting(Some(slot)), self.workers[slot].last_used)
        };
        let live = slots.clone().filter(|&slot| {
            let serves = self.workers[slot].live && self.retirement(slot).is_none();
            serves && (may_occupy || self.load(slot) > 0)
        });
        let idle = live.clone().filter(|&slot| self.load(slot) == 0);
        let idle = match self.setup.min_workers {
            Some(_) => idle.min_by_key(|&slot| (self.resting(Some(slot)), slot)),
            None => idle.min_by_key(rank),
        };
        let vacant = slots
            .clone()
            .find(|&slot| !self.workers[slot].live && !self.workers[slot].respawn)
            .filter(|_| may_occupy && self.restart_at.is_none() && self.may_spawn());
        let loaded = live.filter(|&slot| f64::from(self.load(slot)) < share).min_by_key(rank);
        idle.or(vacant).or(loaded)
    }

    /// docs/decisions/0022: live and terminating workers stay within twice the pool size.
    pub(super) fn may_spawn(&self) -> bool {
        self.active() + total(self.terminating.len()) < 2 * self.setup.pool_size
    }

    /// The worker that could take one more call now.
    pub(super) fn free_worker(&self, may_occupy: bool) -> Option<usize> {
        let permitted = f64::from(self.in_flight()) < self.setup.max_in_flight;
        self.choose(may_occupy).filter(|_| permitted && self.condition == Condition::Running)
    }

    /// The call whose turn it is: the highest priority; within one, pending before waiting.
    pub(super) fn next(&self) -> Option<&Call> {
        let (pending, waiting) = (self.next_at(Place::Pending), self.next_at(Place::Waiting));
        let first = pending.into_iter().chain(waiting);
        first.reduce(|best, call| if call.priority > best.priority { call } else { best })
    }

    /// The call whose turn it is among those in one place: the highest priority; within one, as the task orders them.
    pub(super) fn next_at(&self, place: Place) -> Option<&Call> {
        let highest = self.queued(place).map(|call| call.priority).max()?;
        let mut level = self.queued(place).filter(|call| call.priority == highest);
        match self.setup.order {
            Order::OldestFirst => level.next(),
            Order::NewestFirst => level.last(),
        }
    }

    /// The calls in one place, in the order in which they came there.
    pub(super) fn queued(&self, place: Place) -> impl Iterator<Item = &Call> {
        let calls = self.queue.iter().filter_map(|&seq| self.calls.iter().find(|it| it.seq == seq));
        calls.filter(move |call| call.place == place)
    }

    /// A call comes to the end of the queue.
    pub(super) fn enqueue(&mut self, seq: CallSeq) {
        self.dequeue(seq);
        self.queue.push(seq);
    }

    pub(super) fn dequeue(&mut self, seq: CallSeq) {
        self.queue.retain(|&queued| queued != seq);
    }

    /// Whether its busy workers count in the budget.
    pub(super) fn counts(&self) -> bool {
        self.setup.weight > 0.0
    }

    /// Workers that count in the budget now.
    pub(super) fn busy(&self) -> u32 {
        if !self.counts() {
            return 0;
        }
        total((0..self.workers.len()).filter(|&slot| self.load(slot) > 0).count())
    }

    /// Notes which workers have become busy or idle.
    pub(super) fn note_busy(&mut self, now: f64) {
        for slot in 0..self.workers.len() {
            let load = self.load(slot);
            let since = &mut self.workers[slot].busy_since;
            if load > 0 {
                since.get_or_insert(now);
            } else if let Some(since) = since.take()
                && self.setup.weight > 0.0
            {
                self.pass += (now - since) / self.setup.weight;
            }
        }
    }

    /// Busy time divided by the weight up to now.
    pub(super) fn pass_at(&self, now: f64) -> f64 {
        if !self.counts() {
            return 0.0;
        }
        let running = self.workers.iter().filter_map(|worker| worker.busy_since);
        self.pass + running.map(|since| (now - since) / self.setup.weight).sum::<f64>()
    }

    pub(super) fn has_room(&self) -> bool {
        f64::from(self.count(Place::Pending)) < self.setup.max_queue_depth
    }

    pub(super) fn snapshot(&self) -> TaskSnapshot {
        let setup = &self.setup;
        let crashed = self.restart_at.is_some() || matches!(self.condition, Condition::Halted(_));
        TaskSnapshot {
            r#type: if setup.singleton { TaskType::Singleton } else { TaskType::Parallel },
            init: if setup.eager { InitMode::Eager } else { InitMode::Lazy },
            total_workers: setup.pool_size,
            active_workers: self.active(),
            worker_status: match (self.active(), crashed) {
                (0, true) => WorkerStatus::Crashed,
                (0, false) if !self.terminating.is_empty() => WorkerStatus::Stopping,
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
            resting_depth: self.resting(None),
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
    /// Whether the running attempt was sent.
    pub(super) fn is_sent(&self) -> bool {
        self.attempts > 0 && self.sent == self.attempts
    }

    /// The worker that it is on.
    pub(super) fn slot_now(&self) -> Option<Slot> {
        match self.place {
            Place::InFlight(slot) | Place::Resting(slot) | Place::Abandoned(slot) => Some(slot),
            Place::Waiting | Place::Pending => None,
        }
    }

    /// The worker that it counts on.
    pub(super) fn counts_on(&self) -> Option<Slot> {
        self.slot_now().filter(|&slot| self.place != Place::Resting(slot))
    }

    /// Whether an abort of the scope would cancel it.
    pub(super) fn is_registered_with(&self, scope: ScopeId) -> bool {
        !matches!(self.place, Place::Abandoned(_)) && self.scopes.contains(&Some(scope))
    }
}

pub(super) fn slot_id(slot: usize) -> Slot {
    Slot(total(slot))
}

fn total(count: usize) -> u32 {
    u32::try_from(count).expect("a walk is short")
}

//! The model's task: its calls and workers, the choice of a worker, the snapshot.

use crate::walk::setup::Setup;
use atelier_kernel::{
    CallSeq, Epoch, InitMode, LastCrash, ScopeId, Slot, TaskSnapshot, TaskStatus, TaskType,
    WorkerStatus,
};

#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) setup: Setup,
    pub(super) condition: Condition,
    /// Open and abandoned calls, in the order of their numbers.
    pub(super) calls: Vec<Call>,
    pub(super) workers: Vec<Worker>,
    /// Workers that were terminated, and when they count as gone at the latest.
    pub(super) terminating: Vec<(Slot, Epoch, f64)>,
    pub(super) submitted: u32,
    pub(super) dispatched: u32,
    pub(super) consecutive_crashes: u32,
    /// Workers created so far.
    pub(super) spawned: u32,
    /// How many had been created when the last crash was counted.
    pub(super) spawned_at_crash: u32,
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
    /// The scopes of its key and its signal, as far as they were open.
    pub(super) scopes: [Option<ScopeId>; 2],
    pub(super) sampled: bool,
    pub(super) attempts: u32,
    pub(super) slot: Option<Slot>,
    pub(super) waits: Vec<f64>,
    /// The last attempt whose dispatch the shell has taken; 0 for none.
    pub(super) sent: u32,
    pub(super) moved: bool,
    /// Attempts that were sent and ended with the crash of their worker.
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
    /// A respawn is pending: it is filled as soon as no backoff runs and there is room.
    pub(super) respawn: bool,
    /// Which of the task's workers it was, counting from 1.
    pub(super) spawned: u32,
    /// When it must be ready, until it is.
    pub(super) start_by: Option<f64>,
    /// The number of the last dispatch to this slot.
    pub(super) last_used: u32,
}

impl Task {
    pub(super) fn new(setup: Setup) -> Self {
        Self {
            setup,
            condition: Condition::Running,
            calls: Vec::new(),
            workers: vec![Worker::default(); setup.pool_size as usize],
            terminating: Vec::new(),
            submitted: 0,
            dispatched: 0,
            consecutive_crashes: 0,
            spawned: 0,
            spawned_at_crash: 0,
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

    pub(super) fn epoch(&self, Slot(slot): Slot) -> Epoch {
        Epoch(self.workers[slot as usize].epoch)
    }

    pub(super) fn call(&mut self, seq: CallSeq) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.seq == seq)
    }

    pub(super) fn is_live(&self, Slot(slot): Slot, Epoch(epoch): Epoch) -> bool {
        self.workers.get(slot as usize).is_some_and(|worker| worker.live && worker.epoch == epoch)
    }

    /// An idle live worker, else a new one while fewer than `poolSize` exist, no backoff runs and there is room, else the least loaded
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
            .filter(|_| self.restart_at.is_none() && self.may_spawn());
        let loaded = live.filter(|&slot| f64::from(self.load(slot)) < share).min_by_key(rank);
        idle.or(vacant).or(loaded)
    }

    /// docs/decisions/0022: live and terminating workers stay within twice the pool size.
    pub(super) fn may_spawn(&self) -> bool {
        self.active() + total(self.terminating.len()) < 2 * self.setup.pool_size
    }

    /// The worker that could take one more call now.
    pub(super) fn free_worker(&self) -> Option<usize> {
        let permitted = f64::from(self.in_flight()) < self.setup.max_in_flight;
        self.choose().filter(|_| permitted && self.condition == Condition::Running)
    }

    /// The call whose turn it is: the first pending one, else the first waiting one.
    pub(super) fn next(&self) -> Option<CallSeq> {
        let first = |place| self.calls.iter().find(|call| call.place == place);
        first(Place::Pending).or_else(|| first(Place::Waiting)).map(|call| call.seq)
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

    pub(super) fn slot_now(&self) -> Option<Slot> {
        match self.place {
            Place::InFlight(slot) | Place::Abandoned(slot) => Some(slot),
            Place::Waiting | Place::Pending => None,
        }
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

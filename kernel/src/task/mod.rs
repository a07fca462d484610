//! A task: turns the verdicts of its queue, pool and crash ledger into effects.
//!
//! `calls.rs` has the life of a call and `workers.rs` that of the workers. What they do may make room for a call or a worker, so
//! they wake the task; [`Task::advance`] is the only way by which calls start and workers are respawned. It runs when all
//! that happened together has been taken in, so that every end comes before the first start.

pub(crate) mod call;
mod call_list;
mod calls;
mod crash;
mod gauges;
mod holds;
mod item_wait;
pub(crate) mod limits;
mod lives;
mod losses;
mod pool;
mod queue;
mod settling;
pub(crate) mod snapshot;
mod streams;
mod timeouts;
mod turns;
pub(crate) mod usage;
mod workers;

pub(crate) use calls::NewCall;

use crate::boundary::effect::Effect;
use crate::boundary::id::{CallSeq, Slot, TaskId};
use crate::boundary::priority::Priority;
use crate::task::call::Calls;
use crate::task::crash::CrashLedger;
use crate::task::gauges::{Gauges, PublishedGauges};
use crate::task::limits::Limits;
use crate::task::lives::Replacements;
use crate::task::pool::Pool;
use crate::task::queue::DispatchQueue;
use crate::task::usage::Usage;
use crate::time::Millis;
use crate::time::timers::Timer;
use crate::turn::Turn;

/// Whether a task accepts and starts calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Running,
    /// Stopped by the user: calls queue up.
    Paused,
    /// Failed for good, by the crash of the worker in this slot: calls are rejected.
    Halted(Slot),
    Disposed,
}

/// One task with its calls and workers.
#[derive(Debug)]
pub(crate) struct Task {
    id: TaskId,
    limits: Limits,
    condition: Condition,
    calls: Calls,
    queue: DispatchQueue,
    pool: Pool,
    ledger: CrashLedger,
    /// The end of the backoff; no worker is created before it.
    restart_at: Option<Millis>,
    idle_at: Option<Millis>,
    last_crash: Option<(Millis, Slot)>,
    replacements: Replacements,
    dispatched: u64,
    /// The call whose timeout is set: the oldest unsettled one, if calls time out.
    timing: Option<CallSeq>,
    /// Somebody waits for the task to drain.
    draining: bool,
    /// It is among the tasks to advance.
    woken: bool,
    published: PublishedGauges,
    usage: Usage,
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
            replacements: Replacements::default(),
            dispatched: 0,
            timing: None,
            draining: false,
            woken: false,
            published: PublishedGauges::default(),
            usage: Usage::default(),
            limits,
        }
    }

    /// Whether it has no call, settled for its caller or not.
    pub(crate) fn has_no_call(&self) -> bool {
        self.calls.len() == 0
    }

    /// How many calls of this priority have not started.
    pub(crate) fn queued_at(&self, priority: Priority) -> u32 {
        self.queue.queued_at(priority)
    }

    /// A listener has subscribed: the next change of a gauge emits all of them.
    pub(crate) fn introduce(&mut self) {
        self.published.restart();
    }

    /// Whether the moment of a call that is submitted now matters: the call may start, or it times out.
    pub(crate) fn times_next_call(&self) -> bool {
        self.limits.timeout_ms.is_some() || self.queue.has_permit()
    }

    /// Asks for one [`Effect::Drained`] as soon as nothing is waiting, pending or in flight.
    pub(crate) fn watch_drain(&mut self, turn: &mut Turn) {
        self.draining = true;
        self.wake(turn);
    }

    /// Respawns and starts what can start, accepts what there is room for, and reports what changed. Where the runtime has a budget, the
    /// kernel starts calls in between, in the order in which the tasks are due.
    pub(crate) fn advance(&mut self, turn: &mut Turn) {
        self.begin_advance(turn);
        self.start_calls(turn);
        self.end_advance(turn);
    }

    /// Ends and respawns workers.
    pub(crate) fn begin_advance(&mut self, turn: &mut Turn) {
        self.woken = false;
        self.end_retired(turn);
        self.respawn(turn);
    }

    /// Accepts waiting calls that there is room for, and reports what changed.
    pub(crate) fn end_advance(&mut self, turn: &mut Turn) {
        self.accept_waiting();
        self.publish(turn);
        self.report_drained(turn);
        self.time_idle(turn);
        self.leave_if_idle();
    }

    /// A task whose calls all rest, or that has none, takes no part in the budget.
    fn leave_if_idle(&mut self) {
        self.usage.enrolled &= self.wants_workers();
    }

    /// Whether it has a call that is queued or counts on a worker.
    pub(crate) fn wants_workers(&self) -> bool {
        self.calls.len() > self.queue.resting()
    }

    /// Whether it takes part in the budget.
    pub(crate) fn is_enrolled(&self) -> bool {
        self.usage.enrolled
    }

    /// Something happened that may let a call or a worker start.
    pub(crate) fn wake(&mut self, turn: &mut Turn) {
        if !self.woken {
            self.woken = true;
            turn.woken.push(self.id);
        }
    }

    /// Emits the gauges that changed since the last publish.
    fn publish(&mut self, turn: &mut Turn) {
        let gauges = Gauges {
            in_flight: self.queue.in_flight(),
            pending: self.queue.pending(),
            waiting: self.queue.waiting(),
            resting: self.queue.resting(),
            active: self.pool.live(),
        };
        self.published.update(gauges, self.id, turn);
    }

    /// Emits `Drained` if that was requested and the task has no call.
    fn report_drained(&mut self, turn: &mut Turn) {
        if self.has_no_call() && std::mem::take(&mut self.draining) {
            turn.emit(Effect::Drained { task: self.id });
        }
    }

    /// Sets the timer of idle workers, or stops it.
    fn time_idle(&mut self, turn: &mut Turn) {
        let at = self.idle_deadline(turn.now);
        let before = std::mem::replace(&mut self.idle_at, at);
        if before == at {
            return;
        }
        let timer = Timer::Idle(self.id);
        if let Some(before) = before {
            turn.timers.clear(before, timer);
        }
        if let Some(at) = at {
            turn.timers.set(at, timer);
        }
    }

    /// When workers end because they are idle.
    fn idle_deadline(&mut self, now: Millis) -> Option<Millis> {
        let timeout = self.limits.idle_timeout_ms?;
        match self.limits.min_workers {
            Some(min) => Some(self.pool.note_idle(min, now)?.after(timeout)),
            None if self.has_no_call() && self.pool.live() > 0 && !self.pool.is_held() => {
                Some(self.idle_at.unwrap_or(now.after(timeout)))
            }
            None => None,
        }
    }
}

//! The life of a task's workers: spawned, crashed, killed, stopped, started, disposed.

use crate::boundary::config::InitMode;
use crate::boundary::effect::Effect;
use crate::boundary::id::{CallSeq, Epoch, Slot};
use crate::boundary::outcome::{Rejection, Termination};
use crate::task::crash::Verdict;
use crate::task::losses::Loss;
use crate::task::pool::Terminating;
use crate::task::{Condition, Task};
use crate::telemetry::metric::Metric;
use crate::time::timers::Timer;
use crate::turn::Turn;

/// How long a terminated worker counts as terminating unless its end is reported. Longer than the 2 s after which Chromium
/// force-terminates an unresponsive worker thread.
const TERMINATING_MS: f64 = 3_000.0;

impl Task {
    /// The task was defined.
    pub(crate) fn defined(&mut self, turn: &mut Turn) {
        if self.limits.init == InitMode::Eager {
            self.start_workers(turn);
        }
    }

    /// Respawns workers, unless a backoff runs. Those for which there is no room follow when there is.
    pub(super) fn respawn(&mut self, turn: &mut Turn) {
        while self.restart_at.is_none()
            && let Some(slot) = self.pool.next_respawn()
        {
            self.spawn(slot, turn);
        }
    }

    /// Creates a worker in a vacant slot.
    pub(super) fn spawn(&mut self, slot: Slot, turn: &mut Turn) {
        let start_by = Some(turn.now.after(self.limits.start_timeout_ms))
            .filter(|_| self.limits.start_timeout_ms.is_finite());
        if let Some(at) = start_by {
            turn.timers.set(at, Timer::Start(self.id, slot));
        }
        let epoch = self.pool.fill(slot, start_by, turn.now);
        turn.emit(Effect::Spawn { task: self.id, slot, epoch });
        turn.count(Metric::WorkerSpawn, self.id, Some(slot));
        self.publish(turn);
    }

    /// The worker serves calls. A no-op for a worker that was ready before, or that is not in the slot any more.
    pub(crate) fn worker_ready(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.has(slot, epoch) {
            self.end_start(slot, turn);
            if let Some(created) = self.pool.ready(slot) {
                turn.histogram(Metric::WorkerReady, self.id, turn.now.since(created));
            }
            if self.is_replacing() {
                self.wake(turn);
            }
        }
    }

    /// A promise was rejected in the worker and nothing handled it. A no-op for a worker that is not in the slot any more.
    pub(crate) fn worker_unhandled(&self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.has(slot, epoch) {
            turn.count(Metric::WorkerUnhandled, self.id, Some(slot));
        }
    }

    /// The worker did not become ready in time, which is a crash.
    pub(crate) fn start_timed_out(&mut self, slot: Slot, turn: &mut Turn) {
        let epoch = self.pool.epoch(slot);
        let after = self.limits.start_timeout_ms;
        turn.emit(Effect::GiveUp { task: self.id, slot, epoch, after });
        self.worker_lost(slot, epoch, turn);
    }

    /// The worker crashed or could not be created. A no-op for a worker that is not in the slot any more.
    pub(crate) fn worker_lost(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if !self.pool.has(slot, epoch) {
            return;
        }
        self.last_crash = Some((turn.now, slot));
        turn.count(Metric::WorkerCrash, self.id, Some(slot));
        let loss = if self.pool.is_ready(slot) { Loss::Crash } else { Loss::Start };
        let (spawned, spawns) = self.pool.spawned(slot);
        match self.ledger.crash(spawned, spawns) {
            Verdict::Restart { backoff } => {
                self.vacate(slot, self.is_refilled(true), turn);
                let at = turn.now.after(backoff);
                if let Some(before) = self.restart_at.replace(at) {
                    turn.timers.clear(before, Timer::Restart(self.id));
                }
                turn.timers.set(at, Timer::Restart(self.id));
                self.release(slot, loss, turn);
            }
            Verdict::Halt => {
                self.vacate(slot, false, turn);
                self.cancel_restart(turn);
                self.condition = Condition::Halted(slot);
                self.reject_all(Rejection::Crashed(slot), turn);
                self.terminate_all(Termination::Stopped, turn);
            }
        }
        self.wake(turn);
    }

    /// The thread of a terminated worker has exited, or has had its time: there is room for another worker. A no-op for a worker
    /// that was not terminated, or that is known to be gone.
    pub(crate) fn worker_gone(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        let Some(Terminating { until, .. }) = self.pool.gone(slot, epoch) else { return };
        turn.timers.clear(until, Timer::Gone(self.id, slot, epoch));
        if self.pool.live() == 0 && !self.pool.is_terminating() {
            turn.touch();
        }
        self.wake(turn);
    }

    /// The backoff has ended: the crashed workers are respawned.
    pub(crate) fn backoff_expired(&mut self, turn: &mut Turn) {
        self.restart_at = None;
        turn.touch();
        self.wake(turn);
    }

    /// The cancel grace of a call has ended: its worker is replaced. A no-op if the worker has replied.
    pub(crate) fn grace_expired(&mut self, seq: CallSeq, turn: &mut Turn) {
        let Some(slot) = self.calls.find(seq).and_then(|index| self.calls[index].phase.slot())
        else {
            return;
        };
        self.terminate(slot, self.is_refilled(true), Termination::Killed, turn);
        self.release(slot, Loss::Kill, turn);
        self.wake(turn);
    }

    /// Resumes a stopped task, revives a failed one, and creates the workers that are missing. A backoff that runs goes on.
    pub(crate) fn start_workers(&mut self, turn: &mut Turn) {
        match self.condition {
            Condition::Disposed => return,
            Condition::Halted(_) => self.ledger.reset(),
            Condition::Running | Condition::Paused => {}
        }
        if self.condition != Condition::Running {
            self.condition = Condition::Running;
            turn.touch();
        }
        match self.limits.min_workers {
            Some(min) => self.pool.respawn_up_to(min),
            None if self.restart_at.is_none() => self.pool.respawn_all(),
            None => {}
        }
        self.wake(turn);
    }

    /// Pauses the task and terminates its workers. Their calls go back to the front of the queue.
    pub(crate) fn stop_workers(&mut self, turn: &mut Turn) {
        if self.condition != Condition::Running {
            return;
        }
        self.condition = Condition::Paused;
        turn.touch();
        self.cancel_restart(turn);
        let live: Vec<Slot> = self.pool.slots().filter(|&slot| self.pool.is_live(slot)).collect();
        self.terminate_all(Termination::Stopped, turn);
        for slot in live {
            self.release(slot, Loss::Stop, turn);
        }
        self.wake(turn);
    }

    /// Rejects every open call and terminates the workers. Later calls are rejected too. Idempotent.
    pub(crate) fn dispose(&mut self, turn: &mut Turn) {
        if self.condition == Condition::Disposed {
            return;
        }
        self.condition = Condition::Disposed;
        turn.touch();
        self.cancel_restart(turn);
        self.reject_all(Rejection::Disposed, turn);
        self.terminate_all(Termination::Disposed, turn);
        for Terminating { slot, epoch, until } in self.pool.take_terminating() {
            turn.timers.clear(until, Timer::Gone(self.id, slot, epoch));
        }
        self.wake(turn);
    }

    pub(super) fn terminate_all(&mut self, why: Termination, turn: &mut Turn) {
        for slot in self.pool.slots() {
            if self.pool.is_live(slot) {
                self.terminate(slot, false, why, turn);
            }
        }
    }

    /// Terminates a worker that has not crashed.
    pub(super) fn terminate(
        &mut self,
        slot: Slot,
        respawn: bool,
        why: Termination,
        turn: &mut Turn,
    ) {
        turn.count_termination(self.id, slot, why);
        self.vacate(slot, respawn, turn);
    }

    /// Terminates the slot's worker, if it has not exited by itself.
    fn vacate(&mut self, slot: Slot, respawn: bool, turn: &mut Turn) {
        let epoch = self.pool.epoch(slot);
        turn.emit(Effect::Terminate { task: self.id, slot, epoch });
        self.end_start(slot, turn);
        let until = turn.now.after(TERMINATING_MS);
        turn.timers.set(until, Timer::Gone(self.id, slot, epoch));
        self.pool.vacate(slot, respawn, until);
        self.publish(turn);
    }

    fn end_start(&mut self, slot: Slot, turn: &mut Turn) {
        if let Some(at) = self.pool.end_start(slot) {
            turn.timers.clear(at, Timer::Start(self.id, slot));
        }
    }

    /// Ends the backoff and cancels the pending respawns: the slots are merely vacant.
    fn cancel_restart(&mut self, turn: &mut Turn) {
        if let Some(at) = self.restart_at.take() {
            turn.timers.clear(at, Timer::Restart(self.id));
        }
        self.pool.cancel_respawns();
    }
}

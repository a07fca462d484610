//! The life of a task's workers: spawned, crashed, killed, stopped, started, disposed.

use crate::boundary::config::{CrashPolicy, InitMode};
use crate::boundary::effect::Effect;
use crate::boundary::id::{CallSeq, Epoch, Slot};
use crate::boundary::outcome::Rejection;
use crate::task::call::Phase;
use crate::task::crash::Verdict;
use crate::task::pool::Terminating;
use crate::task::{Condition, Task};
use crate::telemetry::metric::Metric;
use crate::time::timers::Timer;
use crate::turn::Turn;

/// How long a terminated worker counts as terminating unless its end is reported. Longer than the 2 s after which Chromium
/// force-terminates an unresponsive worker thread.
const TERMINATING_MS: f64 = 3_000.0;

/// How a worker was lost, which decides what becomes of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// It crashed: the crash policy decides, and each call's own count of crashes.
    Crash,
    /// Killed because a canceled call exceeded `cancelGraceMs`: the crash policy decides, nothing is counted.
    Kill,
    /// The user stopped it: its calls go back to the queue.
    Stop,
}

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
        let epoch = self.pool.fill(slot, start_by);
        turn.emit(Effect::Spawn { task: self.id, slot, epoch });
        turn.count(Metric::WorkerSpawn, self.id, Some(slot));
        self.publish(turn);
    }

    /// The worker serves calls. A no-op for a worker that was ready before, or that is not in the slot any more.
    pub(crate) fn worker_ready(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.holds(slot, epoch) {
            self.end_start(slot, turn);
        }
    }

    /// A promise was rejected in the worker and nothing handled it. A no-op for a worker that is not in the slot any more.
    pub(crate) fn worker_unhandled(&self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.holds(slot, epoch) {
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
        if !self.pool.holds(slot, epoch) {
            return;
        }
        self.last_crash = Some((turn.now, slot));
        turn.count(Metric::WorkerCrash, self.id, Some(slot));
        let (spawned, spawns) = self.pool.spawned(slot);
        match self.ledger.crash(spawned, spawns) {
            Verdict::Restart { backoff } => {
                self.vacate(slot, true, turn);
                let at = turn.now.after(backoff);
                if let Some(before) = self.restart_at.replace(at) {
                    turn.timers.clear(before, Timer::Restart(self.id));
                }
                turn.timers.set(at, Timer::Restart(self.id));
                self.release(slot, Loss::Crash, turn);
            }
            Verdict::Halt => {
                self.vacate(slot, false, turn);
                self.cancel_restart(turn);
                self.condition = Condition::Halted(slot);
                self.reject_all(Rejection::Crashed(slot), turn);
                self.terminate_all(turn);
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
        self.terminate(slot, true, turn);
        self.release(slot, Loss::Kill, turn);
        self.wake(turn);
    }

    /// The task was idle for its `idleTimeoutMs`: its workers are terminated; the next call creates them again.
    pub(crate) fn idle_expired(&mut self, turn: &mut Turn) {
        self.idle_at = None;
        self.terminate_all(turn);
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
        if self.restart_at.is_none() {
            self.pool.respawn_all();
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
        self.terminate_all(turn);
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
        self.terminate_all(turn);
        for Terminating { slot, epoch, until } in self.pool.take_terminating() {
            turn.timers.clear(until, Timer::Gone(self.id, slot, epoch));
        }
        self.wake(turn);
    }

    /// Settles every open call: those on workers first, then pending, then waiting ones. Forgets the abandoned ones.
    fn reject_all(&mut self, rejection: Rejection, turn: &mut Turn) {
        for slot in self.pool.slots() {
            for index in self.pool.calls(&self.calls, slot) {
                self.leave(index);
                match self.calls[index].phase {
                    Phase::Abandoned(_) => self.forget(index, turn),
                    Phase::Waiting | Phase::Pending | Phase::InFlight(_) => {
                        self.close(index, Err(rejection), turn);
                    }
                }
            }
        }
        while let Some(index) = self.queue.first() {
            self.queue.remove(&mut self.calls, index);
            self.close(index, Err(rejection), turn);
        }
        self.publish(turn);
    }

    /// Decides what becomes of the calls of a worker that is gone. Those that were not sent yet go back to the queue, whatever the
    /// policy says of calls that were.
    fn release(&mut self, slot: Slot, loss: Loss, turn: &mut Turn) {
        let mut back = Vec::new();
        for index in self.pool.calls(&self.calls, slot) {
            self.leave(index);
            if matches!(self.calls[index].phase, Phase::Abandoned(_)) {
                self.forget(index, turn);
                continue;
            }
            let call = &mut self.calls[index];
            if !call.is_sent() {
                call.since = turn.now;
                back.push(index);
                continue;
            }
            let requeues = match loss {
                Loss::Crash => {
                    call.crashes += 1;
                    self.ledger.requeues(call.crashes)
                }
                Loss::Kill => self.limits.crash_policy == CrashPolicy::RestartRequeueInFlight,
                Loss::Stop => true,
            };
            if requeues && !call.moved {
                call.since = turn.now;
                back.push(index);
                if loss == Loss::Crash {
                    turn.count(Metric::TaskRequeue, self.id, None);
                }
                continue;
            }
            let rejection = match (requeues, loss) {
                (true, _) => Rejection::Moved(slot),
                (false, Loss::Kill) => Rejection::Killed(slot),
                (false, Loss::Crash | Loss::Stop) => Rejection::Crashed(slot),
            };
            self.close(index, Err(rejection), turn);
        }
        self.queue.requeue(&mut self.calls, &back);
        self.publish(turn);
    }

    fn terminate_all(&mut self, turn: &mut Turn) {
        for slot in self.pool.slots() {
            if self.pool.is_live(slot) {
                self.terminate(slot, false, turn);
            }
        }
    }

    /// Terminates a worker that has not crashed.
    fn terminate(&mut self, slot: Slot, respawn: bool, turn: &mut Turn) {
        turn.count(Metric::WorkerTerminate, self.id, Some(slot));
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

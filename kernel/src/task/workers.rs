//! The life of a task's workers: spawned, crashed, killed, stopped, started, disposed of.

use crate::boundary::config::CrashPolicy;
use crate::boundary::effect::{Effect, Metric, Rejection};
use crate::boundary::id::{CallSeq, Epoch, Slot};
use crate::task::call::Phase;
use crate::task::crash::Verdict;
use crate::task::pool::Dying;
use crate::task::{Condition, Task};
use crate::time::timers::Timer;
use crate::turn::Turn;

/// How long a worker that was ended counts as dying unless its end is told: longer than the 2 s after which Chromium ends a
/// thread that does not heed.
const DYING_MS: f64 = 3_000.0;

/// How a worker was lost, which decides what becomes of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// It crashed: the crash policy decides, and each call's own count of crashes.
    Crash,
    /// It was replaced because a cancelled call outstayed its grace: the crash policy decides, nothing is counted.
    Kill,
    /// The user stopped it: its calls go back to the queue.
    Stop,
}

impl Task {
    /// Creates every worker at once, as `init: 'eager'` asks.
    pub(crate) fn spawn_all(&mut self, turn: &mut Turn) {
        self.pool.owe_all();
        self.refill(turn);
    }

    /// Creates the workers that are owed, unless a backoff runs. Those for whom there is no room follow when there is.
    fn refill(&mut self, turn: &mut Turn) {
        while self.restart_at.is_none()
            && let Some(slot) = self.pool.next_owed()
        {
            self.spawn(slot, turn);
        }
    }

    /// Creates a worker in a vacant slot.
    pub(crate) fn spawn(&mut self, slot: Slot, turn: &mut Turn) {
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

    /// The worker serves calls. A no-op for a worker that has said so before, or that does not sit in the slot any more.
    pub(crate) fn worker_ready(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.is_seated(slot, epoch) {
            self.end_start(slot, turn);
        }
    }

    /// Counts a rejection that nobody handled in a live worker. It ends nothing.
    pub(crate) fn worker_unhandled(&self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.is_seated(slot, epoch) {
            turn.count(Metric::WorkerUnhandled, self.id, Some(slot));
        }
    }

    /// The worker did not become ready in time, which is a crash.
    pub(crate) fn start_over(&mut self, slot: Slot, turn: &mut Turn) {
        let epoch = self.pool.epoch(slot);
        let after = self.limits.start_timeout_ms;
        turn.emit(Effect::GiveUp { task: self.id, slot, epoch, after });
        self.worker_lost(slot, epoch, turn);
    }

    /// The worker crashed or could not be created. A no-op for a worker that does not sit in the slot any more.
    pub(crate) fn worker_lost(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if !self.pool.is_seated(slot, epoch) {
            return;
        }
        self.last_crash = Some((turn.now, slot));
        turn.count(Metric::WorkerCrash, self.id, Some(slot));
        match self.ledger.crash() {
            Verdict::Restart { backoff } => {
                self.unseat(slot, true, turn);
                let at = turn.now.after(backoff);
                if let Some(before) = self.restart_at.replace(at) {
                    turn.timers.clear(before, Timer::Restart(self.id));
                }
                turn.timers.set(at, Timer::Restart(self.id));
                self.release(slot, Loss::Crash, turn);
            }
            Verdict::Halt => {
                self.unseat(slot, false, turn);
                self.cancel_restart(turn);
                self.condition = Condition::Halted(slot);
                self.reject_all(Rejection::Crashed(slot), turn);
                self.terminate_all(turn);
            }
        }
        self.advance(turn);
    }

    /// The thread of a worker that was ended is gone, or has had its time: there is room for another worker. A no-op for one
    /// that was not ended, or that is known to be gone.
    pub(crate) fn worker_gone(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        let Some(Dying { until, .. }) = self.pool.bury(slot, epoch) else { return };
        turn.timers.clear(until, Timer::Gone(self.id, slot, epoch));
        if self.pool.live() == 0 && !self.pool.is_dying() {
            turn.touch();
        }
        self.refill(turn);
        self.advance(turn);
    }

    /// The backoff is over: the crashed workers are created again.
    pub(crate) fn restart(&mut self, turn: &mut Turn) {
        self.restart_at = None;
        turn.touch();
        self.refill(turn);
        self.advance(turn);
    }

    /// The cancel grace of a call is over: its worker is replaced. A no-op when the worker has answered.
    pub(crate) fn grace_over(&mut self, seq: CallSeq, turn: &mut Turn) {
        let Some(slot) = self.calls.find(seq).and_then(|index| self.calls[index].phase.slot())
        else {
            return;
        };
        self.terminate(slot, true, turn);
        self.release(slot, Loss::Kill, turn);
        self.refill(turn);
        self.advance(turn);
    }

    /// The task has been idle for its `idleTimeoutMs`: its workers end; the next call creates them again.
    pub(crate) fn idle_over(&mut self, turn: &mut Turn) {
        self.idle_at = None;
        self.terminate_all(turn);
    }

    /// Resumes a stopped task, revives a failed one, and creates the workers that are missing. Workers that wait for
    /// the end of a backoff go on waiting.
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
            self.spawn_all(turn);
        }
        self.advance(turn);
    }

    /// Pauses the task and ends its workers. Their calls go back to the front of the queue.
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
        self.advance(turn);
    }

    /// Rejects every open call and ends the workers. Later calls are rejected too. Idempotent.
    pub(crate) fn dispose(&mut self, turn: &mut Turn) {
        if self.condition == Condition::Disposed {
            return;
        }
        self.condition = Condition::Disposed;
        turn.touch();
        self.cancel_restart(turn);
        self.reject_all(Rejection::Disposed, turn);
        self.terminate_all(turn);
        for Dying { slot, epoch, until } in self.pool.bury_all() {
            turn.timers.clear(until, Timer::Gone(self.id, slot, epoch));
        }
        self.advance(turn);
    }

    /// Settles every open call, callers first on workers, then pending, then waiting; forgets the abandoned ones.
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

    /// Decides what becomes of the calls of a worker that is gone.
    fn release(&mut self, slot: Slot, loss: Loss, turn: &mut Turn) {
        let mut back = Vec::new();
        for index in self.pool.calls(&self.calls, slot) {
            self.leave(index);
            if matches!(self.calls[index].phase, Phase::Abandoned(_)) {
                self.forget(index, turn);
                continue;
            }
            let call = &mut self.calls[index];
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

    /// Ends a worker that has not crashed.
    fn terminate(&mut self, slot: Slot, owed: bool, turn: &mut Turn) {
        turn.count(Metric::WorkerTerminate, self.id, Some(slot));
        self.unseat(slot, owed, turn);
    }

    /// Ends the slot's worker, if it has not ended itself.
    fn unseat(&mut self, slot: Slot, owed: bool, turn: &mut Turn) {
        let epoch = self.pool.epoch(slot);
        turn.emit(Effect::Terminate { task: self.id, slot, epoch });
        self.end_start(slot, turn);
        let until = turn.now.after(DYING_MS);
        turn.timers.set(until, Timer::Gone(self.id, slot, epoch));
        self.pool.vacate(slot, owed, until);
        self.publish(turn);
    }

    fn end_start(&mut self, slot: Slot, turn: &mut Turn) {
        if let Some(at) = self.pool.end_start(slot) {
            turn.timers.clear(at, Timer::Start(self.id, slot));
        }
    }

    /// Gives up the backoff and what is owed: the slots are merely vacant.
    fn cancel_restart(&mut self, turn: &mut Turn) {
        if let Some(at) = self.restart_at.take() {
            turn.timers.clear(at, Timer::Restart(self.id));
        }
        self.pool.owe_none();
    }
}

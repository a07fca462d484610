//! The model's workers: created, crashed, killed, stopped, started, disposed.

use super::task::{Call, Condition, Place, Worker, slot_id};
use super::{Model, task_id};
use atelier_kernel::{
    CallSeq, CrashPolicy, Effect, Epoch, LastCrash, Metric, Order, Rejection, Slot, Termination,
};

/// Why a worker is gone, which decides what becomes of the calls that were sent to it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Loss {
    /// It crashed before it was ready.
    Start,
    Crash,
    Kill,
    Stop,
}

impl Model {
    pub(super) fn spawn(&mut self, task: usize, slot: usize) {
        let start_by = self.now + self.tasks[task].setup.start_timeout_ms;
        let created = self.now;
        self.tasks[task].spawned += 1;
        let spawned = self.tasks[task].spawned;
        let worker = &mut self.tasks[task].workers[slot];
        (worker.live, worker.respawn, worker.spawned) = (true, false, spawned);
        (worker.ready, worker.created, worker.holds) = (false, created, 0);
        (worker.sent, worker.retiring, worker.idle_since) = (0, None, None);
        worker.start_by = Some(start_by).filter(|at| at.is_finite());
        worker.epoch += 1;
        let epoch = Epoch(worker.epoch);
        self.emit(Effect::Spawn { task: task_id(task), slot: slot_id(slot), epoch });
        self.count(Metric::WorkerSpawn, task, Some(slot_id(slot)));
    }

    /// docs/decisions/0022: what is to be respawned is created while there is room.
    pub(super) fn respawn(&mut self, task: usize) {
        for slot in 0..self.tasks[task].workers.len() {
            let state = &self.tasks[task];
            if state.workers[slot].respawn && state.restart_at.is_none() && state.may_spawn() {
                self.spawn(task, slot);
            }
        }
    }

    pub(super) fn worker_ready(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            let worker = &mut self.tasks[task].workers[slot.0 as usize];
            worker.start_by = None;
            if !std::mem::replace(&mut worker.ready, true) {
                let created = worker.created;
                self.measure(Metric::WorkerReady, task, self.now - created);
            }
            if !self.tasks[task].replacements.is_empty() {
                self.wake(task);
            }
        }
    }

    pub(super) fn worker_unhandled(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            self.count(Metric::WorkerUnhandled, task, Some(slot));
        }
    }

    /// docs/decisions/0018: a worker that is not ready in time has crashed.
    pub(super) fn start_timed_out(&mut self, task: usize, slot: Slot) {
        let epoch = self.tasks[task].epoch(slot);
        let after = self.tasks[task].setup.start_timeout_ms;
        self.emit(Effect::GiveUp { task: task_id(task), slot, epoch, after });
        self.worker_lost(task, slot, epoch);
    }

    /// A crash: it counts unless its worker was there already when the last one was counted. After too many in a row the task
    /// fails; until then its workers are created again after a pause, which doubles from 100 ms to 2 s.
    pub(super) fn worker_lost(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if !self.tasks[task].is_live(slot, epoch) {
            return;
        }
        let now = self.now;
        let at = slot.0 as usize;
        self.count(Metric::WorkerCrash, task, Some(slot));
        let state = &mut self.tasks[task];
        state.last_crash = Some(LastCrash { ts: now, worker_index: slot.0 });
        if state.consecutive_crashes == 0 || state.workers[at].spawned > state.spawned_at_crash {
            state.consecutive_crashes += 1;
            state.spawned_at_crash = state.spawned;
        }
        let crashes = state.consecutive_crashes;
        let fails = state.setup.crash_policy == CrashPolicy::FailTask
            || crashes > state.setup.crash_max_retries;
        let refill = self.tasks[task].is_refilled(true);
        self.end_worker(task, at);
        if fails {
            self.tasks[task].condition = Condition::Halted(slot);
            self.cancel_restart(task);
            self.reject_all(task, Rejection::Crashed(slot));
            self.terminate_all(task, Termination::Stopped);
        } else {
            let backoff = (100.0 * 2f64.powf(f64::from(crashes - 1))).min(2_000.0);
            self.tasks[task].workers[at].respawn = refill;
            self.tasks[task].restart_at = Some(now + backoff);
            let ready = self.tasks[task].workers[at].ready;
            self.release(task, slot, if ready { Loss::Crash } else { Loss::Start });
        }
        self.wake(task);
    }

    pub(super) fn backoff_expired(&mut self, task: usize) {
        self.tasks[task].restart_at = None;
        self.wake(task);
    }

    pub(super) fn worker_gone(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        let terminating = &mut self.tasks[task].terminating;
        let before = terminating.len();
        terminating.retain(|&(at, number, _)| (at, number) != (slot, epoch));
        if terminating.len() < before {
            self.wake(task);
        }
    }

    /// A canceled call has kept its worker for longer than `cancelGraceMs`: the worker is replaced. That is no crash.
    pub(super) fn grace_expired(&mut self, task: usize, seq: CallSeq) {
        let call = self.tasks[task].call(seq).expect("its deadline is set");
        let slot = call.slot_now().expect("it is on a worker");
        let refill = self.tasks[task].is_refilled(true);
        self.terminate(task, slot.0 as usize, Termination::Killed);
        self.tasks[task].workers[slot.0 as usize].respawn = refill;
        self.release(task, slot, Loss::Kill);
        self.wake(task);
    }

    pub(super) fn start_workers(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        match state.condition {
            Condition::Disposed => return,
            Condition::Halted(_) => state.consecutive_crashes = 0,
            Condition::Running | Condition::Paused => {}
        }
        state.condition = Condition::Running;
        let there = |it: &&Worker| it.live || it.respawn;
        if let Some(min) = state.setup.min_workers {
            while state.workers.iter().filter(there).count() < min as usize {
                let missing = state.workers.iter_mut().find(|it| !it.live && !it.respawn);
                missing.expect("the pool has as many slots").respawn = true;
            }
        } else if state.restart_at.is_none() {
            for worker in &mut state.workers {
                worker.respawn = !worker.live;
            }
        }
        self.wake(task);
    }

    pub(super) fn stop_workers(&mut self, task: usize) {
        if self.tasks[task].condition != Condition::Running {
            return;
        }
        self.tasks[task].condition = Condition::Paused;
        self.cancel_restart(task);
        self.terminate_all(task, Termination::Stopped);
        for slot in 0..self.tasks[task].workers.len() {
            self.release(task, slot_id(slot), Loss::Stop);
        }
        self.wake(task);
    }

    pub(super) fn dispose(&mut self, task: usize) {
        if self.tasks[task].condition == Condition::Disposed {
            return;
        }
        self.tasks[task].condition = Condition::Disposed;
        self.cancel_restart(task);
        self.reject_all(task, Rejection::Disposed);
        self.terminate_all(task, Termination::Disposed);
        self.tasks[task].terminating.clear();
        self.wake(task);
    }

    pub(super) fn terminate_all(&mut self, task: usize, why: Termination) {
        for slot in 0..self.tasks[task].workers.len() {
            if self.tasks[task].workers[slot].live {
                self.terminate(task, slot, why);
            }
        }
    }

    pub(super) fn terminate(&mut self, task: usize, slot: usize, why: Termination) {
        self.count_termination(task, slot_id(slot), why);
        self.end_worker(task, slot);
    }

    /// What becomes of the calls of a worker that is gone, in the order of their dispatch.
    fn release(&mut self, task: usize, slot: Slot, loss: Loss) {
        let mut back = Vec::new();
        for seq in self.calls_on(task, slot) {
            let (policy, retries) = {
                let setup = &self.tasks[task].setup;
                (setup.crash_policy, setup.crash_max_retries)
            };
            let call = self.tasks[task].call(seq).expect("it was on the worker");
            if matches!(call.place, Place::Abandoned(_)) {
                self.tasks[task].calls.retain(|call| call.seq != seq);
                continue;
            }
            // What was not sent was not on the worker, so nothing happened to it; but a worker that cannot start would
            // be tried for ever.
            if !call.is_sent() && loss != Loss::Start {
                back.push(seq);
                continue;
            }
            let requeues = policy == CrashPolicy::RestartRequeueInFlight;
            let again = match loss {
                Loss::Start | Loss::Crash => {
                    call.crashes += 1;
                    requeues && call.crashes <= retries
                }
                Loss::Kill => requeues,
                Loss::Stop => true,
            };
            match (again, call.moved, loss) {
                (true, ..) if call.first_item.is_some() => {
                    self.answer(task, seq, Err(Rejection::Begun(slot)));
                }
                (true, true, _) => self.answer(task, seq, Err(Rejection::Moved(slot))),
                (true, false, _) => {
                    back.push(seq);
                    if matches!(loss, Loss::Start | Loss::Crash) {
                        self.count(Metric::TaskRequeue, task, None);
                    }
                }
                (false, _, Loss::Kill) => self.answer(task, seq, Err(Rejection::Killed(slot))),
                (false, ..) => self.answer(task, seq, Err(Rejection::Crashed(slot))),
            }
        }
        self.requeue(task, &back);
    }

    /// Calls that were on a worker go back to the queue: within their priority before those that never started, in the order in
    /// which they were made. Those of which only the newest may wait are superseded.
    fn requeue(&mut self, task: usize, back: &[CallSeq]) {
        let now = self.now;
        let mut sorted = back.to_vec();
        sorted.sort();
        if self.tasks[task].setup.order == Order::NewestFirst {
            sorted.reverse();
        }
        for &seq in &sorted {
            self.take_back_dispatch(task, seq);
            let state = &mut self.tasks[task];
            let call = state.call(seq).expect("it was on a worker");
            (call.place, call.since) = (Place::Pending, now);
            call.item_deadline = None;
            let priority = call.priority;
            let behind =
                |call: &&Call| call.priority == priority && (call.attempts == 0 || call.seq > seq);
            let next = match state.setup.order {
                Order::OldestFirst => {
                    state.queued(Place::Pending).find(behind).map(|call| call.seq)
                }
                Order::NewestFirst => None,
            };
            let at = next.and_then(|next| state.queue.iter().position(|&queued| queued == next));
            state.queue.insert(at.unwrap_or(state.queue.len()), seq);
        }
        for &seq in back {
            self.supersede_requeued(task, seq);
        }
    }

    /// Calls on workers first, slot by slot, then the queued ones as it would be their turn.
    fn reject_all(&mut self, task: usize, rejection: Rejection) {
        for slot in 0..self.tasks[task].workers.len() {
            for seq in self.calls_on(task, slot_id(slot)) {
                let call = self.tasks[task].call(seq).expect("it is on the worker");
                if matches!(call.place, Place::Abandoned(_)) {
                    self.tasks[task].calls.retain(|call| call.seq != seq);
                } else {
                    self.answer(task, seq, Err(rejection));
                }
            }
        }
        while let Some(seq) = self.tasks[task].next().map(|call| call.seq) {
            self.answer(task, seq, Err(rejection));
        }
    }

    /// The calls on a worker: those that count there, then those that rest, each in the order in which they came to.
    fn calls_on(&self, task: usize, slot: Slot) -> Vec<CallSeq> {
        let calls = self.tasks[task].calls.iter();
        let mut on: Vec<_> = calls.filter(|call| call.slot_now() == Some(slot)).collect();
        on.sort_by_key(|call| (call.counts_on().is_none(), call.came));
        on.into_iter().map(|call| call.seq).collect()
    }

    fn end_worker(&mut self, task: usize, slot: usize) {
        let worker = &mut self.tasks[task].workers[slot];
        (worker.live, worker.start_by, worker.holds) = (false, None, 0);
        let epoch = Epoch(worker.epoch);
        let until = self.now + 3_000.0;
        self.tasks[task].terminating.push((slot_id(slot), epoch, until));
        self.emit(Effect::Terminate { task: task_id(task), slot: slot_id(slot), epoch });
    }

    fn cancel_restart(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        state.restart_at = None;
        for worker in &mut state.workers {
            worker.respawn = false;
        }
    }
}

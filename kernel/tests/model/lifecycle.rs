//! The model's workers: created, crashed, killed, stopped, started, disposed of.

use super::task::{Condition, Place, slot_id};
use super::{Model, task_id};
use atelier_kernel::{CallSeq, CrashPolicy, Effect, Epoch, LastCrash, Metric, Rejection, Slot};

impl Model {
    pub(super) fn spawn(&mut self, task: usize, slot: usize) {
        let start_by = self.now + self.tasks[task].setup.start_timeout_ms;
        let worker = &mut self.tasks[task].workers[slot];
        (worker.live, worker.owed) = (true, false);
        worker.start_by = Some(start_by).filter(|at| at.is_finite());
        worker.epoch += 1;
        let epoch = Epoch(worker.epoch);
        self.log.push(Effect::Spawn { task: task_id(task), slot: slot_id(slot), epoch });
        self.count(Metric::WorkerSpawn, task, Some(slot_id(slot)));
    }

    pub(super) fn worker_ready(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if let Some(worker) = self.tasks[task].workers.get_mut(slot.0 as usize)
            && Epoch(worker.epoch) == epoch
        {
            worker.start_by = None;
        }
    }

    /// A rejection that nobody handled in a live worker is counted.
    pub(super) fn worker_unhandled(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        let worker = self.tasks[task].workers.get(slot.0 as usize);
        if worker.is_some_and(|worker| Epoch(worker.epoch) == epoch && worker.live) {
            self.count(Metric::WorkerUnhandled, task, Some(slot));
        }
    }

    /// docs/decisions/0018: a worker that is not ready in time has crashed.
    pub(super) fn start_over(&mut self, task: usize, slot: Slot) {
        let epoch = self.tasks[task].epoch(slot);
        let after = self.tasks[task].setup.start_timeout_ms;
        self.log.push(Effect::GiveUp { task: task_id(task), slot, epoch, after });
        self.worker_lost(task, slot, epoch);
    }

    /// api-reference.md, `crashPolicy` and `crashMaxRetries`; contract.md, Crash and lifecycle.
    pub(super) fn worker_lost(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        let now = self.now;
        let state = &mut self.tasks[task];
        let at = slot.0 as usize;
        if !state.workers.get(at).is_some_and(|worker| worker.live && Epoch(worker.epoch) == epoch)
        {
            return;
        }
        state.last_crash = Some(LastCrash { ts: now, worker_index: slot.0 });
        state.consecutive_crashes += 1;
        let crashes = state.consecutive_crashes;
        let policy = state.setup.crash_policy;
        let retries = state.setup.crash_max_retries;
        self.count(Metric::WorkerCrash, task, Some(slot));
        self.end_worker(task, at);
        if policy == CrashPolicy::FailTask || crashes > retries {
            self.tasks[task].condition = Condition::Halted(slot);
            self.cancel_restart(task);
            self.reject_all(task, Rejection::Crashed(slot));
            self.terminate_all(task);
            return;
        }
        let backoff = (100.0 * 2f64.powf(f64::from(crashes - 1))).min(2_000.0);
        self.tasks[task].workers[at].owed = true;
        self.tasks[task].restart_at = Some(now + backoff);
        for seq in self.calls_on(task, slot) {
            let Some(call) = self.tasks[task].call(seq) else { continue };
            call.crashes += 1;
            let again = policy == CrashPolicy::RestartRequeueInFlight && call.crashes <= retries;
            self.displace(task, seq, again.then_some(true), Rejection::Crashed(slot), slot);
        }
        self.advance(task);
    }

    pub(super) fn restart(&mut self, task: usize) {
        self.tasks[task].restart_at = None;
        self.refill(task);
        self.advance(task);
    }

    /// docs/decisions/0022: what is owed is created while there is room.
    fn refill(&mut self, task: usize) {
        for slot in 0..self.tasks[task].workers.len() {
            let state = &self.tasks[task];
            if state.workers[slot].owed && state.restart_at.is_none() && state.may_spawn() {
                self.spawn(task, slot);
            }
        }
    }

    pub(super) fn worker_gone(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        let dying = &mut self.tasks[task].dying;
        let before = dying.len();
        dying.retain(|&(at, number, _)| (at, number) != (slot, epoch));
        if dying.len() < before {
            self.refill(task);
            self.advance(task);
        }
    }

    /// contract.md, Beyond the spec: `cancelGraceMs`.
    pub(super) fn grace_over(&mut self, task: usize, seq: CallSeq) {
        let call = self.tasks[task].call(seq).expect("its deadline is set");
        let slot = call.slot_now().expect("it is on a worker");
        let requeues = self.tasks[task].setup.crash_policy == CrashPolicy::RestartRequeueInFlight;
        self.count(Metric::WorkerTerminate, task, Some(slot));
        self.end_worker(task, slot.0 as usize);
        for seq in self.calls_on(task, slot) {
            self.displace(task, seq, requeues.then_some(false), Rejection::Killed(slot), slot);
        }
        self.tasks[task].workers[slot.0 as usize].owed = true;
        self.refill(task);
        self.advance(task);
    }

    pub(super) fn start_workers(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        match state.condition {
            Condition::Disposed => return,
            Condition::Halted(_) => state.consecutive_crashes = 0,
            Condition::Running | Condition::Paused => {}
        }
        state.condition = Condition::Running;
        if state.restart_at.is_none() {
            for worker in &mut self.tasks[task].workers {
                worker.owed = !worker.live;
            }
            self.refill(task);
        }
        self.advance(task);
    }

    pub(super) fn stop_workers(&mut self, task: usize) {
        if self.tasks[task].condition != Condition::Running {
            return;
        }
        self.tasks[task].condition = Condition::Paused;
        self.cancel_restart(task);
        self.terminate_all(task);
        for slot in 0..self.tasks[task].workers.len() {
            let slot = slot_id(slot);
            for seq in self.calls_on(task, slot) {
                self.displace(task, seq, Some(false), Rejection::Moved(slot), slot);
            }
        }
        self.advance(task);
    }

    pub(super) fn dispose(&mut self, task: usize) {
        if self.tasks[task].condition == Condition::Disposed {
            return;
        }
        self.tasks[task].condition = Condition::Disposed;
        self.cancel_restart(task);
        self.reject_all(task, Rejection::Disposed);
        self.terminate_all(task);
        self.tasks[task].dying.clear();
    }

    pub(super) fn terminate_all(&mut self, task: usize) {
        for slot in 0..self.tasks[task].workers.len() {
            if self.tasks[task].workers[slot].live {
                self.count(Metric::WorkerTerminate, task, Some(slot_id(slot)));
                self.end_worker(task, slot);
            }
        }
    }

    /// What becomes of a call whose worker is gone. `requeues`: whether it is sent again, and whether that counts as a
    /// requeue after a crash. A call whose arguments were moved cannot be sent again.
    fn displace(
        &mut self,
        task: usize,
        seq: CallSeq,
        requeues: Option<bool>,
        rejection: Rejection,
        slot: Slot,
    ) {
        let now = self.now;
        let call = self.tasks[task].call(seq).expect("it was on the worker");
        match (call.place, requeues) {
            (Place::Abandoned(_), _) => self.tasks[task].calls.retain(|call| call.seq != seq),
            (_, None) => self.answer(task, seq, Err(rejection)),
            (_, Some(_)) if call.moved => self.answer(task, seq, Err(Rejection::Moved(slot))),
            (_, Some(counts)) => {
                (call.place, call.since) = (Place::Pending, now);
                if counts {
                    self.count(Metric::TaskRequeue, task, None);
                }
            }
        }
    }

    /// Calls on workers first, slot by slot, then pending ones, then waiting ones.
    fn reject_all(&mut self, task: usize, rejection: Rejection) {
        for slot in 0..self.tasks[task].workers.len() {
            for seq in self.calls_on(task, slot_id(slot)) {
                self.displace(task, seq, None, rejection, slot_id(slot));
            }
        }
        for place in [Place::Pending, Place::Waiting] {
            let queued = self.tasks[task].calls.iter().filter(|call| call.place == place);
            for seq in queued.map(|call| call.seq).collect::<Vec<_>>() {
                self.answer(task, seq, Err(rejection));
            }
        }
    }

    /// The calls on a worker, in the order of their dispatch.
    fn calls_on(&self, task: usize, slot: Slot) -> Vec<CallSeq> {
        let calls = self.tasks[task].calls.iter();
        let mut on: Vec<_> = calls.filter(|call| call.slot_now() == Some(slot)).collect();
        on.sort_by_key(|call| call.dispatch);
        on.into_iter().map(|call| call.seq).collect()
    }

    fn end_worker(&mut self, task: usize, slot: usize) {
        let worker = &mut self.tasks[task].workers[slot];
        (worker.live, worker.start_by) = (false, None);
        let epoch = Epoch(worker.epoch);
        let until = self.now + 3_000.0;
        self.tasks[task].dying.push((slot_id(slot), epoch, until));
        self.log.push(Effect::Terminate { task: task_id(task), slot: slot_id(slot), epoch });
    }

    fn cancel_restart(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        state.restart_at = None;
        for worker in &mut state.workers {
            worker.owed = false;
        }
    }
}

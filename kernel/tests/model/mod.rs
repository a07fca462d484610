//! A naive model of the kernel, written from the specification: plain lists, everything derived, nothing fast.
//!
//! It answers each input with effects. Where the specification leaves an order open (which of a lost worker's calls is
//! told first), it follows the order in which things began: slots, then dispatches, then calls.

mod call;
pub(crate) mod compare;
mod lifecycle;
mod task;

use crate::model::task::{Place, Task, slot_id};
use crate::walk::input::{Input, KEYS, Key};
use crate::walk::setup::Setup;
use atelier_kernel::{
    CallSeq, Effect, Epoch, ErrorKind, KeyId, Metric, Observation, Rejection, Sampling, Slot,
    Status, TaskId, TaskSnapshot, TraceId,
};

/// All tasks with their shared clock, keys and traces.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    now: f64,
    tasks: Vec<Task>,
    keys: [Scope; KEYS as usize],
    /// When each trace began, and whether it is sampled; `None` once it has ended.
    traces: Vec<Option<(f64, bool)>>,
    observation: Observation,
    log: Vec<Effect>,
}

/// What the gauges of one task tell.
pub(crate) type Levels = [(Metric, u32); 4];

/// A key's own state. The calls that hang on it know that themselves.
#[derive(Clone, Copy, Debug, Default)]
struct Scope {
    open: bool,
    aborted: bool,
    held: bool,
}

/// What a deadline is for, in the order in which those of one moment are acted on.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Deadline {
    Timeout(TaskId, CallSeq),
    Grace(TaskId, CallSeq),
    Start(TaskId, Slot),
    Gone(TaskId, Slot, Epoch),
    Restart(TaskId),
    Idle(TaskId),
}

impl Model {
    /// The model after its tasks were defined, and what that asks for.
    pub(crate) fn new(setups: &[Setup]) -> (Self, Vec<Effect>) {
        let mut model = Self {
            now: 0.0,
            tasks: setups.iter().map(|&setup| Task::new(setup)).collect(),
            keys: [Scope::default(); KEYS as usize],
            traces: Vec::new(),
            observation: Observation { events: false, spans: false, sample_rate: 1.0 },
            log: Vec::new(),
        };
        for (task, setup) in setups.iter().enumerate() {
            if setup.eager {
                model.start_workers(task);
            }
        }
        let effects = std::mem::take(&mut model.log);
        (model, effects)
    }

    /// One input at the moment `now`; answers what it asks for.
    pub(crate) fn turn(&mut self, input: &Input, now: f64) -> Vec<Effect> {
        if self.tells_time(input) {
            self.now = self.now.max(now);
        }
        match *input {
            Input::Submit { task, key, signal, sampling } => {
                if self.takes_calls(task) {
                    for key in [key, signal].into_iter().flatten() {
                        self.keys[usize::from(key.0)].open = true;
                    }
                    self.submit(task.0 as usize, [key, signal], sampling);
                }
            }
            Input::SubmitFailed { task, sampling } => {
                if self.takes_calls(task) {
                    let seq = self.open_call(task.0 as usize, [None, None], sampling);
                    self.answer(task.0 as usize, seq, Err(Rejection::Failed));
                }
            }
            Input::Settle { task, call, attempt, outcome } => {
                self.with(task, |model, task| model.settle(task, call, attempt, outcome));
            }
            Input::AnswerIgnored(task) => self.with(task, Self::answer_ignored),
            Input::PayloadMoved { task, call, attempt } => {
                self.with(task, |model, task| model.tasks[task].payload_moved(call, attempt));
            }
            Input::Cancel { task, call } => {
                self.with(task, |model, task| model.cancel(task, call, Rejection::Canceled));
            }
            Input::WorkerReady { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_ready(task, slot, epoch));
            }
            Input::WorkerUnhandled { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_unhandled(task, slot, epoch));
            }
            Input::WorkerGone { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_gone(task, slot, epoch));
            }
            Input::WorkerLost { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_lost(task, slot, epoch));
            }
            Input::Hold(Key(key)) => {
                let scope = &mut self.keys[usize::from(key)];
                (scope.open, scope.held) = (true, true);
            }
            Input::Abort(key) => self.abort(key),
            Input::Clear(key) => self.clear(key),
            Input::Start(task) => self.with(task, Self::start_workers),
            Input::Stop(task) => self.with(task, Self::stop_workers),
            Input::Dispose(task) => self.with(task, Self::dispose),
            Input::Forget(task) => self.with(task, |model, task| {
                model.dispose(task);
                model.tasks[task].forgotten = true;
            }),
            Input::WatchDrain(task) => {
                self.with(task, |model, task| model.tasks[task].watched = true);
            }
            Input::Wait(_) => self.handle_timeout(),
            Input::Late(_) => {}
            Input::OpenTrace => {
                let sampled = self.observation.spans && self.samples(Sampling::Root);
                self.traces.push(Some((self.now, sampled)));
            }
            Input::EndTrace(trace, error) => self.end_trace(trace, error),
            Input::Observe(observation) => self.observation = observation,
        }
        for task in 0..self.tasks.len() {
            self.rest(task);
        }
        std::mem::take(&mut self.log)
    }

    /// The next deadline.
    pub(crate) fn deadline(&self) -> Option<f64> {
        self.deadlines().into_iter().map(|(at, _)| at).min_by(f64::total_cmp)
    }

    /// The state of every task; `None` where it was forgotten.
    pub(crate) fn snapshots(&self) -> Vec<Option<TaskSnapshot>> {
        self.tasks.iter().map(|task| (!task.forgotten).then(|| task.snapshot())).collect()
    }

    /// Whether the key is aborted.
    pub(crate) fn is_aborted(&self, Key(key): Key) -> bool {
        self.keys[usize::from(key)].aborted
    }

    /// The levels that gauges tell, task by task.
    pub(crate) fn levels(&self) -> Vec<Levels> {
        let levels = |task: &Task| {
            [
                (Metric::QueueInFlight, task.in_flight()),
                (Metric::QueuePending, task.count(Place::Pending)),
                (Metric::QueueBlocked, task.count(Place::Waiting)),
                (Metric::WorkersActive, task.active()),
            ]
        };
        self.tasks.iter().map(levels).collect()
    }

    /// Whether the input carries the moment at which it happens and reaches the kernel.
    fn tells_time(&self, input: &Input) -> bool {
        match *input {
            Input::Submit { task, .. } | Input::SubmitFailed { task, .. } => self.takes_calls(task),
            Input::PayloadMoved { .. }
            | Input::Hold(_)
            | Input::Clear(_)
            | Input::Late(_)
            | Input::Observe(_) => false,
            Input::Settle { .. }
            | Input::Cancel { .. }
            | Input::WorkerReady { .. }
            | Input::WorkerUnhandled { .. }
            | Input::WorkerGone { .. }
            | Input::AnswerIgnored(_)
            | Input::WorkerLost { .. }
            | Input::Abort(_)
            | Input::Start(_)
            | Input::Stop(_)
            | Input::Dispose(_)
            | Input::Forget(_)
            | Input::WatchDrain(_)
            | Input::Wait(_)
            | Input::OpenTrace
            | Input::EndTrace(..) => true,
        }
    }

    fn takes_calls(&self, task: TaskId) -> bool {
        self.tasks.get(task.0 as usize).is_some_and(|task| !task.forgotten)
    }

    /// Does something with a task, if it is known.
    fn with(&mut self, task: TaskId, input: impl FnOnce(&mut Self, usize)) {
        if self.takes_calls(task) {
            input(self, task.0 as usize);
        }
    }

    /// Whether a call without a trace, or a trace, is sampled. A walk's rates are all or nothing.
    fn samples(&self, sampling: Sampling) -> bool {
        self.observation.spans
            && match sampling {
                Sampling::Root => {
                    self.observation.sample_rate.is_nan() || self.observation.sample_rate >= 1.0
                }
                Sampling::Traced { sampled } => sampled,
            }
    }

    fn abort(&mut self, key: Key) {
        let scope = &mut self.keys[usize::from(key.0)];
        scope.open = true;
        if std::mem::replace(&mut scope.aborted, true) {
            return;
        }
        if scope.held {
            self.log.push(Effect::AbortSignal { key: key_id(key) });
        }
        let mut hanging: Vec<(u32, usize, CallSeq)> = Vec::new();
        for (at, task) in self.tasks.iter().enumerate() {
            let calls = task.calls.iter().filter(|call| call.hangs_on(key));
            hanging.extend(calls.map(|call| (call.order, at, call.seq)));
        }
        hanging.sort_by_key(|&(order, ..)| order);
        for (_, task, call) in hanging {
            self.cancel(task, call, Rejection::Aborted(key_id(key)));
        }
    }

    fn clear(&mut self, key: Key) {
        let scope = &mut self.keys[usize::from(key.0)];
        if scope.open {
            (scope.aborted, scope.held) = (false, false);
            self.release(key);
        }
    }

    /// Offers to forget a key that nobody aborted, holds or uses. The shell takes every offer.
    fn release(&mut self, key: Key) {
        let used = self.tasks.iter().any(|task| task.calls.iter().any(|call| call.hangs_on(key)));
        let scope = &mut self.keys[usize::from(key.0)];
        if scope.open && !scope.aborted && !scope.held && !used {
            scope.open = false;
            self.log.push(Effect::ReleaseKey { key: key_id(key) });
        }
    }

    fn end_trace(&mut self, TraceId(trace): TraceId, error: Option<ErrorKind>) {
        let Some(open) = self.traces.get_mut(trace as usize) else { return };
        if let Some((started, true)) = open.take() {
            let status = match error {
                None => Status::Ok,
                Some(ErrorKind::Abort) => Status::Canceled,
                Some(_) => Status::Error,
            };
            self.log.push(Effect::EndTrace {
                trace: TraceId(trace),
                started: millis(started),
                ended: millis(self.now),
                status,
                error,
            });
        }
    }

    /// Every deadline that is set.
    fn deadlines(&self) -> Vec<(f64, Deadline)> {
        let mut deadlines = Vec::new();
        for (at, task) in self.tasks.iter().enumerate() {
            let id = task_id(at);
            for call in &task.calls {
                let abandoned = matches!(call.place, Place::Abandoned(_));
                if let Some(timeout) = task.setup.timeout_ms.filter(|_| !abandoned) {
                    deadlines.push((call.started + timeout, Deadline::Timeout(id, call.seq)));
                }
                if let Some(grace) = task.setup.cancel_grace_ms.filter(|_| abandoned) {
                    deadlines.push((call.since + grace, Deadline::Grace(id, call.seq)));
                }
            }
            for (slot, worker) in task.workers.iter().enumerate() {
                let start = Deadline::Start(id, slot_id(slot));
                deadlines.extend(worker.start_by.map(|at| (at, start)));
            }
            for &(slot, epoch, until) in &task.dying {
                deadlines.push((until, Deadline::Gone(id, slot, epoch)));
            }
            deadlines.extend(task.restart_at.map(|at| (at, Deadline::Restart(id))));
            if let (Some(since), Some(timeout)) = (task.idle_since, task.setup.idle_timeout_ms) {
                deadlines.push((since + timeout, Deadline::Idle(id)));
            }
        }
        deadlines
    }

    fn handle_timeout(&mut self) {
        loop {
            let due = self.deadlines().into_iter().filter(|&(at, _)| at <= self.now);
            let first =
                due.min_by(|one, other| one.partial_cmp(other).expect("deadlines are numbers"));
            let Some((_, deadline)) = first else { return };
            let (Deadline::Timeout(TaskId(task), _)
            | Deadline::Grace(TaskId(task), _)
            | Deadline::Start(TaskId(task), _)
            | Deadline::Gone(TaskId(task), ..)
            | Deadline::Restart(TaskId(task))
            | Deadline::Idle(TaskId(task))) = deadline;
            let task = task as usize;
            match deadline {
                Deadline::Timeout(_, call) => self.cancel(task, call, Rejection::TimedOut),
                Deadline::Grace(_, call) => self.grace_over(task, call),
                Deadline::Start(_, slot) => self.start_over(task, slot),
                Deadline::Gone(_, slot, epoch) => self.worker_gone(task, slot, epoch),
                Deadline::Restart(_) => self.restart(task),
                Deadline::Idle(_) => self.terminate_all(task),
            }
            self.rest(task);
        }
    }

    /// Answers who waits for the drain, and notes since when the task has been idle with workers to end.
    fn rest(&mut self, task: usize) {
        let now = self.now;
        let state = &mut self.tasks[task];
        let quiet = state.calls.is_empty();
        let watched = quiet && std::mem::take(&mut state.watched);
        let idle = quiet && state.active() > 0;
        state.idle_since = idle.then(|| state.idle_since.unwrap_or(now));
        if watched {
            self.log.push(Effect::Drained { task: task_id(task) });
        }
    }

    fn count(&mut self, metric: Metric, task: usize, slot: Option<Slot>) {
        if self.observation.events {
            self.log.push(Effect::Count { metric, task: task_id(task), slot });
        }
    }

    fn measure(&mut self, metric: Metric, task: usize, value: f64) {
        if self.observation.events {
            self.log.push(Effect::Histogram { metric, task: task_id(task), value });
        }
    }
}

fn task_id(task: usize) -> TaskId {
    TaskId(u32::try_from(task).expect("a walk has few tasks"))
}

fn key_id(Key(key): Key) -> KeyId {
    KeyId(u32::from(key))
}

fn millis(ms: f64) -> atelier_kernel::Millis {
    atelier_kernel::Millis::new(ms)
}

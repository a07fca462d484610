//! The kernel: every public input, and the queue of effects.

use crate::boundary::config::{ConfigError, InitMode, Limits, TaskConfig};
use crate::boundary::effect::{Effect, ErrorKind, Outbox, Outcome, Rejection, Status};
use crate::boundary::id::{Attempt, CallSeq, Epoch, KeyId, Slot, TaskId, TraceId};
use crate::collections::sequence_map::Table;
use crate::scope::Keys;
use crate::task::snapshot::TaskSnapshot;
use crate::task::{NewCall, Task};
use crate::telemetry::sampling::clamp_rate;
use crate::telemetry::trace::Traces;
use crate::time::Millis;
use crate::time::timers::{Timer, Timers};
use crate::turn::{Observation, Sampling, Turn};

/// All tasks of one runtime, with their shared timers and keys.
///
/// Every input takes the moment at which it happens and leaves its consequences in the effect queue. Inputs about
/// tasks, calls, attempts, workers or keys that are no more are no-ops.
#[derive(Debug)]
pub struct Kernel {
    tasks: Table<Task>,
    outbox: Outbox,
    timers: Timers,
    keys: Keys,
    traces: Traces,
    observation: Observation,
    seed: u32,
    now: Millis,
    revision: u64,
}

impl Default for Kernel {
    fn default() -> Self {
        Self {
            tasks: Table::default(),
            outbox: Outbox::default(),
            timers: Timers::default(),
            keys: Keys::default(),
            traces: Traces::default(),
            observation: Observation { events: false, spans: false, sample_rate: 1.0 },
            seed: 0,
            now: Millis::new(f64::NEG_INFINITY),
            revision: 0,
        }
    }
}

impl Kernel {
    /// Registers a task. With `init: 'eager'` it spawns the task's workers.
    ///
    /// # Errors
    ///
    /// The first field of the configuration that makes no sense.
    pub fn define_task(&mut self, config: &TaskConfig, now: Millis) -> Result<TaskId, ConfigError> {
        let limits = Limits::parse(config)?;
        self.advance_clock(now);
        let eager = limits.init == InitMode::Eager;
        let id = TaskId(self.tasks.next());
        self.revision += 1;
        self.tasks.insert(Task::new(id, limits));
        if eager {
            self.turn(id, now, Task::start_workers);
        }
        Ok(id)
    }

    /// Submits a call; answers its number. It is refused, queued or started within this input.
    ///
    /// # Panics
    ///
    /// When the task was never defined or was forgotten: nobody could answer the call.
    pub fn submit(&mut self, task: TaskId, call: NewCall, now: Millis) -> CallSeq {
        self.turn(task, now, |task, turn| task.submit(call, turn))
            .expect("a call names a task that is known")
    }

    /// Accounts for a call that failed before it could be submitted, such as by a `keyOf` that threw; answers its number.
    ///
    /// # Panics
    ///
    /// When the task was never defined or was forgotten.
    pub fn submit_failed(&mut self, task: TaskId, sampling: Sampling, now: Millis) -> CallSeq {
        self.turn(task, now, |task, turn| task.submit_failed(sampling, turn))
            .expect("a call names a task that is known")
    }

    /// Tells how an attempt ended.
    pub fn settle(
        &mut self,
        task: TaskId,
        call: CallSeq,
        attempt: Attempt,
        outcome: Outcome,
        now: Millis,
    ) {
        self.turn(task, now, |task, turn| task.settle(call, attempt, outcome, turn));
    }

    /// Tells that a worker answered a call that is not on it.
    pub fn answer_ignored(&mut self, task: TaskId, now: Millis) {
        self.turn(task, now, |task, turn| task.answer_ignored(turn));
    }

    /// Tells that the arguments of an attempt were moved, not copied, to its worker.
    pub fn payload_moved(&mut self, task: TaskId, call: CallSeq, attempt: Attempt) {
        if let Some(task) = self.tasks.get_mut(task.0) {
            task.payload_moved(call, attempt);
        }
    }

    /// Cancels one call.
    pub fn cancel(&mut self, task: TaskId, call: CallSeq, now: Millis) {
        self.turn(task, now, |task, turn| task.cancel(call, Rejection::Canceled, turn));
    }

    /// Tells that a worker serves calls: it has become ready before its `startTimeoutMs`.
    pub fn worker_ready(&mut self, task: TaskId, slot: Slot, epoch: Epoch, now: Millis) {
        self.turn(task, now, |task, turn| task.worker_ready(slot, epoch, turn));
    }

    /// Reports that a promise was rejected in a worker, and that nobody handled it.
    pub fn worker_unhandled(&mut self, task: TaskId, slot: Slot, epoch: Epoch, now: Millis) {
        self.turn(task, now, |task, turn| task.worker_unhandled(slot, epoch, turn));
    }

    /// Tells that a worker crashed, or could not be created.
    pub fn worker_lost(&mut self, task: TaskId, slot: Slot, epoch: Epoch, now: Millis) {
        self.turn(task, now, |task, turn| task.worker_lost(slot, epoch, turn));
    }

    /// Answers [`Effect::Terminate`]: the worker's thread has ended, or never was. Without this word it counts as dying for
    /// three seconds. Workers that live and that die are together never more than twice the pool size.
    pub fn worker_gone(&mut self, task: TaskId, slot: Slot, epoch: Epoch, now: Millis) {
        self.turn(task, now, |task, turn| task.worker_gone(slot, epoch, turn));
    }

    /// Opens a cancellation scope for a key or a signal.
    pub fn open_key(&mut self) -> KeyId {
        self.keys.open()
    }

    /// Answers [`Effect::ReleaseKey`]: forgets the scope unless it is in use again. Answers whether it is forgotten.
    pub fn close_key(&mut self, key: KeyId) -> bool {
        self.keys.close(key)
    }

    /// Tells that a signal was handed out for the scope: it stays open until it is cleared.
    pub fn hold_key(&mut self, key: KeyId) {
        self.keys.hold(key);
    }

    /// Cancels every call of the scope, and every later one until [`Kernel::clear_key`].
    pub fn abort_key(&mut self, key: KeyId, now: Millis) {
        self.advance_clock(now);
        if self.keys.abort(key, &mut self.outbox) {
            while let Some((task, call)) = self.keys.first(key) {
                self.turn(task, now, |task, turn| task.cancel(call, Rejection::Aborted(key), turn));
            }
        }
    }

    /// Forgets that the scope was aborted. Open calls stay tied to it.
    pub fn clear_key(&mut self, key: KeyId) {
        self.keys.clear(key, &mut self.outbox);
    }

    /// Whether the scope is aborted.
    pub fn is_key_aborted(&self, key: KeyId) -> bool {
        self.keys.is_aborted(key)
    }

    /// Resumes a stopped task, revives a failed one, and spawns the workers that are missing.
    pub fn start_workers(&mut self, task: TaskId, now: Millis) {
        self.turn(task, now, Task::start_workers);
    }

    /// Pauses a task and ends its workers; their calls go back to the queue.
    pub fn stop_workers(&mut self, task: TaskId, now: Millis) {
        self.turn(task, now, Task::stop_workers);
    }

    /// Rejects every open call of a task and ends its workers.
    pub fn dispose_task(&mut self, task: TaskId, now: Millis) {
        self.turn(task, now, Task::dispose);
    }

    /// Nobody can submit to the task any more: disposes of it and forgets it.
    pub fn forget_task(&mut self, task: TaskId, now: Millis) {
        self.dispose_task(task, now);
        if self.tasks.remove(task.0).is_some() {
            self.revision += 1;
        }
    }

    /// Asks for one [`Effect::Drained`] as soon as nothing is waiting, pending or in flight.
    pub fn watch_drain(&mut self, task: TaskId, now: Millis) {
        self.turn(task, now, Task::watch_drain);
    }

    /// Opens a trace and decides whether it is sampled.
    pub fn open_trace(&mut self, now: Millis) -> TraceId {
        self.advance_clock(now);
        self.traces.open(self.observation, self.seed, self.now)
    }

    /// Whether an open trace is sampled.
    pub fn is_trace_sampled(&self, trace: TraceId) -> bool {
        self.traces.is_sampled(trace)
    }

    /// Ends a trace. A no-op for one that has ended. Without a status, the kind of error decides: none is `Ok`, an abort is
    /// `Canceled`, anything else is `Error`.
    pub fn end_trace(
        &mut self,
        trace: TraceId,
        status: Option<Status>,
        error: Option<ErrorKind>,
        now: Millis,
    ) {
        self.advance_clock(now);
        if let Some(ended) = self.traces.end(trace)
            && ended.sampled
        {
            let status = status.unwrap_or(match error {
                None => Status::Ok,
                Some(ErrorKind::Abort) => Status::Canceled,
                Some(ErrorKind::Queue | ErrorKind::Crash | ErrorKind::Exception) => Status::Error,
            });
            let started = ended.started;
            self.outbox.push(Effect::EndTrace { trace, started, ended: self.now, status, error });
        }
    }

    /// Says what is to be told besides the work. The rate is clamped to 0…1; NaN is 1.
    pub fn observe(&mut self, observation: Observation) {
        self.observation =
            Observation { sample_rate: clamp_rate(observation.sample_rate), ..observation };
    }

    /// Makes sampling fall differently from that of kernels with another seed: traces and calls count from 0 in each.
    pub fn seed_sampling(&mut self, seed: u32) {
        self.seed = seed;
    }

    /// The moment of the next deadline.
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// Acts on every deadline up to `now`.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.advance_clock(now);
        while let Some(timer) = self.timers.pop_due(self.now) {
            match timer {
                Timer::Timeout(task) => {
                    self.turn(task, now, Task::timeout_over);
                }
                Timer::Grace(task, call) => {
                    self.turn(task, now, |task, turn| task.grace_over(call, turn));
                }
                Timer::Start(task, slot) => {
                    self.turn(task, now, |task, turn| task.start_over(slot, turn));
                }
                Timer::Gone(task, slot, epoch) => {
                    self.turn(task, now, |task, turn| task.worker_gone(slot, epoch, turn));
                }
                Timer::Restart(task) => {
                    self.turn(task, now, Task::restart);
                }
                Timer::Idle(task) => {
                    self.turn(task, now, Task::idle_over);
                }
            }
        }
    }

    /// The next thing for the shell to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.outbox.pop()
    }

    /// Rises whenever something that a snapshot shows has changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The state of a task that is known.
    pub fn snapshot(&self, task: TaskId) -> Option<TaskSnapshot> {
        self.tasks.get(task.0).map(Task::snapshot)
    }

    /// Whether nothing is left: no call, no timer, no key, no link, no trace, no effect.
    pub fn is_quiescent(&self) -> bool {
        self.tasks.iter().all(|task| task.calls.len() == 0)
            && self.timers.is_empty()
            && self.keys.len() == (0, 0)
            && self.traces.is_empty()
            && self.outbox.is_empty()
    }

    /// Time never goes backwards: an input that is late happens at the latest moment known.
    fn advance_clock(&mut self, now: Millis) {
        self.now = self.now.max(now);
    }

    /// Lends one task what it may touch.
    fn turn<T>(
        &mut self,
        id: TaskId,
        now: Millis,
        input: impl FnOnce(&mut Task, &mut Turn) -> T,
    ) -> Option<T> {
        self.advance_clock(now);
        let task = self.tasks.get_mut(id.0)?;
        let mut turn = Turn {
            now: self.now,
            outbox: &mut self.outbox,
            timers: &mut self.timers,
            keys: &mut self.keys,
            revision: &mut self.revision,
            observation: self.observation,
            seed: self.seed,
        };
        Some(input(task, &mut turn))
    }
}

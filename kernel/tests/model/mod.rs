//! A naive model of the kernel, written from its rules: plain lists, everything derived, nothing fast.
//!
//! It takes inputs and gives effects as the kernel does. Where the rules leave an order open (which of a lost worker's calls
//! settles first), it follows the order in which things began: slots, then dispatches, then calls.

mod call;
pub(crate) mod compare;
mod deadline;
mod lifecycle;
mod lives;
mod scope;
mod stream;
mod task;
mod turn;

use crate::model::call::New;
use crate::model::scope::Scopes;
use crate::model::task::{Place, Task};
use crate::walk::setup::Setup;
use crate::walk::step::{Step, Take, is_telemetry};
use atelier_kernel::{
    Answer, Effect, ErrorKind, Input, Metric, Observation, Priority, Rejection, Sampling, ScopeId,
    Slot, Status, TaskId, TaskSnapshot, Termination, TraceId,
};

/// All tasks with their shared clock, scopes and traces.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    now: f64,
    tasks: Vec<Task>,
    scopes: Scopes,
    /// When each trace began, and whether it is sampled; `None` once it has ended.
    traces: Vec<Option<(f64, bool)>>,
    observation: Observation,
    /// Tasks that may start calls or workers, in the order in which that became so.
    woken: Vec<usize>,
    batches: u32,
    /// Workers that may be busy.
    limit: f64,
    /// Tasks with calls that the limit holds back.
    held: Vec<usize>,
    /// The busy workers that were reported last.
    reported_busy: u32,
    /// Dispatches of all tasks.
    served: u64,
    /// Effects that ask for work and were not taken. A dispatch is taken back when its attempt ends.
    queue: Vec<Effect>,
    /// Effects that only report.
    telemetry: Vec<Effect>,
}

/// The values that the gauges of one task should have.
pub(crate) type Levels = [(Metric, u32); 5];

/// What the model does at a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Done {
    pub(crate) answer: Answer,
    /// The effects that were taken; they ask for work.
    pub(crate) taken: Vec<Effect>,
    /// No effect that asks for work is left in the queue.
    pub(crate) drained: bool,
    /// The effects that the input led to and that only report.
    pub(crate) telemetry: Vec<Effect>,
}

impl Model {
    /// The model after its tasks were defined, and the effects of that.
    pub(crate) fn new(setups: &[Setup]) -> (Self, Done) {
        let mut model = Self {
            now: 0.0,
            tasks: setups.iter().map(|&setup| Task::new(setup)).collect(),
            scopes: Scopes::default(),
            traces: Vec::new(),
            observation: Observation { events: false, spans: false, sample_rate: 1.0 },
            woken: Vec::new(),
            batches: 0,
            limit: f64::INFINITY,
            held: Vec::new(),
            reported_busy: 0,
            served: 0,
            queue: Vec::new(),
            telemetry: Vec::new(),
        };
        for (task, setup) in setups.iter().enumerate() {
            if setup.eager {
                model.start_workers(task);
                model.advance_woken();
            }
        }
        let done = model.done(Answer::None, Take::MAX);
        (model, done)
    }

    /// One step; `now` is the shell's clock after the time of the step has passed.
    pub(crate) fn step(&mut self, step: &Step, now: f64) -> Done {
        let answer = if self.reaches_the_kernel(&step.input) {
            self.now = self.now.max(now);
            // A new call meets what is there when it comes, and starts at once; of everything else that happens together, all is
            // taken in first.
            let is_submit = matches!(step.input, Input::Submit { .. });
            if is_submit && !self.woken.is_empty() {
                self.advance_woken();
            }
            let answer = self.input(&step.input);
            if self.batches == 0 || is_submit {
                self.advance_woken();
            }
            for task in &mut self.tasks {
                task.note_busy(self.now);
            }
            answer
        } else {
            Answer::None
        };
        self.done(answer, step.take)
    }

    /// The next deadline.
    pub(crate) fn deadline(&self) -> Option<f64> {
        self.deadlines().into_iter().map(|(at, _)| at).min_by(f64::total_cmp)
    }

    /// The state of every task; `None` where it was forgotten.
    pub(crate) fn snapshots(&self) -> Vec<Option<TaskSnapshot>> {
        self.tasks.iter().map(|task| (!task.forgotten).then(|| task.snapshot())).collect()
    }

    /// Which of the first scopes are open and aborted.
    pub(crate) fn aborted(&self, scopes: u32) -> Vec<bool> {
        (0..scopes).map(|scope| self.scopes.is_aborted(ScopeId(scope))).collect()
    }

    /// The values that the gauges should have, task by task.
    pub(crate) fn levels(&self) -> Vec<Levels> {
        let levels = |task: &Task| {
            [
                (Metric::QueueInFlight, task.in_flight()),
                (Metric::QueuePending, task.count(Place::Pending)),
                (Metric::QueueBlocked, task.count(Place::Waiting)),
                (Metric::QueueResting, task.resting(None)),
                (Metric::WorkersActive, task.active()),
            ]
        };
        self.tasks.iter().map(levels).collect()
    }

    /// Whether gauges have no reason to lag behind: somebody observes them, and no batch is open.
    pub(crate) fn reports_levels(&self) -> bool {
        self.observation.events && self.batches == 0
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each input")]
    fn input(&mut self, input: &Input) -> Answer {
        match *input {
            Input::DefineTask { .. } => panic!("a walk defines its tasks first"),
            Input::Submit {
                task,
                call: _,
                key,
                signal,
                timeout,
                priority,
                follows_signal,
                latest,
                replace_running,
                sampling,
            } => {
                let new = New {
                    scopes: [key, signal],
                    timeout,
                    priority,
                    follows_signal,
                    latest,
                    replace_running,
                    sampling,
                };
                self.submit(task.0 as usize, new);
            }
            Input::SubmitFailed { task, sampling, .. } => {
                let new = New {
                    scopes: [None, None],
                    timeout: None,
                    priority: Priority::default(),
                    follows_signal: false,
                    latest: None,
                    replace_running: false,
                    sampling,
                };
                let seq = self.open_call(task.0 as usize, new);
                self.answer(task.0 as usize, seq, Err(Rejection::Failed));
            }
            Input::Settle { task, call, attempt, outcome, run } => {
                self.with(task, |model, task| model.settle(task, call, attempt, outcome, run));
            }
            Input::ReplyIgnored { task } => self.with(task, Self::reply_ignored),
            Input::PayloadMoved { task, call, attempt, slot } => {
                self.with(task, |model, task| model.payload_moved(task, call, attempt, slot));
            }
            Input::FirstItem { task, call, attempt } => {
                self.with(task, |model, task| model.first_item(task, call, attempt));
            }
            Input::MoreItems { task, call, attempt } => {
                self.with(task, |model, task| model.more_items(task, call, attempt));
            }
            Input::LimitItemWait { task, call, timeout } => {
                self.with(task, |model, task| model.limit_item_wait(task, call, timeout));
            }
            Input::Rest { task, call, attempt } => {
                self.with(task, |model, task| model.rest_call(task, call, attempt));
            }
            Input::Resume { task, call, attempt } => {
                self.with(task, |model, task| model.resume_call(task, call, attempt));
            }
            Input::CancelCall { task, call } => {
                self.with(task, |model, task| model.cancel(task, call, Rejection::Left));
            }
            Input::HoldWorker { task, slot, epoch } => {
                self.with(task, |model, task| model.hold_worker(task, slot, epoch));
            }
            Input::ReleaseWorker { task, slot, epoch } => {
                self.with(task, |model, task| model.release_worker(task, slot, epoch));
            }
            Input::WorkerReady { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_ready(task, slot, epoch));
            }
            Input::WorkerLost { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_lost(task, slot, epoch));
            }
            Input::WorkerGone { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_gone(task, slot, epoch));
            }
            Input::WorkerUnhandled { task, slot, epoch } => {
                self.with(task, |model, task| model.worker_unhandled(task, slot, epoch));
            }
            Input::RetireWorker { task, slot, epoch } => {
                self.with(task, |model, task| model.retire_worker(task, slot, epoch));
            }
            Input::ReplaceWorkers { task } => self.with(task, Self::replace_workers),
            Input::OpenScope {} => return Answer::Scope(self.scopes.open()),
            Input::CloseScope { scope } => return Answer::Closed(self.close_scope(scope)),
            Input::HoldScope { scope } => self.scopes.hold(scope),
            Input::AbortScope { scope } => self.abort_scope(scope),
            Input::ClearScope { scope } => self.clear_scope(scope),
            Input::StartWorkers { task } => self.with(task, Self::start_workers),
            Input::StopWorkers { task } => self.with(task, Self::stop_workers),
            Input::DisposeTask { task } => self.with(task, Self::dispose),
            Input::ForgetTask { task } => self.with(task, |model, task| {
                model.dispose(task);
                // The task cannot advance later.
                model.advance_woken();
                model.tasks[task].forgotten = true;
            }),
            Input::WatchDrain { task } => self.with(task, |model, task| {
                model.tasks[task].watched = true;
                model.wake(task);
            }),
            Input::OpenTrace {} => {
                let sampled = self.observation.spans && self.samples(Sampling::Root);
                let trace = TraceId(u32::try_from(self.traces.len()).expect("a walk is short"));
                self.traces.push(Some((self.now, sampled)));
                return Answer::Trace { trace, sampled };
            }
            Input::EndTrace { trace, status, error } => self.end_trace(trace, status, error),
            Input::Observe { observation } => self.observation = observation,
            // A walk's sample rates are all or nothing, whatever the seed.
            Input::SeedSampling { .. } => {}
            Input::HandleTimeout {} => self.handle_timeout(),
            Input::Prioritize { scope, priority, followers } => {
                self.prioritize(scope, priority, followers);
            }
            Input::LimitBusyWorkers { max } => self.limit_busy_workers(max),
            Input::BeginBatch {} => self.batches += 1,
            Input::EndBatch {} => self.batches = self.batches.saturating_sub(1),
        }
        Answer::None
    }

    /// Nobody can submit a call to a task that does not exist.
    fn reaches_the_kernel(&self, input: &Input) -> bool {
        if let Input::Submit { task, .. } | Input::SubmitFailed { task, .. } = *input {
            return self.exists(task);
        }
        true
    }

    fn exists(&self, task: TaskId) -> bool {
        self.tasks.get(task.0 as usize).is_some_and(|task| !task.forgotten)
    }

    /// Does something with a task, if it exists.
    fn with(&mut self, task: TaskId, input: impl FnOnce(&mut Self, usize)) {
        if self.exists(task) {
            input(self, task.0 as usize);
        }
    }

    /// Something has happened that may let a call or a worker of the task start.
    fn wake(&mut self, task: usize) {
        if !self.woken.contains(&task) {
            self.woken.push(task);
        }
    }

    fn advance_woken(&mut self) {
        if self.limit.is_finite() {
            return self.advance_within_limit();
        }
        for task in std::mem::take(&mut self.woken) {
            self.advance(task);
        }
    }

    /// The effects that the shell takes now, and what was reported since it took some last.
    fn done(&mut self, answer: Answer, take: Take) -> Done {
        let taken: Vec<Effect> = self.queue.drain(..take.min(self.queue.len())).collect();
        for effect in &taken {
            if let Effect::Dispatch { task, call, .. } = *effect {
                let state = &mut self.tasks[task.0 as usize];
                let call = state.call(call).expect("it is in flight");
                call.sent = call.attempts;
                let slot = call.slot_now().expect("it is in flight");
                state.workers[slot.0 as usize].sent += 1;
            }
        }
        let drained = self.queue.is_empty();
        Done { answer, taken, drained, telemetry: std::mem::take(&mut self.telemetry) }
    }

    fn emit(&mut self, effect: Effect) {
        if is_telemetry(&effect) {
            self.telemetry.push(effect);
        } else {
            self.queue.push(effect);
        }
    }

    fn count(&mut self, metric: Metric, task: usize, slot: Option<Slot>) {
        if self.observation.events {
            let (task, termination) = (task_id(task), None);
            self.emit(Effect::Count { metric, task, slot, termination });
        }
    }

    fn count_termination(&mut self, task: usize, slot: Slot, why: Termination) {
        if self.observation.events {
            let (metric, termination) = (Metric::WorkerTerminate, Some(why));
            let (task, slot) = (task_id(task), Some(slot));
            self.emit(Effect::Count { metric, task, slot, termination });
        }
    }

    fn measure(&mut self, metric: Metric, task: usize, value: f64) {
        if self.observation.events {
            self.emit(Effect::Histogram { metric, task: task_id(task), value });
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

    fn end_trace(
        &mut self,
        TraceId(trace): TraceId,
        status: Option<Status>,
        error: Option<ErrorKind>,
    ) {
        let Some(open) = self.traces.get_mut(trace as usize) else { return };
        if let Some((started, true)) = open.take() {
            let implied = match error {
                None => Status::Ok,
                Some(ErrorKind::Abort) => Status::Canceled,
                Some(_) => Status::Error,
            };
            let effect = Effect::EndTrace {
                trace: TraceId(trace),
                started: millis(started),
                ended: millis(self.now),
                status: status.unwrap_or(implied),
                error,
            };
            self.emit(effect);
        }
    }
}

fn task_id(task: usize) -> TaskId {
    TaskId(u32::try_from(task).expect("a walk has few tasks"))
}

fn millis(ms: f64) -> atelier_kernel::Millis {
    atelier_kernel::Millis::new(ms)
}

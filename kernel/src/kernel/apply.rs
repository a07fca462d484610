//! What each input leads to: which task, scope or trace it is for.

use crate::boundary::answer::Answer;
use crate::boundary::config::TaskConfig;
use crate::boundary::effect::Effect;
use crate::boundary::id::{ScopeId, TaskId, TraceId};
use crate::boundary::input::Input;
use crate::boundary::outcome::{ErrorKind, Rejection, Status};
use crate::kernel::Kernel;
use crate::task::limits::Limits;
use crate::task::{NewCall, Task};
use crate::telemetry::observation::Observation;
use crate::telemetry::sampling::clamp_rate;

impl Kernel {
    #[expect(clippy::too_many_lines, reason = "one arm for each input")]
    pub(super) fn apply(&mut self, input: Input) -> Answer {
        match input {
            Input::DefineTask { config } => return Answer::Task(self.define_task(&config)),
            Input::Submit {
                task,
                call,
                key,
                signal,
                timeout,
                priority,
                follows_signal,
                latest,
                replace_running,
                sampling,
            } => {
                let new = NewCall {
                    seq: call,
                    scopes: [key, signal],
                    timeout,
                    priority,
                    follows_signal,
                    latest,
                    replace_running,
                    sampling,
                };
                let first_held = self.first_held_beside(task);
                self.with(task, |task, turn| task.submit(new, first_held, turn))
                    .expect("a call is submitted to a task that exists");
            }
            Input::SubmitFailed { task, call, sampling } => {
                self.with(task, |task, turn| task.submit_failed(call, sampling, turn))
                    .expect("a call is submitted to a task that exists");
            }
            Input::Settle { task, call, attempt, outcome, run } => {
                self.with(task, |task, turn| task.settle(call, attempt, outcome, run, turn));
            }
            Input::ReplyIgnored { task } => {
                self.with(task, |task, turn| task.reply_ignored(turn));
            }
            Input::PayloadMoved { task, call, attempt, slot } => {
                self.with(task, |task, turn| task.payload_moved(call, attempt, slot, turn));
            }
            Input::FirstItem { task, call, attempt } => {
                self.with(task, |task, turn| task.first_item(call, attempt, turn));
            }
            Input::MoreItems { task, call, attempt } => {
                self.with(task, |task, turn| task.more_items(call, attempt, turn));
            }
            Input::LimitItemWait { task, call, timeout } => {
                self.with(task, |task, turn| task.limit_item_wait(call, timeout, turn));
            }
            Input::Rest { task, call, attempt } => {
                self.with(task, |task, turn| task.rest_call(call, attempt, turn));
            }
            Input::Resume { task, call, attempt } => {
                self.with(task, |task, turn| task.resume_call(call, attempt, turn));
            }
            Input::CancelCall { task, call } => {
                self.with(task, |task, turn| task.cancel(call, Rejection::Left, turn));
            }
            Input::WorkerReady { task, slot, epoch } => {
                self.with(task, |task, turn| task.worker_ready(slot, epoch, turn));
            }
            Input::WorkerLost { task, slot, epoch } => {
                self.with(task, |task, turn| task.worker_lost(slot, epoch, turn));
            }
            Input::WorkerGone { task, slot, epoch } => {
                self.with(task, |task, turn| task.worker_gone(slot, epoch, turn));
            }
            Input::WorkerUnhandled { task, slot, epoch } => {
                self.with(task, |task, turn| task.worker_unhandled(slot, epoch, turn));
            }
            Input::HoldWorker { task, slot, epoch } => {
                self.with(task, |task, turn| task.hold_worker(slot, epoch, turn));
            }
            Input::ReleaseWorker { task, slot, epoch } => {
                self.with(task, |task, turn| task.release_worker(slot, epoch, turn));
            }
            Input::RetireWorker { task, slot, epoch } => {
                self.with(task, |task, turn| task.retire_worker(slot, epoch, turn));
            }
            Input::ReplaceWorkers { task } => {
                self.with(task, Task::replace_workers);
            }
            Input::OpenScope {} => return Answer::Scope(self.scopes.open()),
            Input::CloseScope { scope } => return Answer::Closed(self.scopes.close(scope)),
            Input::HoldScope { scope } => self.scopes.hold(scope),
            Input::AbortScope { scope } => self.abort_scope(scope),
            Input::ClearScope { scope } => self.scopes.clear(scope, &mut self.outbox),
            Input::Prioritize { scope, priority, followers } => {
                for (task, call) in self.scopes.calls(scope) {
                    self.with(task, |task, _| task.prioritize(call, priority, followers));
                }
            }
            Input::StartWorkers { task } => {
                self.with(task, Task::start_workers);
            }
            Input::StopWorkers { task } => {
                self.with(task, Task::stop_workers);
            }
            Input::DisposeTask { task } => {
                self.with(task, Task::dispose);
            }
            Input::ForgetTask { task } => self.forget_task(task),
            Input::WatchDrain { task } => {
                self.with(task, Task::watch_drain);
            }
            Input::OpenTrace {} => {
                let (trace, sampled) = self.traces.open(self.observation, self.seed, self.now);
                return Answer::Trace { trace, sampled };
            }
            Input::EndTrace { trace, status, error } => self.end_trace(trace, status, error),
            Input::Observe { observation } => {
                if observation.events {
                    self.tasks.iter_mut().for_each(Task::introduce);
                }
                let sample_rate = clamp_rate(observation.sample_rate);
                self.observation = Observation { sample_rate, ..observation };
            }
            Input::SeedSampling { seed } => self.seed = seed,
            Input::HandleTimeout {} => self.handle_timeout(),
            Input::LimitBusyWorkers { max } => self.limit_busy_workers(max),
            Input::BeginBatch {} => self.batches += 1,
            Input::EndBatch {} => self.batches = self.batches.saturating_sub(1),
        }
        Answer::None
    }

    fn define_task(&mut self, config: &TaskConfig) -> Result<TaskId, crate::ConfigError> {
        let limits = Limits::parse(config)?;
        let id = TaskId(self.tasks.next());
        self.revision += 1;
        self.tasks.insert(Task::new(id, limits));
        self.with(id, Task::defined);
        Ok(id)
    }

    fn abort_scope(&mut self, scope: ScopeId) {
        if self.scopes.abort(scope, &mut self.outbox) {
            while let Some((task, call)) = self.scopes.first(scope) {
                self.with(task, |task, turn| task.cancel(call, Rejection::Aborted(scope), turn));
            }
        }
    }

    fn forget_task(&mut self, id: TaskId) {
        self.with(id, Task::dispose);
        self.advance_woken();
        if self.tasks.remove(id.0).is_some() {
            self.revision += 1;
        }
    }

    fn end_trace(&mut self, trace: TraceId, status: Option<Status>, error: Option<ErrorKind>) {
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
}

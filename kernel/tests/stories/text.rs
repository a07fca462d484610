//! Effects and states as the text that stands beside the inputs of a script.

use crate::script::Stage;
use atelier_kernel::{Attempt, Effect, Epoch, ErrorKind, Metric, Rejection, Slot, Status, TaskId};

impl Stage {
    pub(super) fn effect(&mut self, effect: &Effect) -> String {
        match *effect {
            Effect::Spawn { task, slot, epoch } => {
                self.epochs.retain(|&(place, _)| place != (task, slot));
                self.epochs.push(((task, slot), epoch));
                format!("Spawn {}", self.worker(task, slot, epoch))
            }
            Effect::GiveUp { task, slot, epoch, after } => {
                format!("GiveUp {} after {after}", self.worker(task, slot, epoch))
            }
            Effect::Terminate { task, slot, epoch } => {
                format!("Terminate {}", self.worker(task, slot, epoch))
            }
            Effect::Dispatch { task, call, attempt: Attempt(attempt), slot, epoch } => format!(
                "Dispatch {}@{attempt} on {}",
                self.calls.name((task, call)),
                self.worker(task, slot, epoch)
            ),
            Effect::Interrupt { task, call, slot, epoch } => format!(
                "Interrupt {} on {}",
                self.calls.name((task, call)),
                self.worker(task, slot, epoch)
            ),
            Effect::Resolve { task, call } => format!("Resolve {}", self.calls.name((task, call))),
            Effect::Reject { task, call, rejection } => {
                format!("Reject {} {}", self.calls.name((task, call)), self.rejection(rejection))
            }
            Effect::AbortSignal { scope } => format!("AbortSignal {}", self.scopes.name(scope)),
            Effect::ReleaseScope { scope } => format!("ReleaseScope {}", self.scopes.name(scope)),
            Effect::Drained { task } => format!("Drained{}", self.of(task)),
            Effect::Replaced { task } => format!("Replaced{}", self.of(task)),
            Effect::Count { metric, task, slot, termination } => {
                let slot = slot.map_or(String::new(), |Slot(slot)| format!(" of {slot}"));
                let why = termination.map_or(String::new(), |why| format!(" {why:?}"));
                format!("{}{slot}{}{why}", metric_name(metric), self.of(task))
            }
            Effect::Gauge { metric, task, value } => {
                format!("{}{} = {value}", metric_name(metric), self.of(task))
            }
            Effect::Histogram { metric, task, value } => {
                format!("{}{}: {value}", metric_name(metric), self.of(task))
            }
            Effect::BusyWorkers { value } => format!("runtime.busy_workers = {value}"),
            Effect::EndSpan {
                task,
                call,
                started,
                ended: end,
                queue_wait,
                queue_wait_last,
                attempts,
                priority,
                run,
                first_item,
                slot,
                status,
                error,
                rejection: _,
            } => format!(
                "EndSpan {} {} after {}, waited {queue_wait} ({queue_wait_last} last), attempts {attempts}{}{}{}{}",
                self.calls.name((task, call)),
                ended(status, error),
                end.since(started),
                slot.map_or(String::new(), |Slot(slot)| format!(" on {slot}")),
                run.map_or(String::new(), |run| format!(", ran {run}")),
                first_item.map_or(String::new(), |after| format!(", first item after {after}")),
                match priority.get() {
                    0 => String::new(),
                    priority => format!(", priority {priority}"),
                }
            ),
            Effect::EndTrace { trace, started, ended: end, status, error } => format!(
                "EndTrace {} {} after {}",
                self.traces.name(trace),
                ended(status, error),
                end.since(started)
            ),
        }
    }

    fn rejection(&self, rejection: Rejection) -> String {
        match rejection {
            Rejection::Aborted(scope) => format!("Aborted {}", self.scopes.name(scope)),
            Rejection::Crashed(Slot(slot)) => format!("Crashed {slot}"),
            Rejection::Killed(Slot(slot)) => format!("Killed {slot}"),
            Rejection::Moved(Slot(slot)) => format!("Moved {slot}"),
            Rejection::Begun(Slot(slot)) => format!("Begun {slot}"),
            Rejection::TimedOut
            | Rejection::ItemTimedOut
            | Rejection::Left
            | Rejection::Superseded
            | Rejection::Dropped
            | Rejection::Disposed
            | Rejection::Failed
            | Rejection::HandlerAborted => format!("{rejection:?}"),
        }
    }

    fn worker(&self, task: TaskId, Slot(slot): Slot, Epoch(epoch): Epoch) -> String {
        let epoch = if epoch == 1 { String::new() } else { format!("#{epoch}") };
        format!("{slot}{epoch}{}", self.of(task))
    }

    /// Names the task where there are several.
    fn of(&self, task: TaskId) -> String {
        match self.tasks.given.len() {
            1 => String::new(),
            _ => format!(" of {}", self.tasks.name(task)),
        }
    }

    pub(super) fn state(&self, task: TaskId) -> String {
        let Some(state) = self.kernel.snapshot(task) else { return "unknown".to_owned() };
        let crash = state.last_crash.map_or(String::new(), |crash| {
            format!(", last crash of {} at {}", crash.worker_index, crash.ts)
        });
        let resting = match state.resting_depth {
            0 => String::new(),
            resting => format!(", resting {resting}"),
        };
        format!(
            "{:?} {:?}, workers {} of {}, in flight {} {:?}{resting}, pending {}, waiting {}, dispatched {}{crash}",
            state.worker_status,
            state.task_status,
            state.active_workers,
            state.total_workers,
            state.queue_depth,
            state.queue_depth_by_worker,
            state.pending_queue_depth,
            state.waiting_queue_depth,
            state.total_dispatched,
        )
    }
}

/// The name that a metric has in events.
fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::TaskDispatch => "task.dispatch.total",
        Metric::TaskSuccess => "task.success.total",
        Metric::TaskFailure => "task.failure.total",
        Metric::TaskCanceled => "task.canceled.total",
        Metric::TaskRejected => "task.rejected.total",
        Metric::TaskRequeue => "task.requeue.total",
        Metric::TaskIgnored => "task.ignored.total",
        Metric::WorkerSpawn => "worker.spawn.total",
        Metric::WorkerCrash => "worker.crash.total",
        Metric::WorkerTerminate => "worker.terminate.total",
        Metric::WorkerUnhandled => "worker.unhandled.total",
        Metric::QueueInFlight => "queue.in_flight",
        Metric::QueuePending => "queue.pending",
        Metric::QueueBlocked => "queue.blocked",
        Metric::QueueResting => "queue.resting",
        Metric::WorkersActive => "workers.active",
        Metric::TaskDuration => "task.duration_ms",
        Metric::TaskRun => "task.run_ms",
        Metric::StreamFirstItem => "stream.first_item_ms",
        Metric::QueueWait => "queue.wait_ms",
        Metric::WorkerReady => "worker.ready_ms",
    }
}

fn ended(status: Status, error: Option<ErrorKind>) -> String {
    let kind = error.map_or(String::new(), |kind| format!("/{kind:?}"));
    format!("{status:?}{kind}").to_lowercase()
}

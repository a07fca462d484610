//! The state of one task, as `WorkerState` shows it. The shell adds names and error messages.

use crate::boundary::config::{InitMode, QueuePolicy, TaskType};
use crate::boundary::id::Slot;
use crate::boundary::name::named;
use crate::task::{Condition, Task};

/// The state of a task. Counts are calls unless the name says otherwise.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct TaskSnapshot {
    /// The topology.
    pub r#type: TaskType,
    /// When workers are created.
    pub init: InitMode,
    /// Workers that the task may have.
    pub total_workers: u32,
    /// Workers that exist.
    pub active_workers: u32,
    /// What the workers do.
    pub worker_status: WorkerStatus,
    /// What the task does.
    pub task_status: TaskStatus,
    /// The last crash, if there was one.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub last_crash: Option<LastCrash>,
    /// Attempts dispatched.
    pub total_dispatched: f64,
    /// Workers of a parallel task.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub pool_size: Option<u32>,
    /// Calls in flight, abandoned ones included.
    pub queue_depth: u32,
    /// Streams that stay on their workers without counting there.
    pub resting_depth: u32,
    /// Calls accepted and not started.
    pub pending_queue_depth: u32,
    /// Calls whose caller waits for room.
    pub waiting_queue_depth: u32,
    /// The limit of calls in flight.
    pub max_in_flight: f64,
    /// The limit of pending calls.
    pub max_queue_depth: f64,
    /// What happens to a call beyond the limits.
    pub queue_policy: QueuePolicy,
    /// Calls on each worker, by slot.
    pub queue_depth_by_worker: Vec<u32>,
}

named!(
    /// What the workers of a task do.
    WorkerStatus {
        /// At least one exists.
        Running = "running",
        /// None exists; some that were terminated may still run.
        Stopping = "stopping",
        /// None exists, and none is left of those that were terminated.
        Stopped = "stopped",
        /// None exists: the task has failed, or waits to create one again.
        Crashed = "crashed",
    }
);

named!(
    /// What a task does.
    TaskStatus {
        /// It has no call.
        Idle = "idle",
        /// It has calls.
        Active = "active",
        /// It starts no calls until its workers are started.
        Paused = "paused",
    }
);

/// When and where a task crashed last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct LastCrash {
    /// Milliseconds on the shell's clock.
    pub ts: f64,
    /// The slot of the worker.
    pub worker_index: u32,
}

impl Task {
    pub(crate) fn snapshot(&self) -> TaskSnapshot {
        let worker_status = match (self.pool.live(), self.condition) {
            (0, Condition::Halted(_)) => WorkerStatus::Crashed,
            (0, _) if self.restart_at.is_some() => WorkerStatus::Crashed,
            (0, _) if self.pool.is_terminating() => WorkerStatus::Stopping,
            (0, _) => WorkerStatus::Stopped,
            _ => WorkerStatus::Running,
        };
        let task_status = match self.condition {
            Condition::Paused => TaskStatus::Paused,
            Condition::Running | Condition::Halted(_) | Condition::Disposed
                if self.has_no_call() =>
            {
                TaskStatus::Idle
            }
            Condition::Running | Condition::Halted(_) | Condition::Disposed => TaskStatus::Active,
        };
        let limits = &self.limits;
        TaskSnapshot {
            r#type: limits.task_type,
            init: limits.init,
            total_workers: limits.pool_size,
            active_workers: self.pool.live(),
            worker_status,
            task_status,
            last_crash: self
                .last_crash
                .map(|(at, Slot(worker_index))| LastCrash { ts: at.get(), worker_index }),
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 dispatches")]
            total_dispatched: self.dispatched as f64,
            pool_size: (limits.task_type == TaskType::Parallel).then_some(limits.pool_size),
            queue_depth: self.queue.in_flight(),
            resting_depth: self.queue.resting(),
            pending_queue_depth: self.queue.pending(),
            waiting_queue_depth: self.queue.waiting(),
            max_in_flight: limits.max_in_flight,
            max_queue_depth: limits.max_queue_depth,
            queue_policy: limits.queue_policy,
            queue_depth_by_worker: self.pool.slots().map(|slot| self.pool.load(slot)).collect(),
        }
    }
}

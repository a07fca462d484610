//! The configuration of a walk's task, with every default spelled out.

use atelier_kernel::{CrashPolicy, Order, QueuePolicy, RawField, TaskConfig};

/// A task's limits, in the units of its configuration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Setup {
    pub(crate) singleton: bool,
    pub(crate) eager: bool,
    pub(crate) pool_size: u32,
    /// Where the pool shrinks: workers that stay although they are idle.
    pub(crate) min_workers: Option<u32>,
    pub(crate) max_calls: Option<u32>,
    pub(crate) max_in_flight: f64,
    pub(crate) max_queue_depth: f64,
    pub(crate) queue_policy: QueuePolicy,
    pub(crate) crash_policy: CrashPolicy,
    pub(crate) crash_max_retries: u32,
    pub(crate) timeout_ms: Option<f64>,
    pub(crate) idle_timeout_ms: Option<f64>,
    pub(crate) cancel_grace_ms: Option<f64>,
    pub(crate) start_timeout_ms: f64,
    pub(crate) order: Order,
    pub(crate) weight: f64,
}

impl Setup {
    /// A choice of every field. 0 is the smallest task: one worker, no room, the policy `block`, no deadlines.
    pub(crate) fn from_word(mut word: u32) -> Self {
        let mut pick = |choices: u32| {
            let picked = word % choices;
            word /= choices;
            picked as usize
        };
        let queue_policy = [
            QueuePolicy::Block,
            QueuePolicy::Reject,
            QueuePolicy::DropLatest,
            QueuePolicy::DropOldest,
        ][pick(4)];
        let max_queue_depth = [0.0, 1.0, 2.0, f64::INFINITY][pick(4)];
        let crash_policy = [
            CrashPolicy::RestartFailInFlight,
            CrashPolicy::RestartRequeueInFlight,
            CrashPolicy::FailTask,
            CrashPolicy::RestartRequeueInFlight,
        ][pick(4)];
        let workers = pick(4);
        let pool_size = [1, 1, 2, 3][workers];
        let size = f64::from(pool_size);
        let setup = Self {
            singleton: workers == 0,
            eager: pick(2) == 1,
            pool_size,
            min_workers: None,
            max_calls: None,
            max_in_flight: [size, 1.0, size + 1.0, size * 2.0, f64::INFINITY][pick(5)],
            max_queue_depth,
            queue_policy,
            crash_policy,
            crash_max_retries: [3, 1, 0, 9][pick(4)],
            timeout_ms: [None, Some(150.0), Some(1_000.0)][pick(3)],
            idle_timeout_ms: [None, Some(40.0)][pick(2)],
            cancel_grace_ms: [None, Some(30.0), Some(0.0)][pick(3)],
            start_timeout_ms: [f64::INFINITY, 60_000.0, 25.0][pick(3)],
            order: [Order::OldestFirst, Order::OldestFirst, Order::NewestFirst][pick(3)],
            // Powers of two, so that times divided by them are exact.
            weight: [1.0, 1.0, 2.0, 0.5, 0.0][pick(5)],
        };
        let min = [None, None, Some(0), Some(1), Some(2)][pick(5)].filter(|_| workers > 0);
        Self {
            min_workers: min.map(|min: u32| min.min(pool_size)),
            max_calls: [None, None, Some(1), Some(3)][pick(4)],
            idle_timeout_ms: setup.idle_timeout_ms.or(min.map(|_| 10_000.0)),
            ..setup
        }
    }

    /// The configuration as the kernel is given it.
    pub(crate) fn config(&self) -> TaskConfig {
        let number = |number: Option<f64>| number.map_or(RawField::Missing, RawField::from);
        TaskConfig {
            task_type: if self.singleton { "singleton" } else { "parallel" }.into(),
            init: if self.eager { "eager" } else { "lazy" }.into(),
            pool_size: match self.min_workers {
                Some(_) => RawField::Missing,
                None => f64::from(self.pool_size).into(),
            },
            pool_min: number(self.min_workers.map(f64::from)),
            pool_max: number(self.min_workers.map(|_| f64::from(self.pool_size))),
            max_calls_per_worker: number(self.max_calls.map(f64::from)),
            timeout_ms: number(self.timeout_ms),
            crash_policy: match self.crash_policy {
                CrashPolicy::RestartFailInFlight => "restart-fail-in-flight",
                CrashPolicy::RestartRequeueInFlight => "restart-requeue-in-flight",
                CrashPolicy::FailTask => "fail-task",
            }
            .into(),
            crash_max_retries: f64::from(self.crash_max_retries).into(),
            max_in_flight: self.max_in_flight.into(),
            max_queue_depth: self.max_queue_depth.into(),
            queue_policy: match self.queue_policy {
                QueuePolicy::Block => "block",
                QueuePolicy::Reject => "reject",
                QueuePolicy::DropLatest => "drop-latest",
                QueuePolicy::DropOldest => "drop-oldest",
            }
            .into(),
            idle_timeout_ms: number(self.idle_timeout_ms),
            cancel_grace_ms: number(self.cancel_grace_ms),
            start_timeout_ms: self.start_timeout_ms.into(),
            order: match self.order {
                Order::OldestFirst => "oldest-first",
                Order::NewestFirst => "newest-first",
            }
            .into(),
            weight: self.weight.into(),
            hardware_concurrency: None,
        }
    }
}

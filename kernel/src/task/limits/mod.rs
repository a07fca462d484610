//! A task's configuration, parsed. Every default of the library is here.

mod fields;
mod pool_size;
#[cfg(test)]
mod tests;

use crate::boundary::config::{
    ConfigError, CrashPolicy, InitMode, Order, QueuePolicy, TaskConfig, TaskType,
};
use crate::task::limits::fields::{Delay, choice, delay, number};
use crate::task::limits::pool_size::PoolSize;

/// How long a worker may take to be ready: long enough for one that loads a large model first.
const DEFAULT_START_TIMEOUT_MS: f64 = 60_000.0;

/// How long a worker of a pool that shrinks may be idle.
const DEFAULT_SHRINK_MS: f64 = 10_000.0;

/// A valid configuration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limits {
    pub(crate) task_type: TaskType,
    pub(crate) init: InitMode,
    /// The most workers.
    pub(crate) pool_size: u32,
    /// Where the pool shrinks: workers that stay although they are idle.
    pub(crate) min_workers: Option<u32>,
    /// Calls after which a worker is replaced.
    pub(crate) max_calls_per_worker: Option<u32>,
    /// A whole number or Infinity.
    pub(crate) max_in_flight: f64,
    /// A whole number or Infinity.
    pub(crate) max_queue_depth: f64,
    pub(crate) queue_policy: QueuePolicy,
    pub(crate) order: Order,
    /// The share of the budget; 0 for a task that does not count in it.
    pub(crate) weight: f64,
    pub(crate) crash_policy: CrashPolicy,
    pub(crate) crash_max_retries: u32,
    pub(crate) timeout_ms: Option<f64>,
    pub(crate) idle_timeout_ms: Option<f64>,
    pub(crate) cancel_grace_ms: Option<f64>,
    /// Above 0; Infinity for no limit.
    pub(crate) start_timeout_ms: f64,
}

impl Limits {
    /// Parses a configuration. The error names the first field that failed validation.
    pub(crate) fn parse(config: &TaskConfig) -> Result<Self, ConfigError> {
        let task_type = choice("type", &config.task_type, None, "'parallel' or 'singleton'")?;
        let PoolSize { max: pool_size, min: min_workers } = PoolSize::parse(task_type, config)?;
        let max_in_flight = number(
            "maxInFlight",
            &config.max_in_flight,
            pool_size,
            "a positive integer or Infinity",
            |n| count(n) && n >= 1.0,
        )?;
        let default_depth = match task_type {
            TaskType::Parallel => max_in_flight * 2.0,
            TaskType::Singleton => 2.0,
        };
        let max_queue_depth = number(
            "maxQueueDepth",
            &config.max_queue_depth,
            default_depth,
            "a non-negative integer or Infinity",
            |n| count(n) && n >= 0.0,
        )?;
        let queue_policy = choice(
            "queuePolicy",
            &config.queue_policy,
            Some(QueuePolicy::Block),
            "'block', 'reject', 'drop-latest' or 'drop-oldest'",
        )?;
        let crash_policy = choice(
            "crashPolicy",
            &config.crash_policy,
            Some(CrashPolicy::RestartFailInFlight),
            "'restart-fail-in-flight', 'restart-requeue-in-flight' or 'fail-task'",
        )?;
        let init = choice("init", &config.init, Some(InitMode::Lazy), "'lazy' or 'eager'")?;
        let crash_max_retries = number(
            "crashMaxRetries",
            &config.crash_max_retries,
            3.0,
            "a non-negative integer",
            |n| n.is_finite() && count(n) && n >= 0.0,
        )?;
        Ok(Self {
            task_type,
            init,
            pool_size: saturate(pool_size),
            min_workers,
            max_calls_per_worker: number(
                "maxCallsPerWorker",
                &config.max_calls_per_worker,
                f64::INFINITY,
                "a positive integer or Infinity",
                |n| count(n) && n >= 1.0,
            )
            .map(|n| (n <= f64::from(u32::MAX)).then_some(saturate(n)))?,
            max_in_flight,
            max_queue_depth,
            queue_policy,
            order: choice(
                "order",
                &config.order,
                Some(Order::OldestFirst),
                "'oldest-first' or 'newest-first'",
            )?,
            weight: number("weight", &config.weight, 1.0, "a non-negative finite number", |n| {
                n.is_finite() && n >= 0.0
            })?,
            crash_policy,
            crash_max_retries: saturate(crash_max_retries),
            timeout_ms: delay("timeoutMs", &config.timeout_ms, Delay::PositiveOrInfinite)?
                .filter(|ms| ms.is_finite()),
            idle_timeout_ms: delay("idleTimeoutMs", &config.idle_timeout_ms, Delay::Positive)?
                .or(min_workers.map(|_| DEFAULT_SHRINK_MS)),
            cancel_grace_ms: delay("cancelGraceMs", &config.cancel_grace_ms, Delay::NonNegative)?,
            start_timeout_ms: number(
                "startTimeoutMs",
                &config.start_timeout_ms,
                DEFAULT_START_TIMEOUT_MS,
                "a positive number of milliseconds or Infinity",
                |n| n > 0.0,
            )?,
        })
    }

    /// How many calls one worker may carry: its share of `maxInFlight`, rounded up.
    pub(crate) fn share(&self) -> f64 {
        (self.max_in_flight / f64::from(self.pool_size)).ceil()
    }
}

/// Whether `n` is a valid count: a whole number or Infinity.
fn count(n: f64) -> bool {
    n.fract() == 0.0 || n == f64::INFINITY
}

/// Converts a whole number. What does not fit is more than any count reaches.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn saturate(n: f64) -> u32 {
    n as u32
}

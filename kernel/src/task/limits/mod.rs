//! A task's configuration, parsed. Every default of the library is here.

mod fields;
#[cfg(test)]
mod tests;

use crate::boundary::config::{
    ConfigError, CrashPolicy, InitMode, Order, QueuePolicy, TaskConfig, TaskType,
};
use crate::task::limits::fields::{Delay, choice, delay, number};

/// The most workers that a task may have.
const MAX_POOL_SIZE: f64 = 1024.0;

/// The workers of a pool where the platform does not say how many processors it has.
const DEFAULT_POOL_SIZE: f64 = 4.0;

/// How long a worker may take to be ready: long enough for one that loads a large model first.
const DEFAULT_START_TIMEOUT_MS: f64 = 60_000.0;

/// A valid configuration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limits {
    pub(crate) task_type: TaskType,
    pub(crate) init: InitMode,
    pub(crate) pool_size: u32,
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
        let pool_size = match task_type {
            TaskType::Parallel => number(
                "poolSize",
                &config.pool_size,
                default_pool_size(config.hardware_concurrency),
                "an integer from 1 to 1024",
                |n| n.fract() == 0.0 && (1.0..=MAX_POOL_SIZE).contains(&n),
            )?,
            TaskType::Singleton => 1.0,
        };
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
            idle_timeout_ms: delay("idleTimeoutMs", &config.idle_timeout_ms, Delay::Positive)?,
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

/// One worker per processor. A platform that does not know its processors may report anything that is not positive.
fn default_pool_size(hardware_concurrency: Option<f64>) -> f64 {
    hardware_concurrency
        .filter(|&processors| processors > 0.0)
        .map_or(DEFAULT_POOL_SIZE, |processors| processors.floor().clamp(1.0, MAX_POOL_SIZE))
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

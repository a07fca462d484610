//! A task's configuration, parsed. Every default of the library is here.

mod fields;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::config::RawField;

    fn parallel() -> TaskConfig {
        TaskConfig { task_type: "parallel".into(), ..TaskConfig::default() }
    }

    fn error(config: &TaskConfig) -> (&'static str, bool) {
        let error = Limits::parse(config).expect_err("an invalid field");
        (error.field, error.out_of_range)
    }

    #[test]
    fn a_parallel_task_has_one_call_per_worker_and_twice_as_many_pending() {
        let config = TaskConfig { hardware_concurrency: Some(8.0), ..parallel() };
        let limits = Limits::parse(&config).expect("a valid configuration");
        assert_eq!(
            (limits.pool_size, limits.max_in_flight, limits.max_queue_depth),
            (8, 8.0, 16.0)
        );
        assert_eq!(limits.share(), 1.0);
        assert_eq!(limits.queue_policy, QueuePolicy::Block);
        assert_eq!(limits.crash_policy, CrashPolicy::RestartFailInFlight);
        assert_eq!((limits.crash_max_retries, limits.timeout_ms), (3, None));
    }

    #[test]
    fn a_singleton_has_one_call_in_flight_and_two_pending() {
        let config = TaskConfig { task_type: "singleton".into(), ..TaskConfig::default() };
        let limits = Limits::parse(&config).expect("a valid configuration");
        assert_eq!((limits.pool_size, limits.max_in_flight, limits.max_queue_depth), (1, 1.0, 2.0));
    }

    #[test]
    fn a_singleton_ignores_its_pool_size() {
        for ignored in [RawField::from(2.0), 0.0.into(), "many".into()] {
            let config = TaskConfig {
                task_type: "singleton".into(),
                pool_size: ignored,
                ..TaskConfig::default()
            };
            assert_eq!(Limits::parse(&config).expect("a valid configuration").pool_size, 1);
        }
    }

    #[test]
    fn a_pool_has_four_workers_where_the_number_of_processors_is_unknown() {
        for unknown in [None, Some(0.0), Some(-1.0), Some(f64::NAN)] {
            let config = TaskConfig { hardware_concurrency: unknown, ..parallel() };
            assert_eq!(Limits::parse(&config).expect("a valid configuration").pool_size, 4);
        }
    }

    #[test]
    fn a_share_is_rounded_up_so_that_all_of_max_in_flight_fits() {
        let config = TaskConfig { pool_size: 4.0.into(), max_in_flight: 10.0.into(), ..parallel() };
        assert_eq!(Limits::parse(&config).expect("a valid configuration").share(), 3.0);
    }

    #[test]
    fn limits_beyond_any_count_are_kept_as_written() {
        for huge in [f64::INFINITY, 4_294_967_296.0, 1e18] {
            let config = TaskConfig {
                max_in_flight: huge.into(),
                max_queue_depth: huge.into(),
                ..parallel()
            };
            let limits = Limits::parse(&config).expect("a valid configuration");
            assert_eq!((limits.max_in_flight, limits.max_queue_depth), (huge, huge));
        }
    }

    #[test]
    fn a_number_out_of_range_names_its_field() {
        for bad in [0.0, -1.0, 1.5, f64::NAN, 1025.0] {
            assert_eq!(
                error(&TaskConfig { pool_size: bad.into(), ..parallel() }),
                ("poolSize", true)
            );
        }
        for bad in [0.0, 2.5, f64::NAN] {
            let config = TaskConfig { max_in_flight: bad.into(), ..parallel() };
            assert_eq!(error(&config), ("maxInFlight", true));
        }
        for bad in [0.0, -5.0, f64::NAN, f64::NEG_INFINITY] {
            let config = TaskConfig { timeout_ms: bad.into(), ..parallel() };
            assert_eq!(error(&config), ("timeoutMs", true));
        }
        let config = TaskConfig { crash_max_retries: f64::INFINITY.into(), ..parallel() };
        assert_eq!(error(&config), ("crashMaxRetries", true));
        let config = TaskConfig { max_queue_depth: (-1.0).into(), ..parallel() };
        assert_eq!(error(&config), ("maxQueueDepth", true));
    }

    #[test]
    fn a_value_of_another_type_is_told_apart_from_one_out_of_range() {
        assert_eq!(error(&TaskConfig { pool_size: "4".into(), ..parallel() }), ("poolSize", false));
        assert_eq!(
            error(&TaskConfig { queue_policy: 1.0.into(), ..parallel() }),
            ("queuePolicy", false)
        );
        assert_eq!(
            error(&TaskConfig { queue_policy: "fifo".into(), ..parallel() }),
            ("queuePolicy", true)
        );
        assert_eq!(error(&TaskConfig::default()), ("type", false));
    }

    #[test]
    fn a_worker_may_take_a_minute_to_start_by_default() {
        let start = |given: RawField| {
            Limits::parse(&TaskConfig { start_timeout_ms: given, ..parallel() })
                .map(|limits| limits.start_timeout_ms)
        };
        assert_eq!(start(RawField::Missing), Ok(60_000.0));
        for fine in [0.5, 1e12, f64::INFINITY] {
            assert_eq!(start(fine.into()), Ok(fine));
        }
        for bad in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            let config = TaskConfig { start_timeout_ms: bad.into(), ..parallel() };
            assert_eq!(error(&config), ("startTimeoutMs", true));
        }
    }

    #[test]
    fn an_infinite_timeout_is_none() {
        let config = TaskConfig { timeout_ms: f64::INFINITY.into(), ..parallel() };
        assert_eq!(Limits::parse(&config).expect("a valid configuration").timeout_ms, None);
    }

    #[test]
    fn a_cancel_grace_may_be_zero() {
        let config = TaskConfig { cancel_grace_ms: 0.0.into(), ..parallel() };
        assert_eq!(
            Limits::parse(&config).expect("a valid configuration").cancel_grace_ms,
            Some(0.0)
        );
    }
}

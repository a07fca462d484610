//! A task's configuration as given → its limits as parsed. Every default of the library stands here.

use crate::boundary::name::Named;

/// One field of a configuration, as the user gave it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Given {
    /// Left out, or `undefined`.
    #[default]
    Nothing,
    /// A number of JavaScript's.
    Number(f64),
    /// A string.
    Text(String),
    /// Anything else.
    Other,
}

impl From<f64> for Given {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The scheduling part of a `TaskConfig`, field by field as the API reference names them.
#[derive(Clone, Debug, Default)]
pub struct TaskConfig {
    /// `type`: `parallel` or `singleton`.
    pub task_type: Given,
    /// `init`: `lazy` (default) or `eager`.
    pub init: Given,
    /// `poolSize`: default [`TaskConfig::hardware_concurrency`].
    pub pool_size: Given,
    /// `timeoutMs`: default none.
    pub timeout_ms: Given,
    /// `crashPolicy`: default `restart-fail-in-flight`.
    pub crash_policy: Given,
    /// `crashMaxRetries`: default 3.
    pub crash_max_retries: Given,
    /// `maxInFlight`: default the pool size.
    pub max_in_flight: Given,
    /// `maxQueueDepth`: default twice `maxInFlight`, or 2 for a singleton.
    pub max_queue_depth: Given,
    /// `queuePolicy`: default `block`.
    pub queue_policy: Given,
    /// `idleTimeoutMs`: default none.
    pub idle_timeout_ms: Given,
    /// `cancelGraceMs`: default none.
    pub cancel_grace_ms: Given,
    /// `startTimeoutMs`: default 60,000.
    pub start_timeout_ms: Given,
    /// What the platform says of its processors, where it says so. Not the user's.
    pub hardware_concurrency: Option<f64>,
}

/// A field that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The field's name as users write it.
    pub field: &'static str,
    /// What the field may be, as the end of the sentence "… must be".
    pub allowed: &'static str,
    /// Whether the value has the right type and lies outside its range.
    pub out_of_range: bool,
}

/// Which topology runs a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskType {
    /// A pool of workers.
    Parallel,
    /// One worker.
    Singleton,
}

impl Named for TaskType {
    const NAMES: &'static [(Self, &'static str)] =
        &[(Self::Parallel, "parallel"), (Self::Singleton, "singleton")];
}

/// When workers are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitMode {
    /// By the first call that needs one.
    Lazy,
    /// With the task.
    Eager,
}

impl Named for InitMode {
    const NAMES: &'static [(Self, &'static str)] = &[(Self::Lazy, "lazy"), (Self::Eager, "eager")];
}

/// What happens to a call that can neither start nor become pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueuePolicy {
    /// It waits until there is room.
    Block,
    /// It is refused.
    Reject,
    /// It is dropped; the same as refused, under the name that load shedding knows.
    DropLatest,
    /// The oldest pending call is dropped in its favour.
    DropOldest,
}

impl Named for QueuePolicy {
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::Block, "block"),
        (Self::Reject, "reject"),
        (Self::DropLatest, "drop-latest"),
        (Self::DropOldest, "drop-oldest"),
    ];
}

/// What a crash does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPolicy {
    /// The worker's calls are rejected and a new worker is started.
    RestartFailInFlight,
    /// The worker's calls go back to the front of the queue and a new worker is started.
    RestartRequeueInFlight,
    /// The whole task fails.
    FailTask,
}

impl Named for CrashPolicy {
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::RestartFailInFlight, "restart-fail-in-flight"),
        (Self::RestartRequeueInFlight, "restart-requeue-in-flight"),
        (Self::FailTask, "fail-task"),
    ];
}

/// The most workers that a task may have.
const MAX_POOL_SIZE: f64 = 1024.0;

/// The workers of a pool where the platform does not tell its processors.
const DEFAULT_POOL_SIZE: f64 = 4.0;

/// How long a worker may take to be ready: long enough for one that loads a large model first.
const DEFAULT_START_TIMEOUT_MS: f64 = 60_000.0;

/// A task's configuration, parsed: every field is sensible.
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
    pub(crate) crash_policy: CrashPolicy,
    pub(crate) crash_max_retries: u32,
    pub(crate) timeout_ms: Option<f64>,
    pub(crate) idle_timeout_ms: Option<f64>,
    pub(crate) cancel_grace_ms: Option<f64>,
    /// Above 0; Infinity for no limit.
    pub(crate) start_timeout_ms: f64,
}

impl Limits {
    /// Parses a configuration. The first field that makes no sense is the error.
    pub(crate) fn parse(config: &TaskConfig) -> Result<Self, ConfigError> {
        let task_type = choice("type", &config.task_type, None, "'parallel' or 'singleton'")?;
        let pool_size = match task_type {
            TaskType::Parallel => number(
                "poolSize",
                &config.pool_size,
                config.hardware_concurrency.unwrap_or(DEFAULT_POOL_SIZE).clamp(1.0, MAX_POOL_SIZE),
                "an integer from 1 to 1024",
                |n| n.fract() == 0.0 && (1.0..=MAX_POOL_SIZE).contains(&n),
            )?,
            TaskType::Singleton => {
                number("poolSize", &config.pool_size, 1.0, "left out or 1 for a singleton", |n| {
                    n == 1.0
                })?
            }
        };
        let max_in_flight = number(
            "maxInFlight",
            &config.max_in_flight,
            pool_size,
            "an integer from 1 on, or Infinity",
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
            "an integer from 0 on, or Infinity",
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
            "an integer from 0 on",
            |n| n.is_finite() && count(n) && n >= 0.0,
        )?;
        Ok(Self {
            task_type,
            init,
            pool_size: saturate(pool_size),
            max_in_flight,
            max_queue_depth,
            queue_policy,
            crash_policy,
            crash_max_retries: saturate(crash_max_retries),
            timeout_ms: delay("timeoutMs", &config.timeout_ms, false)?,
            idle_timeout_ms: delay("idleTimeoutMs", &config.idle_timeout_ms, false)?,
            cancel_grace_ms: delay("cancelGraceMs", &config.cancel_grace_ms, true)?,
            start_timeout_ms: number(
                "startTimeoutMs",
                &config.start_timeout_ms,
                DEFAULT_START_TIMEOUT_MS,
                "a number of milliseconds above 0, or Infinity",
                |n| n > 0.0,
            )?,
        })
    }

    /// How many calls one worker may carry: its part of `maxInFlight`, rounded up.
    pub(crate) fn share(&self) -> f64 {
        (self.max_in_flight / f64::from(self.pool_size)).ceil()
    }
}

/// Whether `n` counts something, as far as a limit needs to: a whole number or Infinity.
fn count(n: f64) -> bool {
    n.fract() == 0.0 || n == f64::INFINITY
}

/// A whole number from 0 on → a u32; what does not fit is more than any count reaches.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn saturate(n: f64) -> u32 {
    n as u32
}

fn number(
    field: &'static str,
    given: &Given,
    default: f64,
    allowed: &'static str,
    sensible: impl Fn(f64) -> bool,
) -> Result<f64, ConfigError> {
    match given {
        Given::Nothing => Ok(default),
        Given::Number(n) if sensible(*n) => Ok(*n),
        Given::Number(_) => Err(ConfigError { field, allowed, out_of_range: true }),
        Given::Text(_) | Given::Other => Err(ConfigError { field, allowed, out_of_range: false }),
    }
}

fn delay(field: &'static str, given: &Given, zero: bool) -> Result<Option<f64>, ConfigError> {
    if *given == Given::Nothing {
        return Ok(None);
    }
    let allowed = if zero {
        "a finite number of milliseconds from 0 on"
    } else {
        "a finite number of milliseconds above 0"
    };
    number(field, given, 0.0, allowed, |n| n.is_finite() && (n > 0.0 || (zero && n == 0.0)))
        .map(Some)
}

fn choice<T: Named>(
    field: &'static str,
    given: &Given,
    default: Option<T>,
    allowed: &'static str,
) -> Result<T, ConfigError> {
    match (given, default) {
        (Given::Nothing, Some(default)) => Ok(default),
        (Given::Text(text), _) => {
            T::named(text).ok_or(ConfigError { field, allowed, out_of_range: true })
        }
        (Given::Nothing | Given::Number(_) | Given::Other, _) => {
            Err(ConfigError { field, allowed, out_of_range: false })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parallel() -> TaskConfig {
        TaskConfig { task_type: "parallel".into(), ..TaskConfig::default() }
    }

    fn error(config: &TaskConfig) -> (&'static str, bool) {
        let error = Limits::parse(config).expect_err("the field makes no sense");
        (error.field, error.out_of_range)
    }

    #[test]
    fn a_parallel_task_has_one_call_per_worker_and_twice_as_many_pending() {
        let config = TaskConfig { hardware_concurrency: Some(8.0), ..parallel() };
        let limits = Limits::parse(&config).expect("sensible");
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
        let limits = Limits::parse(&config).expect("sensible");
        assert_eq!((limits.pool_size, limits.max_in_flight, limits.max_queue_depth), (1, 1.0, 2.0));
        assert_eq!(error(&TaskConfig { pool_size: 2.0.into(), ..config }), ("poolSize", true));
    }

    #[test]
    fn a_pool_without_a_known_platform_has_four_workers() {
        assert_eq!(Limits::parse(&parallel()).expect("sensible").pool_size, 4);
    }

    #[test]
    fn a_share_is_rounded_up_so_that_all_of_max_in_flight_fits() {
        let config = TaskConfig { pool_size: 4.0.into(), max_in_flight: 10.0.into(), ..parallel() };
        assert_eq!(Limits::parse(&config).expect("sensible").share(), 3.0);
    }

    #[test]
    fn limits_beyond_any_count_are_kept_as_written() {
        for huge in [f64::INFINITY, 4_294_967_296.0, 1e18] {
            let config = TaskConfig {
                max_in_flight: huge.into(),
                max_queue_depth: huge.into(),
                ..parallel()
            };
            let limits = Limits::parse(&config).expect("sensible");
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
        for bad in [0.0, -5.0, f64::NAN, f64::INFINITY] {
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
    fn a_worker_may_take_a_minute_to_start_unless_told_otherwise() {
        let start = |given: Given| {
            Limits::parse(&TaskConfig { start_timeout_ms: given, ..parallel() })
                .map(|limits| limits.start_timeout_ms)
        };
        assert_eq!(start(Given::Nothing), Ok(60_000.0));
        for fine in [0.5, 1e12, f64::INFINITY] {
            assert_eq!(start(fine.into()), Ok(fine));
        }
        for bad in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            let config = TaskConfig { start_timeout_ms: bad.into(), ..parallel() };
            assert_eq!(error(&config), ("startTimeoutMs", true));
        }
    }

    #[test]
    fn a_cancel_grace_may_be_zero() {
        let config = TaskConfig { cancel_grace_ms: 0.0.into(), ..parallel() };
        assert_eq!(Limits::parse(&config).expect("sensible").cancel_grace_ms, Some(0.0));
    }
}

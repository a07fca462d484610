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
    assert_eq!((limits.pool_size, limits.max_in_flight, limits.max_queue_depth), (8, 8.0, 16.0));
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
        let config =
            TaskConfig { max_in_flight: huge.into(), max_queue_depth: huge.into(), ..parallel() };
        let limits = Limits::parse(&config).expect("a valid configuration");
        assert_eq!((limits.max_in_flight, limits.max_queue_depth), (huge, huge));
    }
}

#[test]
fn a_number_out_of_range_names_its_field() {
    for bad in [0.0, -1.0, 1.5, f64::NAN, 1025.0] {
        assert_eq!(error(&TaskConfig { pool_size: bad.into(), ..parallel() }), ("poolSize", true));
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
    assert_eq!(Limits::parse(&config).expect("a valid configuration").cancel_grace_ms, Some(0.0));
}

#[test]
fn a_range_has_the_platforms_size_at_most_by_default() {
    let limits = |min: RawField, max: RawField| {
        let hardware_concurrency = Some(8.0);
        let config =
            TaskConfig { pool_min: min, pool_max: max, hardware_concurrency, ..parallel() };
        let limits = Limits::parse(&config).expect("a valid configuration");
        (limits.min_workers, limits.pool_size, limits.max_in_flight, limits.idle_timeout_ms)
    };
    let ten_seconds = Some(10_000.0);
    assert_eq!(limits(0.0.into(), RawField::Missing), (Some(0), 8, 8.0, ten_seconds));
    assert_eq!(limits(2.0.into(), RawField::Missing), (Some(2), 8, 8.0, ten_seconds));
    assert_eq!(limits(RawField::Missing, 3.0.into()), (Some(0), 3, 3.0, ten_seconds));
    assert_eq!(limits(3.0.into(), 3.0.into()), (Some(3), 3, 3.0, ten_seconds));
    assert_eq!(
        limits(12.0.into(), RawField::Missing),
        (Some(12), 12, 12.0, ten_seconds),
        "a machine with few processors does not refuse what another one accepts"
    );
}

#[test]
fn a_singleton_ignores_a_range() {
    let config = TaskConfig {
        task_type: "singleton".into(),
        pool_min: 9.0.into(),
        pool_max: "no".into(),
        ..TaskConfig::default()
    };
    let limits = Limits::parse(&config).expect("a valid configuration");
    assert_eq!((limits.min_workers, limits.pool_size, limits.idle_timeout_ms), (None, 1, None));
}

#[test]
fn calls_per_worker_beyond_any_count_are_no_limit() {
    for unlimited in [f64::INFINITY, 4_294_967_296.0] {
        let config = TaskConfig { max_calls_per_worker: unlimited.into(), ..parallel() };
        let limits = Limits::parse(&config).expect("a valid configuration");
        assert_eq!(limits.max_calls_per_worker, None);
    }
}

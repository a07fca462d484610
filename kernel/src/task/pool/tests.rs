use super::*;
use crate::boundary::config::TaskConfig;

fn pool(size: f64, max_in_flight: f64) -> Pool {
    let limits = Limits::parse(&TaskConfig {
        task_type: "parallel".into(),
        pool_size: size.into(),
        max_in_flight: max_in_flight.into(),
        ..TaskConfig::default()
    })
    .expect("a valid configuration");
    Pool::new(&limits)
}

#[test]
fn live_and_terminating_workers_stay_within_twice_the_slots() {
    let mut pool = pool(1.0, 1.0);
    let first = pool.fill(Slot(0), None, Millis::new(0.0));
    pool.vacate(Slot(0), false, Millis::new(3.0));
    let second = pool.fill(Slot(0), None, Millis::new(0.0));
    pool.vacate(Slot(0), true, Millis::new(3.0));
    assert_eq!((pool.choose(true, true), pool.next_respawn()), (None, None), "two are terminating");
    assert!(pool.gone(Slot(0), first).is_some());
    assert!(pool.gone(Slot(0), first).is_none(), "once");
    assert_eq!(pool.next_respawn(), Some(Slot(0)));
    assert!(pool.gone(Slot(0), second).is_some() && !pool.is_terminating());
}

#[test]
fn epochs_rise_and_only_the_live_worker_is_known() {
    let mut pool = pool(1.0, 1.0);
    let first = pool.fill(Slot(0), None, Millis::new(0.0));
    pool.vacate(Slot(0), false, Millis::new(3.0));
    assert!(!pool.has(Slot(0), first));
    let second = pool.fill(Slot(0), None, Millis::new(0.0));
    assert!(second > first && pool.has(Slot(0), second) && !pool.has(Slot(0), first));
    assert!(!pool.has(Slot(9), second));
}

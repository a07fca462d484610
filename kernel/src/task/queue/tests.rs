//! Rules of admission and order.

use super::*;
use crate::boundary::config::TaskConfig;
use crate::time::Millis;

fn queue(policy: &str, depth: f64) -> (Calls, DispatchQueue) {
    queue_in("oldest-first", policy, depth)
}

fn queue_in(order: &str, policy: &str, depth: f64) -> (Calls, DispatchQueue) {
    let limits = Limits::parse(&TaskConfig {
        task_type: "singleton".into(),
        max_queue_depth: depth.into(),
        queue_policy: policy.into(),
        order: order.into(),
        ..TaskConfig::default()
    })
    .expect("sensible");
    (Calls::default(), DispatchQueue::new(&limits))
}

/// Takes every call in the order in which they would start.
fn taken(calls: &mut Calls, queue: &mut DispatchQueue) -> Vec<u32> {
    let mut taken = Vec::new();
    while let Some(index) = queue.first() {
        queue.remove(calls, index);
        taken.push(index);
    }
    taken
}

fn put(calls: &mut Calls, queue: &mut DispatchQueue, phase: Phase) -> u32 {
    let index = calls.open(Millis::new(0.0), false);
    calls[index].phase = phase;
    queue.enqueue(calls, index);
    index
}

#[test]
fn a_call_starts_when_a_worker_is_free_and_nobody_is_before_it() {
    let (mut calls, mut queue) = queue("block", 1.0);
    assert_eq!(queue.admit(Priority::default(), true), Admission::Start);
    assert_eq!(queue.admit(Priority::default(), false), Admission::Accept);
    put(&mut calls, &mut queue, Phase::Pending);
    assert_eq!(queue.admit(Priority::default(), true), Admission::Wait);
}

#[test]
fn a_call_without_a_permit_does_not_start() {
    let (_, mut queue) = queue("reject", 1.0);
    queue.take_permit();
    assert_eq!(queue.admit(Priority::default(), true), Admission::Accept);
    queue.give_permit();
    assert_eq!(queue.admit(Priority::default(), true), Admission::Start);
}

#[test]
fn each_policy_has_its_answer_to_a_full_queue() {
    for (policy, verdict) in [
        ("block", Admission::Wait),
        ("reject", Admission::Refuse),
        ("drop-latest", Admission::Refuse),
        ("drop-oldest", Admission::Evict(0)),
    ] {
        let (mut calls, mut queue) = queue(policy, 1.0);
        put(&mut calls, &mut queue, Phase::Pending);
        assert_eq!(queue.admit(Priority::default(), false), verdict, "{policy}");
    }
}

#[test]
fn drop_oldest_with_nothing_pending_refuses_the_new_call() {
    let (_, queue) = queue("drop-oldest", 0.0);
    assert_eq!(queue.admit(Priority::default(), false), Admission::Refuse);
    assert_eq!(queue.admit(Priority::default(), true), Admission::Start);
}

#[test]
fn waiters_are_accepted_in_order_as_far_as_there_is_room() {
    let (mut calls, mut queue) = queue("block", 2.0);
    let [a, b, c] = [0, 1, 2].map(|_| put(&mut calls, &mut queue, Phase::Waiting));
    assert!(queue.promote(&mut calls) && queue.promote(&mut calls) && !queue.promote(&mut calls));
    assert_eq!([a, b, c].map(|i| calls[i].phase), [Phase::Pending, Phase::Pending, Phase::Waiting]);
    assert_eq!((queue.first(), queue.pending(), queue.waiting()), (Some(a), 2, 1));
}

#[test]
fn requeued_calls_come_first_in_their_original_order_and_past_the_limit() {
    let (mut calls, mut queue) = queue("block", 1.0);
    let [a, b, c, d] = [0, 1, 2, 3].map(|_| put(&mut calls, &mut queue, Phase::Pending));
    for index in [a, b, c] {
        queue.remove(&mut calls, index);
        calls[index].phase = Phase::InFlight(crate::boundary::id::Slot(0));
        calls[index].attempts = 1;
    }
    queue.requeue(&mut calls, &[b]);
    queue.requeue(&mut calls, &[c, a]);
    assert_eq!(queue.pending(), 4);
    assert_eq!(taken(&mut calls, &mut queue), [a, b, c, d]);
}

#[test]
fn newest_first_takes_requeued_calls_first_and_then_the_newest() {
    let (mut calls, mut queue) = queue_in("newest-first", "block", 9.0);
    let [a, b, c] = [0, 1, 2].map(|_| put(&mut calls, &mut queue, Phase::Pending));
    for index in [a, b] {
        queue.remove(&mut calls, index);
        calls[index].attempts = 1;
    }
    let d = put(&mut calls, &mut queue, Phase::Pending);
    queue.requeue(&mut calls, &[b, a]);
    assert_eq!(taken(&mut calls, &mut queue), [a, b, d, c]);
}

#[test]
fn a_higher_priority_starts_first_also_when_it_waits() {
    let (mut calls, mut queue) = queue("block", 1.0);
    let [low, high] = [Phase::Pending, Phase::Waiting].map(|phase| {
        let index = calls.open(Millis::new(0.0), false);
        (calls[index].phase, calls[index].priority) =
            (phase, Priority::new(i8::from(phase == Phase::Waiting)).expect("valid"));
        queue.enqueue(&mut calls, index);
        index
    });
    assert_eq!(taken(&mut calls, &mut queue), [high, low]);
}

#[test]
fn drop_oldest_drops_the_oldest_call_of_the_lowest_priority_or_the_new_one() {
    let (mut calls, mut queue) = queue("drop-oldest", 2.0);
    let [old, _] = [0, 1].map(|_| put(&mut calls, &mut queue, Phase::Pending));
    let admit = |queue: &DispatchQueue, priority: i8| {
        queue.admit(Priority::new(priority).expect("valid"), false)
    };
    assert_eq!(admit(&queue, 0), Admission::Evict(old));
    assert_eq!(admit(&queue, 3), Admission::Evict(old));
    assert_eq!(admit(&queue, -1), Admission::Refuse);
}

#[test]
fn a_call_moves_to_the_end_of_its_new_priority() {
    let (mut calls, mut queue) = queue("block", 9.0);
    let [a, b, c] = [0, 1, 2].map(|_| put(&mut calls, &mut queue, Phase::Pending));
    let one = Priority::new(1).expect("valid");
    queue.prioritize(&mut calls, c, one);
    queue.prioritize(&mut calls, a, one);
    queue.prioritize(&mut calls, c, one);
    assert_eq!(taken(&mut calls, &mut queue), [c, a, b]);
}

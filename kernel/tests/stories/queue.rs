//! Admission, the four policies at their edges, the order of calls.

use crate::script::story;

/// A call is waiting (`block` only), pending (accepted) or in flight (on a worker).
#[test]
fn a_call_goes_in_flight_then_pending_then_waiting() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b                         → nothing      # pending
         submit c                         → nothing      # waiting
         state                            → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 1, dispatched 1
         settle a@1 ok                    → Resolve a, Dispatch b@1 on 0
         state                            → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 2
         settle b@1 ok                    → Resolve b, Dispatch c@1 on 0
         settle c@1 ok                    → Resolve c
         state                            → Running Idle, workers 1 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 3",
    );
}

/// Waiting calls are accepted first come, first served.
#[test]
fn waiting_calls_are_accepted_in_the_order_in_which_they_came() {
    story(
        "define singleton maxQueueDepth 0 → nothing
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b                         → nothing
         submit c signal s                → nothing
         submit d                         → nothing
         abort s                          → Reject c Aborted s
         settle a@1 ok                    → Resolve a, Dispatch b@1 on 0
         settle b@1 failed                → Reject b Failed, Dispatch d@1 on 0",
    );
}

/// `block` waits at the call site until there is room in the queue.
#[test]
fn a_canceled_pending_call_makes_room_for_a_waiting_one() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b signal s                → nothing
         submit c                         → nothing
         abort s                          → Reject b Aborted s
         state                            → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 1",
    );
}

/// As many waiting calls are accepted as there is room for.
#[test]
fn several_waiting_calls_are_accepted_at_once() {
    story(
        "define parallel poolSize 2 maxQueueDepth 2 → nothing
         stop     → nothing
         submit a → nothing
         submit b → nothing
         submit c → nothing
         submit d → nothing
         state    → Stopped Paused, workers 0 of 2, in flight 0 [0, 0], pending 2, waiting 2, dispatched 0
         start    → Spawn 0, Spawn 1, Dispatch a@1 on 0, Dispatch b@1 on 1
         state    → Running Active, workers 2 of 2, in flight 2 [1, 1], pending 2, waiting 0, dispatched 2",
    );
}

/// `reject` and `drop-latest` refuse the new call when the queue is full.
#[test]
fn reject_and_drop_latest_refuse_the_new_call() {
    for policy in ["reject", "drop-latest"] {
        story(&format!(
            "define singleton maxQueueDepth 1 queuePolicy {policy} → nothing
             submit a      → Spawn 0, Dispatch a@1 on 0
             submit b      → nothing
             submit c      → Reject c Dropped
             settle a@1 ok → Resolve a, Dispatch b@1 on 0
             submit d      → nothing
             state         → Running Active, workers 1 of 1, in flight 1 [1],
                             pending 1, waiting 0, dispatched 2"
        ));
    }
}

/// `drop-oldest` drops the oldest pending call, never one that is on a worker.
#[test]
fn drop_oldest_evicts_the_head_of_the_queue() {
    story(
        "define singleton maxQueueDepth 2 queuePolicy drop-oldest → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → nothing
         submit c      → nothing
         submit d      → Reject b Dropped
         submit e      → Reject c Dropped
         settle a@1 ok → Resolve a, Dispatch d@1 on 0
         settle d@1 ok → Resolve d, Dispatch e@1 on 0",
    );
}

/// A `maxQueueDepth` of 0 means that none is pending: a call that can start at once starts, otherwise the policy decides.
/// `drop-oldest` with nothing pending refuses the new call.
#[test]
fn with_depth_zero_a_call_starts_at_once_or_the_policy_decides() {
    for policy in ["reject", "drop-latest", "drop-oldest"] {
        story(&format!(
            "define singleton maxQueueDepth 0 queuePolicy {policy} → nothing
             submit a      → Spawn 0, Dispatch a@1 on 0
             submit b      → Reject b Dropped
             settle a@1 ok → Resolve a
             submit c      → Dispatch c@1 on 0"
        ));
    }
}

/// `maxQueueDepth` may be Infinity.
#[test]
fn an_infinite_depth_refuses_nothing() {
    story(
        "define singleton maxQueueDepth Infinity queuePolicy reject → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → nothing
         submit c → nothing
         submit d → nothing
         state    → Running Active, workers 1 of 1, in flight 1 [1],
                    pending 3, waiting 0, dispatched 1",
    );
}

/// `maxInFlight` may be Infinity; it limits the calls on workers.
#[test]
fn an_infinite_max_in_flight_sends_everything_to_the_workers() {
    story(
        "define parallel poolSize 2 maxInFlight Infinity → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Spawn 1, Dispatch b@1 on 1
         submit c → Dispatch c@1 on 0
         submit d → Dispatch d@1 on 1
         submit e → Dispatch e@1 on 0
         state    → Running Active, workers 2 of 2, in flight 5 [3, 2],
                    pending 0, waiting 0, dispatched 5",
    );
}

/// Limits above 2^32 behave as written.
#[test]
fn limits_above_the_range_of_an_integer_do_not_wrap() {
    story(
        "define singleton maxInFlight 4294967297 maxQueueDepth 4294967296 timeoutMs 4294967296 → nothing
         submit a        → Spawn 0, Dispatch a@1 on 0
         submit b        → Dispatch b@1 on 0
         deadline        → 4294967296
         wait 2147483648 → nothing",
    );
}

/// `maxInFlight` defaults to the pool size, which is 1 for a singleton; `maxQueueDepth` to twice `maxInFlight`, or 2 for a singleton;
/// `queuePolicy` to `block`.
#[test]
fn the_limits_have_defaults() {
    story(
        "define one: singleton           → nothing
         define two: parallel poolSize 2 → nothing
         submit a                        → Spawn 0 of one, Dispatch a@1 on 0 of one
         submit b                        → nothing
         submit c                        → nothing
         submit d                        → nothing
         state one                       → Running Active, workers 1 of 1, in flight 1 [1], pending 2, waiting 1, dispatched 1
         submit e to two                 → Spawn 0 of two, Dispatch e@1 on 0 of two
         submit f to two                 → Spawn 1 of two, Dispatch f@1 on 1 of two
         submit g to two                 → nothing
         submit h to two                 → nothing
         submit i to two                 → nothing
         submit j to two                 → nothing
         submit k to two                 → nothing
         state two                       → Running Active, workers 2 of 2, in flight 2 [1, 1], pending 4, waiting 1, dispatched 2",
    );
}

/// Requeued calls go past the limit; nobody is accepted until what they overfill has drained.
#[test]
fn a_requeue_overfills_the_queue_and_nobody_is_accepted_until_it_has_drained() {
    story(
        "define singleton maxQueueDepth 1 crashPolicy restart-requeue-in-flight → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → nothing
         submit c      → nothing
         lose 0        → Terminate 0
         state         → Crashed Active, workers 0 of 1, in flight 0 [0], pending 2, waiting 1, dispatched 1,
                         last crash of 0 at 0
         wait 100      → Spawn 0#2, Dispatch a@2 on 0#2
         state         → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 1, dispatched 2,
                         last crash of 0 at 0
         settle a@2 ok → Resolve a, Dispatch b@1 on 0#2
         state         → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 3,
                         last crash of 0 at 0",
    );
}

/// Requeued calls go to the front in their original order, and each dispatch is a new attempt.
#[test]
fn requeued_calls_come_before_everything_else_in_their_original_order() {
    story(
        "define parallel poolSize 2 maxInFlight 4 crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Spawn 1, Dispatch b@1 on 1
         submit c → Dispatch c@1 on 0
         submit d → Dispatch d@1 on 1
         submit e → nothing
         lose 1   → Terminate 1
         lose 0   → Terminate 0
         wait 200 → Spawn 0#2, Spawn 1#2, Dispatch a@2 on 0#2, Dispatch b@2 on 1#2,
                    Dispatch c@2 on 0#2, Dispatch d@2 on 1#2",
    );
}

/// A `maxQueueDepth` of 0 allows no new pending call, also while calls that were requeued are pending.
#[test]
fn drop_oldest_makes_no_place_beyond_its_depth_in_a_queue_that_a_requeue_has_overfilled() {
    story(
        "define singleton maxQueueDepth 0 queuePolicy drop-oldest crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         lose 0   → Terminate 0
         submit b → Reject b Dropped
         wait 100 → Spawn 0#2, Dispatch a@2 on 0#2",
    );
}

/// A handler that throws rejects that one call; its place is free and the queue goes on.
#[test]
fn a_failed_call_frees_its_place() {
    story(
        "define singleton   → nothing
         submit a           → Spawn 0, Dispatch a@1 on 0
         submit b           → nothing
         settle a@1 failed  → Reject a Failed, Dispatch b@1 on 0
         settle b@1 aborted → Reject b HandlerAborted
         left               → nothing",
    );
}

/// Tasks are independent.
#[test]
fn tasks_do_not_share_workers_queues_or_numbers() {
    story(
        "define one: singleton → nothing
         define two: singleton → nothing
         submit a to one       → Spawn 0 of one, Dispatch a@1 on 0 of one
         submit b to two       → Spawn 0 of two, Dispatch b@1 on 0 of two
         lose 0 one            → Terminate 0 of one, Reject a Crashed 0
         settle b@1 ok         → Resolve b
         state one             → Crashed Idle, workers 0 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 1,
                                 last crash of 0 at 0
         state two             → Running Idle, workers 1 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 1",
    );
}

//! Cancelling one call, in each of its states.

use crate::script::story;

/// modules.md, Cancellation: phases waiting, queued and in-flight.
#[test]
fn a_call_can_be_cancelled_while_it_waits_is_pending_or_runs() {
    story(
        "define singleton maxQueueDepth 1    → nothing
         submit a                            → Spawn 0, Dispatch a@1 on 0
         submit b                            → nothing
         submit c                            → nothing
         cancel c                            → Reject c Canceled
         cancel b                            → Reject b Canceled
         cancel a                            → Interrupt a on 0, Reject a Canceled
         settle a@1 aborted                  → nothing
         left                                → nothing",
    );
}

/// contract.md, Queue and pool: "An in-flight call that is aborted settles its caller at once; its slot stays taken
/// until the worker answers".
#[test]
fn an_aborted_call_keeps_its_slot_until_the_worker_answers() {
    story(
        "define singleton        → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         cancel a                → Interrupt a on 0, Reject a Canceled
         state                   → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 1
         wait 100000             → nothing
         settle a@1 ok           → Dispatch b@1 on 0",
    );
}

/// contract.md, Crash and lifecycle: "every call settles once, whatever the interleaving".
#[test]
fn a_settled_call_cannot_be_cancelled_and_a_cancelled_one_cannot_be_cancelled_again() {
    story(
        "define singleton        → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok           → Resolve a
         cancel a                → nothing
         submit b                → Dispatch b@1 on 0
         cancel b                → Interrupt b on 0, Reject b Canceled
         cancel b                → nothing
         settle b@1 failed       → nothing
         settle b@1 ok           → nothing",
    );
}

/// contract.md, Queue and pool: "A call whose worker is restarting stays pending", and can be cancelled there.
#[test]
fn a_call_can_be_cancelled_while_its_worker_restarts() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         cancel a                → Reject a Canceled
         wait 100                → Spawn 0#2
         settle a@1 ok           → nothing
         left                    → nothing",
    );
}

/// contract.md, Queue and pool: slots of aborted calls stay taken, so nothing else goes to a worker beyond its share.
#[test]
fn aborted_calls_count_as_in_flight_for_every_limit() {
    story(
        "define parallel poolSize 2 maxQueueDepth 0 queuePolicy reject → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         cancel a                → Interrupt a on 0, Reject a Canceled
         cancel b                → Interrupt b on 1, Reject b Canceled
         submit c                → Reject c Dropped
         settle b@1 aborted      → nothing
         submit d                → Dispatch d@1 on 1",
    );
}

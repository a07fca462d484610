//! Canceling one call, in each of its phases.

use crate::script::story;

/// An abort reaches a call in each of its phases.
#[test]
fn a_call_can_be_canceled_while_it_waits_is_pending_or_runs() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         submit a signal s                → Spawn 0, Dispatch a@1 on 0
         submit b signal t                → nothing
         submit c signal u                → nothing
         abort u                          → Reject c Aborted u
         abort t                          → Reject b Aborted t
         abort s                          → Interrupt a on 0, Reject a Aborted s
         settle a@1 aborted               → nothing
         clear s                          → ReleaseScope s
         clear t                          → ReleaseScope t
         clear u                          → ReleaseScope u
         left                             → nothing",
    );
}

/// An in-flight call that is aborted is rejected at once; its place on the worker stays taken until the worker replies.
#[test]
fn an_aborted_call_keeps_its_place_until_the_worker_replies() {
    story(
        "define singleton  → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         submit b          → nothing
         abort s           → Interrupt a on 0, Reject a Aborted s
         state             → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 1
         wait 100000       → nothing
         settle a@1 ok     → Dispatch b@1 on 0",
    );
}

/// Every call settles once, whatever the interleaving.
#[test]
fn a_settled_call_cannot_be_canceled_and_a_canceled_one_cannot_be_canceled_again() {
    story(
        "define singleton  → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok     → ReleaseScope s, Resolve a
         abort s           → nothing
         submit b signal t → Dispatch b@1 on 0
         abort t           → Interrupt b on 0, Reject b Aborted t
         abort t           → nothing
         settle b@1 failed → nothing
         settle b@1 ok     → nothing",
    );
}

/// A call whose worker is restarting stays pending, and can be canceled there.
#[test]
fn a_call_can_be_canceled_while_its_worker_restarts() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         lose 0            → Terminate 0
         abort s           → Reject a Aborted s
         wait 100          → Spawn 0#2
         settle a@1 ok     → nothing
         clear s           → ReleaseScope s
         left              → nothing",
    );
}

/// The places of aborted calls stay taken, so nothing else goes to a worker beyond its share.
#[test]
fn aborted_calls_count_as_in_flight_for_every_limit() {
    story(
        "define parallel poolSize 2 maxQueueDepth 0 queuePolicy reject → nothing
         submit a signal s  → Spawn 0, Dispatch a@1 on 0
         submit b signal t  → Spawn 1, Dispatch b@1 on 1
         abort s            → Interrupt a on 0, Reject a Aborted s
         abort t            → Interrupt b on 1, Reject b Aborted t
         submit c           → Reject c Dropped
         settle b@1 aborted → nothing
         submit d           → Dispatch d@1 on 1",
    );
}

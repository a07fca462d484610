//! Cancellation scopes: keys and signals.

use crate::script::story;

/// `abort(key)` cancels all queued and in-flight calls of the key.
#[test]
fn aborting_a_key_cancels_its_calls_in_every_state_and_no_other() {
    story(
        "define singleton maxQueueDepth 2 → nothing
         submit a key k                   → Spawn 0, Dispatch a@1 on 0
         submit b key k                   → nothing
         submit c                         → nothing
         submit d key k                   → nothing
         abort k                          → Interrupt a on 0, Reject a Aborted k, Reject b Aborted k, Reject d Aborted k
         state                            → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 1
         settle a@1 aborted               → Dispatch c@1 on 0",
    );
}

/// A runtime is one cancellation domain for all its tasks.
#[test]
fn a_key_reaches_across_tasks() {
    story(
        "define one: singleton → nothing
         define two: singleton → nothing
         submit a to one key k → Spawn 0 of one, Dispatch a@1 on 0 of one
         submit b to two key k → Spawn 0 of two, Dispatch b@1 on 0 of two
         abort k               → Interrupt a on 0 of one, Reject a Aborted k, Interrupt b on 0 of two, Reject b Aborted k",
    );
}

/// A call with an aborted key is rejected and not queued, until the key is cleared.
#[test]
fn an_aborted_key_rejects_later_calls_until_it_is_cleared() {
    story(
        "define singleton → nothing
         abort k          → nothing
         aborted k        → yes
         submit a key k   → Reject a Aborted k
         clear k          → ReleaseScope k
         aborted k        → no
         submit b key k   → Spawn 0, Dispatch b@1 on 0",
    );
}

/// A call is canceled by whichever comes first: its key, its own signal, its `timeoutMs`, or the task's end.
#[test]
fn key_signal_timeout_and_disposal_compose_and_the_first_one_wins() {
    story(
        "define singleton maxInFlight 4 timeoutMs 50 → nothing
         submit a key k signal s → Spawn 0, Dispatch a@1 on 0
         submit b key k          → Dispatch b@1 on 0
         submit c signal s       → Dispatch c@1 on 0
         submit d key k signal s → Dispatch d@1 on 0
         settle d@1 ok           → Resolve d
         abort s                 → Interrupt a on 0, Reject a Aborted s, Interrupt c on 0, Reject c Aborted s
         abort k                 → Interrupt b on 0, Reject b Aborted k
         submit e                → Dispatch e@1 on 0
         wait 50                 → Interrupt e on 0, Reject e TimedOut
         submit f                → nothing
         dispose                 → Reject f Disposed, Terminate 0",
    );
}

/// A key that is aborted before the call is made cancels it, and so does a signal.
#[test]
fn a_signal_that_is_already_aborted_rejects_the_call() {
    story(
        "define singleton        → nothing
         abort s                 → nothing
         submit a key k signal s → ReleaseScope k, Reject a Aborted s
         submit b key s signal k → ReleaseScope k, Reject b Aborted s
         state                   → Stopped Idle, workers 0 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 0",
    );
}

/// A scope that nothing uses is released, so that they do not pile up.
#[test]
fn a_key_that_nobody_aborts_holds_or_uses_is_released() {
    story(
        "define singleton → nothing
         submit a key k   → Spawn 0, Dispatch a@1 on 0
         submit b key k   → nothing
         settle a@1 ok    → Resolve a, Dispatch b@1 on 0
         settle b@1 ok    → ReleaseScope k, Resolve b
         left             → nothing",
    );
}

/// `signalFor(key)` hands out a signal, which `abort(key)` aborts.
#[test]
fn a_signal_that_was_handed_out_is_aborted_with_its_key_once() {
    story(
        "define singleton → nothing
         hold k           → nothing
         submit a key k   → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok    → Resolve a                # held: not released
         abort k          → AbortSignal k
         abort k          → nothing
         clear k          → ReleaseScope k
         left             → nothing",
    );
}

/// `clear(key)` leaves open calls of the key registered with it.
#[test]
fn a_cleared_key_still_cancels_its_open_calls() {
    story(
        "define singleton   → nothing
         hold k             → nothing
         submit a key k     → Spawn 0, Dispatch a@1 on 0
         clear k            → nothing
         abort k            → Interrupt a on 0, Reject a Aborted k
         settle a@1 aborted → nothing
         clear k            → ReleaseScope k
         left               → nothing",
    );
}

/// A call's key and its signal may be one and the same scope.
#[test]
fn a_call_may_be_registered_twice_with_one_scope() {
    story(
        "define singleton        → nothing
         submit a key k signal k → Spawn 0, Dispatch a@1 on 0
         abort k                 → Interrupt a on 0, Reject a Aborted k
         settle a@1 aborted      → nothing
         clear k                 → ReleaseScope k
         left                    → nothing",
    );
}

/// An abort during a backoff reaches calls that wait for a worker.
#[test]
fn an_abort_while_a_restart_is_pending_cancels_the_requeued_call() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a key k → Spawn 0, Dispatch a@1 on 0
         submit b       → nothing
         lose 0         → Terminate 0
         abort k        → Reject a Aborted k
         wait 100       → Spawn 0#2, Dispatch b@1 on 0#2",
    );
}

/// The scopes of a refused call are released as those of one that ran.
#[test]
fn the_key_of_a_refused_call_is_released() {
    story(
        "define singleton        → nothing
         abort s                 → nothing
         submit a key k signal s → ReleaseScope k, Reject a Aborted s
         clear s                 → ReleaseScope s
         dispose                 → nothing
         submit b key k signal s → ReleaseScope k, ReleaseScope s, Reject b Disposed
         left                    → nothing",
    );
}

/// Calls leave their scope from anywhere in its list, and the others can still be canceled.
#[test]
fn a_key_forgets_the_calls_that_settled_and_no_other() {
    story(
        "define singleton maxInFlight 4 → nothing
         submit a key k                 → Spawn 0, Dispatch a@1 on 0
         submit b key k                 → Dispatch b@1 on 0
         submit c key k                 → Dispatch c@1 on 0
         settle c@1 ok                  → Resolve c
         submit d key k                 → Dispatch d@1 on 0
         settle b@1 ok                  → Resolve b
         abort k                        → Interrupt a on 0, Reject a Aborted k, Interrupt d on 0, Reject d Aborted k",
    );
}

//! What happens together is taken in before anything follows from it: the deadlines of one timer, the inputs of one batch.

use crate::script::story;

/// All deadlines that are due are acted on first, so a call never goes to a worker that another one of them terminates.
#[test]
fn when_two_graces_end_at_once_both_workers_are_terminated_before_a_call_starts() {
    story(
        "define parallel poolSize 2 cancelGraceMs 50 → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         submit b signal s → Spawn 1, Dispatch b@1 on 1
         submit c          → nothing
         submit d          → nothing
         abort s           → Interrupt a on 0, Reject a Aborted s, Interrupt b on 1, Reject b Aborted s
         wait 50           → Terminate 0, Terminate 1, Spawn 0#2, Spawn 1#2, Dispatch c@1 on 0#2, Dispatch d@1 on 1#2
         settle c@1 ok     → Resolve c
         settle d@1 ok     → Resolve d",
    );
}

/// A grace that ends makes room on no worker whose own grace ends in the same moment.
#[test]
fn no_call_goes_to_a_worker_whose_grace_ends_in_the_same_moment() {
    story(
        "define parallel poolSize 2 maxInFlight 4 cancelGraceMs 50 → nothing
         slow              → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         ready 0           → nothing
         submit b signal s → Spawn 1, Dispatch b@1 on 1
         ready 1           → nothing
         submit c          → Dispatch c@1 on 0
         submit d          → Dispatch d@1 on 1
         submit e          → nothing
         abort s           → Interrupt a on 0, Reject a Aborted s, Interrupt b on 1, Reject b Aborted s
         late 60           → nothing
         wait 0            → Terminate 0, Reject c Killed 0, Terminate 1, Reject d Killed 1,
                             Spawn 0#2, Spawn 1#2, Dispatch e@1 on 0#2",
    );
}

/// A timeout and a grace that are due at once free their places together.
#[test]
fn a_timeout_and_a_grace_that_are_due_at_once_are_acted_on_before_the_next_call_starts() {
    story(
        "define singleton maxInFlight 2 timeoutMs 100 cancelGraceMs 50 → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         wait 20           → nothing
         submit b          → Dispatch b@1 on 0
         wait 30           → nothing
         submit c          → nothing
         abort s           → Interrupt a on 0, Reject a Aborted s
         late 200          → nothing
         wait 0            → Terminate 0, Reject b Killed 0, Reject c TimedOut, Spawn 0#2",
    );
}

/// The inputs of a batch happen together: calls start at its end.
#[test]
fn the_replies_of_a_batch_are_all_settled_before_the_next_call_starts() {
    story(
        "define singleton maxInFlight 2 → nothing
         submit a                       → Spawn 0, Dispatch a@1 on 0
         submit b                       → Dispatch b@1 on 0
         submit c                       → nothing
         submit d                       → nothing
         begin batch                    → nothing
         settle a@1 ok                  → Resolve a
         settle b@1 ok                  → Resolve b
         end batch                      → Dispatch c@1 on 0, Dispatch d@1 on 0",
    );
}

/// A worker whose replies and end arrive together gets no call in between.
#[test]
fn a_worker_that_replies_and_is_lost_in_one_batch_gets_no_further_call() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         begin batch      → nothing
         settle a@1 ok    → Resolve a
         lose 0           → Terminate 0
         end batch        → nothing
         wait 100         → Spawn 0#2, Dispatch b@1 on 0#2",
    );
}

/// Workers that are lost together are one crash, and their calls go back in the order in which they were made.
#[test]
fn workers_that_are_lost_in_one_batch_count_as_one_crash() {
    story(
        "define parallel poolSize 2 crashPolicy restart-requeue-in-flight crashMaxRetries 1 → nothing
         submit a    → Spawn 0, Dispatch a@1 on 0
         submit b    → Spawn 1, Dispatch b@1 on 1
         begin batch → nothing
         lose 1      → Terminate 1
         lose 0      → Terminate 0
         end batch   → nothing
         deadline    → 100
         wait 100    → Spawn 0#2, Spawn 1#2, Dispatch a@2 on 0#2, Dispatch b@2 on 1#2",
    );
}

/// A call that is submitted within a batch starts at once, and so does what the batch has made room for so far.
#[test]
fn a_call_that_is_submitted_within_a_batch_starts_at_once() {
    story(
        "define singleton → nothing
         begin batch      → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         settle a@1 ok    → Resolve a
         submit c         → Dispatch b@1 on 0
         end batch        → nothing
         settle b@1 ok    → Resolve b, Dispatch c@1 on 0",
    );
}

/// The queue considers a call that is submitted within a batch after all that the batch has freed so far.
#[test]
fn a_call_that_is_submitted_within_a_batch_meets_the_queue_after_what_came_before_it() {
    story(
        "define one: singleton maxQueueDepth 1 queuePolicy reject → nothing
         define two: singleton maxQueueDepth 0 queuePolicy reject → nothing
         submit a to one → Spawn 0 of one, Dispatch a@1 on 0 of one
         submit b to one → nothing
         begin batch     → nothing
         settle a@1 ok   → Resolve a
         submit c to one → Dispatch b@1 on 0 of one
         end batch       → nothing
         stop two        → nothing
         begin batch     → nothing
         start two       → nothing
         submit d to two → Spawn 0 of two, Dispatch d@1 on 0 of two
         end batch       → nothing",
    );
}

/// Batches may be nested: the outermost one counts. An end without a beginning ends nothing.
#[test]
fn the_end_of_the_outermost_batch_starts_the_calls() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         begin batch      → nothing
         begin batch      → nothing
         settle a@1 ok    → Resolve a
         end batch        → nothing
         end batch        → Dispatch b@1 on 0
         end batch        → nothing
         submit c         → nothing
         settle b@1 ok    → Resolve b, Dispatch c@1 on 0",
    );
}

/// A task that is forgotten within a batch drains at once, since it does not exist at the end.
#[test]
fn a_task_that_is_forgotten_within_a_batch_is_drained() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         watch            → nothing
         begin batch      → nothing
         forget           → Reject a Disposed, Terminate 0, Drained
         end batch        → nothing
         left             → nothing",
    );
}

//! How long a worker may take to be ready, and what becomes of one that takes longer.

use crate::script::story;

/// docs/decisions/0018: a worker that is not ready within `startTimeoutMs` has crashed.
#[test]
fn a_worker_that_never_becomes_ready_is_given_up_and_replaced() {
    story(
        "define singleton startTimeoutMs 500 crashPolicy restart-requeue-in-flight → nothing
         slow          → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         deadline      → 500
         wait 500      → GiveUp 0 after 500, Terminate 0
         state         → Crashed Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 1,
                         last crash of 0 at 500
         gone 0        → nothing
         wait 100      → Spawn 0#2, Dispatch a@2 on 0#2
         ready 0#2     → nothing
         deadline      → none
         settle a@2 ok → Resolve a",
    );
}

/// docs/decisions/0018: after too many of them the task fails, as after any crash.
#[test]
fn a_script_that_is_never_ready_fails_its_task_in_the_end() {
    story(
        "define singleton startTimeoutMs 500 crashMaxRetries 1 maxQueueDepth 2 → nothing
         slow     → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → nothing
         submit c → nothing
         wait 500 → GiveUp 0 after 500, Terminate 0, Reject a Crashed 0
         wait 100 → Spawn 0#2, Dispatch b@1 on 0#2
         wait 500 → GiveUp 0#2 after 500, Terminate 0#2, Reject b Crashed 0, Reject c Crashed 0",
    );
}

/// docs/decisions/0018: the default is a minute.
#[test]
fn by_default_a_worker_has_a_minute_to_be_ready() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         slow                             → nothing
         stop                             → Terminate 0, Terminate 1
         gone 0                           → nothing
         gone 1                           → nothing
         start                            → Spawn 0#2, Spawn 1#2
         ready 1                          → nothing
         deadline                         → 60000
         wait 60000                       → GiveUp 0#2 after 60000, Terminate 0#2",
    );
}

/// docs/decisions/0018: with Infinity, it may take as long as it likes.
#[test]
fn a_worker_may_be_given_unlimited_time() {
    story(
        "define singleton startTimeoutMs inf → nothing
         slow                                → nothing
         submit a                            → Spawn 0, Dispatch a@1 on 0
         deadline                            → none",
    );
}

/// docs/decisions/0018: the wait for a worker ends with it, whatever ends it.
#[test]
fn nobody_waits_for_a_worker_that_is_gone() {
    story(
        "define parallel poolSize 2 startTimeoutMs 500 → nothing
         slow      → nothing
         submit a  → Spawn 0, Dispatch a@1 on 0
         submit b  → Spawn 1, Dispatch b@1 on 1
         lose 0    → Terminate 0, Reject a Crashed 0
         wait 100  → Spawn 0#2
         ready 0#1 → nothing   # of the one before
         deadline  → 500
         dispose   → Reject b Disposed, Terminate 0#2, Terminate 1
         deadline  → none
         left      → nothing",
    );
}

/// Calls of a worker that was never ready are the crash policy's, although none was sent: a worker that cannot be created would
/// be tried for ever.
#[test]
fn the_crash_policy_decides_on_unsent_calls_of_a_worker_that_was_never_ready() {
    story(
        "slow                → nothing
         define A: singleton → nothing
         define B: singleton crashPolicy restart-requeue-in-flight crashMaxRetries 1 → nothing
         feed submit a to A  → untaken
         take                → Spawn 0 of A
         lose 0 A            → Terminate 0 of A, Reject a Crashed 0
         feed submit b to B  → untaken
         take                → Spawn 0 of B
         lose 0 B            → Terminate 0 of B
         feed wait 100       → untaken
         take                → Spawn 0#2 of A
         take                → Spawn 0#2 of B
         lose 0 B            → Terminate 0#2 of B, Reject b Crashed 0",
    );
}

//! `cancelGraceMs`: cooperative cancellation first, then a kill.

use crate::script::story;

/// contract.md, Beyond the spec: "When it ends, the worker is terminated and replaced".
#[test]
fn a_call_that_outstays_its_grace_loses_its_worker() {
    story(
        "define singleton cancelGraceMs 50   → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         cancel a                → Interrupt a on 0, Reject a Canceled
         deadline                → 50
         wait 50                 → Terminate 0, Spawn 0#2, Dispatch b@1 on 0#2
         settle a@1 ok           → nothing
         settle b@1 ok           → Resolve b",
    );
}

/// contract.md, Beyond the spec: a worker that answers within the grace keeps its place.
#[test]
fn a_worker_that_answers_in_time_is_kept() {
    story(
        "define singleton cancelGraceMs 50   → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         cancel a                → Interrupt a on 0, Reject a Canceled
         wait 49                 → nothing
         settle a@1 aborted      → nothing
         deadline                → none
         submit b                → Dispatch b@1 on 0",
    );
}

/// contract.md, Beyond the spec: "how long an aborted or timed-out in-flight call may keep its worker".
#[test]
fn the_grace_follows_a_timeout_too() {
    story(
        "define singleton timeoutMs 100 cancelGraceMs 50 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         wait 100                → Interrupt a on 0, Reject a TimedOut
         wait 50                 → Terminate 0, Spawn 0#2",
    );
}

/// contract.md, Beyond the spec: a grace of 0 gives no time at all.
#[test]
fn with_no_grace_the_worker_is_replaced_at_the_next_deadline_check() {
    story(
        "define singleton timeoutMs 100 cancelGraceMs 0 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         wait 100                → Interrupt a on 0, Reject a TimedOut, Terminate 0, Spawn 0#2",
    );
}

/// contract.md, Beyond the spec: "its other in-flight calls follow crashPolicy".
#[test]
fn siblings_of_a_killed_call_follow_the_crash_policy() {
    story(
        "define fail: singleton maxInFlight 2 cancelGraceMs 50                                         → nothing
         define requeue: singleton maxInFlight 3 cancelGraceMs 50 crashPolicy restart-requeue-in-flight → nothing
         define halt: singleton maxInFlight 2 cancelGraceMs 50 crashPolicy fail-task                   → nothing
         submit a to fail        → Spawn 0 of fail, Dispatch a@1 on 0 of fail
         submit b to fail        → Dispatch b@1 on 0 of fail
         cancel a                → Interrupt a on 0 of fail, Reject a Canceled
         wait 50                 → Terminate 0 of fail, Reject b Killed 0, Spawn 0#2 of fail
         submit c to requeue     → Spawn 0 of requeue, Dispatch c@1 on 0 of requeue
         submit d to requeue     → Dispatch d@1 on 0 of requeue
         submit e to requeue     → Dispatch e@1 on 0 of requeue
         moved e@1               → nothing
         cancel c                → Interrupt c on 0 of requeue, Reject c Canceled
         wait 50                 → Terminate 0 of requeue, Reject e Moved 0, Spawn 0#2 of requeue, Dispatch d@2 on 0#2 of requeue
         submit f to halt        → Spawn 0 of halt, Dispatch f@1 on 0 of halt
         submit g to halt        → Dispatch g@1 on 0 of halt
         cancel f                → Interrupt f on 0 of halt, Reject f Canceled
         wait 50                 → Terminate 0 of halt, Reject g Killed 0, Spawn 0#2 of halt
         submit h to halt        → Dispatch h@1 on 0#2 of halt",
    );
}

/// contract.md, Beyond the spec: "this is a kill, not a crash: it does not count towards crashMaxRetries".
#[test]
fn a_kill_does_not_count_as_a_crash() {
    story(
        "define singleton crashMaxRetries 0 cancelGraceMs 50 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         cancel a                → Interrupt a on 0, Reject a Canceled
         wait 50                 → Terminate 0, Spawn 0#2
         state                   → Running Idle, workers 1 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 1
         submit b                → Dispatch b@1 on 0#2
         settle b@1 ok           → Resolve b",
    );
}

/// contract.md, Beyond the spec and Crash and lifecycle: a replacement waits for the end of a backoff that runs.
#[test]
fn a_kill_during_a_backoff_is_replaced_when_the_backoff_ends() {
    story(
        "define parallel poolSize 2 cancelGraceMs 50 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         cancel a                → Interrupt a on 0, Reject a Canceled
         lose 1                  → Terminate 1, Reject b Crashed 1
         wait 50                 → Terminate 0
         wait 50                 → Spawn 0#2, Spawn 1#2",
    );
}

/// contract.md, Beyond the spec: two calls of one worker outstay their grace; it is killed once.
#[test]
fn a_worker_is_killed_once_for_all_the_calls_that_outstay_their_grace() {
    story(
        "define singleton maxInFlight 2 cancelGraceMs 50 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Dispatch b@1 on 0
         cancel a                → Interrupt a on 0, Reject a Canceled
         cancel b                → Interrupt b on 0, Reject b Canceled
         wait 50                 → Terminate 0, Spawn 0#2
         deadline                → none
         left                    → nothing",
    );
}

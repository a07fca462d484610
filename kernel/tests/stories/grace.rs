//! `cancelGraceMs`: cooperative cancellation first, then a kill.

use crate::script::story;

/// When the cancel grace ends, the worker is terminated and replaced.
#[test]
fn a_call_that_exceeds_its_grace_loses_its_worker() {
    story(
        "define singleton cancelGraceMs 50 → nothing
         submit a signal s                 → Spawn 0, Dispatch a@1 on 0
         submit b                          → nothing
         abort s                           → Interrupt a on 0, Reject a Aborted s
         deadline                          → 50
         wait 50                           → Terminate 0, Spawn 0#2, Dispatch b@1 on 0#2
         settle a@1 ok                     → nothing
         settle b@1 ok                     → Resolve b",
    );
}

/// A worker that replies within the grace stays.
#[test]
fn a_worker_that_replies_in_time_is_kept() {
    story(
        "define singleton cancelGraceMs 50 → nothing
         submit a signal s                 → Spawn 0, Dispatch a@1 on 0
         abort s                           → Interrupt a on 0, Reject a Aborted s
         wait 49                           → nothing
         settle a@1 aborted                → nothing
         deadline                          → none
         submit b                          → Dispatch b@1 on 0",
    );
}

/// The grace limits how long an aborted or timed-out call may keep its worker.
#[test]
fn the_grace_follows_a_timeout_too() {
    story(
        "define singleton timeoutMs 100 cancelGraceMs 50 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         wait 100 → Interrupt a on 0, Reject a TimedOut
         wait 50  → Terminate 0, Spawn 0#2",
    );
}

/// A grace of 0 gives no time at all.
#[test]
fn with_no_grace_the_worker_is_replaced_at_the_next_deadline_check() {
    story(
        "define singleton timeoutMs 100 cancelGraceMs 0 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         wait 100 → Interrupt a on 0, Reject a TimedOut, Terminate 0, Spawn 0#2",
    );
}

/// The other in-flight calls of a killed worker follow the crash policy.
#[test]
fn siblings_of_a_killed_call_follow_the_crash_policy() {
    story(
        "define fail: singleton maxInFlight 2 cancelGraceMs 50 → nothing
         define requeue: singleton maxInFlight 3 cancelGraceMs 50 crashPolicy restart-requeue-in-flight → nothing
         define halt: singleton maxInFlight 2 cancelGraceMs 50 crashPolicy fail-task → nothing
         submit a to fail signal s    → Spawn 0 of fail, Dispatch a@1 on 0 of fail
         submit b to fail             → Dispatch b@1 on 0 of fail
         abort s                      → Interrupt a on 0 of fail, Reject a Aborted s
         wait 50                      → Terminate 0 of fail, Reject b Killed 0, Spawn 0#2 of fail
         submit c to requeue signal t → Spawn 0 of requeue, Dispatch c@1 on 0 of requeue
         submit d to requeue          → Dispatch d@1 on 0 of requeue
         submit e to requeue          → Dispatch e@1 on 0 of requeue
         moved e@1 0                  → nothing
         abort t                      → Interrupt c on 0 of requeue, Reject c Aborted t
         wait 50                      → Terminate 0 of requeue, Reject e Moved 0, Spawn 0#2 of requeue, Dispatch d@2 on 0#2 of requeue
         submit f to halt signal u    → Spawn 0 of halt, Dispatch f@1 on 0 of halt
         submit g to halt             → Dispatch g@1 on 0 of halt
         abort u                      → Interrupt f on 0 of halt, Reject f Aborted u
         wait 50                      → Terminate 0 of halt, Reject g Killed 0, Spawn 0#2 of halt
         submit h to halt             → Dispatch h@1 on 0#2 of halt",
    );
}

/// A kill is not a crash: it does not count towards `crashMaxRetries`.
#[test]
fn a_kill_does_not_count_as_a_crash() {
    story(
        "define singleton crashMaxRetries 0 cancelGraceMs 50 → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         abort s           → Interrupt a on 0, Reject a Aborted s
         wait 50           → Terminate 0, Spawn 0#2
         state             → Running Idle, workers 1 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 1
         submit b          → Dispatch b@1 on 0#2
         settle b@1 ok     → Resolve b",
    );
}

/// The replacement of a killed worker waits for the end of a backoff that runs.
#[test]
fn a_kill_during_a_backoff_is_replaced_when_the_backoff_ends() {
    story(
        "define parallel poolSize 2 cancelGraceMs 50 → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         submit b          → Spawn 1, Dispatch b@1 on 1
         abort s           → Interrupt a on 0, Reject a Aborted s
         lose 1            → Terminate 1, Reject b Crashed 1
         wait 50           → Terminate 0
         wait 50           → Spawn 0#2, Spawn 1#2",
    );
}

/// Two calls of one worker exceed their grace; it is killed once.
#[test]
fn a_worker_is_killed_once_for_all_the_calls_that_exceed_their_grace() {
    story(
        "define singleton maxInFlight 2 cancelGraceMs 50 → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         submit b signal t → Dispatch b@1 on 0
         abort s           → Interrupt a on 0, Reject a Aborted s
         abort t           → Interrupt b on 0, Reject b Aborted t
         wait 50           → Terminate 0, Spawn 0#2
         deadline          → none
         clear s           → ReleaseScope s
         clear t           → ReleaseScope t
         left              → nothing",
    );
}

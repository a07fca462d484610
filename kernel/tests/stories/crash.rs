//! Crashes: policies, backoff, escalation, stale reports.

use crate::script::story;

/// The default crash policy is `restart-fail-in-flight`.
#[test]
fn by_default_a_crash_rejects_what_was_on_the_worker_and_starts_another_one() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         lose 0           → Terminate 0, Reject a Crashed 0
         state            → Crashed Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 1,
                            last crash of 0 at 0
         deadline         → 100
         wait 100         → Spawn 0#2, Dispatch b@1 on 0#2",
    );
}

/// The crash policy decides whether in-flight calls fail or go back to the queue.
#[test]
fn with_requeue_the_call_is_sent_again_when_the_worker_is_back() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         lose 0        → Terminate 0
         wait 99       → nothing
         wait 1        → Spawn 0#2, Dispatch a@2 on 0#2
         settle a@2 ok → Resolve a",
    );
}

/// `fail-task` rejects everything and halts the task.
#[test]
fn fail_task_rejects_everything_and_halts() {
    story(
        "define parallel poolSize 2 maxQueueDepth 1 crashPolicy fail-task → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Spawn 1, Dispatch b@1 on 1
         submit c → nothing
         submit d → nothing
         lose 1   → Terminate 1, Reject a Crashed 1, Reject b Crashed 1, Reject c Crashed 1,
                    Reject d Crashed 1, Terminate 0
         state    → Crashed Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 2,
                    last crash of 1 at 0
         deadline → none
         submit e → Reject e Crashed 1",
    );
}

/// `startWorkers()` revives a halted task.
#[test]
fn start_workers_revives_a_halted_task_with_a_fresh_count() {
    story(
        "define singleton crashMaxRetries 1 → nothing
         submit a                           → Spawn 0, Dispatch a@1 on 0
         lose 0                             → Terminate 0, Reject a Crashed 0
         wait 100                           → Spawn 0#2
         lose 0                             → Terminate 0#2
         submit b                           → Reject b Crashed 0
         stop                               → nothing
         submit c                           → Reject c Crashed 0
         start                              → Spawn 0#3
         submit d                           → Dispatch d@1 on 0#3
         lose 0                             → Terminate 0#3, Reject d Crashed 0
         wait 100                           → Spawn 0#4",
    );
}

/// The backoff of a task starts at 100 ms and doubles up to 2 s.
#[test]
fn the_backoff_doubles_to_two_seconds() {
    story(
        "define singleton eager crashMaxRetries 7 → Spawn 0
         lose 0    → Terminate 0
         wait 100  → Spawn 0#2
         lose 0    → Terminate 0#2
         wait 200  → Spawn 0#3
         lose 0    → Terminate 0#3
         wait 400  → Spawn 0#4
         lose 0    → Terminate 0#4
         wait 800  → Spawn 0#5
         lose 0    → Terminate 0#5
         wait 1599 → nothing
         wait 1    → Spawn 0#6
         lose 0    → Terminate 0#6
         wait 1999 → nothing
         wait 1    → Spawn 0#7
         lose 0    → Terminate 0#7
         wait 2000 → Spawn 0#8
         lose 0    → Terminate 0#8
         deadline  → none
         submit a  → Reject a Crashed 0",
    );
}

/// `crashMaxRetries`, 3 by default, limits consecutive crashes before the task fails.
#[test]
fn the_fourth_crash_in_a_row_fails_the_task_by_default() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         lose 0   → Terminate 0
         wait 100 → Spawn 0#2, Dispatch a@2 on 0#2
         lose 0   → Terminate 0#2
         wait 200 → Spawn 0#3, Dispatch a@3 on 0#3
         lose 0   → Terminate 0#3
         wait 400 → Spawn 0#4, Dispatch a@4 on 0#4
         lose 0   → Terminate 0#4, Reject a Crashed 0
         submit b → Reject b Crashed 0",
    );
}

/// A call that succeeds resets the count of consecutive crashes.
#[test]
fn a_success_resets_the_backoff_and_a_failure_of_the_handler_does_not() {
    story(
        "define singleton crashMaxRetries 2 → nothing
         submit a                           → Spawn 0, Dispatch a@1 on 0
         lose 0                             → Terminate 0, Reject a Crashed 0
         wait 100                           → Spawn 0#2
         submit b                           → Dispatch b@1 on 0#2
         settle b@1 failed                  → Reject b Failed
         lose 0                             → Terminate 0#2
         wait 200                           → Spawn 0#3
         submit c                           → Dispatch c@1 on 0#3
         settle c@1 ok                      → Resolve c
         lose 0                             → Terminate 0#3
         wait 100                           → Spawn 0#4",
    );
}

/// A late reply to a call that is settled only counts itself, so it is no success that resets the count of crashes.
#[test]
fn the_late_reply_of_a_canceled_call_is_no_success() {
    story(
        "define singleton eager → Spawn 0
         lose 0                 → Terminate 0
         wait 100               → Spawn 0#2
         submit a signal s      → Dispatch a@1 on 0#2
         abort s                → Interrupt a on 0#2, Reject a Aborted s
         settle a@1 ok          → nothing
         lose 0                 → Terminate 0#2
         deadline               → 300",
    );
}

/// A `crashMaxRetries` of 0 allows no restart.
#[test]
fn with_no_retries_the_first_crash_fails_the_task() {
    story(
        "define singleton crashMaxRetries 0 crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         lose 0   → Terminate 0, Reject a Crashed 0
         submit b → Reject b Crashed 0",
    );
}

/// Of several workers one crashes; the others go on.
#[test]
fn the_crash_of_one_worker_leaves_the_others_at_work() {
    story(
        "define parallel poolSize 2 → nothing
         submit a                   → Spawn 0, Dispatch a@1 on 0
         submit b                   → Spawn 1, Dispatch b@1 on 1
         submit c                   → nothing
         submit d                   → nothing
         lose 0                     → Terminate 0, Reject a Crashed 0
         state                      → Running Active, workers 1 of 2, in flight 1 [0, 1], pending 2, waiting 0, dispatched 2,
                                      last crash of 0 at 0
         settle b@1 ok              → Resolve b, Dispatch c@1 on 1
         wait 100                   → Spawn 0#2, Dispatch d@1 on 0#2",
    );
}

/// The backoff belongs to the task; a crash during a backoff prolongs it for all its workers. Workers that are lost before the
/// restart count as one crash.
#[test]
fn a_crash_while_another_restart_is_pending_moves_both_restarts() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         lose 0                           → Terminate 0
         wait 60                          → nothing
         lose 1                           → Terminate 1
         deadline                         → 160
         wait 40                          → nothing
         wait 60                          → Spawn 0#2, Spawn 1#2",
    );
}

/// "Consecutive" means after a restart: a platform that takes all idle workers at once causes one crash.
#[test]
fn idle_workers_that_are_lost_at_once_count_as_one_crash() {
    story(
        "define parallel poolSize 4 eager crashMaxRetries 1 → Spawn 0, Spawn 1, Spawn 2, Spawn 3
         lose 0   → Terminate 0
         lose 1   → Terminate 1
         lose 2   → Terminate 2
         lose 3   → Terminate 3
         deadline → 100
         wait 100 → Spawn 0#2, Spawn 1#2, Spawn 2#2, Spawn 3#2
         lose 3   → Terminate 3#2, Terminate 0#2, Terminate 1#2, Terminate 2#2
         submit a → Reject a Crashed 3",
    );
}

/// The crash of a worker that was there before the last counted crash prolongs the backoff, without doubling it.
#[test]
fn a_crash_after_the_restart_of_a_worker_that_is_older_does_not_count() {
    story(
        "define parallel poolSize 2 eager crashMaxRetries 1 → Spawn 0, Spawn 1
         lose 0   → Terminate 0
         wait 100 → Spawn 0#2
         lose 1   → Terminate 1
         deadline → 200
         wait 100 → Spawn 1#2
         lose 0   → Terminate 0#2, Terminate 1#2",
    );
}

/// After a success the next crash counts, whenever its worker was created.
#[test]
fn the_first_crash_after_a_success_counts() {
    story(
        "define parallel poolSize 2 eager crashMaxRetries 0 → Spawn 0, Spawn 1
         lose 0        → Terminate 0, Terminate 1
         start         → Spawn 0#2, Spawn 1#2
         submit a      → Dispatch a@1 on 0#2
         settle a@1 ok → Resolve a
         lose 1        → Terminate 1#2, Terminate 0#2",
    );
}

/// A spawn that fails goes through backoff and `crashMaxRetries`, and never spins.
#[test]
fn a_worker_that_cannot_be_created_backs_off_and_then_fails_the_task() {
    story(
        "define singleton crashMaxRetries 1 → nothing
         submit a                           → Spawn 0, Dispatch a@1 on 0
         lose 0                             → Terminate 0, Reject a Crashed 0
         submit b                           → nothing
         wait 100                           → Spawn 0#2, Dispatch b@1 on 0#2
         lose 0                             → Terminate 0#2, Reject b Crashed 0
         deadline                           → none",
    );
}

/// A late reply to an earlier attempt, or from an earlier worker, is ignored.
#[test]
fn news_of_an_earlier_attempt_or_an_earlier_worker_is_ignored() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         lose 0        → Terminate 0
         settle a@1 ok → nothing
         lose 0#1      → nothing
         wait 100      → Spawn 0#2, Dispatch a@2 on 0#2
         settle a@1 ok → nothing
         lose 0#1      → nothing
         moved a@1 0   → nothing
         settle a@3 ok → nothing
         lose 0#3      → nothing
         lose 7#1      → nothing
         settle a@2 ok → Resolve a
         settle a@2 ok → nothing",
    );
}

/// A call whose arguments were moved away cannot be sent again, so it is rejected.
#[test]
fn a_call_whose_arguments_were_moved_is_not_sent_again() {
    story(
        "define singleton maxInFlight 2 crashPolicy restart-requeue-in-flight → nothing
         submit a    → Spawn 0, Dispatch a@1 on 0
         submit b    → Dispatch b@1 on 0
         moved a@1 0 → nothing
         lose 0      → Terminate 0, Reject a Moved 0
         wait 100    → Spawn 0#2, Dispatch b@2 on 0#2",
    );
}

/// What was moved for one attempt says nothing about the next one.
#[test]
fn arguments_that_were_copied_to_the_next_attempt_can_be_sent_once_more() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a    → Spawn 0, Dispatch a@1 on 0
         lose 0      → Terminate 0
         wait 100    → Spawn 0#2, Dispatch a@2 on 0#2
         moved a@1 0 → nothing              # about the attempt before
         lose 0      → Terminate 0#2
         wait 200    → Spawn 0#3, Dispatch a@3 on 0#3",
    );
}

/// An aborted call is settled; the crash of its worker only frees its place.
#[test]
fn a_crash_during_an_abandoned_call_settles_nothing_twice() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         submit b          → nothing
         abort s           → Interrupt a on 0, Reject a Aborted s
         lose 0            → Terminate 0
         wait 100          → Spawn 0#2, Dispatch b@1 on 0#2",
    );
}

/// The attempts of a call that crashes worker after worker are limited, though others succeed in between.
#[test]
fn a_call_that_kills_every_worker_is_given_up_while_others_succeed() {
    story(
        "define parallel poolSize 2 crashPolicy restart-requeue-in-flight crashMaxRetries 1 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         lose 0        → Terminate 0
         wait 100      → Spawn 0#2, Dispatch a@2 on 0#2
         submit b      → Spawn 1, Dispatch b@1 on 1
         settle b@1 ok → Resolve b
         lose 0        → Terminate 0#2, Reject a Crashed 0
         wait 100      → Spawn 0#3
         submit c      → Dispatch c@1 on 0#3",
    );
}

/// While a backoff runs no worker is created, also not in another slot; live ones go on.
#[test]
fn no_worker_is_created_before_the_backoff_ends() {
    story(
        "define parallel poolSize 3 → nothing
         submit a                   → Spawn 0, Dispatch a@1 on 0
         submit b                   → Spawn 1, Dispatch b@1 on 1
         lose 0                     → Terminate 0, Reject a Crashed 0
         submit c                   → nothing
         start                      → nothing
         wait 100                   → Spawn 0#2, Dispatch c@1 on 0#2",
    );
}

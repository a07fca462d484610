//! Crashes: policies, backoff, escalation, stale news.

use crate::script::story;

/// api-reference.md, TaskConfig: "Default is restart-fail-in-flight".
#[test]
fn by_default_a_crash_rejects_what_was_on_the_worker_and_starts_another_one() {
    story(
        "define singleton        → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         lose 0                  → Terminate 0, Reject a Crashed 0
         state                   → Crashed Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 1,
                                   last crash of 0 at 0
         deadline                → 100
         wait 100                → Spawn 0#2, Dispatch b@1 on 0#2",
    );
}

/// modules.md, Crash recovery: "Crash policies control whether in-flight work fails or requeues after a crash".
#[test]
fn with_requeue_the_call_is_sent_again_when_the_worker_is_back() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         wait 99                 → nothing
         wait 1                  → Spawn 0#2, Dispatch a@2 on 0#2
         settle a@2 ok           → Resolve a",
    );
}

/// contract.md, Crash and lifecycle: "fail-task, which rejects everything and halts".
#[test]
fn fail_task_rejects_everything_and_halts() {
    story(
        "define parallel poolSize 2 maxQueueDepth 1 crashPolicy fail-task → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         submit c                → nothing
         submit d                → nothing
         lose 1                  → Terminate 1, Reject a Crashed 1, Reject b Crashed 1, Reject c Crashed 1,
                                   Reject d Crashed 1, Terminate 0
         state                   → Crashed Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 2,
                                   last crash of 1 at 0
         deadline                → none
         submit e                → Reject e Crashed 1",
    );
}

/// contract.md, Crash and lifecycle: "startWorkers() revives a halted task".
#[test]
fn start_workers_revives_a_halted_task_with_a_fresh_count() {
    story(
        "define singleton crashMaxRetries 1  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0, Reject a Crashed 0
         wait 100                → Spawn 0#2
         lose 0                  → Terminate 0#2
         submit b                → Reject b Crashed 0
         stop                    → nothing
         submit c                → Reject c Crashed 0
         start                   → Spawn 0#3
         submit d                → Dispatch d@1 on 0#3
         lose 0                  → Terminate 0#3, Reject d Crashed 0
         wait 100                → Spawn 0#4",
    );
}

/// contract.md, Crash and lifecycle: "Backoff per task: 100 ms doubling to 2 s".
#[test]
fn the_backoff_doubles_to_two_seconds() {
    story(
        "define singleton eager crashMaxRetries 7 → Spawn 0
         lose 0                  → Terminate 0
         wait 100                → Spawn 0#2
         lose 0                  → Terminate 0#2
         wait 200                → Spawn 0#3
         lose 0                  → Terminate 0#3
         wait 400                → Spawn 0#4
         lose 0                  → Terminate 0#4
         wait 800                → Spawn 0#5
         lose 0                  → Terminate 0#5
         wait 1599               → nothing
         wait 1                  → Spawn 0#6
         lose 0                  → Terminate 0#6
         wait 1999               → nothing
         wait 1                  → Spawn 0#7
         lose 0                  → Terminate 0#7
         wait 2000               → Spawn 0#8
         lose 0                  → Terminate 0#8
         deadline                → none
         submit a                → Reject a Crashed 0",
    );
}

/// api-reference.md, TaskConfig: crashMaxRetries "caps consecutive crashes before escalating to fail-task (default 3)".
#[test]
fn the_fourth_crash_in_a_row_fails_the_task_by_default() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         wait 100                → Spawn 0#2, Dispatch a@2 on 0#2
         lose 0                  → Terminate 0#2
         wait 200                → Spawn 0#3, Dispatch a@3 on 0#3
         lose 0                  → Terminate 0#3
         wait 400                → Spawn 0#4, Dispatch a@4 on 0#4
         lose 0                  → Terminate 0#4, Reject a Crashed 0
         submit b                → Reject b Crashed 0",
    );
}

/// contract.md, Crash and lifecycle: "consecutive crashes reset by a success".
#[test]
fn a_success_resets_the_backoff_and_a_failure_of_the_handler_does_not() {
    story(
        "define singleton crashMaxRetries 2  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0, Reject a Crashed 0
         wait 100                → Spawn 0#2
         submit b                → Dispatch b@1 on 0#2
         settle b@1 failed       → Reject b Failed
         lose 0                  → Terminate 0#2
         wait 200                → Spawn 0#3
         submit c                → Dispatch c@1 on 0#3
         settle c@1 ok           → Resolve c
         lose 0                  → Terminate 0#3
         wait 100                → Spawn 0#4",
    );
}

/// contract.md, Observability: "a late answer of a call that was already settled counts nothing but itself", so it is no
/// success that resets the count of crashes.
#[test]
fn the_late_answer_of_a_cancelled_call_is_no_success() {
    story(
        "define singleton eager      → Spawn 0
         lose 0                      → Terminate 0
         wait 100                    → Spawn 0#2
         submit a                    → Dispatch a@1 on 0#2
         cancel a                    → Interrupt a on 0#2, Reject a Canceled
         settle a@1 ok               → nothing
         lose 0                      → Terminate 0#2
         deadline                    → 300",
    );
}

/// api-reference.md, TaskConfig: crashMaxRetries 0 allows no restart.
#[test]
fn with_no_retries_the_first_crash_fails_the_task() {
    story(
        "define singleton crashMaxRetries 0 crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0, Reject a Crashed 0
         submit b                → Reject b Crashed 0",
    );
}

/// contract.md, Crash and lifecycle: one worker among many crashes; the others work on.
#[test]
fn the_crash_of_one_worker_leaves_the_others_at_work() {
    story(
        "define parallel poolSize 2  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         submit c                → nothing
         submit d                → nothing
         lose 0                  → Terminate 0, Reject a Crashed 0
         state                   → Running Active, workers 1 of 2, in flight 1 [0, 1], pending 2, waiting 0, dispatched 2,
                                   last crash of 0 at 0
         settle b@1 ok           → Resolve b, Dispatch c@1 on 1
         wait 100                → Spawn 0#2, Dispatch d@1 on 0#2",
    );
}

/// contract.md, Crash and lifecycle: "Backoff per task"; a crash during a backoff prolongs it for all.
#[test]
fn a_crash_while_another_restart_is_pending_moves_both_restarts() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         lose 0                  → Terminate 0
         wait 60                 → nothing
         lose 1                  → Terminate 1
         deadline                → 260
         wait 40                 → nothing
         wait 160                → Spawn 0#2, Spawn 1#2",
    );
}

/// contract.md, Crash and lifecycle: a spawn failure "goes through backoff and crashMaxRetries … and never spins".
#[test]
fn a_worker_that_cannot_be_created_backs_off_and_then_fails_the_task() {
    story(
        "define singleton crashMaxRetries 1 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0, Reject a Crashed 0
         submit b                → nothing
         wait 100                → Spawn 0#2, Dispatch b@1 on 0#2
         lose 0                  → Terminate 0#2, Reject b Crashed 0
         deadline                → none",
    );
}

/// contract.md, Crash and lifecycle: "A late answer of an old attempt or a dead worker is ignored".
#[test]
fn news_of_an_earlier_attempt_or_an_earlier_worker_is_ignored() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         settle a@1 ok           → nothing
         lose 0#1                → nothing
         wait 100                → Spawn 0#2, Dispatch a@2 on 0#2
         settle a@1 ok           → nothing
         lose 0#1                → nothing
         moved a@1               → nothing
         settle a@3 ok           → nothing
         lose 0#3                → nothing
         lose 7#1                → nothing
         settle a@2 ok           → Resolve a
         settle a@2 ok           → nothing",
    );
}

/// contract.md, Crash and lifecycle: a call "whose arguments were transferred away cannot be sent again. It is rejected".
#[test]
fn a_call_whose_arguments_were_moved_is_not_sent_again() {
    story(
        "define singleton maxInFlight 2 crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Dispatch b@1 on 0
         moved a@1               → nothing
         lose 0                  → Terminate 0, Reject a Moved 0
         wait 100                → Spawn 0#2, Dispatch b@2 on 0#2",
    );
}

/// contract.md, Crash and lifecycle: what was moved for one attempt says nothing of the next one.
#[test]
fn arguments_that_were_copied_to_the_next_attempt_can_be_sent_once_more() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         moved a@1               → nothing              # news of an attempt that is over
         wait 100                → Spawn 0#2, Dispatch a@2 on 0#2
         lose 0                  → Terminate 0#2
         wait 200                → Spawn 0#3, Dispatch a@3 on 0#3",
    );
}

/// contract.md, Queue and pool: an aborted call has settled its caller; the crash of its worker only frees the slot.
#[test]
fn a_crash_during_an_abandoned_call_settles_nothing_twice() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         cancel a                → Interrupt a on 0, Reject a Canceled
         lose 0                  → Terminate 0
         wait 100                → Spawn 0#2, Dispatch b@1 on 0#2",
    );
}

/// pitfalls.md, 15: a poison call kills worker after worker; attempts are capped per call, though others succeed between.
#[test]
fn a_call_that_kills_every_worker_is_given_up_while_others_succeed() {
    story(
        "define parallel poolSize 2 crashPolicy restart-requeue-in-flight crashMaxRetries 1 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         wait 100                → Spawn 0#2, Dispatch a@2 on 0#2
         submit b                → Spawn 1, Dispatch b@1 on 1
         settle b@1 ok           → Resolve b
         lose 0                  → Terminate 0#2, Reject a Crashed 0
         wait 100                → Spawn 0#3
         submit c                → Dispatch c@1 on 0#3",
    );
}

/// contract.md, Queue and pool: while a backoff runs no worker is created, also not for another slot; live ones go on.
#[test]
fn no_worker_is_created_before_the_backoff_ends() {
    story(
        "define parallel poolSize 3  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         lose 0                  → Terminate 0, Reject a Crashed 0
         submit c                → nothing
         start                   → nothing
         wait 100                → Spawn 0#2, Dispatch c@1 on 0#2",
    );
}

//! Whose turn it is: priorities, newer calls that supersede older ones, and a limit of busy workers.

use crate::script::story;

/// The highest priority starts first; within one, the call that was queued first.
#[test]
fn higher_priorities_start_first_and_calls_of_one_priority_in_the_order_in_which_they_came() {
    story(
        "define singleton maxQueueDepth 9 → nothing
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b                         → nothing
         submit c priority 4              → nothing
         submit d priority -4             → nothing
         submit e priority 4              → nothing
         submit f                         → nothing
         settle a@1 ok                    → Resolve a, Dispatch c@1 on 0
         settle c@1 ok                    → Resolve c, Dispatch e@1 on 0
         settle e@1 ok                    → Resolve e, Dispatch b@1 on 0
         settle b@1 ok                    → Resolve b, Dispatch f@1 on 0
         settle f@1 ok                    → Resolve f, Dispatch d@1 on 0",
    );
}

/// Waiting calls have their turn too: the highest priority of all; within one, pending before waiting.
#[test]
fn a_waiting_call_of_a_higher_priority_starts_before_pending_ones_and_after_pending_ones_of_its_own()
 {
    story(
        "define singleton maxQueueDepth 2 → nothing
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b                         → nothing
         submit c priority 7              → nothing
         submit d priority 7              → nothing
         submit e priority 7              → nothing
         settle a@1 ok                    → Resolve a, Dispatch c@1 on 0
         settle c@1 ok                    → Resolve c, Dispatch d@1 on 0
         settle d@1 ok                    → Resolve d, Dispatch e@1 on 0
         settle e@1 ok                    → Resolve e, Dispatch b@1 on 0",
    );
}

/// `order: 'newest-first'`: the call that was queued last is first, but never before a higher priority.
#[test]
fn with_the_newest_first_the_call_that_was_queued_last_starts_first_within_its_priority() {
    story(
        "define singleton maxQueueDepth 9 order newest-first → nothing
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b                         → nothing
         submit c                         → nothing
         submit d priority -1             → nothing
         settle a@1 ok                    → Resolve a, Dispatch c@1 on 0
         settle c@1 ok                    → Resolve c, Dispatch b@1 on 0
         settle b@1 ok                    → Resolve b, Dispatch d@1 on 0",
    );
}

/// `drop-oldest`: the oldest of the lowest priority goes, or the new call if it is lower than all.
#[test]
fn a_full_queue_drops_the_oldest_call_of_the_lowest_priority_or_the_new_one_if_it_is_lower() {
    story(
        "define singleton maxQueueDepth 2 queuePolicy drop-oldest → nothing
         submit a             → Spawn 0, Dispatch a@1 on 0
         submit b priority 1  → nothing
         submit c             → nothing
         submit d             → Reject c Dropped
         submit e priority -1 → Reject e Dropped
         submit f priority 7  → Reject d Dropped
         submit g priority 1  → Reject b Dropped
         submit h             → Reject h Dropped",
    );
}

/// `reject` and `drop-latest` refuse the new call, whatever its priority.
#[test]
fn a_full_queue_that_rejects_refuses_a_call_whatever_its_priority() {
    story(
        "define singleton maxQueueDepth 1 queuePolicy reject → nothing
         submit a             → Spawn 0, Dispatch a@1 on 0
         submit b             → nothing
         submit c priority 7  → Reject c Dropped",
    );
}

/// A requeued call keeps its priority and comes first within it.
#[test]
fn a_requeued_call_keeps_its_priority_and_comes_first_within_it() {
    story(
        "define singleton maxQueueDepth 9 crashPolicy restart-requeue-in-flight → nothing
         submit a             → Spawn 0, Dispatch a@1 on 0
         submit b             → nothing
         submit c priority 1  → nothing
         lose 0               → Terminate 0
         wait 100             → Spawn 0#2, Dispatch c@1 on 0#2
         settle c@1 ok        → Resolve c, Dispatch a@2 on 0#2
         settle a@2 ok        → Resolve a, Dispatch b@1 on 0#2",
    );
}

/// `prioritize` moves queued calls, pending or waiting, to the end of their new priority; those that have it stay.
#[test]
fn the_queued_calls_of_a_scope_move_to_the_end_of_their_new_priority() {
    story(
        "define singleton maxQueueDepth 2 → nothing
         submit a key k           → Spawn 0, Dispatch a@1 on 0
         submit b key k           → nothing
         submit c priority 4      → nothing
         submit d key k           → nothing
         submit e key k priority 4 → nothing
         prioritize k 4           → nothing
         settle a@1 ok            → Resolve a, Dispatch c@1 on 0
         settle c@1 ok            → Resolve c, Dispatch b@1 on 0
         settle b@1 ok            → Resolve b, Dispatch e@1 on 0
         settle e@1 ok            → Resolve e, Dispatch d@1 on 0",
    );
}

/// The priority of a signal applies to the calls that follow it.
#[test]
fn only_calls_whose_priority_follows_their_signal_move_with_it() {
    story(
        "define singleton maxQueueDepth 9 → nothing
         submit a                     → Spawn 0, Dispatch a@1 on 0
         submit b signal s            → nothing
         submit c signal s follows    → nothing
         prioritize s 4 followers     → nothing
         settle a@1 ok                → Resolve a, Dispatch c@1 on 0
         settle c@1 ok                → Resolve c, Dispatch b@1 on 0",
    );
}

/// `latest`: an older call that has not started is rejected; one that runs finishes.
#[test]
fn only_the_newest_call_with_a_word_waits_and_one_that_runs_finishes() {
    story(
        "define singleton → nothing
         submit a latest w → Spawn 0, Dispatch a@1 on 0
         submit b latest w → nothing
         submit c          → nothing
         submit d latest w → Reject b Superseded
         settle a@1 ok     → Resolve a, Dispatch c@1 on 0
         settle c@1 ok     → Resolve c, Dispatch d@1 on 0
         settle d@1 ok     → ReleaseScope w, Resolve d",
    );
}

/// `replaceRunning`: a running call is canceled as by its signal, and one that was not sent yet never is.
#[test]
fn a_newer_call_that_replaces_running_ones_cancels_them_too() {
    story(
        "define singleton maxQueueDepth 1 queuePolicy reject → nothing
         submit a latest w           → Spawn 0, Dispatch a@1 on 0
         submit b latest w           → nothing
         submit c latest w replacing → Interrupt a on 0, Reject a Superseded, ReleaseScope w, Reject b Superseded
         settle a@1 aborted          → Dispatch c@1 on 0
         settle c@1 ok               → ReleaseScope w, Resolve c
         feed submit d latest w      → untaken
         submit e latest w replacing → ReleaseScope w, Reject d Superseded, Dispatch e@1 on 0",
    );
}

/// The newer call takes a place at the end: it does not pass those that waited before it came.
#[test]
fn what_a_superseded_call_frees_goes_to_those_that_wait_already() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         submit a          → Spawn 0, Dispatch a@1 on 0
         submit b latest w → nothing
         submit c          → nothing
         submit d latest w → ReleaseScope w, Reject b Superseded
         state             → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 1, dispatched 1
         settle a@1 ok     → Resolve a, Dispatch c@1 on 0
         settle c@1 ok     → Resolve c, Dispatch d@1 on 0",
    );
}

/// Only the newest may wait, however the others came back to the queue.
#[test]
fn of_requeued_calls_with_a_word_only_the_newest_waits() {
    story(
        "define parallel poolSize 2 crashPolicy restart-requeue-in-flight → nothing
         submit a latest w → Spawn 0, Dispatch a@1 on 0
         submit b latest w → Spawn 1, Dispatch b@1 on 1
         lose 0            → Terminate 0
         lose 1            → Terminate 1, Reject a Superseded
         state             → Crashed Active, workers 0 of 2, in flight 0 [0, 0], pending 1, waiting 0, dispatched 2,
                             last crash of 1 at 0
         wait 200          → Spawn 0#2, Spawn 1#2, Dispatch b@2 on 0#2",
    );
}

/// A call that is rejected at once takes nobody's place.
#[test]
fn a_call_that_is_refused_supersedes_nothing() {
    story(
        "define singleton → nothing
         submit a          → Spawn 0, Dispatch a@1 on 0
         submit b latest w → nothing
         abort s           → nothing
         submit c latest w signal s → Reject c Aborted s",
    );
}

/// A limit counts the busy workers of all tasks, reports their number, and starts what it held back as soon as it can.
#[test]
fn no_more_workers_are_busy_than_the_limit_allows_over_all_tasks() {
    story(
        "observe events            → nothing
         limit 2                   → nothing
         define A: parallel poolSize 2 maxQueueDepth 9 → nothing
         define B: parallel poolSize 2 maxQueueDepth 9 → nothing
         observe spans             → nothing
         submit a to A             → Spawn 0 of A, worker.spawn.total of 0 of A, queue.in_flight of A = 0,
                                     queue.pending of A = 0, queue.blocked of A = 0, workers.active of A = 1,
                                     task.dispatch.total of A, queue.wait_ms of A: 0, queue.in_flight of A = 1,
                                     Dispatch a@1 on 0 of A, runtime.busy_workers = 1, worker.ready_ms of A: 0
         submit b to A             → Spawn 1 of A, worker.spawn.total of 1 of A, workers.active of A = 2,
                                     task.dispatch.total of A, queue.wait_ms of A: 0, queue.in_flight of A = 2,
                                     Dispatch b@1 on 1 of A, runtime.busy_workers = 2, worker.ready_ms of A: 0
         submit c to B             → queue.in_flight of B = 0, queue.pending of B = 1, queue.blocked of B = 0,
                                     workers.active of B = 0
         busy                      → 2
         settle a@1 ok             → task.success.total of A, task.duration_ms of A: 0, EndSpan a ok after 0,
                                     waited 0 (0 last), attempts 1 on 0, Resolve a, queue.in_flight of A = 1, Spawn 0 of B,
                                     worker.spawn.total of 0 of B, queue.pending of B = 0, workers.active of B = 1,
                                     task.dispatch.total of B, queue.wait_ms of B: 0, queue.in_flight of B = 1,
                                     Dispatch c@1 on 0 of B, worker.ready_ms of B: 0
         busy                      → 2",
    );
}

/// Twice the weight, twice the time: the task whose workers were busy for the least time by weight is next.
#[test]
fn within_a_limit_the_task_that_used_least_for_its_weight_is_next() {
    story(
        "limit 1                   → nothing
         define A: singleton maxQueueDepth 9 → nothing
         define B: singleton maxQueueDepth 9 weight 2 → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to A             → nothing
         submit c to B             → nothing
         submit d to B             → nothing
         submit e to B             → nothing
         wait 10                   → nothing
         settle a@1 ok             → Resolve a, Spawn 0 of B, Dispatch c@1 on 0 of B
         wait 10                   → nothing
         settle c@1 ok             → Resolve c, Dispatch d@1 on 0 of B
         wait 10                   → nothing
         settle d@1 ok             → Resolve d, Dispatch b@1 on 0 of A
         wait 10                   → nothing
         settle b@1 ok             → Resolve b, Dispatch e@1 on 0 of B",
    );
}

/// Tasks that are equal in that take turns.
#[test]
fn time_that_reads_as_zero_starves_no_task() {
    story(
        "limit 1                   → nothing
         define A: singleton maxQueueDepth 9 → nothing
         define B: singleton maxQueueDepth 9 → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to A             → nothing
         submit c to B             → nothing
         submit d to B             → nothing
         settle a@1 ok             → Resolve a, Spawn 0 of B, Dispatch c@1 on 0 of B
         settle c@1 ok             → Resolve c, Dispatch b@1 on 0 of A
         settle b@1 ok             → Resolve b, Dispatch d@1 on 0 of B",
    );
}

/// Between tasks the priority comes first.
#[test]
fn a_higher_priority_goes_before_a_task_that_used_less() {
    story(
        "limit 1                   → nothing
         define A: singleton maxQueueDepth 9 → nothing
         define B: singleton maxQueueDepth 9 → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to A priority 1  → nothing
         submit c to B             → nothing
         wait 10                   → nothing
         settle a@1 ok             → Resolve a, Dispatch b@1 on 0 of A",
    );
}

/// The workers of a task with `weight: 0` do not count.
#[test]
fn a_task_without_weight_is_not_held_back_and_takes_nothing_of_the_limit() {
    story(
        "limit 1                   → nothing
         define A: singleton       → nothing
         define B: singleton weight 0 → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to B             → Spawn 0 of B, Dispatch b@1 on 0 of B
         busy                      → 1",
    );
}

/// A worker that is busy would never become idle if it took one call after the other. A call that may not start is not accepted as
/// if it could.
#[test]
fn a_busy_worker_takes_no_further_call_while_a_task_that_is_due_before_it_is_held_back() {
    story(
        "limit 1                   → nothing
         define A: parallel poolSize 1 maxInFlight 2 maxQueueDepth 0 queuePolicy reject → nothing
         define B: singleton       → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to A             → Dispatch b@1 on 0 of A
         submit c to B             → nothing
         settle b@1 ok             → Resolve b
         submit d to A             → Reject d Dropped
         settle a@1 ok             → Resolve a, Spawn 0 of B, Dispatch c@1 on 0 of B",
    );
}

/// What a worker had of the limit is given back with it, and another task starts in the same turn.
#[test]
fn a_crash_a_stop_and_the_end_of_a_task_give_their_part_of_the_limit_back_at_once() {
    story(
        "limit 1                   → nothing
         define A: singleton       → nothing
         define B: singleton       → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to B             → nothing
         lose 0 A                  → Terminate 0 of A, Reject a Crashed 0, Spawn 0 of B, Dispatch b@1 on 0 of B
         wait 100                  → Spawn 0#2 of A
         submit c to A             → nothing
         stop B                    → Terminate 0 of B, Dispatch c@1 on 0#2 of A
         dispose A                 → Reject c Disposed, Terminate 0#2 of A
         start B                   → Spawn 0#2 of B, Dispatch b@2 on 0#2 of B",
    );
}

/// What a limit holds back starts when it rises; of tasks that are equal the one that was held back for longest is first.
#[test]
fn a_higher_limit_or_none_lets_held_calls_start_at_once() {
    story(
        "limit 1                   → nothing
         define A: singleton       → nothing
         define B: singleton       → nothing
         define C: singleton       → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to B             → nothing
         submit c to C             → nothing
         limit 2                   → Spawn 0 of B, Dispatch b@1 on 0 of B
         limit Infinity            → Spawn 0 of C, Dispatch c@1 on 0 of C",
    );
}

/// A limit holds calls back and ends nothing.
#[test]
fn a_lower_limit_ends_nothing_that_runs() {
    story(
        "define A: singleton       → nothing
         define B: singleton       → nothing
         submit a to A             → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to B             → Spawn 0 of B, Dispatch b@1 on 0 of B
         submit c to A             → nothing
         limit 1                   → nothing
         settle a@1 ok             → Resolve a
         settle b@1 ok             → Resolve b, Dispatch c@1 on 0 of A",
    );
}

//! Streams: calls that begin with their first item and rest while their loop is busy.

use crate::script::story;

/// A stream that rests gives its permit back and keeps its worker.
#[test]
fn a_resting_stream_lets_another_call_run_on_its_worker() {
    story(
        "define singleton → nothing
         submit a   → Spawn 0, Dispatch a@1 on 0
         submit b   → nothing
         item a@1   → nothing
         rest a@1   → Dispatch b@1 on 0
         state      → Running Active, workers 1 of 1, in flight 1 [1], resting 1, pending 0, waiting 0, dispatched 2
         settle b@1 ok → Resolve b
         state      → Running Active, workers 1 of 1, in flight 0 [0], resting 1, pending 0, waiting 0, dispatched 2
         resume a@1 → nothing
         state      → Running Active, workers 1 of 1, in flight 1 [1], pending 0, waiting 0, dispatched 2
         settle a@1 ok → Resolve a
         state      → Running Idle, workers 1 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 2",
    );
}

/// Resuming never queues: the call that took the place may wait for something that the stream holds.
#[test]
fn a_stream_resumes_at_once_beyond_every_limit() {
    story(
        "define singleton → nothing
         limit 1    → nothing
         submit a   → Spawn 0, Dispatch a@1 on 0
         item a@1   → nothing
         rest a@1   → nothing
         submit b   → Dispatch b@1 on 0
         submit c   → nothing
         resume a@1 → nothing
         state      → Running Active, workers 1 of 1, in flight 2 [2], pending 1, waiting 0, dispatched 2
         settle b@1 ok → Resolve b
         state      → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 2
         settle a@1 ok → Resolve a, Dispatch c@1 on 0",
    );
}

/// A stream may settle while it rests: its worker has ended it, and the loop has not taken everything.
#[test]
fn a_resting_stream_settles_as_any_call_does() {
    story(
        "define singleton → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         item a@1 → nothing
         rest a@1 → nothing
         settle a@1 ok → Resolve a
         submit b → Dispatch b@1 on 0
         item b@1 → nothing
         rest b@1 → nothing
         settle b@1 failed → Reject b Failed
         left     → nothing",
    );
}

/// Of `Rest` and `Resume` each is stale in the phase to which it leads, before the first item, and for an attempt that is not on a worker.
#[test]
fn what_does_not_fit_the_phase_of_a_stream_is_stale() {
    story(
        "define singleton maxQueueDepth 4 crashPolicy restart-requeue-in-flight → nothing
         submit a   → Spawn 0, Dispatch a@1 on 0
         submit b   → nothing
         rest a@1   → nothing
         resume a@1 → nothing
         item b@0   → nothing
         rest b@0   → nothing
         resume b@0 → nothing
         state      → Running Active, workers 1 of 1, in flight 1 [1], pending 1, waiting 0, dispatched 1
         stop       → Terminate 0
         start      → Spawn 0#2, Dispatch a@2 on 0#2
         item a@1   → nothing
         rest a@1   → nothing
         item a@2   → nothing
         item a@2   → nothing
         rest a@2   → Dispatch b@1 on 0#2
         rest a@2   → nothing
         state      → Running Active, workers 1 of 1, in flight 1 [1], resting 1, pending 0, waiting 0, dispatched 3
         resume a@2 → nothing
         resume a@2 → nothing
         state      → Running Active, workers 1 of 1, in flight 2 [2], pending 0, waiting 0, dispatched 3
         settle a@2 ok → Resolve a
         rest a@2   → nothing
         item a@2   → nothing",
    );
}

/// An item is nothing that an attempt whose `Dispatch` was not taken could have sent.
#[test]
fn an_attempt_that_was_not_sent_does_not_begin() {
    story(
        "define singleton → nothing
         feed submit a → untaken
         take          → Spawn 0
         feed item a@1 → untaken
         feed rest a@1 → untaken
         drain         → Dispatch a@1 on 0
         state         → Running Active, workers 1 of 1, in flight 1 [1], pending 0, waiting 0, dispatched 1",
    );
}

/// A stream that has begun is not run again, whatever the crash policy says; one that has not is.
#[test]
fn a_stream_that_has_begun_is_not_run_again_after_a_crash() {
    story(
        "define parallel poolSize 1 maxInFlight 4 crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Dispatch b@1 on 0
         submit c → Dispatch c@1 on 0
         item a@1 → nothing
         item b@1 → nothing
         moved b@1 0 → nothing
         rest a@1 → nothing
         lose 0   → Terminate 0, Reject b Begun 0, Reject a Begun 0
         wait 100 → Spawn 0#2, Dispatch c@2 on 0#2",
    );
}

/// Where the crash policy runs nothing again, streams fail as other calls do.
#[test]
fn a_stream_fails_with_the_crash_where_calls_are_not_run_again() {
    story(
        "define fail: parallel poolSize 1 maxInFlight 2 → nothing
         define halt: parallel poolSize 1 maxInFlight 2 crashPolicy fail-task → nothing
         submit a to fail → Spawn 0 of fail, Dispatch a@1 on 0 of fail
         submit b to fail → Dispatch b@1 on 0 of fail
         item a@1         → nothing
         item b@1         → nothing
         rest a@1         → nothing
         lose 0 fail      → Terminate 0 of fail, Reject b Crashed 0, Reject a Crashed 0
         submit c to halt → Spawn 0 of halt, Dispatch c@1 on 0 of halt
         item c@1         → nothing
         rest c@1         → nothing
         submit d to halt → Dispatch d@1 on 0 of halt
         lose 0 halt      → Terminate 0 of halt, Reject d Crashed 0, Reject c Crashed 0",
    );
}

/// `stopWorkers()` sends calls back to the queue; a stream that has begun cannot go there.
#[test]
fn a_stream_that_has_begun_ends_when_its_worker_is_stopped() {
    story(
        "define parallel poolSize 1 maxInFlight 3 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Dispatch b@1 on 0
         submit c → Dispatch c@1 on 0
         item a@1 → nothing
         rest a@1 → nothing
         item b@1 → nothing
         stop     → Terminate 0, Reject b Begun 0, Reject a Begun 0
         start    → Spawn 0#2, Dispatch c@2 on 0#2",
    );
}

/// The first item shows that the worker works, as a success does.
#[test]
fn the_first_item_starts_the_count_of_crashes_anew() {
    story(
        "define singleton crashMaxRetries 1 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         lose 0   → Terminate 0, Reject a Crashed 0
         wait 100 → Spawn 0#2
         submit b → Dispatch b@1 on 0#2
         item b@1 → nothing
         lose 0   → Terminate 0#2, Reject b Crashed 0
         wait 100 → Spawn 0#3
         submit c → Dispatch c@1 on 0#3
         lose 0   → Terminate 0#3, Reject c Crashed 0
         state    → Crashed Idle, workers 0 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 3, last crash of 0 at 200",
    );
}

/// Leaving the loop cancels the call in every phase. A resting one takes its permit back, so that an abandoned call always holds one.
#[test]
fn a_call_that_is_left_is_canceled_in_every_phase() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         item a@1 → nothing
         rest a@1 → nothing
         submit b → Dispatch b@1 on 0
         submit c → nothing
         submit d → nothing
         leave d  → Reject d Left
         leave c  → Reject c Left
         leave a  → Interrupt a on 0, Reject a Left
         state    → Running Active, workers 1 of 1, in flight 2 [2], pending 0, waiting 0, dispatched 2
         leave a  → nothing
         leave b  → Interrupt b on 0, Reject b Left
         submit e → nothing
         settle b@1 aborted → nothing
         settle a@1 aborted → Dispatch e@1 on 0
         feed leave e → untaken
         drain    → Interrupt e on 0, Reject e Left
         leave b  → nothing",
    );
}

/// Its key, its signal and its timeout cancel a resting stream, too, and the cancel grace runs from then on.
#[test]
fn a_resting_stream_is_aborted_and_times_out() {
    story(
        "define singleton timeoutMs 100 cancelGraceMs 50 → nothing
         submit a key k → Spawn 0, Dispatch a@1 on 0
         item a@1 → nothing
         rest a@1 → nothing
         abort k  → Interrupt a on 0, Reject a Aborted k
         deadline → 50
         submit b → nothing
         wait 50  → Terminate 0, Spawn 0#2, Dispatch b@1 on 0#2
         item b@1 → nothing
         rest b@1 → nothing
         wait 50  → Interrupt b on 0#2, Reject b TimedOut
         settle b@1 aborted → nothing
         deadline → none",
    );
}

/// Streams on a worker that is killed because of another call end with it, resting or not.
#[test]
fn a_kill_takes_the_streams_of_the_worker_along() {
    story(
        "define fail: parallel poolSize 1 maxInFlight 2 cancelGraceMs 50 → nothing
         define requeue: parallel poolSize 1 maxInFlight 2 cancelGraceMs 50 crashPolicy restart-requeue-in-flight → nothing
         submit a to fail    → Spawn 0 of fail, Dispatch a@1 on 0 of fail
         item a@1            → nothing
         rest a@1            → nothing
         submit b to fail    → Dispatch b@1 on 0 of fail
         leave b             → Interrupt b on 0 of fail, Reject b Left
         wait 50             → Terminate 0 of fail, Reject a Killed 0, Spawn 0#2 of fail
         submit c to requeue → Spawn 0 of requeue, Dispatch c@1 on 0 of requeue
         item c@1            → nothing
         rest c@1            → nothing
         submit d to requeue → Dispatch d@1 on 0 of requeue
         leave d             → Interrupt d on 0 of requeue, Reject d Left
         wait 50             → Terminate 0 of requeue, Reject c Begun 0, Spawn 0#2 of requeue",
    );
}

/// A superseded stream that runs finishes; a replaced one is canceled, resting or not.
#[test]
fn a_newer_call_of_a_word_replaces_a_resting_stream() {
    story(
        "define parallel poolSize 1 maxInFlight 2 → nothing
         submit a latest w → Spawn 0, Dispatch a@1 on 0
         item a@1          → nothing
         rest a@1          → nothing
         submit b latest w → Dispatch b@1 on 0
         settle b@1 ok     → Resolve b
         submit c latest w replacing → Interrupt a on 0, ReleaseScope w, Reject a Superseded, Dispatch c@1 on 0",
    );
}

/// A resting stream is open: it keeps its task from being drained and its workers from being idle.
#[test]
fn a_resting_stream_keeps_its_task_from_draining_and_its_workers_from_idling() {
    story(
        "define singleton idleTimeoutMs 40 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         item a@1 → nothing
         rest a@1 → nothing
         watch    → nothing
         deadline → none
         settle a@1 ok → Resolve a, Drained
         wait 40  → Terminate 0",
    );
}

/// A disposed task rejects its streams with its other calls.
#[test]
fn disposal_rejects_a_resting_stream() {
    story(
        "define singleton → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         item a@1 → nothing
         rest a@1 → nothing
         submit b → Dispatch b@1 on 0
         submit c → nothing
         dispose  → Reject b Disposed, Reject a Disposed, Reject c Disposed, Terminate 0
         left     → nothing",
    );
}

/// An idle worker without streams is chosen before one with, and that one before a new worker.
#[test]
fn a_call_goes_to_an_idle_worker_without_streams_if_there_is_one() {
    story(
        "define parallel poolSize 3 maxInFlight 4 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Spawn 1, Dispatch b@1 on 1
         item b@1 → nothing
         rest b@1 → nothing
         settle a@1 ok → Resolve a
         submit c → Dispatch c@1 on 0
         item c@1 → nothing
         rest c@1 → nothing
         submit d → Dispatch d@1 on 1
         submit e → Dispatch e@1 on 0
         submit f → Spawn 2, Dispatch f@1 on 2",
    );
}

/// A pool with as many resting streams as workers still serves calls, and a stream of each worker resumes.
#[test]
fn a_pool_full_of_resting_streams_serves_calls() {
    story(
        "define parallel poolSize 2 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         submit b → Spawn 1, Dispatch b@1 on 1
         item a@1 → nothing
         item b@1 → nothing
         rest a@1 → nothing
         rest b@1 → nothing
         submit c → Dispatch c@1 on 0
         submit d → Dispatch d@1 on 1
         resume a@1 → nothing
         resume b@1 → nothing
         settle c@1 ok → Resolve c
         settle d@1 ok → Resolve d
         settle a@1 ok → Resolve a
         settle b@1 ok → Resolve b",
    );
}

/// A worker whose streams all rest is not busy: its part of the budget goes to others, and comes back beyond the limit.
#[test]
fn a_resting_stream_gives_its_part_of_the_budget_to_other_tasks() {
    story(
        "define A: singleton → nothing
         define B: singleton → nothing
         limit 1       → nothing
         submit a to A → Spawn 0 of A, Dispatch a@1 on 0 of A
         submit b to B → nothing
         item a@1      → nothing
         busy          → 1
         rest a@1      → Spawn 0 of B, Dispatch b@1 on 0 of B
         resume a@1    → nothing
         busy          → 2
         submit c to B → nothing
         settle b@1 ok → Resolve b
         busy          → 1
         rest a@1      → Dispatch c@1 on 0 of B
         leave a       → Interrupt a on 0 of A, Reject a Left
         busy          → 2
         settle a@1 aborted → nothing
         busy          → 1",
    );
}

/// A task whose only stream rests saves no part of the budget up, and does not let others save any.
#[test]
fn a_task_whose_stream_rests_takes_no_part_in_the_order_of_the_budget() {
    story(
        "define A: singleton maxQueueDepth 9 → nothing
         define B: singleton maxQueueDepth 9 → nothing
         define C: singleton maxQueueDepth 9 → nothing
         limit 1       → nothing
         submit a to A → Spawn 0 of A, Dispatch a@1 on 0 of A
         item a@1      → nothing
         rest a@1      → nothing
         submit b to B → Spawn 0 of B, Dispatch b@1 on 0 of B
         submit c to B → nothing
         wait 1000     → nothing
         submit d to C → nothing
         submit e to C → nothing
         settle b@1 ok → Resolve b, Spawn 0 of C, Dispatch d@1 on 0 of C
         wait 10       → nothing
         settle d@1 ok → Resolve d, Dispatch c@1 on 0 of B",
    );
}

/// What is measured: when the first item came, and how many streams rest, once one has.
#[test]
fn the_first_item_and_resting_streams_are_reported() {
    story(
        "define singleton → nothing
         observe events   → nothing
         observe spans    → nothing
         submit a   → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0, queue.blocked = 0,
                      workers.active = 1, task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0,
                      worker.ready_ms: 0
         late 30    → nothing
         item a@1   → stream.first_item_ms: 30
         item a@1   → nothing
         rest a@1   → queue.in_flight = 0, queue.resting = 1
         resume a@1 → queue.in_flight = 1, queue.resting = 0
         observe events → nothing
         submit b   → queue.in_flight = 1, queue.pending = 1, queue.blocked = 0, queue.resting = 0, workers.active = 1
         late 20    → nothing
         settle a@1 ok → task.success.total, task.duration_ms: 50, EndSpan a ok after 50, waited 0 (0 last), attempts 1 on 0,
                      first item after 30, Resolve a, queue.in_flight = 0, task.dispatch.total, queue.wait_ms: 20,
                      queue.in_flight = 1, queue.pending = 0, Dispatch b@1 on 0",
    );
}

/// A worker in which a returned value lives on is not idle. It counts nowhere else.
#[test]
fn a_held_worker_is_not_stopped_for_being_idle() {
    story(
        "define parallel poolSize 2 idleTimeoutMs 40 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         keep 0        → nothing
         keep 0        → nothing
         watch         → nothing
         settle a@1 ok → Resolve a, Drained
         deadline      → none
         submit b      → Dispatch b@1 on 0
         settle b@1 ok → Resolve b
         release 0     → nothing
         deadline      → none
         release 0     → nothing
         deadline      → 40
         keep 0        → nothing
         deadline      → none
         release 0     → nothing
         release 0     → nothing
         wait 40       → Terminate 0",
    );
}

/// What holds a worker ends with it; what is said about an earlier worker is stale.
#[test]
fn a_worker_that_is_lost_is_held_no_longer() {
    story(
        "define singleton idleTimeoutMs 40 → nothing
         submit a  → Spawn 0, Dispatch a@1 on 0
         keep 0    → nothing
         lose 0    → Terminate 0, Reject a Crashed 0
         wait 100  → Spawn 0#2
         deadline  → 140
         keep 0#1  → nothing
         deadline  → 140
         keep 0    → nothing
         release 0#1 → nothing
         deadline  → none
         release 0 → nothing
         wait 40   → Terminate 0#2",
    );
}

/// The loop's wait for an item is limited: from the dispatch, and from each arrival of items on.
#[test]
fn a_stream_whose_items_do_not_come_times_out() {
    story(
        "define singleton cancelGraceMs 10 → nothing
         submit a       → Spawn 0, Dispatch a@1 on 0
         late 1         → nothing
         impatient a 50 → nothing
         deadline       → 50
         late 29        → nothing
         item a@1       → nothing
         deadline       → 50
         wait 20        → nothing
         deadline       → 80
         late 10        → nothing
         items a@1      → nothing
         wait 20        → nothing
         deadline       → 110
         wait 30        → Interrupt a on 0, Reject a ItemTimedOut
         deadline       → 120
         settle a@1 aborted → nothing
         deadline       → none",
    );
}

/// While a stream rests, its loop waits for nothing; the wait begins anew when it resumes.
#[test]
fn the_wait_for_an_item_stands_still_while_a_stream_rests() {
    story(
        "define singleton → nothing
         submit a       → Spawn 0, Dispatch a@1 on 0
         submit b       → nothing
         impatient b 50 → nothing
         impatient a 50 → nothing
         item a@1       → nothing
         rest a@1       → Dispatch b@1 on 0
         settle b@1 ok  → Resolve b
         deadline       → none
         late 500       → nothing
         items a@1      → nothing
         resume a@1     → nothing
         deadline       → 550
         settle a@1 ok  → Resolve a
         deadline       → none",
    );
}

/// A limit that is set again replaces the other one, and Infinity is none.
#[test]
fn the_wait_for_an_item_may_be_limited_anew() {
    story(
        "define singleton → nothing
         submit a        → Spawn 0, Dispatch a@1 on 0
         impatient a 50  → nothing
         late 20         → nothing
         impatient a 90  → nothing
         deadline        → 90
         impatient a inf → nothing
         deadline        → none
         impatient a 30  → nothing
         wait 10         → Interrupt a on 0, Reject a ItemTimedOut
         impatient a 30  → nothing
         deadline        → none",
    );
}

/// A call that goes back to the queue waits for no item; its next attempt waits anew.
#[test]
fn a_requeued_call_waits_for_its_first_item_anew() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a       → Spawn 0, Dispatch a@1 on 0
         impatient a 50 → nothing
         late 20        → nothing
         lose 0         → Terminate 0
         deadline       → 120
         wait 100       → Spawn 0#2, Dispatch a@2 on 0#2
         deadline       → 170
         items a@1      → nothing
         wait 50        → Interrupt a on 0#2, Reject a ItemTimedOut",
    );
}

/// Within a batch, too, a worker that is held is not idle at the next deadline.
#[test]
fn a_worker_that_is_held_within_a_batch_is_not_stopped_for_being_idle() {
    story(
        "define singleton idleTimeoutMs 40 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok → Resolve a
         begin batch   → nothing
         keep 0        → nothing
         wait 40       → nothing
         release 0     → nothing
         deadline      → 80
         end batch     → nothing",
    );
}

/// A stream that resumes is not served: among tasks that have used as much, the one that started a call longest ago is next.
#[test]
fn a_stream_that_resumes_does_not_lose_its_tasks_turn() {
    story(
        "define A: singleton → nothing
         define B: singleton → nothing
         limit 1       → nothing
         submit a to A → Spawn 0 of A, Dispatch a@1 on 0 of A
         item a@1      → nothing
         rest a@1      → nothing
         submit b to B → Spawn 0 of B, Dispatch b@1 on 0 of B
         settle b@1 ok → Resolve b
         resume a@1    → nothing
         submit c to B → nothing
         submit d to A → nothing
         settle a@1 ok → Resolve a, Dispatch d@1 on 0 of A
         settle d@1 ok → Resolve d, Dispatch c@1 on 0 of B",
    );
}

/// A worker that retires waits for what lives on it: streams that rest and may resume, and values that calls have returned.
#[test]
fn a_worker_that_retires_waits_for_its_streams_and_for_what_holds_it() {
    story(
        "define parallel poolSize 2 maxInFlight 2 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         item a@1      → nothing
         rest a@1      → nothing
         keep 0        → nothing
         retire 0      → nothing
         submit b      → Spawn 1, Dispatch b@1 on 1
         resume a@1    → nothing
         rest a@1      → nothing
         settle a@1 ok → Resolve a
         release 0     → Terminate 0",
    );
}

/// A pool that shrinks keeps the workers on which a stream rests or a value lives on, and gives them up when that has ended.
#[test]
fn a_pool_that_shrinks_keeps_workers_with_streams_and_held_ones() {
    story(
        "define parallel poolMin 0 poolMax 3 idleTimeoutMs 40 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         submit c      → Spawn 2, Dispatch c@1 on 2
         item a@1      → nothing
         rest a@1      → nothing
         keep 1        → nothing
         settle b@1 ok → Resolve b
         settle c@1 ok → Resolve c
         wait 40       → Terminate 2
         deadline      → none
         release 1     → nothing
         settle a@1 ok → Resolve a
         wait 40       → Terminate 1, Terminate 0",
    );
}

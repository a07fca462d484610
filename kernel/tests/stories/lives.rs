//! Workers that end although nothing is wrong with them: they retire, are replaced, or are one idle worker too many.

use crate::script::story;

/// The calls on a worker that retires end normally and are answered first. Later calls go to others.
#[test]
fn a_worker_that_retires_ends_after_its_last_call() {
    story(
        "define parallel poolSize 2 maxInFlight 4 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         submit c      → Dispatch c@1 on 0
         retire 0      → nothing
         submit d      → Dispatch d@1 on 1
         submit e      → nothing
         settle a@1 ok → Resolve a
         settle c@1 ok → Resolve c, Terminate 0, Spawn 0#2, Dispatch e@1 on 0#2",
    );
}

/// A slot whose worker retired is filled when a call needs it; there is no backoff.
#[test]
fn a_worker_that_retires_without_calls_ends_at_once_and_only_once() {
    story(
        "define parallel poolSize 2 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok → Resolve a
         retire 0      → Terminate 0
         retire 0      → nothing
         state         → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 1
         submit b      → Spawn 0#2, Dispatch b@1 on 0#2
         retire 0#1    → nothing
         retire 0      → nothing
         retire 0      → nothing
         settle b@1 ok → Resolve b, Terminate 0#2",
    );
}

/// A canceled call keeps a worker that retires, until the worker has answered or the cancel grace ends it, which is a kill.
#[test]
fn a_canceled_call_keeps_a_worker_that_retires() {
    story(
        "define singleton cancelGraceMs 50 → nothing
         submit a key k    → Spawn 0, Dispatch a@1 on 0
         retire 0          → nothing
         abort k           → Interrupt a on 0, Reject a Aborted k
         state             → Running Active, workers 1 of 1, in flight 1 [1], pending 0, waiting 0, dispatched 1
         settle a@1 failed → Terminate 0
         submit b key l    → Spawn 0#2, Dispatch b@1 on 0#2
         retire 0          → nothing
         abort l           → Interrupt b on 0#2, Reject b Aborted l
         observe events    → nothing
         wait 50           → worker.terminate.total of 0 Killed, Terminate 0#2, queue.in_flight = 1, queue.pending = 0,
                             queue.blocked = 0, workers.active = 0, queue.in_flight = 0, Spawn 0#3, worker.spawn.total of 0,
                             workers.active = 1, worker.ready_ms: 0",
    );
}

/// A crash of a worker that retires is a crash: the policy decides about its calls.
#[test]
fn a_crash_of_a_worker_that_retires_is_a_crash() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         retire 0 → nothing
         lose 0   → Terminate 0
         wait 100 → Spawn 0#2, Dispatch a@2 on 0#2",
    );
}

/// `maxCallsPerWorker` counts attempts. The first worker of each slot serves as many fewer as the number of its slot.
#[test]
fn workers_are_replaced_after_so_many_calls_and_not_all_at_once() {
    story(
        "define parallel poolSize 2 maxCallsPerWorker 2 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         settle b@1 ok → Resolve b, Terminate 1
         settle a@1 ok → Resolve a
         submit c      → Dispatch c@1 on 0
         settle c@1 ok → Resolve c, Terminate 0
         submit d      → Spawn 0#2, Dispatch d@1 on 0#2
         submit e      → Spawn 1#2, Dispatch e@1 on 1#2
         settle e@1 ok → Resolve e
         settle d@1 ok → Resolve d",
    );
}

/// With `maxCallsPerWorker` 1 each call has a worker of its own, whatever its slot.
#[test]
fn a_worker_of_one_call_serves_exactly_one() {
    story(
        "define parallel poolSize 2 maxInFlight 4 maxCallsPerWorker 1 eager → Spawn 0, Spawn 1
         submit a      → Dispatch a@1 on 0
         submit b      → Dispatch b@1 on 1
         submit c      → nothing
         settle b@1 ok → Resolve b, Terminate 1, Spawn 1#2, Dispatch c@1 on 1#2
         settle a@1 ok → Resolve a, Terminate 0, Spawn 0#2",
    );
}

/// An attempt that ended before it was sent was not served.
#[test]
fn a_call_that_is_canceled_before_it_is_sent_does_not_count() {
    story(
        "define singleton maxCallsPerWorker 1 → nothing
         feed submit a key k → untaken
         abort k             → Spawn 0, Reject a Aborted k
         submit b            → Dispatch b@1 on 0
         settle b@1 ok       → Resolve b, Terminate 0",
    );
}

/// The workers that live are replaced one after the other, each once its calls have ended; the next one waits until the one before has
/// a successor that is ready.
#[test]
fn workers_are_replaced_one_after_the_other() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         slow          → nothing
         submit a      → Dispatch a@1 on 0
         replace       → nothing
         submit b      → Dispatch b@1 on 1
         settle b@1 ok → Resolve b
         settle a@1 ok → Resolve a, Terminate 0, Spawn 0#2
         submit c      → Dispatch c@1 on 0#2
         ready 0       → Terminate 1, Replaced, Spawn 1#2
         settle c@1 ok → Resolve c",
    );
}

/// A slot that no call needs stays vacant; one whose worker ended while calls were queued is filled at once.
#[test]
fn a_replacement_fills_the_slots_that_calls_need() {
    story(
        "define parallel poolSize 2 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         submit c      → nothing
         slow          → nothing
         replace       → nothing
         settle a@1 ok → Resolve a, Terminate 0, Spawn 0#2, Dispatch c@1 on 0#2
         settle b@1 ok → Resolve b
         settle c@1 ok → Resolve c
         ready 0       → Terminate 1, Replaced",
    );
}

/// A replacement ends when none of the workers lives that lived when it was asked for, also where they ended for other reasons.
#[test]
fn a_replacement_ends_when_nothing_old_lives() {
    story(
        "define singleton → nothing
         replace       → Replaced
         submit a      → Spawn 0, Dispatch a@1 on 0
         replace       → nothing
         replace       → nothing
         lose 0        → Terminate 0, Reject a Crashed 0, Replaced, Replaced
         wait 100      → Spawn 0#2
         replace       → Terminate 0#2, Replaced
         submit b      → Spawn 0#3, Dispatch b@1 on 0#3
         replace       → nothing
         stop          → Terminate 0#3, Replaced
         replace       → Replaced
         start         → Spawn 0#4, Dispatch b@2 on 0#4
         replace       → nothing
         dispose       → Reject b Disposed, Terminate 0#4, Replaced
         replace       → Replaced
         left          → nothing",
    );
}

/// Where workers are asked to be replaced a second time, those that are new by then are replaced, too.
#[test]
fn a_second_replacement_is_about_the_workers_that_live_then() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         submit a      → Dispatch a@1 on 0
         submit b      → Dispatch b@1 on 1
         replace       → nothing
         settle a@1 ok → Resolve a, Terminate 0, Spawn 0#2
         replace       → nothing
         settle b@1 ok → Resolve b, Terminate 1, Replaced, Spawn 1#2, Terminate 0#2, Replaced, Spawn 0#3",
    );
}

/// With `poolSize: { min, max }` idle workers beyond `min` end after `idleTimeoutMs`, by default ten seconds; calls go to the first
/// idle one, so that the others stay idle.
#[test]
fn a_pool_shrinks_to_its_least_size() {
    story(
        "define parallel poolMin 1 poolMax 3 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         submit c      → Spawn 2, Dispatch c@1 on 2
         settle c@1 ok → Resolve c
         settle b@1 ok → Resolve b
         wait 4000     → nothing
         submit d      → Dispatch d@1 on 1
         settle d@1 ok → Resolve d
         settle a@1 ok → Resolve a
         deadline      → 10000
         wait 6000     → Terminate 2
         submit e      → Dispatch e@1 on 0
         settle e@1 ok → Resolve e
         deadline      → 14000
         wait 4000     → Terminate 1
         deadline      → none
         state         → Running Idle, workers 1 of 3, in flight 0 [0, 0, 0], pending 0, waiting 0, dispatched 5",
    );
}

/// `init: 'eager'` and `startWorkers()` create the least number of workers; below it, a worker that ends is replaced at once.
#[test]
fn a_pool_of_a_range_starts_with_its_least_size_and_keeps_it() {
    story(
        "define parallel poolMin 1 poolMax 3 idleTimeoutMs 50 maxCallsPerWorker 2 eager → Spawn 0
         submit a      → Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         settle b@1 ok → Resolve b, Terminate 1
         retire 0      → nothing
         settle a@1 ok → Resolve a, Terminate 0, Spawn 0#2
         lose 0        → Terminate 0#2
         wait 100      → Spawn 0#3
         stop          → Terminate 0#3
         start         → Spawn 0#4",
    );
}

/// A crash of a worker beyond the least number of them leaves its slot vacant.
#[test]
fn a_pool_of_a_range_does_not_restart_workers_that_nobody_needs() {
    story(
        "define parallel poolMin 0 poolMax 2 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         lose 0   → Terminate 0, Reject a Crashed 0
         wait 100 → nothing
         submit b → Spawn 0#2, Dispatch b@1 on 0#2
         start    → nothing",
    );
}

/// Each termination is reported with its reason, and each worker with the time that it took to be ready.
#[test]
fn terminations_are_reported_with_their_reasons() {
    story(
        "define singleton idleTimeoutMs 40 → nothing
         slow        → nothing
         start       → Spawn 0
         observe events → nothing
         wait 30     → nothing
         ready 0     → worker.ready_ms: 30
         ready 0     → nothing
         retire 0    → worker.terminate.total of 0 Retired, Terminate 0, queue.in_flight = 0, queue.pending = 0,
                       queue.blocked = 0, workers.active = 0
         start       → Spawn 0#2, worker.spawn.total of 0, workers.active = 1
         replace     → worker.terminate.total of 0 Replaced, Terminate 0#2, workers.active = 0, Replaced
         gone 0#1    → nothing
         start       → Spawn 0#3, worker.spawn.total of 0, workers.active = 1
         wait 40     → worker.terminate.total of 0 Idle, Terminate 0#3, workers.active = 0
         gone 0#2    → nothing
         start       → Spawn 0#4, worker.spawn.total of 0, workers.active = 1
         stop        → worker.terminate.total of 0 Stopped, Terminate 0#4, workers.active = 0
         gone 0#3    → nothing
         start       → Spawn 0#5, worker.spawn.total of 0, workers.active = 1
         dispose     → worker.terminate.total of 0 Disposed, Terminate 0#5, workers.active = 0",
    );
}

//! Which worker takes a call.

use crate::script::story;

/// A call goes to an idle worker, else to a new one while there are fewer than `poolSize`.
#[test]
fn an_idle_worker_is_used_before_another_one_is_created() {
    story(
        "define parallel poolSize 2 → nothing
         submit a                   → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok              → Resolve a
         submit b                   → Dispatch b@1 on 0
         submit c                   → Spawn 1, Dispatch c@1 on 1",
    );
}

/// A worker that is free takes the next call; a busy one is not chosen in turn.
#[test]
fn a_call_never_goes_to_a_busy_worker_while_another_one_is_idle() {
    story(
        "define parallel poolSize 2 maxInFlight 4 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         settle b@1 ok → Resolve b
         submit c      → Dispatch c@1 on 1
         settle c@1 ok → Resolve c
         submit d      → Dispatch d@1 on 1",
    );
}

/// With all workers busy, the least loaded one below its share, `ceil(maxInFlight / poolSize)`, takes the call.
#[test]
fn no_worker_carries_more_than_its_share() {
    story(
        "define parallel poolSize 2 maxInFlight 3 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         submit c      → Dispatch c@1 on 0
         submit d      → nothing
         settle a@1 ok → Resolve a, Dispatch d@1 on 1
         state         → Running Active, workers 2 of 2, in flight 3 [1, 2], pending 0, waiting 0, dispatched 4",
    );
}

/// Ties go to the least recently used worker.
#[test]
fn among_equally_loaded_workers_the_least_recently_used_is_next() {
    story(
        "define parallel poolSize 3 → nothing
         submit a                   → Spawn 0, Dispatch a@1 on 0
         submit b                   → Spawn 1, Dispatch b@1 on 1
         submit c                   → Spawn 2, Dispatch c@1 on 2
         settle c@1 ok              → Resolve c
         settle a@1 ok              → Resolve a
         settle b@1 ok              → Resolve b
         submit d                   → Dispatch d@1 on 0
         settle d@1 ok              → Resolve d
         submit e                   → Dispatch e@1 on 1
         submit f                   → Dispatch f@1 on 2",
    );
}

/// `maxInFlight` may be below `poolSize`.
#[test]
fn max_in_flight_below_the_pool_size_bounds_the_workers_that_are_created() {
    story(
        "define parallel poolSize 4 maxInFlight 2 → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         submit c      → nothing
         settle b@1 ok → Resolve b, Dispatch c@1 on 1",
    );
}

/// `init: 'eager'` creates the workers with the task.
#[test]
fn an_eager_task_creates_its_workers_at_once() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         state                            → Running Idle, workers 2 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0
         submit a                         → Dispatch a@1 on 0
         submit b                         → Dispatch b@1 on 1",
    );
}

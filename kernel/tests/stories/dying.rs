//! Workers that were ended and whose threads still run: how many there may be, and who waits for them.

use crate::script::story;

/// docs/decisions/0022: workers that live and that die are together at most twice the pool size.
#[test]
fn after_kills_in_a_row_the_next_worker_waits_until_one_of_the_dead_is_gone() {
    story(
        "define singleton cancelGraceMs 0 → nothing
         slow                    → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         ready 0                 → nothing
         cancel a                → Interrupt a on 0, Reject a Canceled
         wait 0                  → Terminate 0, Spawn 0#2
         submit b                → Dispatch b@1 on 0#2
         ready 0                 → nothing
         cancel b                → Interrupt b on 0#2, Reject b Canceled
         wait 0                  → Terminate 0#2
         submit c                → nothing
         state                   → Stopping Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 2
         gone 0#1                → Spawn 0#3, Dispatch c@1 on 0#3",
    );
}

/// docs/decisions/0022: without a word, a worker that was ended counts as dying for three seconds.
#[test]
fn nobody_waits_longer_than_three_seconds_for_the_dead() {
    story(
        "define singleton        → nothing
         slow                    → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         ready 0                 → nothing
         stop                    → Terminate 0
         start                   → Spawn 0#2, Dispatch a@2 on 0#2
         ready 0                 → nothing
         wait 1000               → nothing
         stop                    → Terminate 0#2
         start                   → nothing
         deadline                → 3000
         wait 2000               → Spawn 0#3, Dispatch a@3 on 0#3",
    );
}

/// docs/decisions/0022: what `startWorkers()` and `init: 'eager'` create comes as there is room.
#[test]
fn a_pool_fills_up_as_the_dead_go() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         slow                    → nothing
         stop                    → Terminate 0, Terminate 1
         start                   → Spawn 0#2, Spawn 1#2
         stop                    → Terminate 0#2, Terminate 1#2
         start                   → nothing
         gone 1#1                → Spawn 0#3
         gone 1#1                → nothing   # it is known
         gone 0#3                → nothing   # it lives
         gone 1#7                → nothing   # it never was
         gone 0#1                → Spawn 1#3
         gone 0#2                → nothing",
    );
}

/// docs/decisions/0022: a restart waits for its backoff and for room, whichever is later.
#[test]
fn a_restart_waits_for_room_after_its_backoff() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         slow                    → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         ready 0                 → nothing
         lose 0                  → Terminate 0
         wait 100                → Spawn 0#2, Dispatch a@2 on 0#2
         ready 0                 → nothing
         lose 0                  → Terminate 0#2
         gone 0#2                → nothing
         wait 200                → Spawn 0#3, Dispatch a@3 on 0#3
         ready 0                 → nothing
         lose 0                  → Terminate 0#3
         wait 400                → nothing
         state                   → Stopping Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 3,
                                   last crash of 0 at 300
         gone 0#3                → Spawn 0#4, Dispatch a@4 on 0#4",
    );
}

/// docs/decisions/0022: a pool without room goes on with the workers that it has.
#[test]
fn without_room_calls_go_to_the_workers_that_live() {
    story(
        "define parallel poolSize 2 maxInFlight 4 cancelGraceMs 0 → nothing
         slow                    → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         ready 0                 → nothing
         stop                    → Terminate 0
         start                   → Spawn 0#2, Spawn 1, Dispatch a@2 on 1
         ready 0                 → nothing
         ready 1                 → nothing
         submit b                → Dispatch b@1 on 0#2
         cancel a                → Interrupt a on 1, Reject a Canceled
         wait 0                  → Terminate 1, Spawn 1#2
         submit c                → Dispatch c@1 on 1#2
         cancel c                → Interrupt c on 1#2, Reject c Canceled
         wait 0                  → Terminate 1#2
         submit d                → Dispatch d@1 on 0#2
         gone 0#1                → Spawn 1#3",
    );
}

/// contract.md, Names and shapes: workerStatus 'stopping'.
#[test]
fn a_task_whose_workers_were_ended_is_stopping_until_the_last_one_is_gone() {
    story(
        "define parallel poolSize 2 idleTimeoutMs 50 eager → Spawn 0, Spawn 1
         slow                    → nothing
         wait 50                 → Terminate 0, Terminate 1
         state                   → Stopping Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0
         gone 1                  → nothing
         state                   → Stopping Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0
         gone 0                  → nothing
         state                   → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0",
    );
}

/// docs/decisions/0022: the end of a task forgets its dead; a stop keeps count of them and owes nothing.
#[test]
fn a_stop_owes_no_worker_and_the_end_of_a_task_waits_for_none() {
    story(
        "define singleton eager  → Spawn 0
         slow                    → nothing
         stop                    → Terminate 0
         start                   → Spawn 0#2
         stop                    → Terminate 0#2
         start                   → nothing
         stop                    → nothing
         gone 0#1                → nothing
         dispose                 → nothing
         deadline                → none
         left                    → nothing
         state                   → Stopped Idle, workers 0 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 0",
    );
}

//! Workers that were terminated and whose threads may still run: how many there may be, and who waits for them.

use crate::script::story;

/// docs/decisions/0022: live and terminating workers are together at most twice the pool size.
#[test]
fn after_kills_in_a_row_the_next_worker_waits_until_a_terminated_one_is_gone() {
    story(
        "define singleton cancelGraceMs 0 → nothing
         slow                             → nothing
         submit a signal s                → Spawn 0, Dispatch a@1 on 0
         ready 0                          → nothing
         abort s                          → Interrupt a on 0, Reject a Aborted s
         wait 0                           → Terminate 0, Spawn 0#2
         submit b signal t                → Dispatch b@1 on 0#2
         ready 0                          → nothing
         abort t                          → Interrupt b on 0#2, Reject b Aborted t
         wait 0                           → Terminate 0#2
         submit c                         → nothing
         state                            → Stopping Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 2
         gone 0#1                         → Spawn 0#3, Dispatch c@1 on 0#3",
    );
}

/// docs/decisions/0022: unless its end is reported, a terminated worker counts as terminating for three seconds.
#[test]
fn a_terminated_worker_is_waited_for_three_seconds_at_most() {
    story(
        "define singleton → nothing
         slow             → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         ready 0          → nothing
         stop             → Terminate 0
         start            → Spawn 0#2, Dispatch a@2 on 0#2
         ready 0          → nothing
         wait 1000        → nothing
         stop             → Terminate 0#2
         start            → nothing
         deadline         → 3000
         wait 2000        → Spawn 0#3, Dispatch a@3 on 0#3",
    );
}

/// docs/decisions/0022: what `startWorkers()` and `init: 'eager'` create is created as there is room.
#[test]
fn a_pool_fills_up_as_terminated_workers_go() {
    story(
        "define parallel poolSize 2 eager → Spawn 0, Spawn 1
         slow                             → nothing
         stop                             → Terminate 0, Terminate 1
         start                            → Spawn 0#2, Spawn 1#2
         stop                             → Terminate 0#2, Terminate 1#2
         start                            → nothing
         gone 1#1                         → Spawn 0#3
         gone 1#1                         → nothing   # it is known
         gone 0#3                         → nothing   # it lives
         gone 1#7                         → nothing   # it never was
         gone 0#1                         → Spawn 1#3
         gone 0#2                         → nothing",
    );
}

/// docs/decisions/0022: a restart waits for its backoff and for room, whichever is later.
#[test]
fn a_restart_waits_for_room_after_its_backoff() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         slow     → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         ready 0  → nothing
         lose 0   → Terminate 0
         wait 100 → Spawn 0#2, Dispatch a@2 on 0#2
         ready 0  → nothing
         lose 0   → Terminate 0#2
         gone 0#2 → nothing
         wait 200 → Spawn 0#3, Dispatch a@3 on 0#3
         ready 0  → nothing
         lose 0   → Terminate 0#3
         wait 400 → nothing
         state    → Stopping Active, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 3,
                    last crash of 0 at 300
         gone 0#3 → Spawn 0#4, Dispatch a@4 on 0#4",
    );
}

/// docs/decisions/0022: a pool without room goes on with the workers that it has.
#[test]
fn without_room_calls_go_to_the_live_workers() {
    story(
        "define parallel poolSize 2 maxInFlight 4 cancelGraceMs 0 → nothing
         slow              → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         ready 0           → nothing
         stop              → Terminate 0
         start             → Spawn 0#2, Spawn 1, Dispatch a@2 on 1
         ready 0           → nothing
         ready 1           → nothing
         submit b          → Dispatch b@1 on 0#2
         abort s           → Interrupt a on 1, Reject a Aborted s
         wait 0            → Terminate 1, Spawn 1#2
         submit c signal t → Dispatch c@1 on 1#2
         abort t           → Interrupt c on 1#2, Reject c Aborted t
         wait 0            → Terminate 1#2
         submit d          → Dispatch d@1 on 0#2
         gone 0#1          → Spawn 1#3",
    );
}

/// A task without live workers is `stopping` while some of those that were terminated may still run.
#[test]
fn a_task_whose_workers_were_terminated_is_stopping_until_the_last_one_is_gone() {
    story(
        "define parallel poolSize 2 idleTimeoutMs 50 eager → Spawn 0, Spawn 1
         slow    → nothing
         wait 50 → Terminate 0, Terminate 1
         state   → Stopping Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0
         gone 1  → nothing
         state   → Stopping Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0
         gone 0  → nothing
         state   → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 0",
    );
}

/// docs/decisions/0022: the end of a task drops its terminating workers; a stop keeps count of them and leaves no respawn pending.
#[test]
fn a_stop_leaves_no_respawn_pending_and_the_end_of_a_task_waits_for_no_worker() {
    story(
        "define singleton eager → Spawn 0
         slow                   → nothing
         stop                   → Terminate 0
         start                  → Spawn 0#2
         stop                   → Terminate 0#2
         start                  → nothing
         stop                   → nothing
         gone 0#1               → nothing
         dispose                → nothing
         deadline               → none
         left                   → nothing
         state                  → Stopped Idle, workers 0 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 0",
    );
}

//! Stop, start, dispose, idle, drain.

use crate::script::story;

/// `stopWorkers()` pauses the task, terminates its workers and puts their calls back into the queue, except those whose arguments
/// were moved; `startWorkers()` resumes it.
#[test]
fn stop_requeues_what_runs_and_start_resumes() {
    story(
        "define parallel poolSize 2 → nothing
         submit a                   → Spawn 0, Dispatch a@1 on 0
         submit b                   → Spawn 1, Dispatch b@1 on 1
         submit c                   → nothing
         moved b@1 1                → nothing
         stop                       → Terminate 0, Terminate 1, Reject b Moved 1
         state                      → Stopped Paused, workers 0 of 2, in flight 0 [0, 0], pending 2, waiting 0, dispatched 2
         submit d                   → nothing
         settle a@1 ok              → nothing
         lose 0                     → nothing
         start                      → Spawn 0#2, Spawn 1#2, Dispatch a@2 on 0#2, Dispatch c@1 on 1#2",
    );
}

/// `startWorkers()` on a running task creates the workers that are missing; `stopWorkers()` twice is once.
#[test]
fn start_and_stop_can_be_repeated() {
    story(
        "define parallel poolSize 2 → nothing
         submit a                   → Spawn 0, Dispatch a@1 on 0
         start                      → Spawn 1
         start                      → nothing
         stop                       → Terminate 0, Terminate 1
         stop                       → nothing
         start                      → Spawn 0#2, Spawn 1#2, Dispatch a@2 on 1#2
         settle a@2 ok              → Resolve a",
    );
}

/// A paused task queues calls by the same limits and policy.
#[test]
fn a_paused_task_accepts_calls_up_to_its_limits() {
    story(
        "define singleton maxQueueDepth 1 queuePolicy reject → nothing
         stop     → nothing
         submit a → nothing
         submit b → Reject b Dropped
         start    → Spawn 0, Dispatch a@1 on 0",
    );
}

/// `stopWorkers()` ends a pending restart; `startWorkers()` creates the worker at once.
#[test]
fn stop_gives_up_a_pending_restart_and_start_creates_the_worker() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         lose 0   → Terminate 0
         stop     → nothing
         deadline → none
         state    → Stopped Paused, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 1,
                    last crash of 0 at 0
         start    → Spawn 0#2, Dispatch a@2 on 0#2",
    );
}

/// A stop ends the stay of an abandoned call: nobody is left to reply.
#[test]
fn stop_forgets_abandoned_calls() {
    story(
        "define singleton cancelGraceMs 50 → nothing
         submit a signal s                 → Spawn 0, Dispatch a@1 on 0
         abort s                           → Interrupt a on 0, Reject a Aborted s
         stop                              → Terminate 0
         deadline                          → none
         clear s                           → ReleaseScope s
         left                              → nothing",
    );
}

/// `dispose()` rejects everything and terminates the workers; it is idempotent, and later calls are rejected.
#[test]
fn dispose_rejects_everything_in_every_state_and_later_calls() {
    story(
        "define parallel poolSize 2 maxQueueDepth 1 timeoutMs 1000 idleTimeoutMs 50 cancelGraceMs 50 → nothing
         submit a key k    → Spawn 0, Dispatch a@1 on 0
         submit b signal s → Spawn 1, Dispatch b@1 on 1
         submit c          → nothing
         submit d          → nothing
         abort s           → Interrupt b on 1, Reject b Aborted s
         dispose           → ReleaseScope k, Reject a Disposed, Reject c Disposed, Reject d Disposed, Terminate 0, Terminate 1
         dispose           → nothing
         start             → nothing
         stop              → nothing
         submit e          → Reject e Disposed
         lose 0            → nothing
         settle b@1 ok     → nothing
         deadline          → none
         clear s           → ReleaseScope s
         left              → nothing
         state             → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 2",
    );
}

/// A task can be disposed in every state.
#[test]
fn a_task_can_be_disposed_while_paused_restarting_or_halted() {
    story(
        "define paused: singleton → nothing
         define restarting: singleton crashPolicy restart-requeue-in-flight → nothing
         define halted: singleton crashPolicy fail-task → nothing
         stop paused              → nothing
         submit a to paused       → nothing
         dispose paused           → Reject a Disposed
         submit b to restarting   → Spawn 0 of restarting, Dispatch b@1 on 0 of restarting
         lose 0 restarting        → Terminate 0 of restarting
         dispose restarting       → Reject b Disposed
         submit c to halted       → Spawn 0 of halted, Dispatch c@1 on 0 of halted
         lose 0 halted            → Terminate 0 of halted, Reject c Crashed 0
         dispose halted           → nothing
         start halted             → nothing
         submit d to halted       → Reject d Disposed
         deadline                 → none
         left                     → nothing",
    );
}

/// To forget a task is to dispose it; after that it is unknown.
#[test]
fn a_forgotten_task_is_disposed_and_unknown() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         forget           → Reject a Disposed, Terminate 0
         state            → unknown
         settle a@1 ok    → nothing
         left             → nothing",
    );
}

/// `idleTimeoutMs` terminates the workers of a task that has been idle for so long; the next call creates one again.
#[test]
fn idle_workers_end_and_the_next_call_creates_one_again() {
    story(
        "define parallel poolSize 2 idleTimeoutMs 50 → nothing
         deadline      → none
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → Spawn 1, Dispatch b@1 on 1
         wait 100      → nothing
         settle a@1 ok → Resolve a
         deadline      → none
         settle b@1 ok → Resolve b
         deadline      → 150
         wait 49       → nothing
         wait 1        → Terminate 0, Terminate 1
         state         → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 2
         submit c      → Spawn 0#2, Dispatch c@1 on 0#2",
    );
}

/// A call that comes before the idle deadline was acted on keeps the workers.
#[test]
fn a_call_at_the_last_moment_keeps_the_workers() {
    story(
        "define singleton idleTimeoutMs 50 eager → Spawn 0
         deadline      → 50
         late 50       → nothing
         submit a      → Dispatch a@1 on 0
         wait 0        → nothing
         settle a@1 ok → Resolve a
         deadline      → 100
         wait 50       → Terminate 0",
    );
}

/// An abandoned call keeps its place, so its task is not idle.
#[test]
fn a_task_with_an_abandoned_call_is_not_idle() {
    story(
        "define singleton idleTimeoutMs 50 → nothing
         submit a signal s                 → Spawn 0, Dispatch a@1 on 0
         abort s                           → Interrupt a on 0, Reject a Aborted s
         deadline                          → none
         wait 1000                         → nothing
         settle a@1 aborted                → nothing
         wait 50                           → Terminate 0",
    );
}

/// `drain()` resolves when nothing is waiting, pending or in flight.
#[test]
fn a_drain_is_reported_once_when_the_last_call_is_gone() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         watch                            → Drained
         submit a                         → Spawn 0, Dispatch a@1 on 0
         submit b signal t                → nothing
         submit c signal s                → nothing
         watch                            → nothing
         watch                            → nothing
         settle a@1 ok                    → Resolve a, Dispatch b@1 on 0
         abort s                          → Reject c Aborted s
         abort t                          → Interrupt b on 0, Reject b Aborted t
         settle b@1 aborted               → Drained
         submit d                         → Dispatch d@1 on 0
         settle d@1 ok                    → Resolve d",
    );
}

/// The end of a task drains it, and so does its failure.
#[test]
fn dispose_and_failure_drain_the_task() {
    story(
        "define one: singleton → nothing
         define two: singleton crashPolicy fail-task → nothing
         submit a to one       → Spawn 0 of one, Dispatch a@1 on 0 of one
         watch one             → nothing
         dispose one           → Reject a Disposed, Terminate 0 of one, Drained of one
         watch one             → Drained of one
         submit b to two       → Spawn 0 of two, Dispatch b@1 on 0 of two
         watch two             → nothing
         lose 0 two            → Terminate 0 of two, Reject b Crashed 0, Drained of two",
    );
}

/// An input that is late happens at the latest moment known.
#[test]
fn time_never_goes_backwards() {
    story(
        "define singleton timeoutMs 100 → nothing
         late 50                        → nothing
         submit a                       → Spawn 0, Dispatch a@1 on 0
         late -40                       → nothing
         submit b                       → nothing
         deadline                       → 150
         wait 140                       → Interrupt a on 0, Reject a TimedOut, Reject b TimedOut",
    );
}

/// Every input carries its moment, a definition too.
#[test]
fn the_definition_of_a_task_carries_a_moment_too() {
    story(
        "define singleton timeoutMs 100 → nothing
         late -40                       → nothing
         submit a                       → Spawn 0, Dispatch a@1 on 0
         deadline                       → 100",
    );
}

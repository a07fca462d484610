//! Stop, start, dispose, idle, drain.

use crate::script::story;

/// contract.md, Crash and lifecycle: "stopWorkers(): pauses, terminates workers, requeues in-flight calls (same rule for
/// moved arguments); startWorkers() resumes".
#[test]
fn stop_requeues_what_runs_and_start_resumes() {
    story(
        "define parallel poolSize 2  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         submit c                → nothing
         moved b@1               → nothing
         stop                    → Terminate 0, Terminate 1, Reject b Moved 1
         state                   → Stopped Paused, workers 0 of 2, in flight 0 [0, 0], pending 2, waiting 0, dispatched 2
         submit d                → nothing
         settle a@1 ok           → nothing
         lose 0                  → nothing
         start                   → Spawn 0#2, Spawn 1#2, Dispatch a@2 on 0#2, Dispatch c@1 on 1#2",
    );
}

/// contract.md, Crash and lifecycle: startWorkers() on a running task creates what is missing, stopWorkers() twice is once.
#[test]
fn start_and_stop_can_be_repeated() {
    story(
        "define parallel poolSize 2  → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         start                   → Spawn 1
         start                   → nothing
         stop                    → Terminate 0, Terminate 1
         stop                    → nothing
         start                   → Spawn 0#2, Spawn 1#2, Dispatch a@2 on 1#2
         settle a@2 ok           → Resolve a",
    );
}

/// contract.md, Crash and lifecycle: a paused task queues by the same limits and policy.
#[test]
fn a_paused_task_accepts_calls_up_to_its_limits() {
    story(
        "define singleton maxQueueDepth 1 queuePolicy reject → nothing
         stop                    → nothing
         submit a                → nothing
         submit b                → Reject b Dropped
         start                   → Spawn 0, Dispatch a@1 on 0",
    );
}

/// contract.md, Crash and lifecycle: stopWorkers() ends a pending restart; startWorkers() resumes.
#[test]
fn stop_gives_up_a_pending_restart_and_start_creates_the_worker() {
    story(
        "define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         lose 0                  → Terminate 0
         stop                    → nothing
         deadline                → none
         state                   → Stopped Paused, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 1,
                                   last crash of 0 at 0
         start                   → Spawn 0#2, Dispatch a@2 on 0#2",
    );
}

/// contract.md, Queue and pool: a stop ends an abandoned call's stay; there is nobody left to answer.
#[test]
fn stop_forgets_abandoned_calls() {
    story(
        "define singleton cancelGraceMs 50   → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         cancel a                → Interrupt a on 0, Reject a Canceled
         stop                    → Terminate 0
         deadline                → none
         left                    → nothing",
    );
}

/// contract.md, Crash and lifecycle: "dispose(): rejects everything with TaskDisposedError, terminates; idempotent;
/// later calls reject".
#[test]
fn dispose_rejects_everything_in_every_state_and_later_calls() {
    story(
        "define parallel poolSize 2 maxQueueDepth 1 timeoutMs 1000 idleTimeoutMs 50 cancelGraceMs 50 → nothing
         submit a key k          → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         submit c                → nothing
         submit d                → nothing
         cancel b                → Interrupt b on 1, Reject b Canceled
         dispose                 → ReleaseKey k, Reject a Disposed, Reject c Disposed, Reject d Disposed, Terminate 0, Terminate 1
         dispose                 → nothing
         start                   → nothing
         stop                    → nothing
         submit e                → Reject e Disposed
         lose 0                  → nothing
         settle b@1 ok           → nothing
         deadline                → none
         left                    → nothing
         state                   → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 2",
    );
}

/// contract.md, Crash and lifecycle: dispose() in the states paused, backing off and halted.
#[test]
fn a_task_can_be_disposed_of_while_paused_restarting_or_halted() {
    story(
        "define paused: singleton                                            → nothing
         define restarting: singleton crashPolicy restart-requeue-in-flight  → nothing
         define halted: singleton crashPolicy fail-task                      → nothing
         stop paused             → nothing
         submit a to paused      → nothing
         dispose paused          → Reject a Disposed
         submit b to restarting  → Spawn 0 of restarting, Dispatch b@1 on 0 of restarting
         lose 0 restarting       → Terminate 0 of restarting
         dispose restarting      → Reject b Disposed
         submit c to halted      → Spawn 0 of halted, Dispatch c@1 on 0 of halted
         lose 0 halted           → Terminate 0 of halted, Reject c Crashed 0
         dispose halted          → nothing
         start halted            → nothing
         submit d to halted      → Reject d Disposed
         deadline                → none
         left                    → nothing",
    );
}

/// contract.md, Crash and lifecycle: dispose() is the task's end; a task that was forgotten is unknown.
#[test]
fn a_forgotten_task_is_disposed_of_and_unknown() {
    story(
        "define singleton        → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         forget                  → Reject a Disposed, Terminate 0
         state                   → unknown
         settle a@1 ok           → nothing
         left                    → nothing",
    );
}

/// contract.md, Crash and lifecycle: "idleTimeoutMs stops workers when the task has been idle that long; the next call
/// starts them again".
#[test]
fn idle_workers_end_and_the_next_call_creates_one_again() {
    story(
        "define parallel poolSize 2 idleTimeoutMs 50 → nothing
         deadline                → none
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Spawn 1, Dispatch b@1 on 1
         wait 100                → nothing
         settle a@1 ok           → Resolve a
         deadline                → none
         settle b@1 ok           → Resolve b
         deadline                → 150
         wait 49                 → nothing
         wait 1                  → Terminate 0, Terminate 1
         state                   → Stopped Idle, workers 0 of 2, in flight 0 [0, 0], pending 0, waiting 0, dispatched 2
         submit c                → Spawn 0#2, Dispatch c@1 on 0#2",
    );
}

/// contract.md, Crash and lifecycle: idleTimeoutMs with a call that comes at the last moment.
#[test]
fn a_call_at_the_last_moment_keeps_the_workers() {
    story(
        "define singleton idleTimeoutMs 50 eager → Spawn 0
         deadline                → 50
         late 50                 → nothing
         submit a                → Dispatch a@1 on 0
         wait 0                  → nothing
         settle a@1 ok           → Resolve a
         deadline                → 100
         wait 50                 → Terminate 0",
    );
}

/// contract.md, Queue and pool: an abandoned call still has its slot, so the task is not idle.
#[test]
fn a_task_with_an_abandoned_call_is_not_idle() {
    story(
        "define singleton idleTimeoutMs 50 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         cancel a                → Interrupt a on 0, Reject a Canceled
         deadline                → none
         wait 1000               → nothing
         settle a@1 aborted      → nothing
         wait 50                 → Terminate 0",
    );
}

/// contract.md, Beyond the spec: `task.drain()` "resolves when nothing is waiting, pending or in flight".
#[test]
fn drain_is_answered_once_when_the_last_call_is_gone() {
    story(
        "define singleton maxQueueDepth 1 → nothing
         watch                   → Drained
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         submit c                → nothing
         watch                   → nothing
         watch                   → nothing
         settle a@1 ok           → Resolve a, Dispatch b@1 on 0
         cancel c                → Reject c Canceled
         cancel b                → Interrupt b on 0, Reject b Canceled
         settle b@1 aborted      → Drained
         submit d                → Dispatch d@1 on 0
         settle d@1 ok           → Resolve d",
    );
}

/// contract.md, Beyond the spec and Crash and lifecycle: the task's end drains it.
#[test]
fn dispose_and_failure_answer_those_who_wait_for_the_drain() {
    story(
        "define one: singleton                          → nothing
         define two: singleton crashPolicy fail-task    → nothing
         submit a to one         → Spawn 0 of one, Dispatch a@1 on 0 of one
         watch one               → nothing
         dispose one             → Reject a Disposed, Terminate 0 of one, Drained of one
         watch one               → Drained of one
         submit b to two         → Spawn 0 of two, Dispatch b@1 on 0 of two
         watch two               → nothing
         lose 0 two              → Terminate 0 of two, Reject b Crashed 0, Drained of two",
    );
}

/// architecture.md, The kernel is sans-I/O: time is monotonic; an input that is late happens at the latest moment known.
#[test]
fn time_never_goes_backwards() {
    story(
        "define singleton timeoutMs 100 → nothing
         late 50                 → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         late -40                → nothing
         submit b                → nothing
         deadline                → 150
         wait 140                → Interrupt a on 0, Reject a TimedOut, Reject b TimedOut",
    );
}

/// architecture.md, The kernel is sans-I/O: "Every input takes an explicit `now` (ms, monotonic)", a definition too.
#[test]
fn the_definition_of_a_task_tells_the_time_too() {
    story(
        "define singleton timeoutMs 100 → nothing
         late -40                → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         deadline                → 100",
    );
}

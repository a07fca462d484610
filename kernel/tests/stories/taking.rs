//! What happens between the moment when an effect is asked for and the moment when the shell takes it.

use crate::script::story;

/// A `Dispatch` whose attempt has ended is left out: the call is back in the queue and gets another attempt.
#[test]
fn a_call_that_was_not_sent_before_a_stop_goes_back_to_the_queue() {
    story(
        "define singleton → nothing
         feed submit a    → untaken
         take             → Spawn 0
         stop             → Terminate 0
         state            → Stopped Paused, workers 0 of 1, in flight 0 [0], pending 1, waiting 0, dispatched 1
         start            → Spawn 0#2, Dispatch a@2 on 0#2
         settle a@1 ok    → nothing
         settle a@2 ok    → Resolve a
         left             → nothing",
    );
}

/// A `Dispatch` is left out also when a later one of the same call is behind it in the queue.
#[test]
fn of_two_dispatches_of_a_call_the_later_one_is_taken() {
    story(
        "define singleton → nothing
         feed submit a    → untaken
         feed stop        → untaken
         feed start       → untaken
         drain            → Spawn 0, Terminate 0, Spawn 0#2, Dispatch a@2 on 0#2",
    );
}

/// A call that was not sent goes back to the queue whatever the crash policy says. It counts as no requeue after a crash.
#[test]
fn a_call_that_was_not_sent_before_its_worker_was_lost_is_not_rejected() {
    story(
        "observe events   → nothing
         define singleton → nothing
         feed submit a    → untaken
         take             → Spawn 0
         lose 0           → worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0, queue.blocked = 0,
                            workers.active = 1, task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, worker.ready_ms: 0,
                            worker.crash.total of 0, Terminate 0, workers.active = 0, queue.in_flight = 0, queue.pending = 1
         wait 100         → Spawn 0#2, worker.spawn.total of 0, workers.active = 1, task.dispatch.total, queue.wait_ms: 100,
                            queue.in_flight = 1, queue.pending = 0, Dispatch a@2 on 0#2, worker.ready_ms: 0",
    );
}

/// The crash of a worker counts only against the calls that were sent to it.
#[test]
fn a_crash_does_not_count_against_a_call_that_was_not_sent() {
    story(
        "define parallel poolSize 2 crashPolicy restart-requeue-in-flight crashMaxRetries 1 → nothing
         feed submit a → untaken
         take          → Spawn 0
         lose 0        → Terminate 0
         wait 100      → Spawn 0#2, Dispatch a@2 on 0#2
         submit b      → Spawn 1, Dispatch b@1 on 1
         settle b@1 ok → Resolve b
         lose 0        → Terminate 0#2, Dispatch a@3 on 1
         lose 1        → Terminate 1, Reject a Crashed 1",
    );
}

/// A kill is no exception: a call that was not sent goes back to the queue.
#[test]
fn a_call_that_was_not_sent_before_a_kill_goes_back_to_the_queue() {
    story(
        "define singleton maxInFlight 2 cancelGraceMs 50 → nothing
         submit a signal s → Spawn 0, Dispatch a@1 on 0
         abort s           → Interrupt a on 0, Reject a Aborted s
         feed submit b     → untaken
         wait 50           → Terminate 0, Spawn 0#2, Dispatch b@2 on 0#2",
    );
}

/// A call that is canceled before it was sent never reaches its worker: nothing is interrupted and its place is free at once.
#[test]
fn a_call_that_is_canceled_before_it_was_sent_leaves_its_place() {
    story(
        "define singleton cancelGraceMs 50 → nothing
         feed submit a signal s            → untaken
         abort s                           → Spawn 0, Reject a Aborted s
         state                             → Running Idle, workers 1 of 1, in flight 0 [0], pending 0, waiting 0, dispatched 1
         deadline                          → none
         submit b                          → Dispatch b@1 on 0",
    );
}

/// A timeout cancels as an abort does.
#[test]
fn a_call_that_times_out_before_it_was_sent_makes_room_for_the_next_one() {
    story(
        "define singleton timeoutMs 50 → nothing
         feed submit a                 → untaken
         feed late 10                  → untaken
         feed submit b                 → untaken
         wait 40                       → Spawn 0, Reject a TimedOut, Dispatch b@1 on 0",
    );
}

/// The end of a task, and its failure, reject calls that were not sent as they do all others.
#[test]
fn a_task_that_ends_or_fails_rejects_the_calls_that_were_not_sent() {
    story(
        "define one: singleton → nothing
         define two: singleton crashPolicy fail-task → nothing
         feed submit a to one  → untaken
         dispose one           → Spawn 0 of one, Reject a Disposed, Terminate 0 of one
         feed submit b to two  → untaken
         take                  → Spawn 0 of two
         lose 0 two            → Terminate 0 of two, Reject b Crashed 0",
    );
}

/// A call whose arguments were moved while its worker was lost is back in the queue and cannot be sent again.
#[test]
fn a_call_whose_arguments_were_moved_to_a_worker_that_was_lost_meanwhile_is_rejected() {
    story(
        "define parallel poolSize 2 crashPolicy restart-requeue-in-flight maxQueueDepth 1 → nothing
         submit a    → Spawn 0, Dispatch a@1 on 0
         submit b    → Spawn 1, Dispatch b@1 on 1
         submit c    → nothing
         lose 1      → Terminate 1
         submit d    → nothing
         state       → Running Active, workers 1 of 2, in flight 1 [1, 0], pending 2, waiting 1, dispatched 2,
                       last crash of 1 at 0
         moved b@1 1 → Reject b Moved 1
         moved b@1 1 → nothing
         state       → Running Active, workers 1 of 2, in flight 1 [1, 0], pending 1, waiting 1, dispatched 2,
                       last crash of 1 at 0
         wait 100    → Spawn 1#2, Dispatch c@1 on 1#2",
    );
}

/// The same after a stop that came while the arguments were being moved.
#[test]
fn a_call_whose_arguments_were_moved_before_a_stop_was_known_is_rejected() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         stop             → Terminate 0
         moved a@1 0      → Reject a Moved 0
         start            → Spawn 0#2
         left             → nothing",
    );
}

/// The same after a restart that came meanwhile: the attempt that was not sent yet cannot be sent either.
#[test]
fn a_call_whose_arguments_were_moved_before_a_restart_was_known_is_not_sent_again() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         feed stop        → untaken
         feed start       → untaken
         moved a@1 0      → Terminate 0, Spawn 0#2, Reject a Moved 0, Dispatch b@1 on 0#2
         settle b@1 ok    → Resolve b
         submit c         → Dispatch c@1 on 0#2
         feed stop        → untaken
         feed start       → untaken
         feed stop        → untaken
         moved c@1 0      → Terminate 0#2, Spawn 0#3, Terminate 0#3, Reject c Moved 0",
    );
}

/// A call that was not dispatched yet has no attempt whose arguments could be moved: attempts count from 1.
#[test]
fn nothing_was_moved_of_a_call_that_was_never_dispatched() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         moved b@0 0      → nothing
         settle a@1 ok    → Resolve a, Dispatch b@1 on 0",
    );
}

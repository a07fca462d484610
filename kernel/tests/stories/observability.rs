//! Metrics, spans and traces.

use crate::script::story;

/// A call is counted and measured at each step, gauges have the value after the change, and its span reports all of it.
#[test]
fn one_call_is_counted_measured_and_reported() {
    story(
        "observe events    → nothing
         observe spans     → nothing
         define singleton  → nothing
         submit a          → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0,
                             queue.blocked = 0, workers.active = 1,
                             task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0, worker.ready_ms: 0
         wait 5            → nothing
         submit b          → queue.pending = 1
         wait 25           → nothing
         settle a@1 ok     → task.success.total, task.duration_ms: 30,
                             EndSpan a ok after 30, waited 0 (0 last), attempts 1 on 0, Resolve a, queue.in_flight = 0,
                             task.dispatch.total, queue.wait_ms: 25, queue.in_flight = 1, queue.pending = 0, Dispatch b@1 on 0
         wait 10           → nothing
         settle b@1 failed → task.failure.total, task.duration_ms: 35,
                             EndSpan b error/exception after 35, waited 25 (25 last), attempts 1 on 0, Reject b Failed,
                             queue.in_flight = 0",
    );
}

/// A refused call has the status `error`, the kind `queue` and no attempts.
#[test]
fn a_refused_call_is_a_queue_error_without_attempts() {
    story(
        "observe events → nothing
         observe spans  → nothing
         define singleton maxQueueDepth 0 queuePolicy reject → nothing
         submit a       → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0,
                          queue.blocked = 0, workers.active = 1,
                          task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0, worker.ready_ms: 0
         submit b       → task.rejected.total, task.duration_ms: 0,
                          EndSpan b error/queue after 0, waited 0 (0 last), attempts 0, Reject b Dropped",
    );
}

/// `task.rejected.total` includes dropped calls.
#[test]
fn an_evicted_call_has_a_span_with_the_time_that_it_waited() {
    story(
        "observe spans → nothing
         define singleton maxQueueDepth 1 queuePolicy drop-oldest → nothing
         submit a      → Spawn 0, Dispatch a@1 on 0
         submit b      → nothing
         wait 20       → nothing
         submit c      → EndSpan b error/queue after 20, waited 20 (20 last), attempts 0, Reject b Dropped",
    );
}

/// A call that is canceled in the queue has the status `canceled` and the time that it waited.
#[test]
fn a_call_canceled_in_the_queue_has_a_span_with_its_waiting_time() {
    story(
        "observe events                   → nothing
         observe spans                    → nothing
         define singleton maxQueueDepth 0 → nothing
         submit a                         → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0,
                                            queue.blocked = 0, workers.active = 1,
                                            task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0, worker.ready_ms: 0
         submit b signal s                → queue.blocked = 1
         wait 30                          → nothing
         abort s                          → task.canceled.total, task.duration_ms: 30,
                                            EndSpan b canceled/abort after 30, waited 30 (30 last), attempts 0, Reject b Aborted s,
                                            queue.blocked = 0",
    );
}

/// A late reply to a call that is settled only counts itself.
#[test]
fn an_abort_counts_as_canceled_once_and_its_late_reply_counts_only_itself() {
    story(
        "observe events     → nothing
         define singleton   → nothing
         submit a signal s  → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0,
                              queue.blocked = 0, workers.active = 1,
                              task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0, worker.ready_ms: 0
         abort s            → Interrupt a on 0, task.canceled.total, task.duration_ms: 0, Reject a Aborted s
         settle a@1 ok      → task.ignored.total, queue.in_flight = 0
         submit b           → task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch b@1 on 0
         settle b@1 aborted → task.canceled.total, task.duration_ms: 0, Reject b HandlerAborted, queue.in_flight = 0",
    );
}

/// docs/decisions/0025: replies that settle nothing are counted, except the one that an interrupt asks for.
#[test]
fn a_reply_that_is_late_repeated_or_stale_is_counted_and_nothing_else_happens() {
    story(
        "define parallel poolSize 1 maxInFlight 2 crashPolicy restart-requeue-in-flight → nothing
         submit a           → Spawn 0, Dispatch a@1 on 0
         submit b signal s  → Dispatch b@1 on 0
         observe events     → nothing
         settle a@1 ok      → task.success.total, task.duration_ms: 0, Resolve a, queue.in_flight = 1, queue.pending = 0,
                              queue.blocked = 0, workers.active = 1
         settle a@1 ok      → task.ignored.total
         lose 0             → worker.crash.total of 0, Terminate 0, workers.active = 0, task.requeue.total,
                              queue.in_flight = 0, queue.pending = 1
         settle b@1 ok      → task.ignored.total
         wait 100           → Spawn 0#2, worker.spawn.total of 0, workers.active = 1, task.dispatch.total,
                              queue.wait_ms: 100, queue.in_flight = 1, queue.pending = 0, Dispatch b@2 on 0#2, worker.ready_ms: 0
         settle b@1 failed  → task.ignored.total
         abort s            → Interrupt b on 0#2, task.canceled.total, task.duration_ms: 100, Reject b Aborted s
         settle b@2 aborted → queue.in_flight = 0",
    );
}

/// A span sums the waits over all attempts; every dispatch is an attempt.
#[test]
fn a_requeued_call_sums_its_waits_and_counts_its_attempts() {
    story(
        "observe spans     → nothing
         define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a          → Spawn 0, Dispatch a@1 on 0
         submit b signal s → nothing
         wait 10           → nothing
         lose 0            → Terminate 0
         wait 100          → Spawn 0#2, Dispatch a@2 on 0#2
         wait 5            → nothing
         settle a@2 ok     → EndSpan a ok after 115, waited 100 (100 last), attempts 2 on 0, Resolve a, Dispatch b@1 on 0#2
         wait 5            → nothing
         lose 0            → Terminate 0#2
         abort s           → EndSpan b canceled/abort after 120, waited 115 (0 last), attempts 1 on 0, Reject b Aborted s",
    );
}

/// A worker that crashed counts in `worker.crash.total`, one that the runtime terminated in `worker.terminate.total`, and a call that
/// goes back to the queue after a crash in `task.requeue.total`.
#[test]
fn crashes_terminations_and_requeues_are_counted_apart() {
    story(
        "observe events → nothing
         define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a       → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0,
                          queue.blocked = 0, workers.active = 1,
                          task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0, worker.ready_ms: 0
         lose 0         → worker.crash.total of 0, Terminate 0, workers.active = 0, task.requeue.total,
                          queue.in_flight = 0, queue.pending = 1
         wait 100       → Spawn 0#2, worker.spawn.total of 0, workers.active = 1, task.dispatch.total, queue.wait_ms: 100,
                          queue.in_flight = 1, queue.pending = 0, Dispatch a@2 on 0#2, worker.ready_ms: 0
         stop           → worker.terminate.total of 0 Stopped, Terminate 0#2, workers.active = 0,
                          queue.in_flight = 0, queue.pending = 1
         dispose        → task.canceled.total, task.duration_ms: 100, Reject a Disposed, queue.pending = 0",
    );
}

/// A call that a crash rejects counts in `task.failure.total`, with the kind `crash`.
#[test]
fn a_crash_rejection_is_a_failure_of_kind_crash() {
    story(
        "observe events → nothing
         observe spans  → nothing
         define singleton crashPolicy fail-task → nothing
         submit a       → Spawn 0, worker.spawn.total of 0, queue.in_flight = 0, queue.pending = 0,
                          queue.blocked = 0, workers.active = 1,
                          task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0, worker.ready_ms: 0
         lose 0         → worker.crash.total of 0, Terminate 0, workers.active = 0,
                          task.failure.total, task.duration_ms: 0,
                          EndSpan a error/crash after 0, waited 0 (0 last), attempts 1 on 0, Reject a Crashed 0,
                          queue.in_flight = 0
         submit b       → task.failure.total, task.duration_ms: 0,
                          EndSpan b error/crash after 0, waited 0 (0 last), attempts 0, Reject b Crashed 0",
    );
}

/// Every call has its span, also one that was refused by the end of the task or an abort.
#[test]
fn a_call_to_a_disposed_task_or_with_an_aborted_key_has_its_span() {
    story(
        "observe spans    → nothing
         define singleton → nothing
         abort k          → nothing
         submit a key k   → EndSpan a canceled/abort after 0, waited 0 (0 last), attempts 0, Reject a Aborted k
         dispose          → nothing
         submit b         → EndSpan b canceled/abort after 0, waited 0 (0 last), attempts 0, Reject b Disposed",
    );
}

/// All spans of a trace follow its decision; without a trace the rate decides for each.
#[test]
fn a_traced_call_follows_its_trace_and_another_one_the_sample_rate() {
    story(
        "define singleton maxInFlight 4 → nothing
         submit a sampled               → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok                  → Resolve a                # spans are off
         observe spans 0                → nothing
         submit b                       → Dispatch b@1 on 0
         submit c sampled               → Dispatch c@1 on 0
         settle b@1 ok                  → Resolve b
         settle c@1 ok                  → EndSpan c ok after 0, waited 0 (0 last), attempts 1 on 0, Resolve c
         observe spans 7                → nothing                  # clamped to 1
         submit d                       → Dispatch d@1 on 0
         submit e unsampled             → Dispatch e@1 on 0
         settle d@1 ok                  → EndSpan d ok after 0, waited 0 (0 last), attempts 1 on 0, Resolve d
         settle e@1 ok                  → Resolve e",
    );
}

/// A sample rate of NaN is 1.
#[test]
fn a_sample_rate_that_is_no_number_samples_everything() {
    story(
        "observe spans NaN → nothing
         define singleton  → nothing
         submit a          → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok     → EndSpan a ok after 0, waited 0 (0 last), attempts 1 on 0, Resolve a",
    );
}

/// The end of a trace is idempotent and reported only if the trace is sampled.
#[test]
fn a_trace_ends_once_with_its_duration_and_only_if_it_was_sampled() {
    story(
        "open early    → unsampled
         observe spans → nothing
         open t        → sampled
         wait 40       → nothing
         end t         → EndTrace t ok after 40
         end t abort   → nothing
         end early     → nothing
         left          → nothing",
    );
}

/// Without a status an abort makes a trace `canceled` and any other error makes it `error`.
#[test]
fn the_status_of_a_trace_follows_from_its_error_unless_it_was_given() {
    story(
        "observe spans  → nothing
         open a         → sampled
         open b         → sampled
         open c         → sampled
         end a abort    → EndTrace a canceled/abort after 0
         end b crash    → EndTrace b error/crash after 0
         end c canceled → EndTrace c canceled after 0",
    );
}

/// Every call has its span, also one that failed before it reached a worker.
#[test]
fn a_call_that_failed_before_it_was_submitted_has_its_span() {
    story(
        "observe events   → nothing
         observe spans    → nothing
         define singleton → nothing
         submit a failed  → task.failure.total, task.duration_ms: 0,
                            EndSpan a error/exception after 0, waited 0 (0 last), attempts 0, Reject a Failed
         left             → nothing",
    );
}

/// Nothing is emitted while nobody observes. Nobody has to guess the value of a gauge that has not changed since they came.
#[test]
fn the_first_gauges_of_a_task_after_a_listener_came_are_all_four_and_then_only_changes() {
    story(
        "define singleton → nothing
         submit a         → Spawn 0, Dispatch a@1 on 0
         submit b         → nothing
         observe events   → nothing
         settle a@1 ok    → task.success.total, task.duration_ms: 0, Resolve a,
                            queue.in_flight = 0, queue.pending = 1, queue.blocked = 0, workers.active = 1,
                            task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, queue.pending = 0, Dispatch b@1 on 0
         submit c         → queue.pending = 1",
    );
}

/// Listeners share one stream of effects: those that were there before get values again that have not changed.
#[test]
fn each_listener_that_comes_makes_the_next_gauges_of_every_task_all_four_once() {
    story(
        "observe events       → nothing
         define A: singleton  → nothing
         define B: singleton  → nothing
         start A              → Spawn 0 of A, worker.spawn.total of 0 of A, queue.in_flight of A = 0, queue.pending of A = 0,
                                queue.blocked of A = 0, workers.active of A = 1, worker.ready_ms of A: 0
         submit a to A        → task.dispatch.total of A, queue.wait_ms of A: 0, queue.in_flight of A = 1,
                                Dispatch a@1 on 0 of A
         observe events       → nothing
         submit b to A        → queue.in_flight of A = 1, queue.pending of A = 1, queue.blocked of A = 0,
                                workers.active of A = 1
         submit c to A        → queue.pending of A = 2
         start B              → Spawn 0 of B, worker.spawn.total of 0 of B, queue.in_flight of B = 0, queue.pending of B = 0,
                                queue.blocked of B = 0, workers.active of B = 1, worker.ready_ms of B: 0",
    );
}

/// What changed while nobody observed is in the first gauges.
#[test]
fn an_input_that_changes_no_gauge_emits_none_although_a_listener_has_just_come() {
    story(
        "define singleton        → nothing
         submit a signal s       → Spawn 0, Dispatch a@1 on 0
         observe events          → nothing
         abort s                 → Interrupt a on 0, task.canceled.total, task.duration_ms: 0, Reject a Aborted s
         observe spans           → nothing
         settle a@1 aborted      → queue.in_flight = 0, queue.pending = 0, queue.blocked = 0, workers.active = 1",
    );
}

/// An unhandled rejection in a worker is counted and ends nothing. It counts only for the worker that is in the slot.
#[test]
fn an_unhandled_rejection_counts_for_the_live_worker_only() {
    story(
        "define singleton eager → Spawn 0
         unhandled 0            → nothing
         observe events         → nothing
         unhandled 0            → worker.unhandled.total of 0
         submit a               → task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, queue.pending = 0,
                                  queue.blocked = 0, workers.active = 1, Dispatch a@1 on 0
         unhandled 0            → worker.unhandled.total of 0
         settle a@1 ok          → task.success.total, task.duration_ms: 0, Resolve a, queue.in_flight = 0
         stop                   → worker.terminate.total of 0 Stopped, Terminate 0, workers.active = 0
         unhandled 0            → nothing
         start                  → Spawn 0#2, worker.spawn.total of 0, workers.active = 1, worker.ready_ms: 0
         unhandled 0#1          → nothing
         unhandled 0#2          → worker.unhandled.total of 0
         unhandled 7#1          → nothing",
    );
}

/// A reply to a call that is not on its worker counts itself.
#[test]
fn a_reply_that_no_call_waits_for_is_counted() {
    story(
        "define singleton → nothing
         ignored          → nothing
         observe events   → nothing
         ignored          → task.ignored.total",
    );
}

//! Metrics, accounts and traces.

use crate::script::story;

/// observability.md, Counter semantics and Gauges; Metric Names.
#[test]
fn one_call_is_counted_measured_and_accounted_for() {
    story(
        "observe events          → nothing
         observe spans           → nothing
         define singleton        → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         wait 5                  → nothing
         submit b                → queue.pending = 1
         wait 25                 → nothing
         settle a@1 ok           → task.success.total, task.duration_ms: 30,
                                   EndSpan a ok after 30, waited 0 (0 last), attempts 1 on 0, Resolve a, queue.in_flight = 0,
                                   task.dispatch.total, queue.wait_ms: 25, queue.in_flight = 1, queue.pending = 0, Dispatch b@1 on 0
         wait 10                 → nothing
         settle b@1 failed       → task.failure.total, task.duration_ms: 35,
                                   EndSpan b error/exception after 35, waited 25 (25 last), attempts 1 on 0, Reject b Failed,
                                   queue.in_flight = 0",
    );
}

/// observability.md, Cancellation and rejection: "status 'error', errorKind 'queue', and attemptCount = 0".
#[test]
fn a_refused_call_is_accounted_for_as_a_queue_error_without_attempts() {
    story(
        "observe events          → nothing
         observe spans           → nothing
         define singleton maxQueueDepth 0 queuePolicy reject → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         submit b                → task.rejected.total, task.duration_ms: 0,
                                   EndSpan b error/queue after 0, waited 0 (0 last), attempts 0, Reject b Dropped",
    );
}

/// observability.md, Counter semantics: task.rejected.total "includes drop-latest/drop-oldest".
#[test]
fn an_evicted_call_is_accounted_for_with_the_time_that_it_waited() {
    story(
        "observe spans           → nothing
         define singleton maxQueueDepth 1 queuePolicy drop-oldest → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         wait 20                 → nothing
         submit c                → EndSpan b error/queue after 20, waited 20 (20 last), attempts 0, Reject b Dropped",
    );
}

/// observability.md, Cancellation and rejection: "status 'canceled' and the elapsed queue time".
#[test]
fn a_call_cancelled_in_the_queue_is_accounted_for_with_its_waiting_time() {
    story(
        "observe events          → nothing
         observe spans           → nothing
         define singleton maxQueueDepth 0 → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         submit b                → queue.blocked = 1
         wait 30                 → nothing
         cancel b                → task.canceled.total, task.duration_ms: 30,
                                   EndSpan b canceled/abort after 30, waited 30 (30 last), attempts 0, Reject b Canceled,
                                   queue.blocked = 0",
    );
}

/// observability.md, Error classification; contract.md, Observability: "a late answer of a call that was already settled
/// counts nothing but itself".
#[test]
fn an_abort_counts_as_canceled_once_and_its_late_answer_counts_only_itself() {
    story(
        "observe events          → nothing
         define singleton        → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         cancel a                → Interrupt a on 0, task.canceled.total, task.duration_ms: 0, Reject a Canceled
         settle a@1 ok           → task.ignored.total, queue.in_flight = 0
         submit b                → task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch b@1 on 0
         settle b@1 aborted      → task.canceled.total, task.duration_ms: 0, Reject b HandlerAborted, queue.in_flight = 0",
    );
}

/// docs/decisions/0025: answers that settle nothing are counted, but for the one that an interrupt asks for.
#[test]
fn an_answer_that_is_late_doubled_or_stale_is_counted_and_nothing_else_happens() {
    story(
        "define parallel poolSize 1 maxInFlight 2 crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → Dispatch b@1 on 0
         observe events          → nothing
         settle a@1 ok           → task.success.total, task.duration_ms: 0, Resolve a, queue.in_flight = 1
         settle a@1 ok           → task.ignored.total
         lose 0                  → worker.crash.total of 0, Terminate 0, workers.active = 0, task.requeue.total,
                                   queue.in_flight = 0, queue.pending = 1
         settle b@1 ok           → task.ignored.total
         wait 100                → Spawn 0#2, worker.spawn.total of 0, workers.active = 1, task.dispatch.total,
                                   queue.wait_ms: 100, queue.in_flight = 1, queue.pending = 0, Dispatch b@2 on 0#2
         settle b@1 failed       → task.ignored.total
         cancel b                → Interrupt b on 0#2, task.canceled.total, task.duration_ms: 100, Reject b Canceled
         settle b@2 aborted      → queue.in_flight = 0",
    );
}

/// contract.md, Observability: "queueWaitMs sums waiting and pending time over all attempts"; observability.md, Attempts:
/// "attemptCount increments each time a call is dispatched".
#[test]
fn a_requeued_call_sums_its_waits_and_counts_its_attempts() {
    story(
        "observe spans           → nothing
         define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         wait 10                 → nothing
         lose 0                  → Terminate 0
         wait 100                → Spawn 0#2, Dispatch a@2 on 0#2
         wait 5                  → nothing
         settle a@2 ok           → EndSpan a ok after 115, waited 100 (100 last), attempts 2 on 0, Resolve a, Dispatch b@1 on 0#2
         wait 5                  → nothing
         lose 0                  → Terminate 0#2
         cancel b                → EndSpan b canceled/abort after 120, waited 115 (0 last), attempts 1 on 0, Reject b Canceled",
    );
}

/// contract.md, Observability: "A worker that crashed counts in worker.crash.total, one that the runtime ended in
/// worker.terminate.total". observability.md, Counter semantics: requeues after a crash count.
#[test]
fn crashes_ends_and_requeues_are_counted_apart() {
    story(
        "observe events          → nothing
         define singleton crashPolicy restart-requeue-in-flight → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         lose 0                  → worker.crash.total of 0, Terminate 0, workers.active = 0, task.requeue.total,
                                   queue.in_flight = 0, queue.pending = 1
         wait 100                → Spawn 0#2, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 100, queue.in_flight = 1, queue.pending = 0, Dispatch a@2 on 0#2
         stop                    → worker.terminate.total of 0, Terminate 0#2, workers.active = 0,
                                   queue.in_flight = 0, queue.pending = 1
         dispose                 → task.canceled.total, task.duration_ms: 100, Reject a Disposed, queue.pending = 0",
    );
}

/// A rejection that nobody handled ends nothing, and one of an earlier worker is no news.
#[test]
fn unhandled_rejections_of_a_live_worker_are_counted() {
    story(
        "observe events          → nothing
         define singleton        → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         unhandled 0             → worker.unhandled.total of 0
         settle a@1 ok           → task.success.total, task.duration_ms: 0, Resolve a, queue.in_flight = 0
         unhandled 0             → worker.unhandled.total of 0
         stop                    → worker.terminate.total of 0, Terminate 0, workers.active = 0
         unhandled 0             → nothing
         start                   → Spawn 0#2, worker.spawn.total of 0, workers.active = 1
         unhandled 0#1           → nothing
         unhandled 0#2           → worker.unhandled.total of 0",
    );
}

/// observability.md, Counter semantics: a crash rejection counts in task.failure.total; Error classification: crash.
#[test]
fn a_crash_rejection_is_a_failure_of_kind_crash() {
    story(
        "observe events          → nothing
         observe spans           → nothing
         define singleton crashPolicy fail-task → nothing
         submit a                → Spawn 0, worker.spawn.total of 0, workers.active = 1,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, Dispatch a@1 on 0
         lose 0                  → worker.crash.total of 0, Terminate 0, workers.active = 0,
                                   task.failure.total, task.duration_ms: 0,
                                   EndSpan a error/crash after 0, waited 0 (0 last), attempts 1 on 0, Reject a Crashed 0,
                                   queue.in_flight = 0
         submit b                → task.failure.total, task.duration_ms: 0,
                                   EndSpan b error/crash after 0, waited 0 (0 last), attempts 0, Reject b Crashed 0",
    );
}

/// contract.md, Observability: "Every call gets its account, also one that was refused, disposed of …".
#[test]
fn a_call_to_a_disposed_task_or_with_an_aborted_key_has_its_account() {
    story(
        "observe spans           → nothing
         define singleton        → nothing
         abort k                 → nothing
         submit a key k          → EndSpan a canceled/abort after 0, waited 0 (0 last), attempts 0, Reject a Aborted k
         dispose                 → nothing
         submit b                → EndSpan b canceled/abort after 0, waited 0 (0 last), attempts 0, Reject b Disposed",
    );
}

/// observability.md, Sampling: "All spans in the trace follow this decision"; without a trace the rate decides per span.
#[test]
fn a_traced_call_follows_its_trace_and_another_one_the_sample_rate() {
    story(
        "define singleton maxInFlight 4 → nothing
         submit a sampled        → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok           → Resolve a                # spans are off
         observe spans 0         → nothing
         submit b                → Dispatch b@1 on 0
         submit c sampled        → Dispatch c@1 on 0
         settle b@1 ok           → Resolve b
         settle c@1 ok           → EndSpan c ok after 0, waited 0 (0 last), attempts 1 on 0, Resolve c
         observe spans 7         → nothing                  # clamped to 1
         submit d                → Dispatch d@1 on 0
         submit e unsampled      → Dispatch e@1 on 0
         settle d@1 ok           → EndSpan d ok after 0, waited 0 (0 last), attempts 1 on 0, Resolve d
         settle e@1 ok           → Resolve e",
    );
}

/// contract.md, Observability: "NaN is 1".
#[test]
fn a_sample_rate_that_is_no_number_samples_everything() {
    story(
        "observe spans NaN       → nothing
         define singleton        → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok           → EndSpan a ok after 0, waited 0 (0 last), attempts 1 on 0, Resolve a",
    );
}

/// contract.md, Observability: "trace.end() is idempotent"; observability.md, Trace end: sampled traces only.
#[test]
fn a_trace_ends_once_with_its_duration_and_only_if_it_was_sampled() {
    story(
        "open early              → nothing
         observe spans           → nothing
         open t                  → nothing
         wait 40                 → nothing
         end t                   → EndTrace t ok after 40
         end t abort             → nothing
         end early               → nothing
         left                    → nothing",
    );
}

/// contract.md, Observability: "runWithTrace ends with 'canceled' for AbortError"; observability.md, Trace end: anything
/// else is an error; a status that was given stands.
#[test]
fn the_status_of_a_trace_follows_from_its_error_unless_it_was_given() {
    story(
        "observe spans           → nothing
         open a                  → nothing
         open b                  → nothing
         open c                  → nothing
         end a abort             → EndTrace a canceled/abort after 0
         end b crash             → EndTrace b error/crash after 0
         end c canceled          → EndTrace c canceled after 0",
    );
}

/// contract.md, Observability: "Every call gets its account, also one that … failed before it reached a worker".
#[test]
fn a_call_that_failed_before_it_was_submitted_has_its_account() {
    story(
        "observe events          → nothing
         observe spans           → nothing
         define singleton        → nothing
         submit a failed         → task.failure.total, task.duration_ms: 0,
                                   EndSpan a error/exception after 0, waited 0 (0 last), attempts 0, Reject a Failed
         left                    → nothing",
    );
}

/// observability.md, Observability configuration: "If no listeners are registered …, no events are emitted"; Gauges tell
/// the state after the change also to a listener that came later.
#[test]
fn a_listener_that_comes_later_is_told_the_changes_from_then_on() {
    story(
        "define singleton        → nothing
         submit a                → Spawn 0, Dispatch a@1 on 0
         submit b                → nothing
         observe events          → nothing
         settle a@1 ok           → task.success.total, task.duration_ms: 0, Resolve a, queue.in_flight = 0,
                                   task.dispatch.total, queue.wait_ms: 0, queue.in_flight = 1, queue.pending = 0, Dispatch b@1 on 0",
    );
}

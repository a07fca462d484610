//! `timeoutMs`.

use crate::script::story;

/// `timeoutMs` runs from the method call, so it covers waiting, pending, running and every retry.
#[test]
fn a_timeout_runs_from_the_method_call_in_whatever_state_the_call_is() {
    story(
        "define singleton maxQueueDepth 1 timeoutMs 100 → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         wait 10  → nothing
         submit b → nothing
         wait 10  → nothing
         submit c → nothing
         wait 79  → nothing
         wait 1   → Interrupt a on 0, Reject a TimedOut
         deadline → 110
         wait 10  → Reject b TimedOut
         wait 10  → Reject c TimedOut
         deadline → none",
    );
}

/// `timeoutMs` covers every retry.
#[test]
fn a_requeued_call_keeps_its_deadline() {
    story(
        "define singleton timeoutMs 150 crashPolicy restart-requeue-in-flight → nothing
         submit a → Spawn 0, Dispatch a@1 on 0
         wait 40  → nothing
         lose 0   → Terminate 0
         wait 100 → Spawn 0#2, Dispatch a@2 on 0#2
         deadline → 150
         wait 10  → Interrupt a on 0#2, Reject a TimedOut",
    );
}

/// A settled call has no deadline left.
#[test]
fn a_settled_call_does_not_time_out() {
    story(
        "define singleton timeoutMs 100 → nothing
         submit a                       → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok                  → Resolve a
         deadline                       → none
         wait 1000                      → nothing",
    );
}

/// Deadlines are acted on in order, also when the timer fires late.
#[test]
fn a_late_timer_fires_every_deadline_that_has_passed_in_order() {
    story(
        "define singleton timeoutMs 100 → nothing
         submit a                       → Spawn 0, Dispatch a@1 on 0
         late 50                        → nothing
         submit b                       → nothing
         wait 500                       → Interrupt a on 0, Reject a TimedOut, Reject b TimedOut
         deadline                       → none",
    );
}

/// A reply that arrives before its deadline was acted on settles the call.
#[test]
fn a_reply_counts_until_the_deadline_has_been_acted_on() {
    story(
        "define singleton timeoutMs 100 → nothing
         submit a                       → Spawn 0, Dispatch a@1 on 0
         late 500                       → nothing
         settle a@1 ok                  → Resolve a",
    );
}

/// The calls of a paused task time out too.
#[test]
fn a_call_times_out_while_its_task_is_paused() {
    story(
        "define singleton timeoutMs 100 → nothing
         stop                           → nothing
         submit a                       → nothing
         wait 100                       → Reject a TimedOut",
    );
}

/// A timeout of the call's own replaces that of its task, whether it is shorter or longer; Infinity is none.
#[test]
fn a_timeout_of_its_own_replaces_that_of_the_task_for_one_call() {
    story(
        "define parallel poolSize 1 maxInFlight 9 timeoutMs 100 → nothing
         submit a                  → Spawn 0, Dispatch a@1 on 0
         submit b timeout 20       → Dispatch b@1 on 0
         submit c timeout 300      → Dispatch c@1 on 0
         submit d timeout Infinity → Dispatch d@1 on 0
         deadline                  → 20
         wait 20                   → Interrupt b on 0, Reject b TimedOut
         deadline                  → 100
         wait 80                   → Interrupt a on 0, Reject a TimedOut
         deadline                  → 300
         wait 200                  → Interrupt c on 0, Reject c TimedOut
         deadline                  → none",
    );
}

/// A call that times out takes no other one with it, and the end of a call takes its timeout with it.
#[test]
fn a_timeout_of_its_own_ends_with_its_call_in_the_queue_and_on_a_worker() {
    story(
        "define singleton maxQueueDepth 9 → nothing
         submit a timeout 50 → Spawn 0, Dispatch a@1 on 0
         submit b timeout 20 → nothing
         submit c timeout 20 → nothing
         settle a@1 ok       → Resolve a, Dispatch b@1 on 0
         deadline            → 20
         wait 20             → Interrupt b on 0, Reject b TimedOut, Reject c TimedOut
         settle b@1 aborted  → nothing
         deadline            → none",
    );
}

/// The next call to time out with its task is looked for when an older one ends, also when a newer call is what ends it.
#[test]
fn a_call_with_a_timeout_of_its_own_that_supersedes_another_does_not_inherit_its_timeout() {
    story(
        "define singleton timeoutMs 100 → nothing
         submit a latest w                            → Spawn 0, Dispatch a@1 on 0
         submit b latest w replacing timeout Infinity → Interrupt a on 0, ReleaseScope w, Reject a Superseded
         deadline                                     → none",
    );
}

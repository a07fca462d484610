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

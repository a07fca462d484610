//! Configurations that make no sense.

use crate::script::story;

/// contract.md, Dispatch: "sensible numbers … Otherwise RangeError or TypeError naming the field … and what is allowed".
#[test]
fn a_field_that_makes_no_sense_is_refused_by_name() {
    story(
        "define type 1                                  → type must be 'parallel' or 'singleton'
         define poolSize 2                              → type must be 'parallel' or 'singleton'
         define parallel poolSize 0                     → poolSize must be an integer from 1 to 1024
         define parallel poolSize 1.5                   → poolSize must be an integer from 1 to 1024
         define parallel poolSize Infinity              → poolSize must be an integer from 1 to 1024
         define parallel poolSize NaN                   → poolSize must be an integer from 1 to 1024
         define singleton poolSize 2                    → poolSize must be left out or 1 for a singleton
         define singleton maxInFlight 0                 → maxInFlight must be an integer from 1 on, or Infinity
         define singleton maxInFlight -Infinity         → maxInFlight must be an integer from 1 on, or Infinity
         define singleton maxQueueDepth -1              → maxQueueDepth must be an integer from 0 on, or Infinity
         define singleton maxQueueDepth 0.5             → maxQueueDepth must be an integer from 0 on, or Infinity
         define singleton maxQueueDepth many            → maxQueueDepth must be an integer from 0 on, or Infinity
         define singleton queuePolicy drop              → queuePolicy must be 'block', 'reject', 'drop-latest' or 'drop-oldest'
         define singleton crashPolicy retry             → crashPolicy must be 'restart-fail-in-flight', 'restart-requeue-in-flight' or 'fail-task'
         define singleton crashMaxRetries -1            → crashMaxRetries must be an integer from 0 on
         define singleton crashMaxRetries Infinity      → crashMaxRetries must be an integer from 0 on
         define singleton timeoutMs 0                   → timeoutMs must be a finite number of milliseconds above 0
         define singleton timeoutMs Infinity            → timeoutMs must be a finite number of milliseconds above 0
         define singleton idleTimeoutMs -1              → idleTimeoutMs must be a finite number of milliseconds above 0
         define singleton cancelGraceMs -1              → cancelGraceMs must be a finite number of milliseconds from 0 on
         define singleton cancelGraceMs 0               → nothing",
    );
}

/// contract.md, Dispatch: a refused configuration leaves nothing behind.
#[test]
fn a_refused_task_is_no_task() {
    story(
        "define singleton timeoutMs -1 → timeoutMs must be a finite number of milliseconds above 0
         define singleton              → nothing
         submit a                      → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok                 → Resolve a
         left                          → nothing",
    );
}

//! Configurations that fail validation.

use crate::script::story;

/// A field that failed validation is named, with what it may be.
#[test]
fn a_field_that_failed_validation_is_named() {
    story(
        "define type 1                       → type must be 'parallel' or 'singleton'
         define poolSize 2                   → type must be 'parallel' or 'singleton'
         define parallel poolSize 0          → poolSize must be an integer from 1 to 1024
         define parallel poolSize 1.5        → poolSize must be an integer from 1 to 1024
         define parallel poolSize Infinity   → poolSize must be an integer from 1 to 1024
         define parallel poolSize NaN        → poolSize must be an integer from 1 to 1024
         define parallel poolSize many       → poolSize must be an integer from 1 to 1024 or an object { min, max }
         define parallel poolMin 0 poolMax 0      → poolSize.max must be an integer from 1 to 1024
         define parallel poolMin 0 poolMax many     → poolSize.max must be an integer from 1 to 1024
         define parallel poolMin 3 poolMax 2      → poolSize.min must be an integer from 0 to the max of poolSize, at most 1024
         define parallel poolMin -1      → poolSize.min must be an integer from 0 to the max of poolSize, at most 1024
         define parallel poolMin 1025     → poolSize.min must be an integer from 0 to the max of poolSize, at most 1024
         define parallel maxCallsPerWorker 0 → maxCallsPerWorker must be a positive integer or Infinity
         define parallel maxCallsPerWorker no → maxCallsPerWorker must be a positive integer or Infinity
         define singleton maxInFlight 0      → maxInFlight must be a positive integer or Infinity
         define singleton maxInFlight -Infinity → maxInFlight must be a positive integer or Infinity
         define singleton maxQueueDepth -1   → maxQueueDepth must be a non-negative integer or Infinity
         define singleton maxQueueDepth 0.5  → maxQueueDepth must be a non-negative integer or Infinity
         define singleton maxQueueDepth many → maxQueueDepth must be a non-negative integer or Infinity
         define singleton queuePolicy drop   → queuePolicy must be 'block', 'reject', 'drop-latest' or 'drop-oldest'
         define singleton crashPolicy retry  → crashPolicy must be 'restart-fail-in-flight',
                                               'restart-requeue-in-flight' or 'fail-task'
         define singleton crashMaxRetries -1 → crashMaxRetries must be a non-negative integer
         define singleton crashMaxRetries Infinity → crashMaxRetries must be a non-negative integer
         define singleton timeoutMs 0        → timeoutMs must be a positive number of milliseconds or Infinity
         define singleton idleTimeoutMs -1   → idleTimeoutMs must be a positive number of milliseconds
         define singleton idleTimeoutMs Infinity → idleTimeoutMs must be a positive number of milliseconds
         define singleton cancelGraceMs -1   → cancelGraceMs must be a non-negative number of milliseconds
         define singleton startTimeoutMs 0   → startTimeoutMs must be a positive number of milliseconds or Infinity
         define singleton cancelGraceMs 0    → nothing",
    );
}

/// A singleton has one worker, whatever `poolSize` says; a `timeoutMs` of Infinity is none.
#[test]
fn the_pool_size_of_a_singleton_is_ignored_and_an_infinite_timeout_is_none() {
    story(
        "define singleton eager poolSize 2 timeoutMs Infinity → Spawn 0
         submit a → Dispatch a@1 on 0
         submit b → nothing
         deadline → none",
    );
}

/// A refused configuration leaves nothing behind.
#[test]
fn a_refused_task_is_no_task() {
    story(
        "define singleton timeoutMs -1 → timeoutMs must be a positive number of milliseconds or Infinity
         define singleton              → nothing
         submit a                      → Spawn 0, Dispatch a@1 on 0
         settle a@1 ok                 → Resolve a
         left                          → nothing",
    );
}

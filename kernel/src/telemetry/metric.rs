//! What is counted and measured.

use crate::boundary::outcome::kinds;

kinds!(
    /// A metric. The doc line of each begins with its name in events.
    Metric {
        /// `task.dispatch.total`: attempts sent to workers.
        TaskDispatch,
        /// `task.success.total`: calls whose handler returned.
        TaskSuccess,
        /// `task.failure.total`: calls that failed, by an exception or a crash.
        TaskFailure,
        /// `task.canceled.total`: calls that were aborted, timed out or ended by their task.
        TaskCanceled,
        /// `task.rejected.total`: calls that the queue policy refused or dropped.
        TaskRejected,
        /// `task.requeue.total`: calls put back into the queue after a crash.
        TaskRequeue,
        /// `task.ignored.total`: replies that settled no call.
        TaskIgnored,
        /// `worker.spawn.total`: workers created.
        WorkerSpawn,
        /// `worker.crash.total`: workers that crashed or could not be created.
        WorkerCrash,
        /// `worker.terminate.total`: workers that the runtime terminated.
        WorkerTerminate,
        /// `worker.unhandled.total`: unhandled rejections in workers.
        WorkerUnhandled,
        /// `queue.in_flight`: calls on workers.
        QueueInFlight,
        /// `queue.pending`: calls that are accepted and not started.
        QueuePending,
        /// `queue.blocked`: calls whose caller waits for room.
        QueueBlocked,
        /// `queue.resting`: streams that stay on their workers without counting there.
        QueueResting,
        /// `workers.active`: workers that exist.
        WorkersActive,
        /// `task.duration_ms`: from the method call to the answer.
        TaskDuration,
        /// `task.run_ms`: time in the handler, on the worker's clock.
        TaskRun,
        /// `stream.first_item_ms`: from the method call to the first item of its stream.
        StreamFirstItem,
        /// `queue.wait_ms`: time in queues before a dispatch.
        QueueWait,
        /// `worker.ready_ms`: from the creation of a worker until it serves calls.
        WorkerReady,
    }
);

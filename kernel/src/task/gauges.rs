//! The gauges of a task: how many calls are where, and how many workers live.

use crate::boundary::id::TaskId;
use crate::telemetry::metric::Metric;
use crate::turn::Turn;

/// The values of a task's gauges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gauges {
    pub(crate) in_flight: u32,
    pub(crate) pending: u32,
    pub(crate) waiting: u32,
    pub(crate) active: u32,
}

impl Gauges {
    /// Emits a gauge for each value that changed since the last publish, and remembers the values.
    pub(crate) fn publish(self, published: &mut Self, task: TaskId, turn: &mut Turn) {
        let before = std::mem::replace(published, self);
        if before == self {
            return;
        }
        turn.touch();
        for ((metric, before), (_, after)) in before.values().into_iter().zip(self.values()) {
            if before != after {
                turn.gauge(metric, task, after);
            }
        }
    }

    fn values(self) -> [(Metric, u32); 4] {
        [
            (Metric::QueueInFlight, self.in_flight),
            (Metric::QueuePending, self.pending),
            (Metric::QueueBlocked, self.waiting),
            (Metric::WorkersActive, self.active),
        ]
    }
}

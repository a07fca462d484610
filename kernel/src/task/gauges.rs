//! The levels of a task that gauges tell: how many calls are where, and how many workers live.

use crate::boundary::effect::Metric;
use crate::boundary::id::TaskId;
use crate::turn::Turn;

/// How high a task's gauges stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels {
    pub(crate) in_flight: u32,
    pub(crate) pending: u32,
    pub(crate) waiting: u32,
    pub(crate) active: u32,
}

impl Levels {
    /// Tells those that have changed since they were last told, and notes that they are told.
    pub(crate) fn publish(self, told: &mut Self, task: TaskId, turn: &mut Turn) {
        let before = std::mem::replace(told, self);
        if before == self {
            return;
        }
        turn.touch();
        for (metric, before, after) in [
            (Metric::QueueInFlight, before.in_flight, self.in_flight),
            (Metric::QueuePending, before.pending, self.pending),
            (Metric::QueueBlocked, before.waiting, self.waiting),
            (Metric::WorkersActive, before.active, self.active),
        ] {
            if before != after {
                turn.gauge(metric, task, after);
            }
        }
    }
}

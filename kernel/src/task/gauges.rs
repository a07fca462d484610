//! The gauges of a task: how many calls are where, and how many workers live.

use crate::boundary::effect::Effect;
use crate::boundary::id::TaskId;
use crate::telemetry::metric::Metric;
use crate::turn::Turn;

/// The values of a task's gauges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gauges {
    pub(crate) in_flight: u32,
    pub(crate) pending: u32,
    pub(crate) waiting: u32,
    pub(crate) resting: u32,
    pub(crate) active: u32,
}

/// The gauges as they were emitted last.
#[derive(Debug, Default)]
pub(crate) struct PublishedGauges {
    gauges: Gauges,
    /// All were emitted since the last listener subscribed.
    complete: bool,
    /// A stream of the task has rested: until then nobody is interested in how many do.
    has_rested: bool,
}

impl PublishedGauges {
    /// A listener has subscribed, which knows none of the values.
    pub(crate) fn restart(&mut self) {
        self.complete = false;
    }

    /// Emits a gauge for each value that changed; the first change after a listener subscribed emits all.
    pub(crate) fn update(&mut self, gauges: Gauges, task: TaskId, turn: &mut Turn) {
        let before = std::mem::replace(&mut self.gauges, gauges);
        if before == gauges {
            return;
        }
        turn.touch();
        self.has_rested |= gauges.resting > 0;
        if !turn.observation.events {
            return;
        }
        let all = !std::mem::replace(&mut self.complete, true);
        for ((metric, before), (_, value)) in before.values().into_iter().zip(gauges.values()) {
            let all = all && (metric != Metric::QueueResting || self.has_rested);
            if all || before != value {
                turn.emit(Effect::Gauge { metric, task, value });
            }
        }
    }
}

impl Gauges {
    fn values(self) -> [(Metric, u32); 5] {
        [
            (Metric::QueueInFlight, self.in_flight),
            (Metric::QueuePending, self.pending),
            (Metric::QueueBlocked, self.waiting),
            (Metric::QueueResting, self.resting),
            (Metric::WorkersActive, self.active),
        ]
    }
}

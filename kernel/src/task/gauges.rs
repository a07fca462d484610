//! The levels of a task that gauges report: how many calls are where, and how many workers live.

use crate::boundary::effect::{Effect, Metric};
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

/// The levels of a task as its gauges reported them last.
#[derive(Debug, Default)]
pub(crate) struct Published {
    levels: Levels,
    /// All four gauges have been emitted since the last listener came.
    complete: bool,
}

impl Published {
    /// A listener came, who knows none of the levels.
    pub(crate) fn restart(&mut self) {
        self.complete = false;
    }

    /// Emits a gauge for each level that has changed; the first change after a listener came emits all four.
    pub(crate) fn update(&mut self, levels: Levels, task: TaskId, turn: &mut Turn) {
        let before = std::mem::replace(&mut self.levels, levels);
        if before == levels {
            return;
        }
        turn.touch();
        if !turn.observation.events {
            return;
        }
        let all = !std::mem::replace(&mut self.complete, true);
        for (metric, before, after) in [
            (Metric::QueueInFlight, before.in_flight, levels.in_flight),
            (Metric::QueuePending, before.pending, levels.pending),
            (Metric::QueueBlocked, before.waiting, levels.waiting),
            (Metric::WorkersActive, before.active, levels.active),
        ] {
            if all || before != after {
                turn.emit(Effect::Gauge { metric, task, value: after });
            }
        }
    }
}

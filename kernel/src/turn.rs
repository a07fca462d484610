//! What one input may touch, lent to the task that it is for.

use crate::boundary::effect::Effect;
use crate::boundary::id::{CallSeq, Slot, TaskId};
use crate::boundary::outbox::Outbox;
use crate::boundary::outcome::Termination;
use crate::budget::Budget;
use crate::scope::Scopes;
use crate::telemetry::metric::Metric;
use crate::telemetry::observation::{Observation, Sampling};
use crate::telemetry::sampling::sampled;
use crate::time::Millis;
use crate::time::timers::Timers;

/// Disjoint borrows of the kernel's shared parts, and the moment of the input.
pub(crate) struct Turn<'a> {
    pub(crate) now: Millis,
    pub(crate) outbox: &'a mut Outbox,
    pub(crate) timers: &'a mut Timers,
    pub(crate) scopes: &'a mut Scopes,
    pub(crate) budget: &'a mut Budget,
    /// Tasks that may start calls or workers now, in the order in which they were woken.
    pub(crate) woken: &'a mut Vec<TaskId>,
    pub(crate) revision: &'a mut u64,
    pub(crate) observation: Observation,
    pub(crate) seed: u32,
}

impl Turn<'_> {
    pub(crate) fn emit(&mut self, effect: Effect) {
        self.outbox.push(effect);
    }

    /// Something that a snapshot shows has changed.
    pub(crate) fn touch(&mut self) {
        *self.revision += 1;
    }

    pub(crate) fn count(&mut self, metric: Metric, task: TaskId, slot: Option<Slot>) {
        if self.observation.events {
            self.emit(Effect::Count { metric, task, slot, termination: None });
        }
    }

    pub(crate) fn count_termination(&mut self, task: TaskId, slot: Slot, why: Termination) {
        if self.observation.events {
            let (metric, termination) = (Metric::WorkerTerminate, Some(why));
            self.emit(Effect::Count { metric, task, slot: Some(slot), termination });
        }
    }

    pub(crate) fn histogram(&mut self, metric: Metric, task: TaskId, value: f64) {
        if self.observation.events {
            self.emit(Effect::Histogram { metric, task, value });
        }
    }

    /// Whether the span of this call will be reported.
    pub(crate) fn samples(&self, sampling: Sampling, task: TaskId, call: CallSeq) -> bool {
        self.observation.spans
            && match sampling {
                Sampling::Root => sampled(
                    self.seed,
                    u64::from(task.0) << 32 | u64::from(call.0),
                    self.observation.sample_rate,
                ),
                Sampling::Traced { sampled } => sampled,
            }
    }
}

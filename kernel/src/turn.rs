//! What one input may touch, lent to the task that it is for.

use crate::boundary::effect::{Effect, Metric, Outbox};
use crate::boundary::id::{CallSeq, Slot, TaskId};
use crate::scope::Keys;
use crate::telemetry::sampling::sampled;
use crate::time::Millis;
use crate::time::timers::Timers;

/// What the shell wants to be told beyond what its work needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Emit counters, gauges and histograms.
    pub events: bool,
    /// Emit the accounts of sampled calls and traces.
    pub spans: bool,
    /// The part of traces, and of calls without one, that is sampled: 0 to 1.
    pub sample_rate: f64,
}

/// Who decides whether a call's account is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// The call has no trace: its own id decides.
    Root,
    /// The trace decided when it was opened.
    Traced {
        /// What the trace decided.
        sampled: bool,
    },
}

/// Disjoint borrows of the kernel's shared parts, and the moment of the input.
pub(crate) struct Turn<'a> {
    pub(crate) now: Millis,
    pub(crate) outbox: &'a mut Outbox,
    pub(crate) timers: &'a mut Timers,
    pub(crate) keys: &'a mut Keys,
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
            self.emit(Effect::Count { metric, task, slot });
        }
    }

    pub(crate) fn histogram(&mut self, metric: Metric, task: TaskId, value: f64) {
        if self.observation.events {
            self.emit(Effect::Histogram { metric, task, value });
        }
    }

    /// Whether the account of this call will be told.
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

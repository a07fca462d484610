//! One step of a walk: some time passes, an input comes, and the shell takes some of the effects that are asked for.

use atelier_kernel::{Effect, Input};

/// How many of the effects that ask for work the shell takes after an input. What it leaves stays in the queue, so the next
/// input comes while the shell is performing effects: from a listener, a factory that throws, a signal.
pub(crate) type Take = usize;

/// The shell takes every effect.
pub(crate) const ALL: Take = Take::MAX;

/// One input with its circumstances.
///
/// The shell numbers the calls itself and makes none to a task that nobody can call, so a step means something in any order and
/// after any other step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// So many milliseconds pass before the input. The clock may go back.
    pub(crate) after: f64,
    pub(crate) input: Input,
    pub(crate) take: Take,
}

impl Step {
    /// An input that comes at once, with all that follows from it.
    pub(crate) fn turn(input: Input) -> Self {
        Self { after: 0.0, input, take: ALL }
    }
}

/// Whether an effect only reports: counts, gauges, durations, spans and traces. Everything else asks for work, which has one order.
pub(crate) fn is_telemetry(effect: &Effect) -> bool {
    match effect {
        Effect::Count { .. }
        | Effect::Gauge { .. }
        | Effect::Histogram { .. }
        | Effect::BusyWorkers { .. }
        | Effect::EndSpan { .. }
        | Effect::EndTrace { .. } => true,
        Effect::Spawn { .. }
        | Effect::GiveUp { .. }
        | Effect::Terminate { .. }
        | Effect::Dispatch { .. }
        | Effect::Interrupt { .. }
        | Effect::Resolve { .. }
        | Effect::Reject { .. }
        | Effect::AbortSignal { .. }
        | Effect::ReleaseScope { .. }
        | Effect::Drained { .. }
        | Effect::Replaced { .. } => false,
    }
}

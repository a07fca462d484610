//! What it means that the kernel does what the model does.

use super::{Done, Levels, Model};
use crate::walk::shell::{Happened, Shell};
use crate::walk::step::{Step, is_telemetry};
use atelier_kernel::{Effect, Millis};
use std::fmt::Debug;

/// Scopes that are compared; a walk has fewer open at one time.
const SCOPES: u32 = 10;

/// Compares a kernel with the model, step by step.
///
/// Answers, states, the next deadline and the effects that ask for work are compared at every step, the latter in their order.
/// What only reports may be mixed with them in any order, so that is compared when the queue of effects is empty; gauges by
/// their last values.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    kernel: Vec<Effect>,
    model: Vec<Effect>,
    /// The model's levels when the queue was empty last, if gauges were reported then and since.
    levels: Option<Vec<Levels>>,
}

impl Comparison {
    /// Begins with the definition of the tasks.
    pub(crate) fn new(model: &Model, done: &Done, effects: &[Effect], shell: &Shell) -> Self {
        assert_eq!(effects, done.taken, "the definition of the tasks");
        assert_states(model, shell, &"the definition of the tasks");
        Self { kernel: Vec::new(), model: Vec::new(), levels: None }
    }

    /// Compares one step that both have done.
    pub(crate) fn step(
        &mut self,
        step: &Step,
        (model, done): (&Model, &Done),
        (shell, happened): (&Shell, &Happened),
    ) {
        assert_eq!(
            happened.answer, done.answer,
            "{step:?}: kernel (left) and model (right) answer"
        );
        let (telemetry, work): (Vec<Effect>, Vec<Effect>) =
            happened.effects.iter().partition(|effect| is_telemetry(effect));
        assert_eq!(work, done.taken, "{step:?}: kernel (left) and model (right) ask for");
        assert!(done.drained || !happened.drained, "{step:?}: the kernel leaves nothing to take");
        assert_states(model, shell, step);
        self.kernel.extend(telemetry);
        self.model.extend(&done.telemetry);
        if !model.reports_levels() {
            self.levels = None;
        }
        if happened.drained {
            let levels = model.reports_levels().then(|| model.levels());
            if let (Some(before), Some(after)) = (&self.levels, &levels) {
                assert_gauges(before, after, &self.kernel, step);
            }
            self.levels = levels;
            assert_reported(&mut self.kernel, &mut self.model, step);
        }
    }
}

fn assert_states(model: &Model, shell: &Shell, step: &dyn Debug) {
    assert_eq!(shell.snapshots(), model.snapshots(), "{step:?}: snapshots");
    let deadline = shell.kernel.poll_timeout().map(Millis::get);
    assert_eq!(deadline, model.deadline(), "{step:?}: the next deadline");
    assert_eq!(shell.aborted(SCOPES), model.aborted(SCOPES), "{step:?}: aborted scopes");
}

/// Both have reported the same; forgets it.
fn assert_reported(kernel: &mut Vec<Effect>, model: &mut Vec<Effect>, step: &Step) {
    kernel.retain(|effect| !matches!(effect, Effect::Gauge { .. }));
    for effect in model.drain(..) {
        let at = kernel.iter().position(|reported| *reported == effect);
        let at = at.unwrap_or_else(|| panic!("{step:?}: the kernel does not report {effect:?}"));
        kernel.swap_remove(at);
    }
    assert!(kernel.is_empty(), "{step:?}: the model does not report {kernel:?}");
}

/// The last gauges have the model's levels, and a level that changed is reported.
fn assert_gauges(before: &[Levels], after: &[Levels], effects: &[Effect], step: &Step) {
    for (at, (before, after)) in before.iter().zip(after).enumerate() {
        for ((_, before), (gauge, after)) in before.iter().zip(after) {
            let reported = effects.iter().rev().find_map(|effect| {
                let Effect::Gauge { metric, task, value } = effect else { return None };
                (metric == gauge && task.0 as usize == at).then_some(value)
            });
            let right = if before == after {
                reported.is_none_or(|reported| reported == after)
            } else {
                reported == Some(after)
            };
            assert!(
                right,
                "{step:?}: {gauge:?} of task {at} is {after}, was {before}, reported {reported:?}"
            );
        }
    }
}

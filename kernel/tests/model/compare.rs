//! What it means that the kernel does what the model does.

use super::Levels;
use crate::walk::input::Input;
use atelier_kernel::Effect;

/// What asks the shell to do something has one order. What merely tells (counts, durations, accounts) and offers may be
/// mixed with it in any order. Gauges are compared as levels.
pub(crate) fn assert_same(model: &[Effect], kernel: Vec<Effect>, input: &str) {
    let is_work = |effect: &&Effect| {
        !matches!(
            effect,
            Effect::Count { .. }
                | Effect::Gauge { .. }
                | Effect::Histogram { .. }
                | Effect::EndSpan(_)
                | Effect::ReleaseKey { .. }
        )
    };
    let work = |effects: &[Effect]| effects.iter().filter(is_work).copied().collect::<Vec<_>>();
    assert_eq!(work(&kernel), work(model), "{input}: kernel (left) and model (right) ask for");
    let mut told: Vec<Effect> =
        kernel.into_iter().filter(|effect| !matches!(effect, Effect::Gauge { .. })).collect();
    for effect in model {
        let at = told.iter().position(|told| told == effect);
        let at = at.unwrap_or_else(|| panic!("{input}: the kernel does not tell {effect:?}"));
        told.swap_remove(at);
    }
    assert!(told.is_empty(), "{input}: the model does not tell {told:?}");
}

/// The last gauges of a turn tell the model's levels, and a level that changed is told.
pub(crate) fn assert_told([before, after]: &[Vec<Levels>; 2], effects: &[Effect], input: &Input) {
    for (at, (before, after)) in before.iter().zip(after).enumerate() {
        for ((_, before), (gauge, after)) in before.iter().zip(after) {
            let told = effects.iter().rev().find_map(|effect| {
                let Effect::Gauge { metric, task, value } = effect else { return None };
                (metric == gauge && task.0 as usize == at).then_some(value)
            });
            let right = if before == after {
                told.is_none_or(|told| told == after)
            } else {
                told == Some(after)
            };
            assert!(
                right,
                "{input:?}: {gauge:?} of task {at} is {after}, was {before}, told {told:?}"
            );
        }
    }
}

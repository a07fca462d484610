//! The laws of the kernel over random walks, and proof that the walks take the rare branches.
//!
//! `PROPTEST_CASES` sets the number of walks per law.

mod audit;
mod walk;

use atelier_kernel::{Effect, Observation};
use audit::Walk;
use audit::rare::Rare;
use proptest::collection::SizeRange;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use walk::input::Input;
use walk::shell::Shell;

/// Walks per law, unless `PROPTEST_CASES` says otherwise, and inputs per walk.
const WALKS: u32 = 500;
const INPUTS: usize = 200;

fn walks() -> impl Strategy<Value = Walk> {
    walks_of(0..=INPUTS)
}

fn walks_of(inputs: impl Into<SizeRange>) -> impl Strategy<Value = Walk> {
    let setups = prop::collection::vec(any::<u32>(), 1..=3);
    let words = prop::collection::vec(any::<u32>(), inputs);
    (setups, words).prop_map(|(setups, words)| Walk { setups, words })
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: cases.unwrap_or(WALKS), failure_persistence: None, ..Config::default() }
}

/// Checks one law on random walks; a walk that breaks it is shrunk and told input by input.
fn check(law: u8) {
    let checked = TestRunner::new(config()).run(&walks(), |walk| {
        let laws = walk.check();
        prop_assert!(
            laws.breach(law).is_none(),
            "law {law}: {}\n{:#?}\n{:#?}",
            laws.breach(law).unwrap_or_default(),
            walk.setups(),
            walk.inputs()
        );
        Ok(())
    });
    if let Err(broken) = checked {
        panic!("{broken}");
    }
}

/// Everything that one kernel does with the inputs, drained after each.
fn log(walk: &Walk, inputs: &[Input]) -> Vec<Vec<Effect>> {
    let (mut shell, defined) = Shell::new(&walk.setups());
    std::iter::once(defined).chain(inputs.iter().map(|input| shell.turn(input))).collect()
}

#[test]
fn law_01_in_flight_pending_and_waiting_stay_within_their_limits() {
    check(1);
}

#[test]
fn law_02_every_call_settles_exactly_once_by_the_time_its_task_is_disposed_of() {
    check(2);
}

#[test]
fn law_03_no_effect_names_a_call_before_its_submit_or_after_its_settle() {
    check(3);
}

#[test]
fn law_04_first_dispatches_are_in_submit_order() {
    check(4);
}

#[test]
fn law_05_stale_input_has_no_effect_and_changes_nothing() {
    check(5);
}

#[test]
fn law_06_spawn_and_terminate_alternate_in_a_slot_and_epochs_rise() {
    check(6);
}

#[test]
fn law_07_gauges_tell_the_level_after_every_input() {
    check(7);
}

#[test]
fn law_08_submitted_is_succeeded_and_failed_and_canceled_and_rejected_and_live() {
    check(8);
}

#[test]
fn law_09_no_deadline_is_left_behind() {
    check(9);
}

#[test]
fn law_10_the_same_inputs_give_the_same_log() {
    proptest!(config(), |(walk in walks())| {
        let inputs = walk.inputs();
        prop_assert_eq!(log(&walk, &inputs), log(&walk, &inputs));
    });
}

#[test]
fn law_11_the_work_is_the_same_with_observation_on_and_off() {
    proptest!(config(), |(walk in walks())| {
        let unobserved = |input: &Input| !matches!(input, Input::Observe(_));
        let inputs: Vec<Input> = walk.inputs().into_iter().filter(unobserved).collect();
        let all = Observation { events: true, spans: true, sample_rate: 1.0 };
        let mut observed = vec![Input::Observe(all)];
        observed.extend(&inputs);
        let mut with: Vec<Vec<Effect>> = log(&walk, &observed);
        with.remove(1);
        for effects in &mut with {
            effects.retain(|effect| !is_telemetry(effect));
        }
        prop_assert_eq!(log(&walk, &inputs), with);
    });
}

#[test]
fn law_12_draining_after_each_input_or_after_many_gives_the_same_log() {
    proptest!(config(), |(walk in walks(), every in 1..50_usize)| {
        let inputs = walk.inputs();
        let drained = |every: usize| {
            let (mut shell, mut effects) = Shell::new(&walk.setups());
            for inputs in inputs.chunks(every) {
                for input in inputs {
                    shell.feed(input);
                }
                effects.extend(shell.take());
            }
            effects
        };
        prop_assert_eq!(drained(1), drained(every));
    });
}

#[test]
fn law_13_nothing_is_left_after_dispose_and_drain() {
    check(13);
}

#[test]
fn law_14_no_call_is_pending_while_a_worker_that_could_take_it_is_free() {
    check(14);
}

#[test]
fn law_15_the_revision_rises_with_every_change_of_a_snapshot() {
    check(15);
}

#[test]
fn law_16_workers_that_live_and_that_die_are_at_most_twice_the_pool_size() {
    check(16);
}

#[test]
fn the_walks_take_every_rare_branch() {
    let rare = RefCell::new(Rare::default());
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let run = TestRunner::new_with_rng(Config { cases: 4 * WALKS, ..config() }, seed).run(
        &walks_of(INPUTS),
        |walk| {
            rare.borrow_mut().add(&walk.check().rare);
            Ok(())
        },
    );
    assert!(run.is_ok(), "{run:?}");
    let rare = rare.into_inner();
    for (branch, times) in &rare.taken {
        println!("{times:>8} × {branch}");
    }
    assert_eq!(rare.missing(), [""; 0], "branches that no walk took");
}

fn is_telemetry(effect: &Effect) -> bool {
    match effect {
        Effect::Count { .. }
        | Effect::Gauge { .. }
        | Effect::Histogram { .. }
        | Effect::EndSpan(_)
        | Effect::EndTrace { .. } => true,
        Effect::Spawn { .. }
        | Effect::GiveUp { .. }
        | Effect::Terminate { .. }
        | Effect::Dispatch { .. }
        | Effect::Interrupt { .. }
        | Effect::Resolve { .. }
        | Effect::Reject { .. }
        | Effect::AbortSignal { .. }
        | Effect::ReleaseKey { .. }
        | Effect::Drained { .. } => false,
    }
}

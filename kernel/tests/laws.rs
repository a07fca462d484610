//! The laws of the kernel over random walks, and proof that the walks take the rare branches.
//!
//! `PROPTEST_CASES` sets the number of walks per law.

mod audit;
mod walk;

use atelier_kernel::{Effect, Input, Observation};
use audit::Walk;
use audit::rare::Rare;
use proptest::collection::SizeRange;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use walk::shell::{Happened, Shell};
use walk::step::{ALL, Step, is_telemetry};

/// Walks per law, unless `PROPTEST_CASES` says otherwise, and steps per walk.
const WALKS: u32 = 500;
const STEPS: usize = 200;

fn walks() -> impl Strategy<Value = Walk> {
    walks_of(0..=STEPS)
}

fn walks_of(steps: impl Into<SizeRange>) -> impl Strategy<Value = Walk> {
    let setups = prop::collection::vec(any::<u32>(), 1..=3);
    let words = prop::collection::vec(any::<u32>(), steps);
    (setups, words).prop_map(|(setups, words)| Walk { setups, words })
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: cases.unwrap_or(WALKS), failure_persistence: None, ..Config::default() }
}

/// Checks one law on random walks; a walk that breaks it is shrunk and printed step by step.
fn check(law: u8) {
    let checked = TestRunner::new(config()).run(&walks(), |walk| {
        let laws = walk.check();
        prop_assert!(
            laws.breach(law).is_none(),
            "law {law}: {}\n{:#?}\n{:#?}",
            laws.breach(law).unwrap_or_default(),
            walk.setups(),
            walk.steps()
        );
        Ok(())
    });
    if let Err(broken) = checked {
        panic!("{broken}");
    }
}

/// Everything that one kernel does with the steps, with its answers.
fn log(walk: &Walk, steps: &[Step]) -> Vec<Happened> {
    let (mut shell, _) = Shell::new(&walk.setups());
    steps.iter().map(|step| shell.step(step)).collect()
}

#[test]
fn law_01_in_flight_pending_and_waiting_stay_within_their_limits() {
    check(1);
}

#[test]
fn law_02_every_call_settles_exactly_once_by_the_time_its_task_is_disposed() {
    check(2);
}

#[test]
fn law_03_no_effect_names_a_call_before_its_submit_or_after_its_settle() {
    check(3);
}

#[test]
fn law_04_no_call_starts_before_one_whose_turn_it_is() {
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
fn law_07_gauges_report_the_level_after_every_input() {
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
        let steps = walk.steps();
        prop_assert_eq!(log(&walk, &steps), log(&walk, &steps));
    });
}

#[test]
fn law_11_the_work_is_the_same_with_observation_on_and_off() {
    proptest!(config(), |(walk in walks())| {
        let work = |events: bool, spans: bool| {
            let observation = Observation { events, spans, sample_rate: 1.0 };
            let observe = Step::turn(Input::Observe { observation });
            let steps: Vec<Step> = std::iter::once(observe.clone())
                .chain(walk.steps().into_iter().map(|step| {
                    if let Input::Observe { .. } = step.input {
                        return Step { input: observe.input.clone(), ..step };
                    }
                    step
                }))
                .collect();
            let work = log(&walk, &steps).into_iter().flat_map(|happened| happened.effects);
            work.filter(|effect| !is_telemetry(effect)).collect::<Vec<Effect>>()
        };
        prop_assert_eq!(work(false, false), work(true, true));
    });
}

#[test]
fn law_12_draining_after_each_input_or_after_many_gives_the_same_log_while_every_dispatch_is_taken()
{
    let compared = RefCell::new(0_u32);
    proptest!(config(), |(walk in walks(), every in 2..6_usize)| {
        let steps = walk.steps();
        let (mut often, mut defined) = Shell::new(&walk.setups());
        let (mut seldom, also_defined) = Shell::new(&walk.setups());
        prop_assert_eq!(&defined, &also_defined);
        let mut log = also_defined;
        for chunk in steps.chunks(every) {
            for step in chunk {
                let step = Step { take: ALL, ..step.clone() };
                // Nothing is reported about an attempt before its dispatch is taken.
                if let Input::Settle { .. }
                | Input::PayloadMoved { .. }
                | Input::FirstItem { .. }
                | Input::MoreItems { .. }
                | Input::Rest { .. }
                | Input::Resume { .. } = step.input
                {
                    log.extend(seldom.take(ALL).0);
                }
                defined.extend(often.step(&step).effects);
                seldom.feed(&step);
            }
            log.extend(seldom.take(ALL).0);
            let taken = log.iter().filter(|effect| matches!(effect, Effect::Dispatch { .. }));
            let taken = u32::try_from(taken.count()).expect("a walk is short");
            if seldom.dispatched() != Some(f64::from(taken)) {
                // An attempt has ended before it was sent, which changes what follows.
                break;
            }
            *compared.borrow_mut() += 1;
            prop_assert_eq!(&defined, &log);
        }
    });
    println!("{} drains compared", compared.borrow());
    assert!(*compared.borrow() > config().cases, "few walks take every dispatch");
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
fn law_16_live_and_terminating_workers_are_at_most_twice_the_pool_size() {
    check(16);
}

#[test]
fn law_17_a_dispatch_that_is_taken_is_in_flight_on_a_live_worker() {
    check(17);
}

#[test]
fn law_18_every_end_comes_before_the_first_start() {
    check(18);
}

#[test]
fn law_19_a_call_whose_arguments_were_moved_is_not_sent_again() {
    check(19);
}

#[test]
fn law_20_nothing_is_in_flight_when_everything_was_replied_to() {
    check(20);
}

#[test]
fn law_21_no_more_workers_become_busy_than_the_limit_allows() {
    check(21);
}

#[test]
fn law_22_of_the_calls_with_a_latest_word_only_the_newest_waits() {
    check(22);
}

#[test]
fn law_23_a_call_that_has_begun_is_not_sent_again() {
    check(23);
}

#[test]
fn law_24_a_stream_rests_and_resumes_in_turns() {
    check(24);
}

#[test]
fn law_25_a_call_goes_to_the_idle_worker_with_the_fewest_streams() {
    check(25);
}

#[test]
fn law_26_a_held_worker_is_not_terminated_for_being_idle() {
    check(26);
}

#[test]
fn law_27_a_worker_that_retires_is_sent_nothing_more() {
    check(27);
}

#[test]
fn law_28_a_started_task_has_its_least_number_of_workers() {
    check(28);
}

#[test]
fn law_29_workers_that_retire_or_are_replaced_end_with_their_last_call() {
    check(29);
}

#[test]
fn the_walks_take_every_rare_branch() {
    let rare = RefCell::new(Rare::default());
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let run = TestRunner::new_with_rng(Config { cases: 6 * WALKS, ..config() }, seed).run(
        &walks_of(STEPS),
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

//! The kernel against the model: the same answers, the same effects, the same state and the same next deadline, after every step
//! of random walks. A walk on which they differ is shrunk.
//!
//! `PROPTEST_CASES` sets the number of walks.

mod model;
mod walk;

use model::compare::Comparison;
use model::{Done, Model};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use walk::scene::Scene;
use walk::setup::Setup;
use walk::shell::{Happened, Shell};
use walk::step::Step;

/// Walks, unless `PROPTEST_CASES` says otherwise, and inputs per walk.
const WALKS: u32 = 10_000;
const INPUTS: usize = 200;

/// The model, with the clock and the knowledge that its shell has.
#[derive(Clone, Debug)]
struct Reference {
    setups: Vec<Setup>,
    model: Model,
    scene: Scene,
    now: f64,
    /// What the model did at the last step, or at the definition of the tasks.
    done: Done,
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        prop::collection::vec(any::<u32>(), 1..=3)
            .prop_map(|words| {
                let setups: Vec<Setup> = words.into_iter().map(Setup::from_word).collect();
                let (model, done) = Model::new(&setups);
                let scene = Scene::new(setups.len(), &done.taken);
                Self { setups, model, scene, now: 0.0, done }
            })
            .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        let scene = state.scene.clone();
        let deadline = state.model.deadline().map(|at| (at - state.now).max(0.0));
        any::<u32>().prop_map(move |word| scene.choose(word, deadline)).no_shrink().boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.now += step.after;
        state.done = state.model.step(step, state.now);
        let happened = Happened {
            answer: state.done.answer,
            effects: state.done.taken.clone(),
            drained: state.done.drained,
        };
        state.scene.note(step, &happened);
        state
    }
}

struct Test {
    shell: Shell,
    comparison: Comparison,
}

impl StateMachineTest for Test {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Self {
        let (shell, effects) = Shell::new(&reference.setups);
        let comparison = Comparison::new(&reference.model, &reference.done, &effects, &shell);
        Self { shell, comparison }
    }

    fn apply(mut test: Self, reference: &Reference, step: Step) -> Self {
        let happened = test.shell.step(&step);
        let (model, done) = (&reference.model, &reference.done);
        test.comparison.step(&step, (model, done), (&test.shell, &happened));
        test
    }
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: cases.unwrap_or(WALKS), failure_persistence: None, ..Config::default() }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_kernel_does_what_the_model_does(sequential INPUTS => Test);
}

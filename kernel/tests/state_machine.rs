//! The kernel against the model: the same effects, the same state, the same next deadline, after every input of
//! random walks. A walk on which they differ is shrunk.
//!
//! `PROPTEST_CASES` sets the number of walks.

mod model;
mod walk;

use atelier_kernel::{Effect, Millis};
use model::compare::{assert_same, assert_told};
use model::{Levels, Model};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use walk::input::{Input, KEYS, Key};
use walk::scene::Scene;
use walk::setup::Setup;
use walk::shell::Shell;

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
    /// What the model answered to the last input, or to the definition of the tasks.
    effects: Vec<Effect>,
    /// The model's gauges before and after the last input.
    levels: [Vec<Levels>; 2],
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Input;

    fn init_state() -> BoxedStrategy<Self> {
        prop::collection::vec(any::<u32>(), 1..=3)
            .prop_map(|words| {
                let setups: Vec<Setup> = words.into_iter().map(Setup::from_word).collect();
                let (model, effects) = Model::new(&setups);
                let scene = Scene::new(setups.len(), &effects);
                let levels = [model.levels(), model.levels()];
                Self { setups, model, scene, now: 0.0, effects, levels }
            })
            .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Input> {
        let scene = state.scene.clone();
        let deadline = state.model.deadline().map(|at| (at - state.now).max(0.0));
        any::<u32>().prop_map(move |word| scene.choose(word, deadline)).no_shrink().boxed()
    }

    fn apply(mut state: Self, input: &Input) -> Self {
        if let Input::Wait(ms) | Input::Late(ms) = input {
            state.now += ms;
        }
        state.effects = state.model.turn(input, state.now);
        state.scene.note(input, &state.effects);
        state.levels.swap(0, 1);
        state.levels[1] = state.model.levels();
        state
    }
}

struct Comparison {
    shell: Shell,
    /// Whether somebody listens to gauges.
    observed: bool,
}

impl StateMachineTest for Comparison {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Self {
        let (shell, effects) = Shell::new(&reference.setups);
        assert_same(&reference.effects, effects, "the definition of the tasks");
        Self { shell, observed: false }
    }

    fn apply(mut test: Self, reference: &Reference, input: Input) -> Self {
        let effects = test.shell.turn(&input);
        if let Input::Observe(observation) = input {
            test.observed = observation.events;
        }
        if test.observed {
            assert_told(&reference.levels, &effects, &input);
        }
        assert_same(&reference.effects, effects, &format!("{input:?}"));
        test
    }

    fn check_invariants(test: &Self, reference: &Reference) {
        assert_eq!(test.shell.snapshots(), reference.model.snapshots(), "snapshots");
        assert_eq!(
            test.shell.kernel.poll_timeout().map(Millis::get),
            reference.model.deadline(),
            "the next deadline"
        );
        for key in (0..KEYS).map(Key) {
            assert_eq!(test.shell.is_aborted(key), reference.model.is_aborted(key), "{key:?}");
        }
    }
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: cases.unwrap_or(WALKS), failure_persistence: None, ..Config::default() }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_kernel_does_what_the_model_does(sequential INPUTS => Comparison);
}

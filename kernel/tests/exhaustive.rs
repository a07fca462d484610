//! Every sequence of inputs up to a depth on small tasks: the kernel does what the model does and keeps every law.
//!
//! `EXHAUSTIVE_DEPTH` sets the depth.
//!
//! Sequences that lead to the same state are followed once. Two states are the same when everything that the kernel
//! holds is the same, but for the revision, which only counts; so what follows them is the same too.

mod audit;
mod model;
mod walk;

use atelier_kernel::{CrashPolicy, Millis, Observation, QueuePolicy, TaskId};
use audit::laws::Laws;
use model::Model;
use model::compare::{assert_same, assert_told};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use walk::input::Input;
use walk::scene::Scene;
use walk::setup::Setup;
use walk::shell::Shell;

/// Inputs of the longest sequence, unless `EXHAUSTIVE_DEPTH` says otherwise.
const DEPTH: usize = 6;

/// The calls of a sequence.
const CALLS: u32 = 3;

/// Everything is told, so that everything is compared.
const OBSERVE: Input = Input::Observe(Observation { events: true, spans: true, sample_rate: 1.0 });

/// The task that the others differ from.
const PLAIN: Setup = Setup {
    singleton: false,
    eager: false,
    pool_size: 2,
    max_in_flight: 2.0,
    max_queue_depth: 0.0,
    queue_policy: QueuePolicy::Block,
    crash_policy: CrashPolicy::RestartRequeueInFlight,
    crash_max_retries: 1,
    timeout_ms: None,
    idle_timeout_ms: None,
    cancel_grace_ms: None,
    start_timeout_ms: f64::INFINITY,
};

/// A state that was reached, by the inputs that lead to it.
struct Reached {
    inputs: Vec<Input>,
    model: Model,
    scene: Scene,
    laws: Laws,
}

/// Follows every sequence of up to `depth` inputs; answers how many states they reach.
fn explore(setup: Setup, depth: usize) -> usize {
    let (mut shell, effects) = Shell::new(&[setup]);
    let (model, _) = Model::new(&[setup]);
    let scene = Scene::new(1, &effects);
    let laws = Laws::new(&[setup], &effects, &shell);
    let start = Reached { inputs: Vec::new(), model, scene, laws };
    let mut frontier = vec![start.step(OBSERVE, &mut shell)];
    let mut seen = HashSet::from([fingerprint(&shell)]);
    for _ in 0..depth {
        let mut next = Vec::new();
        for reached in &frontier {
            let deadline = replay(setup, &reached.inputs).deadline();
            for input in reached.scene.everything(TaskId(0), CALLS, deadline) {
                let mut shell = replay(setup, &reached.inputs);
                let step = reached.step(input, &mut shell);
                if seen.insert(fingerprint(&shell)) {
                    next.push(step);
                }
            }
        }
        frontier = next;
    }
    seen.len()
}

impl Reached {
    /// One more input, compared and audited.
    fn step(&self, input: Input, shell: &mut Shell) -> Self {
        let mut inputs = self.inputs.clone();
        inputs.push(input);
        let (mut model, mut scene, mut laws) =
            (self.model.clone(), self.scene.clone(), self.laws.clone());
        let effects = shell.turn(&input);
        let before = model.levels();
        assert_same(&model.turn(&input, shell.now), effects.clone(), &format!("{inputs:?}"));
        assert_eq!(shell.snapshots(), model.snapshots(), "{inputs:?}");
        assert_eq!(shell.kernel.poll_timeout().map(Millis::get), model.deadline(), "{inputs:?}");
        assert_told(&[before, model.levels()], &effects, &input);
        laws.after(&input, &effects, shell);
        assert!(laws.breaches().is_empty(), "{inputs:?}: {:?}", laws.breaches());
        scene.note(&input, &effects);
        Self { inputs, model, scene, laws }
    }
}

fn replay(setup: Setup, inputs: &[Input]) -> Shell {
    let (mut shell, _) = Shell::new(&[setup]);
    for input in inputs {
        shell.turn(input);
    }
    shell
}

/// Everything that the kernel holds, but for the revision.
fn fingerprint(shell: &Shell) -> u64 {
    let state = format!("{:?}", shell.kernel);
    let (before, revision) = state.split_once("revision: ").expect("the kernel has a revision");
    let mut hasher = DefaultHasher::new();
    before.hash(&mut hasher);
    revision.trim_start_matches(|digit: char| digit.is_ascii_digit()).hash(&mut hasher);
    shell.now.to_bits().hash(&mut hasher);
    hasher.finish()
}

/// Explores, and says what was reached.
fn reach(what: &str, setup: Setup) {
    let depth = std::env::var("EXHAUSTIVE_DEPTH").ok().and_then(|depth| depth.parse().ok());
    let depth = depth.unwrap_or(DEPTH);
    let states = explore(setup, depth);
    println!("{what}: {states} states in up to {depth} inputs");
    assert!(states > 10_000, "{what}: only {states} states");
}

#[test]
fn a_pool_that_blocks_and_requeues_behaves_in_every_sequence() {
    reach("block, requeue", PLAIN);
}

#[test]
fn a_singleton_that_drops_its_oldest_kills_and_gives_up_behaves_in_every_sequence() {
    let setup = Setup {
        singleton: true,
        pool_size: 1,
        max_queue_depth: 1.0,
        queue_policy: QueuePolicy::DropOldest,
        cancel_grace_ms: Some(30.0),
        start_timeout_ms: 25.0,
        ..PLAIN
    };
    reach("drop-oldest, requeue, grace, start", setup);
}

#[test]
fn a_singleton_that_rejects_times_out_and_goes_idle_behaves_in_every_sequence() {
    let setup = Setup {
        singleton: true,
        eager: true,
        pool_size: 1,
        max_queue_depth: 1.0,
        queue_policy: QueuePolicy::Reject,
        crash_policy: CrashPolicy::RestartFailInFlight,
        timeout_ms: Some(150.0),
        idle_timeout_ms: Some(40.0),
        ..PLAIN
    };
    reach("reject, fail, timeout, idle", setup);
}

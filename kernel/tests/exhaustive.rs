//! Every sequence of inputs up to a depth on small tasks, with effects taken or left in the queue: the kernel does what the model
//! does and keeps every law.
//!
//! `EXHAUSTIVE_DEPTH` sets the depth.
//!
//! Sequences that lead to the same state are followed once. Two states are the same when everything that the kernel
//! holds is the same, but for the revision, which only counts; so what follows them is the same too.

mod audit;
mod model;
mod walk;

use atelier_kernel::{CrashPolicy, Input, Observation, Order, QueuePolicy, TaskId};
use audit::laws::Laws;
use model::Model;
use model::compare::Comparison;
use std::collections::HashSet;
use walk::scene::Scene;
use walk::setup::Setup;
use walk::shell::Shell;
use walk::step::{ALL, Step, is_telemetry};

/// Inputs of the longest sequence, unless `EXHAUSTIVE_DEPTH` says otherwise: with all effects taken after each, and with some
/// left in the queue.
const DEPTHS: [usize; 2] = [6, 4];

/// States that they reach at least.
const STATES: [usize; 2] = [10_000, 5_000];

/// The calls of a sequence.
const CALLS: u32 = 3;

/// The task that the others differ from.
const PLAIN: Setup = Setup {
    singleton: false,
    eager: false,
    pool_size: 2,
    min_workers: None,
    max_calls: None,
    max_in_flight: 2.0,
    max_queue_depth: 0.0,
    queue_policy: QueuePolicy::Block,
    crash_policy: CrashPolicy::RestartRequeueInFlight,
    crash_max_retries: 1,
    timeout_ms: None,
    idle_timeout_ms: None,
    cancel_grace_ms: None,
    start_timeout_ms: f64::INFINITY,
    order: Order::OldestFirst,
    weight: 1.0,
};

/// A state that was reached, by the steps that lead to it.
struct Reached {
    steps: Vec<Step>,
    model: Model,
    comparison: Comparison,
    scene: Scene,
    laws: Laws,
}

/// Which inputs a sequence has beside those that every task takes.
#[derive(Clone, Copy, PartialEq)]
enum Also {
    Nothing,
    /// What changes whose turn it is.
    Turns,
    /// What streams do, and what holds workers.
    Streams,
    /// What ends workers although nothing is wrong with them.
    Lives,
}

/// Follows every sequence of up to `depth` inputs; returns how many states they reach. `leaves`: effects may be left in the queue.
fn explore(setups: &[Setup], also: Also, depth: usize, leaves: bool) -> usize {
    let (mut shell, effects) = Shell::new(setups);
    let (model, done) = Model::new(setups);
    let comparison = Comparison::new(&model, &done, &effects, &shell);
    let scene = Scene::new(setups.len(), &effects);
    let laws = Laws::new(setups, &effects, &shell);
    let start = Reached { steps: Vec::new(), model, comparison, scene, laws };
    // Everything is reported, so that everything is compared.
    let observation = Observation { events: true, spans: true, sample_rate: 1.0 };
    let observe = Step::turn(Input::Observe { observation });
    let observed = start.step(&observe, &mut shell).0;
    // Opening the scope that calls are registered with is no input worth a place in every sequence.
    let mut opened = observed.step(&Step::turn(Input::OpenScope {}), &mut shell).0;
    while also == Also::Turns && !opened.scene.has_latest() {
        opened = opened.step(&Step::turn(Input::OpenScope {}), &mut shell).0;
    }
    if also == Also::Streams && setups.len() > 1 {
        opened = opened.step(&Step::turn(Input::LimitBusyWorkers { max: 1.0 }), &mut shell).0;
    }
    let mut frontier = vec![opened];
    let mut seen = HashSet::from([fingerprint(&shell)]);
    for _ in 0..depth {
        let mut next = Vec::new();
        for reached in &frontier {
            let deadline = replay(setups, &reached.steps).deadline();
            for (after, input) in inputs(&reached.scene, setups.len(), also, deadline) {
                let mut take = ALL;
                loop {
                    let mut shell = replay(setups, &reached.steps);
                    let step = Step { after, input: input.clone(), take };
                    let (step, taken) = reached.step(&step, &mut shell);
                    if seen.insert(fingerprint(&shell)) {
                        next.push(step);
                    }
                    match if take == ALL { taken } else { take } {
                        left if leaves && left > 0 => take = left - 1,
                        _ => break,
                    }
                }
            }
        }
        frontier = next;
    }
    seen.len()
}

impl Reached {
    /// One more step, compared and audited; returns also how many effects that ask for work it took.
    fn step(&self, step: &Step, shell: &mut Shell) -> (Self, usize) {
        let mut steps = self.steps.clone();
        steps.push(step.clone());
        let mut next = Self {
            steps,
            model: self.model.clone(),
            comparison: self.comparison.clone(),
            scene: self.scene.clone(),
            laws: self.laws.clone(),
        };
        let happened = shell.step(step);
        let done = next.model.step(step, shell.now);
        next.comparison.step(step, (&next.model, &done), (shell, &happened));
        next.laws.after(step, &happened, shell);
        assert!(next.laws.breaches().is_empty(), "{:?}: {:?}", next.steps, next.laws.breaches());
        next.scene.note(step, &happened);
        let taken = happened.effects.iter().filter(|effect| !is_telemetry(effect)).count();
        (next, taken)
    }
}

fn inputs(scene: &Scene, tasks: usize, also: Also, deadline: Option<f64>) -> Vec<(f64, Input)> {
    let ids = (0..).map(TaskId).take(tasks);
    ids.flat_map(|task| {
        let more = match also {
            Also::Nothing => Vec::new(),
            Also::Turns => scene.turns(task, CALLS),
            Also::Streams => scene.streams(task),
            Also::Lives => scene.lives(task),
        };
        scene.everything(task, CALLS, deadline).into_iter().chain(more)
    })
    .collect()
}

fn replay(setups: &[Setup], steps: &[Step]) -> Shell {
    let (mut shell, _) = Shell::new(setups);
    for step in steps {
        shell.step(step);
    }
    shell
}

/// Everything that the kernel holds, but for the revision.
fn fingerprint(shell: &Shell) -> u64 {
    let state = format!("{:?}", shell.kernel);
    let at = state.rfind("revision: ").expect("the kernel has a revision");
    let (before, revision) = state.split_at(at);
    let after = revision.trim_start_matches(|char: char| !matches!(char, ',' | '}'));
    hash(after, hash(before, shell.now.to_bits()))
}

/// A hash that takes eight bytes at a time, since the standard one takes most of the time of an unoptimized build.
fn hash(text: &str, seed: u64) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = seed;
    for &word in words {
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
    }
    rest.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Explores, and prints what was reached.
fn reach(what: &str, setup: Setup, also: Also) {
    let depth = std::env::var("EXHAUSTIVE_DEPTH").ok().and_then(|depth| depth.parse().ok());
    for (leaves, at) in [(false, 0), (true, 1)] {
        // What ends workers are many inputs more, so that shorter sequences reach as much.
        let shorter = usize::from(also == Also::Lives);
        let states = explore(&[setup], also, depth.unwrap_or(DEPTHS[at] - shorter), leaves);
        let left = if leaves { ", effects left in the queue" } else { "" };
        println!("{what}{left}: {states} states");
        let least = STATES[at] >> (2 * shorter);
        assert!(depth.is_some() || states > least, "{what}{left}: only {states} states");
    }
}

#[test]
fn a_pool_that_blocks_and_requeues_behaves_in_every_sequence() {
    reach("block, requeue", PLAIN, Also::Nothing);
}

#[test]
fn streams_of_a_singleton_behave_in_every_sequence() {
    let setup = Setup {
        singleton: true,
        pool_size: 1,
        max_in_flight: 1.0,
        idle_timeout_ms: Some(40.0),
        cancel_grace_ms: Some(30.0),
        ..PLAIN
    };
    reach("streams, requeue, grace, idle", setup, Also::Streams);
}

#[test]
fn streams_of_two_tasks_that_share_one_worker_behave_in_every_sequence() {
    let setup = Setup { pool_size: 1, max_in_flight: 2.0, ..PLAIN };
    for (leaves, depth) in [(false, 4), (true, 3)] {
        let states = explore(&[setup, setup], Also::Streams, depth, leaves);
        println!("streams of two tasks, effects left in the queue: {leaves}: {states} states");
        assert!(states > 1_000, "only {states} states");
    }
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
    reach("drop-oldest, requeue, grace, start", setup, Also::Nothing);
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
    reach("reject, fail, timeout, idle", setup, Also::Nothing);
}

#[test]
fn a_pool_that_shrinks_retires_and_replaces_behaves_in_every_sequence() {
    let setup = Setup { min_workers: Some(1), idle_timeout_ms: Some(40.0), ..PLAIN };
    reach("shrinks, retires, replaces", setup, Also::Lives);
}

#[test]
fn an_eager_pool_whose_workers_are_used_up_behaves_in_every_sequence() {
    let setup = Setup { eager: true, pool_size: 1, max_calls: Some(2), ..PLAIN };
    reach("eager, used up, replaces", setup, Also::Lives);
}

#[test]
fn two_tasks_that_share_workers_by_priority_behave_in_every_sequence() {
    let setup = Setup { pool_size: 1, max_queue_depth: 1.0, ..PLAIN };
    let newest = Setup { order: Order::NewestFirst, weight: 2.0, ..setup };
    for (leaves, depth) in [(false, 4), (true, 3)] {
        let states = explore(&[setup, newest], Also::Turns, depth, leaves);
        println!("two tasks, effects left in the queue: {leaves}: {states} states");
        assert!(states > 1_000, "only {states} states");
    }
}

//! A limit of busy workers in the long run: tasks that always have calls get shares by their weights, and none is starved.

use atelier_kernel::{
    Answer, Attempt, CallSeq, Effect, Input, Kernel, Millis, Outcome, Priority, Sampling,
    TaskConfig, TaskId,
};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Workers that may be busy.
const LIMIT: u32 = 2;

/// Replies until the shares are compared.
const REPLIES: usize = 4_000;

/// Calls that are queued in each task; more than are replied to.
const CALLS: u32 = 8_000;

/// Lets tasks of these weights run calls; returns the time in the handlers of each and its replies. `duration`: that of a run in
/// ms, from a task and a random number.
fn simulate(weights: &[f64], duration: impl Fn(usize, u64) -> u64) -> Vec<(u64, u32)> {
    let mut kernel = Kernel::default();
    let start = Millis::new(0.0);
    kernel.input(Input::LimitBusyWorkers { max: f64::from(LIMIT) }, start);
    for (at, &weight) in weights.iter().enumerate() {
        let config = TaskConfig {
            task_type: "parallel".into(),
            pool_size: 2.0.into(),
            max_queue_depth: f64::INFINITY.into(),
            weight: weight.into(),
            ..TaskConfig::default()
        };
        let task = kernel.input(Input::DefineTask { config: Box::new(config) }, start);
        assert_eq!(task, Answer::Task(Ok(id(at))), "tasks count from 0");
        for call in 0..CALLS {
            kernel.input(submit(id(at), CallSeq(call)), start);
        }
    }
    let mut used = vec![(0, 0); weights.len()];
    let mut runs = BinaryHeap::new();
    let (mut now, mut random) = (0, 1_u64);
    for _ in 0..REPLIES {
        while let Some(effect) = kernel.poll_effect() {
            if let Effect::Dispatch { task: TaskId(task), call: CallSeq(call), .. } = effect {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let lasts = duration(task as usize, random >> 33);
                runs.push(Reverse((now + lasts, task, call, lasts)));
            }
        }
        assert!(kernel.busy_workers() <= LIMIT && runs.len() <= LIMIT as usize);
        let Reverse((end, task, call, lasted)) = runs.pop().expect("a call runs");
        now = end;
        let (time, replies) = &mut used[task as usize];
        (*time, *replies) = (*time + lasted, *replies + 1);
        let (task, call, attempt) = (TaskId(task), CallSeq(call), Attempt(1));
        let settle = Input::Settle { task, call, attempt, outcome: Outcome::Succeeded, run: None };
        kernel.input(settle, millis(now));
    }
    used
}

fn submit(task: TaskId, call: CallSeq) -> Input {
    Input::Submit {
        task,
        call,
        key: None,
        signal: None,
        timeout: None,
        priority: Priority::default(),
        follows_signal: false,
        latest: None,
        replace_running: false,
        sampling: Sampling::Root,
    }
}

fn id(task: usize) -> TaskId {
    TaskId(u32::try_from(task).expect("there are few tasks"))
}

#[expect(clippy::cast_precision_loss, reason = "a simulation is short")]
fn millis(ms: u64) -> Millis {
    Millis::new(ms as f64)
}

/// Each task's share of the time is within 10 % of its share of the weights.
#[expect(clippy::cast_precision_loss, reason = "a simulation is short")]
fn assert_shares(weights: &[f64], used: &[(u64, u32)]) {
    let total: u64 = used.iter().map(|&(time, _)| time).sum();
    let weight: f64 = weights.iter().sum();
    for (own, &(time, _)) in weights.iter().zip(used) {
        let (share, right) = (time as f64 / total as f64, own / weight);
        assert!((share / right - 1.0).abs() < 0.1, "{used:?} for the weights {weights:?}");
    }
}

#[test]
fn tasks_that_always_have_calls_share_the_time_by_their_weights() {
    let weights = [1.0, 2.0, 0.5, 1.0];
    assert_shares(&weights, &simulate(&weights, |_, random| 1 + random % 40));
}

#[test]
fn a_task_with_long_runs_gets_no_more_time_than_one_with_short_runs() {
    let weights = [1.0, 1.0, 2.0];
    let used = simulate(&weights, |task, random| if task == 0 { 100 } else { 1 + random % 9 });
    assert_shares(&weights, &used);
}

#[test]
fn runs_that_take_no_measurable_time_starve_no_task() {
    let used = simulate(&[1.0, 8.0, 0.25], |_, _| 0);
    let replies: Vec<u32> = used.iter().map(|&(_, replies)| replies).collect();
    let (least, most) = (replies.iter().min(), replies.iter().max());
    // The first task has its calls before the others are there.
    assert!(least.zip(most).is_some_and(|(least, most)| most - least < 5), "{replies:?}");
}

//! The cost of one operation, its effects taken, against the number of calls that are queued or in flight.
//!
//! Every call has a timeout, so the table of deadlines is as deep as the queue. Only the operation is timed: what keeps
//! the depth where it is, is not.
#![allow(missing_docs, reason = "criterion's macros make public functions")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use atelier_kernel::{
    Attempt, CallSeq, Effect, Kernel, KeyId, Millis, NewCall, Outcome, Sampling, TaskConfig, TaskId,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::{Duration, Instant};

const DEPTHS: [usize; 4] = [10, 1_000, 100_000, 1_000_000];
const TASK: TaskId = TaskId(0);

/// Operations between two looks at the clock, so that looking costs little; the depth is off by no more than this.
const BATCH: u64 = 10;

/// Calls that hang on the key that is aborted.
const CALLS_OF_KEY: usize = 10;

/// A kernel with one worker and a known number of calls.
struct Bed {
    kernel: Kernel,
    /// The open calls, in no order.
    calls: Vec<CallSeq>,
    running: CallSeq,
    random: u64,
}

impl Bed {
    /// `max_in_flight` 1: the calls are pending behind one that runs. Infinity: all of them run.
    fn new(depth: usize, max_in_flight: f64) -> Self {
        let config = TaskConfig {
            task_type: "singleton".into(),
            max_in_flight: max_in_flight.into(),
            max_queue_depth: f64::INFINITY.into(),
            timeout_ms: 60_000.0.into(),
            ..TaskConfig::default()
        };
        let mut kernel = Kernel::default();
        kernel.define_task(&config, Millis::new(0.0)).expect("a sensible configuration");
        let mut bed = Self { kernel, calls: Vec::new(), running: CallSeq(0), random: 1 };
        if max_in_flight == 1.0 {
            bed.submit(None);
        }
        for _ in 0..depth {
            let call = bed.submit(None);
            bed.calls.push(call);
        }
        bed
    }

    fn submit(&mut self, key: Option<KeyId>) -> CallSeq {
        let call = NewCall { key, signal: None, sampling: Sampling::Root };
        let seq = self.kernel.submit(TASK, call, Millis::new(1.0));
        self.drain();
        seq
    }

    fn settle(&mut self, call: CallSeq) {
        self.kernel.settle(TASK, call, Attempt(1), Outcome::Succeeded, Millis::new(2.0));
        self.drain();
    }

    fn cancel(&mut self, call: CallSeq) {
        self.kernel.cancel(TASK, call, Millis::new(2.0));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(effect) = self.kernel.poll_effect() {
            if let Effect::Dispatch { call, .. } = black_box(effect) {
                self.running = call;
            }
        }
    }

    /// Takes a call out of the list, from anywhere in it.
    fn pick(&mut self) -> CallSeq {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let len = self.calls.len() as u64;
        let at = usize::try_from((self.random >> 33) % len).expect("a list has a usize");
        self.calls.swap_remove(at)
    }

    fn refill(&mut self, calls: u64) {
        for _ in 0..calls {
            let call = self.submit(None);
            self.calls.push(call);
        }
    }
}

/// Times `operation` in batches of its argument; `restore` brings the depth back, untimed.
fn batches(
    operations: u64,
    bed: &mut Bed,
    mut operation: impl FnMut(&mut Bed, u64),
    mut restore: impl FnMut(&mut Bed, u64),
) -> Duration {
    let mut spent = Duration::ZERO;
    let mut left = operations;
    while left > 0 {
        let batch = left.min(BATCH);
        let start = Instant::now();
        operation(bed, batch);
        spent += start.elapsed();
        restore(bed, batch);
        left -= batch;
    }
    spent
}

fn group(
    criterion: &mut Criterion,
    name: &str,
    max_in_flight: f64,
    operation: impl Fn(&mut Bed, u64) + Copy,
    restore: impl Fn(&mut Bed, u64) + Copy,
) {
    let mut group = criterion.benchmark_group(name);
    for depth in DEPTHS {
        let mut bed = Bed::new(depth, max_in_flight);
        group.bench_function(BenchmarkId::from_parameter(depth), |bencher| {
            bencher.iter_custom(|operations| batches(operations, &mut bed, operation, restore));
        });
    }
    group.finish();
}

fn take_back(bed: &mut Bed, calls: u64) {
    for _ in 0..calls {
        let call = bed.calls.pop().expect("it was submitted");
        bed.cancel(call);
    }
}

fn depth(criterion: &mut Criterion) {
    group(criterion, "submit a call that is queued", 1.0, Bed::refill, take_back);
    let settle_popped = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let call = bed.calls.pop().expect("it was submitted");
            bed.settle(call);
        }
    };
    group(criterion, "submit a call that is dispatched", f64::INFINITY, Bed::refill, settle_popped);
    let settle_any = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let call = bed.pick();
            bed.settle(call);
        }
    };
    group(criterion, "settle one of those in flight", f64::INFINITY, settle_any, Bed::refill);
    let settle_running = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            bed.settle(bed.running);
        }
    };
    let submit = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            bed.submit(None);
        }
    };
    group(criterion, "settle and dispatch the next", 1.0, settle_running, submit);
    let cancel_any = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let call = bed.pick();
            bed.cancel(call);
        }
    };
    group(criterion, "cancel one in the middle", 1.0, cancel_any, Bed::refill);
}

/// A key's calls stand behind all the others.
fn cancel_key(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cancel a key of ten calls");
    for depth in DEPTHS {
        let mut bed = Bed::new(depth, 1.0);
        let key = bed.kernel.open_key();
        bed.kernel.hold_key(key);
        group.bench_function(BenchmarkId::from_parameter(depth), |bencher| {
            bencher.iter_custom(|operations| {
                let mut spent = Duration::ZERO;
                for _ in 0..operations {
                    for _ in 0..CALLS_OF_KEY {
                        bed.submit(Some(key));
                    }
                    let start = Instant::now();
                    bed.kernel.abort_key(key, Millis::new(3.0));
                    bed.drain();
                    spent += start.elapsed();
                    bed.kernel.clear_key(key);
                    bed.kernel.hold_key(key);
                    bed.drain();
                }
                spent
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1))
        .without_plots();
    targets = depth, cancel_key
}
criterion_main!(benches);

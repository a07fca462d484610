//! The cost of one operation, its effects taken, against the number of calls that are queued or in flight.
//!
//! Every call has a timeout, so the table of deadlines is as deep as the queue. Only the operation is timed: what keeps
//! the depth where it is, is not.
#![allow(missing_docs, reason = "criterion's macros make public functions")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use atelier_kernel::{
    Answer, Attempt, CallSeq, Effect, Input, Kernel, Millis, Outcome, Priority, Sampling, ScopeId,
    TaskConfig, TaskId,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::{Duration, Instant};

const DEPTHS: [usize; 4] = [10, 1_000, 100_000, 1_000_000];
const TASK: TaskId = TaskId(0);

/// Operations between two looks at the clock, so that looking costs little; the depth is off by no more than this.
const BATCH: u64 = 10;

/// Calls of the scope that is aborted.
const CALLS_OF_SCOPE: usize = 10;

/// A kernel with one worker and a known number of calls.
struct Bed {
    kernel: Kernel,
    /// The number of the next call.
    next: u32,
    /// The open calls with the scopes of their signals, if they have one, in no order.
    calls: Vec<(CallSeq, Option<ScopeId>)>,
    /// Every call has a signal of its own.
    signals: bool,
    running: CallSeq,
    random: u64,
}

impl Bed {
    /// `max_in_flight` 1: the calls are pending behind one that runs. Infinity: all of them run.
    fn new(depth: usize, max_in_flight: f64, signals: bool) -> Self {
        let config = TaskConfig {
            task_type: "singleton".into(),
            max_in_flight: max_in_flight.into(),
            max_queue_depth: f64::INFINITY.into(),
            timeout_ms: 60_000.0.into(),
            ..TaskConfig::default()
        };
        let mut kernel = Kernel::default();
        let task = kernel.input(Input::DefineTask { config: Box::new(config) }, Millis::new(0.0));
        assert_eq!(task, Answer::Task(Ok(TASK)));
        let (calls, running) = (Vec::new(), CallSeq(0));
        let mut bed = Self { kernel, next: 0, calls, signals, running, random: 1 };
        if max_in_flight == 1.0 {
            bed.submit(None);
        }
        bed.refill(depth as u64);
        bed
    }

    fn input(&mut self, input: Input, now: f64) -> Answer {
        let answer = self.kernel.input(input, Millis::new(now));
        self.drain();
        answer
    }

    fn open_scope(&mut self) -> ScopeId {
        let Answer::Scope(scope) = self.input(Input::OpenScope {}, 1.0) else {
            panic!("a scope is opened");
        };
        scope
    }

    fn submit(&mut self, signal: Option<ScopeId>) -> CallSeq {
        let call = CallSeq(self.next);
        self.next += 1;
        let submit = Input::Submit {
            task: TASK,
            call,
            key: None,
            signal,
            timeout: None,
            priority: Priority::default(),
            follows_signal: false,
            latest: None,
            replace_running: false,
            sampling: Sampling::Root,
        };
        self.input(submit, 1.0);
        call
    }

    fn settle(&mut self, call: CallSeq) {
        let (attempt, outcome) = (Attempt(1), Outcome::Succeeded);
        self.input(Input::Settle { task: TASK, call, attempt, outcome, run: None }, 2.0);
    }

    fn abort(&mut self, scope: ScopeId) {
        self.input(Input::AbortScope { scope }, 2.0);
    }

    fn drain(&mut self) {
        while let Some(effect) = self.kernel.poll_effect() {
            let effect = black_box(effect);
            if let Effect::Dispatch { call, .. } = effect {
                self.running = call;
            }
            if let Effect::ReleaseScope { scope } = effect {
                self.kernel.input(Input::CloseScope { scope }, Millis::new(2.0));
            }
        }
    }

    /// Takes a call out of the list, from anywhere in it.
    fn pick(&mut self) -> (CallSeq, Option<ScopeId>) {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let len = self.calls.len() as u64;
        let at = usize::try_from((self.random >> 33) % len).expect("a list has a usize");
        self.calls.swap_remove(at)
    }

    fn refill(&mut self, calls: u64) {
        for _ in 0..calls {
            let signal = self.signals.then(|| self.open_scope());
            let call = self.submit(signal);
            self.calls.push((call, signal));
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
    (max_in_flight, signals): (f64, bool),
    operation: impl Fn(&mut Bed, u64) + Copy,
    restore: impl Fn(&mut Bed, u64) + Copy,
) {
    let mut group = criterion.benchmark_group(name);
    for depth in DEPTHS {
        let mut bed = Bed::new(depth, max_in_flight, signals);
        group.bench_function(BenchmarkId::from_parameter(depth), |bencher| {
            bencher.iter_custom(|operations| batches(operations, &mut bed, operation, restore));
        });
    }
    group.finish();
}

fn depth(criterion: &mut Criterion) {
    // A call that was not started can only be taken back by an abort, so it has a signal.
    let take_back = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let (_, signal) = bed.calls.pop().expect("it was submitted");
            bed.abort(signal.expect("it has a signal"));
        }
    };
    group(criterion, "submit a call that is queued", (1.0, true), Bed::refill, take_back);
    let settle_popped = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let (call, _) = bed.calls.pop().expect("it was submitted");
            bed.settle(call);
        }
    };
    let all = (f64::INFINITY, false);
    group(criterion, "submit a call that is dispatched", all, Bed::refill, settle_popped);
    let settle_any = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let (call, _) = bed.pick();
            bed.settle(call);
        }
    };
    group(criterion, "settle one of those in flight", all, settle_any, Bed::refill);
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
    group(criterion, "settle and dispatch the next", (1.0, false), settle_running, submit);
    let cancel_any = |bed: &mut Bed, calls: u64| {
        for _ in 0..calls {
            let (_, signal) = bed.pick();
            bed.abort(signal.expect("it has a signal"));
        }
    };
    group(criterion, "cancel one in the middle", (1.0, true), cancel_any, Bed::refill);
}

/// The calls of the scope stand behind all the others.
fn cancel_scope(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cancel a scope of ten calls");
    for depth in DEPTHS {
        let mut bed = Bed::new(depth, 1.0, false);
        let scope = bed.open_scope();
        bed.input(Input::HoldScope { scope }, 2.0);
        group.bench_function(BenchmarkId::from_parameter(depth), |bencher| {
            bencher.iter_custom(|operations| {
                let mut spent = Duration::ZERO;
                for _ in 0..operations {
                    for _ in 0..CALLS_OF_SCOPE {
                        bed.submit(Some(scope));
                    }
                    let start = Instant::now();
                    bed.abort(scope);
                    spent += start.elapsed();
                    bed.kernel.input(Input::ClearScope { scope }, Millis::new(2.0));
                    bed.input(Input::HoldScope { scope }, 2.0);
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
    targets = depth, cancel_scope
}
criterion_main!(benches);

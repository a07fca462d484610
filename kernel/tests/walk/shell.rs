//! The least shell that can drive a kernel: it opens scopes, answers offers to close them, and takes the effects.

use crate::walk::input::{Input, KEYS, Key};
use crate::walk::setup::Setup;
use atelier_kernel::{
    Effect, Kernel, KeyId, Millis, NewCall, Rejection, SpanEnd, TaskId, TaskSnapshot,
};

/// A kernel with its clock and the scopes of its keys.
pub(crate) struct Shell {
    pub(crate) kernel: Kernel,
    pub(crate) now: f64,
    tasks: u32,
    forgotten: Vec<TaskId>,
    keys: [Option<KeyId>; KEYS as usize],
}

impl Shell {
    /// Defines the tasks; answers what that asks for.
    pub(crate) fn new(setups: &[Setup]) -> (Self, Vec<Effect>) {
        let mut shell = Self {
            kernel: Kernel::default(),
            now: 0.0,
            tasks: 0,
            forgotten: Vec::new(),
            keys: [None; KEYS as usize],
        };
        for setup in setups {
            shell
                .kernel
                .define_task(&setup.config(), Millis::new(0.0))
                .expect("every setup is sensible");
            shell.tasks += 1;
        }
        let effects = shell.drain();
        (shell, effects)
    }

    /// One input with its full drain.
    pub(crate) fn turn(&mut self, input: &Input) -> Vec<Effect> {
        self.feed(input);
        self.drain()
    }

    /// Feeds one input and leaves its effects where they are.
    pub(crate) fn feed(&mut self, input: &Input) {
        if let Input::Wait(ms) | Input::Late(ms) = input {
            self.now += ms;
        }
        let now = Millis::new(self.now);
        match *input {
            Input::Submit { task, key, signal, sampling } if self.takes_calls(task) => {
                let key = key.map(|key| self.open(key));
                let signal = signal.map(|signal| self.open(signal));
                self.kernel.submit(task, NewCall { key, signal, sampling }, now);
            }
            Input::SubmitFailed { task, sampling } if self.takes_calls(task) => {
                self.kernel.submit_failed(task, sampling, now);
            }
            Input::Submit { .. } | Input::SubmitFailed { .. } | Input::Late(_) => {}
            Input::Settle { task, call, attempt, outcome } => {
                self.kernel.settle(task, call, attempt, outcome, now);
            }
            Input::AnswerIgnored(task) => self.kernel.answer_ignored(task, now),
            Input::PayloadMoved { task, call, attempt } => {
                self.kernel.payload_moved(task, call, attempt);
            }
            Input::Cancel { task, call } => self.kernel.cancel(task, call, now),
            Input::WorkerReady { task, slot, epoch } => {
                self.kernel.worker_ready(task, slot, epoch, now);
            }
            Input::WorkerUnhandled { task, slot, epoch } => {
                self.kernel.worker_unhandled(task, slot, epoch, now);
            }
            Input::WorkerGone { task, slot, epoch } => {
                self.kernel.worker_gone(task, slot, epoch, now);
            }
            Input::WorkerLost { task, slot, epoch } => {
                self.kernel.worker_lost(task, slot, epoch, now);
            }
            Input::Hold(key) => {
                let key = self.open(key);
                self.kernel.hold_key(key);
            }
            Input::Abort(key) => {
                let key = self.open(key);
                self.kernel.abort_key(key, now);
            }
            Input::Clear(Key(name)) => {
                if let Some(key) = self.keys[usize::from(name)] {
                    self.kernel.clear_key(key);
                }
            }
            Input::Start(task) => self.kernel.start_workers(task, now),
            Input::Stop(task) => self.kernel.stop_workers(task, now),
            Input::Dispose(task) => self.kernel.dispose_task(task, now),
            Input::Forget(task) => {
                self.kernel.forget_task(task, now);
                self.forgotten.push(task);
            }
            Input::WatchDrain(task) => self.kernel.watch_drain(task, now),
            Input::Wait(_) => self.kernel.handle_timeout(now),
            Input::OpenTrace => {
                self.kernel.open_trace(now);
            }
            Input::EndTrace(trace, error) => self.kernel.end_trace(trace, None, error, now),
            Input::Observe(observation) => self.kernel.observe(observation),
        }
    }

    /// Takes every effect, with keys by name, and closes the scopes that are offered.
    pub(crate) fn drain(&mut self) -> Vec<Effect> {
        let mut effects = self.take();
        for effect in &mut effects {
            let offered = if let Effect::ReleaseKey { key } = effect { Some(*key) } else { None };
            *effect = self.named(*effect);
            if let Some(key) = offered
                && self.kernel.close_key(key)
            {
                for scope in &mut self.keys {
                    *scope = scope.filter(|&scope| scope != key);
                }
            }
        }
        effects
    }

    /// Takes every effect as it is and answers no offer.
    pub(crate) fn take(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.kernel.poll_effect()).collect()
    }

    /// Milliseconds until the next deadline, at least 0.
    pub(crate) fn deadline(&self) -> Option<f64> {
        self.kernel.poll_timeout().map(|at| (at.get() - self.now).max(0.0))
    }

    /// The state of every task; `None` where it was forgotten.
    pub(crate) fn snapshots(&self) -> Vec<Option<TaskSnapshot>> {
        (0..self.tasks).map(|task| self.kernel.snapshot(TaskId(task))).collect()
    }

    /// Whether the key is open and aborted.
    pub(crate) fn is_aborted(&self, Key(name): Key) -> bool {
        self.keys[usize::from(name)].is_some_and(|key| self.kernel.is_key_aborted(key))
    }

    fn takes_calls(&self, task: TaskId) -> bool {
        task.0 < self.tasks && !self.forgotten.contains(&task)
    }

    fn open(&mut self, Key(name): Key) -> KeyId {
        *self.keys[usize::from(name)].get_or_insert_with(|| self.kernel.open_key())
    }

    /// The effect with the names of keys in place of their numbers.
    fn named(&self, effect: Effect) -> Effect {
        match effect {
            Effect::AbortSignal { key } => Effect::AbortSignal { key: self.name(key) },
            Effect::ReleaseKey { key } => Effect::ReleaseKey { key: self.name(key) },
            Effect::Reject { task, call, rejection } => {
                Effect::Reject { task, call, rejection: self.reason(rejection) }
            }
            Effect::EndSpan(span) => Effect::EndSpan(SpanEnd {
                rejection: span.rejection.map(|rejection| self.reason(rejection)),
                ..span
            }),
            Effect::Spawn { .. }
            | Effect::GiveUp { .. }
            | Effect::Terminate { .. }
            | Effect::Dispatch { .. }
            | Effect::Interrupt { .. }
            | Effect::Resolve { .. }
            | Effect::Drained { .. }
            | Effect::Count { .. }
            | Effect::Gauge { .. }
            | Effect::Histogram { .. }
            | Effect::EndTrace { .. } => effect,
        }
    }

    fn reason(&self, rejection: Rejection) -> Rejection {
        if let Rejection::Aborted(key) = rejection {
            return Rejection::Aborted(self.name(key));
        }
        rejection
    }

    fn name(&self, key: KeyId) -> KeyId {
        let name = self.keys.iter().position(|&scope| scope == Some(key));
        KeyId(name.and_then(|name| u32::try_from(name).ok()).expect("the effect's key is open"))
    }
}

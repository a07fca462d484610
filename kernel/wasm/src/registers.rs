//! The one place where an effect is laid flat: its fields in named registers that JavaScript reads one by one.
//!
//! A register that an effect does not use keeps its old value, except those that can be `undefined`.

use crate::Kernel;
use crate::mirror::{EffectKind, ErrorKind, Metric, Rejection, Status};
use atelier_kernel::{Attempt, CallSeq, Effect, Epoch, KeyId, Slot, SpanEnd, TaskId, TraceId};
use wasm_bindgen::prelude::*;

/// The fields of the effect polled last.
pub(crate) struct Registers {
    task: u32,
    call: u32,
    attempt: u32,
    slot: Option<u32>,
    worker: Option<u32>,
    epoch: u32,
    key: Option<u32>,
    trace: u32,
    rejection: Rejection,
    metric: Metric,
    value: f64,
    started: f64,
    ended: f64,
    queue_wait: f64,
    queue_wait_last: f64,
    status: Status,
    error: Option<ErrorKind>,
}

impl Default for Registers {
    fn default() -> Self {
        Self {
            task: 0,
            call: 0,
            attempt: 0,
            slot: None,
            worker: None,
            epoch: 0,
            key: None,
            trace: 0,
            rejection: Rejection::Failed,
            metric: Metric::TaskDispatch,
            value: 0.0,
            started: 0.0,
            ended: 0.0,
            queue_wait: 0.0,
            queue_wait_last: 0.0,
            status: Status::Ok,
            error: None,
        }
    }
}

impl Registers {
    /// Lays an effect into the registers and answers its kind.
    pub(crate) fn load(&mut self, effect: Effect) -> EffectKind {
        match effect {
            Effect::Spawn { task, slot, epoch } => {
                self.worker(task, slot, epoch);
                EffectKind::Spawn
            }
            Effect::GiveUp { task, slot, epoch, after } => {
                self.worker(task, slot, epoch);
                self.value = after;
                EffectKind::GiveUp
            }
            Effect::Terminate { task, slot, epoch } => {
                self.worker(task, slot, epoch);
                EffectKind::Terminate
            }
            Effect::Dispatch { task, call, attempt: Attempt(attempt), slot, epoch } => {
                self.worker(task, slot, epoch);
                self.call(task, call);
                self.attempt = attempt;
                EffectKind::Dispatch
            }
            Effect::Interrupt { task, call, slot, epoch } => {
                self.worker(task, slot, epoch);
                self.call(task, call);
                EffectKind::Interrupt
            }
            Effect::Resolve { task, call } => {
                self.call(task, call);
                EffectKind::Resolve
            }
            Effect::Reject { task, call, rejection } => {
                self.call(task, call);
                self.reject(rejection);
                EffectKind::Reject
            }
            Effect::AbortSignal { key: KeyId(key) } => {
                self.key = Some(key);
                EffectKind::AbortSignal
            }
            Effect::ReleaseKey { key: KeyId(key) } => {
                self.key = Some(key);
                EffectKind::ReleaseKey
            }
            Effect::Drained { task: TaskId(task) } => {
                self.task = task;
                EffectKind::Drained
            }
            Effect::Count { metric, task: TaskId(task), slot } => {
                (self.task, self.metric, self.value) = (task, metric.into(), 1.0);
                self.slot = slot.map(|Slot(slot)| slot);
                EffectKind::Count
            }
            Effect::Gauge { metric, task, value } => {
                self.observed(task, metric.into(), f64::from(value));
                EffectKind::Gauge
            }
            Effect::Histogram { metric, task, value } => {
                self.observed(task, metric.into(), value);
                EffectKind::Histogram
            }
            Effect::EndSpan(span) => {
                self.span(span);
                EffectKind::EndSpan
            }
            Effect::EndTrace { trace: TraceId(trace), started, ended, status, error } => {
                self.trace = trace;
                (self.started, self.ended) = (started.get(), ended.get());
                (self.status, self.error) = (status.into(), error.map(Into::into));
                EffectKind::EndTrace
            }
        }
    }

    fn worker(&mut self, TaskId(task): TaskId, Slot(slot): Slot, Epoch(epoch): Epoch) {
        (self.task, self.slot, self.epoch) = (task, Some(slot), epoch);
    }

    fn call(&mut self, TaskId(task): TaskId, CallSeq(call): CallSeq) {
        (self.task, self.call) = (task, call);
    }

    fn observed(&mut self, TaskId(task): TaskId, metric: Metric, value: f64) {
        (self.task, self.metric, self.value, self.slot) = (task, metric, value, None);
    }

    fn reject(&mut self, rejection: atelier_kernel::Rejection) {
        use atelier_kernel::Rejection as Source;
        (self.slot, self.key) = (None, None);
        self.rejection = match rejection {
            Source::Aborted(KeyId(key)) => {
                self.key = Some(key);
                Rejection::Aborted
            }
            Source::Canceled => Rejection::Canceled,
            Source::TimedOut => Rejection::TimedOut,
            Source::Dropped => Rejection::Dropped,
            Source::Disposed => Rejection::Disposed,
            Source::Crashed(Slot(slot)) => {
                self.slot = Some(slot);
                Rejection::Crashed
            }
            Source::Killed(Slot(slot)) => {
                self.slot = Some(slot);
                Rejection::Killed
            }
            Source::Moved(Slot(slot)) => {
                self.slot = Some(slot);
                Rejection::Moved
            }
            Source::Failed => Rejection::Failed,
            Source::HandlerAborted => Rejection::HandlerAborted,
        };
    }

    fn span(&mut self, span: SpanEnd) {
        self.call(span.task, span.call);
        if let Some(rejection) = span.rejection {
            self.reject(rejection);
        }
        self.worker = span.slot.map(|Slot(slot)| slot);
        self.attempt = span.attempts;
        (self.started, self.ended) = (span.started.get(), span.ended.get());
        (self.queue_wait, self.queue_wait_last) = (span.queue_wait, span.queue_wait_last);
        (self.status, self.error) = (span.status.into(), span.error.map(Into::into));
    }
}

/// Declares the getters of the registers.
macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident ($js:literal): $type:ty),+ $(,)?) => {
        #[wasm_bindgen]
        impl Kernel {
            $(
                $(#[$doc])*
                #[wasm_bindgen(getter, js_name = $js)]
                pub fn $name(&self) -> $type {
                    self.effect.$name
                }
            )+
        }
    };
}

getters!(
    /// The task of every effect but those about keys and traces.
    task("task"): u32,
    /// The call of Dispatch, Interrupt, Resolve, Reject and `EndSpan`.
    call("call"): u32,
    /// The attempt of Dispatch; the number of attempts of `EndSpan`.
    attempt("attempt"): u32,
    /// The slot of Spawn, `GiveUp`, Terminate, Dispatch and Interrupt, and of Count where it has one. Of Reject, and of `EndSpan`
    /// where `error` is not `undefined`: the slot of the worker that is to blame, if one is.
    slot("slot"): Option<u32>,
    /// The slot of the last attempt of `EndSpan`, if there was one.
    worker("worker"): Option<u32>,
    /// The epoch of Spawn, `GiveUp`, Terminate, Dispatch and Interrupt.
    epoch("epoch"): u32,
    /// The key of `AbortSignal` and `ReleaseKey`, and of a Reject by a key or signal.
    key("key"): Option<u32>,
    /// The trace of `EndTrace`.
    trace("trace"): u32,
    /// The reason of Reject; of `EndSpan` where `error` is not `undefined`.
    rejection("rejection"): Rejection,
    /// The metric of Count, Gauge and Histogram.
    metric("metric"): Metric,
    /// The value of Count (always 1), Gauge and Histogram; of `GiveUp` the time that the worker was given, in ms.
    value("value"): f64,
    /// When the subject of `EndSpan` or `EndTrace` began, in ms.
    started("started"): f64,
    /// When it ended, in ms.
    ended("ended"): f64,
    /// The summed queue wait of `EndSpan`, in ms.
    queue_wait("queueWait"): f64,
    /// The queue wait of `EndSpan`'s last attempt, in ms.
    queue_wait_last("queueWaitLast"): f64,
    /// How the subject of `EndSpan` or `EndTrace` ended.
    status("status"): Status,
    /// What kind of error ended it.
    error("error"): Option<ErrorKind>,
);

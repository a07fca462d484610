//! The one place where an effect is laid flat: its fields in named registers that JavaScript reads out of the memory.
//!
//! A register that an effect does not use keeps its old value, except those that can be absent.

use crate::mirror::{EffectKind, ErrorKind, Metric, Register, Rejection, Status};
use atelier_kernel::{
    Attempt, CallSeq, Effect, Epoch, KeyId, Millis, Slot, SpanEnd, TaskId, TraceId,
};

/// What an absent slot, worker, key or error reads as.
const ABSENT: f64 = -1.0;

/// The fields of the effect polled last, by [`Register`].
#[derive(Default)]
pub(crate) struct Registers([f64; Register::COUNT]);

impl Registers {
    /// Where they lie. They stay there, and so may the memory grow around them.
    pub(crate) fn address(&self) -> *const f64 {
        self.0.as_ptr()
    }

    /// Lays an effect into the registers and answers its kind.
    pub(crate) fn load(&mut self, effect: Effect) -> EffectKind {
        match effect {
            Effect::Spawn { task, slot, epoch } => {
                self.worker(task, slot, epoch);
                EffectKind::Spawn
            }
            Effect::GiveUp { task, slot, epoch, after } => {
                self.worker(task, slot, epoch);
                self.set(Register::Value, after);
                EffectKind::GiveUp
            }
            Effect::Terminate { task, slot, epoch } => {
                self.worker(task, slot, epoch);
                EffectKind::Terminate
            }
            Effect::Dispatch { task, call, attempt: Attempt(attempt), slot, epoch } => {
                self.worker(task, slot, epoch);
                self.call(task, call);
                self.set(Register::Attempt, attempt);
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
                self.set(Register::Key, key);
                EffectKind::AbortSignal
            }
            Effect::ReleaseKey { key: KeyId(key) } => {
                self.set(Register::Key, key);
                EffectKind::ReleaseKey
            }
            Effect::Drained { task: TaskId(task) } => {
                self.set(Register::Task, task);
                EffectKind::Drained
            }
            Effect::Count { metric, task, slot } => {
                self.observed(task, metric.into(), 1.0, slot);
                EffectKind::Count
            }
            Effect::Gauge { metric, task, value } => {
                self.observed(task, metric.into(), f64::from(value), None);
                EffectKind::Gauge
            }
            Effect::Histogram { metric, task, value } => {
                self.observed(task, metric.into(), value, None);
                EffectKind::Histogram
            }
            Effect::EndSpan(span) => {
                self.span(span);
                EffectKind::EndSpan
            }
            Effect::EndTrace { trace: TraceId(trace), started, ended, status, error } => {
                self.set(Register::Trace, trace);
                self.set(Register::Started, started.get());
                self.set(Register::Ended, ended.get());
                self.end(status, error);
                EffectKind::EndTrace
            }
        }
    }

    /// Lays the next deadline into its register, behind the last effect.
    pub(crate) fn load_deadline(&mut self, deadline: Option<Millis>) -> EffectKind {
        self.set(Register::Deadline, deadline.map_or(f64::INFINITY, Millis::get));
        EffectKind::None
    }

    fn set(&mut self, register: Register, value: impl Into<f64>) {
        self.0[register as usize] = value.into();
    }

    fn worker(&mut self, TaskId(task): TaskId, Slot(slot): Slot, Epoch(epoch): Epoch) {
        self.set(Register::Task, task);
        self.set(Register::Slot, slot);
        self.set(Register::Epoch, epoch);
    }

    fn call(&mut self, TaskId(task): TaskId, CallSeq(call): CallSeq) {
        self.set(Register::Task, task);
        self.set(Register::Call, call);
    }

    fn observed(&mut self, TaskId(task): TaskId, metric: Metric, value: f64, worker: Option<Slot>) {
        self.set(Register::Task, task);
        self.set(Register::Metric, metric as u8);
        self.set(Register::Value, value);
        self.set(Register::Slot, slot(worker));
    }

    fn reject(&mut self, rejection: atelier_kernel::Rejection) {
        use atelier_kernel::Rejection as Source;
        let (reason, key, blamed) = match rejection {
            Source::Aborted(key) => (Rejection::Aborted, Some(key), None),
            Source::Canceled => (Rejection::Canceled, None, None),
            Source::TimedOut => (Rejection::TimedOut, None, None),
            Source::Dropped => (Rejection::Dropped, None, None),
            Source::Disposed => (Rejection::Disposed, None, None),
            Source::Crashed(slot) => (Rejection::Crashed, None, Some(slot)),
            Source::Killed(slot) => (Rejection::Killed, None, Some(slot)),
            Source::Moved(slot) => (Rejection::Moved, None, Some(slot)),
            Source::Failed => (Rejection::Failed, None, None),
            Source::HandlerAborted => (Rejection::HandlerAborted, None, None),
        };
        self.set(Register::Rejection, reason as u8);
        self.set(Register::Key, key.map_or(ABSENT, |KeyId(key)| f64::from(key)));
        self.set(Register::Slot, slot(blamed));
    }

    fn span(&mut self, span: SpanEnd) {
        self.call(span.task, span.call);
        if let Some(rejection) = span.rejection {
            self.reject(rejection);
        }
        self.set(Register::Worker, slot(span.slot));
        self.set(Register::Attempt, span.attempts);
        self.set(Register::Started, span.started.get());
        self.set(Register::Ended, span.ended.get());
        self.set(Register::QueueWait, span.queue_wait);
        self.set(Register::QueueWaitLast, span.queue_wait_last);
        self.end(span.status, span.error);
    }

    fn end(&mut self, status: atelier_kernel::Status, error: Option<atelier_kernel::ErrorKind>) {
        self.set(Register::Status, Status::from(status) as u8);
        self.set(
            Register::Error,
            error.map_or(ABSENT, |kind| f64::from(ErrorKind::from(kind) as u8)),
        );
    }
}

fn slot(slot: Option<Slot>) -> f64 {
    slot.map_or(ABSENT, |Slot(slot)| f64::from(slot))
}

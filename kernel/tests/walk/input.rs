//! The alphabet of a walk: every input of the kernel, with keys by name and time by how much of it passes.

use atelier_kernel::{
    Attempt, CallSeq, Epoch, ErrorKind, Observation, Outcome, Sampling, Slot, TaskId, TraceId,
};

/// A key by name. Its scope is opened when it is named first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub u8);

/// How many keys the alphabet has.
pub(crate) const KEYS: u8 = 3;

/// One input. Those about a task that does not exist are stale; a call for it is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Input {
    Submit {
        task: TaskId,
        key: Option<Key>,
        signal: Option<Key>,
        sampling: Sampling,
    },
    SubmitFailed {
        task: TaskId,
        sampling: Sampling,
    },
    Settle {
        task: TaskId,
        call: CallSeq,
        attempt: Attempt,
        outcome: Outcome,
    },
    AnswerIgnored(TaskId),
    PayloadMoved {
        task: TaskId,
        call: CallSeq,
        attempt: Attempt,
    },
    Cancel {
        task: TaskId,
        call: CallSeq,
    },
    WorkerReady {
        task: TaskId,
        slot: Slot,
        epoch: Epoch,
    },
    WorkerUnhandled {
        task: TaskId,
        slot: Slot,
        epoch: Epoch,
    },
    WorkerGone {
        task: TaskId,
        slot: Slot,
        epoch: Epoch,
    },
    WorkerLost {
        task: TaskId,
        slot: Slot,
        epoch: Epoch,
    },
    Hold(Key),
    Abort(Key),
    Clear(Key),
    Start(TaskId),
    Stop(TaskId),
    Dispose(TaskId),
    Forget(TaskId),
    WatchDrain(TaskId),
    /// So many milliseconds pass, and the deadlines up to then are acted on.
    Wait(f64),
    /// So many milliseconds pass, and the deadlines stay for later.
    Late(f64),
    OpenTrace,
    EndTrace(TraceId, Option<ErrorKind>),
    Observe(Observation),
}

//! Inputs: what the shell reports to the kernel or asks of it.

use crate::boundary::config::TaskConfig;
use crate::boundary::id::{Attempt, CallSeq, Epoch, ScopeId, Slot, TaskId, TraceId};
use crate::boundary::list::{FieldShape, Shape};
use crate::boundary::numbers::Numbers;
use crate::boundary::outcome::{ErrorKind, Outcome, Status};
use crate::boundary::priority::Priority;
use crate::telemetry::observation::{Observation, Sampling};

/// Declares the inputs: from one list come the enum and its entry in the list of all that crosses the boundary.
macro_rules! inputs {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $ty:ty),* $(,)? })*) => {
        /// One thing that happened, or that a user asked for.
        ///
        /// An input about a task, call, attempt, worker, scope or trace that does not exist, or does not exist any more, is stale: it
        /// changes nothing and emits nothing.
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[allow(missing_docs, reason = "the fields are named after their types")]
        pub enum Input {
            $($(#[doc = $doc])* $name { $($field: $ty),* },)*
        }

        impl Input {
            /// Every input.
            pub const LIST: &'static [Shape] = &[$(Shape {
                name: stringify!($name),
                doc: &[$($doc),*],
                fields: &[$(FieldShape {
                    name: stringify!($field),
                    ty: stringify!($ty),
                    numbers: <$ty as Numbers>::NAMES,
                    stored: None,
                }),*],
            }),*];

            /// How many numbers the fields of each input take.
            pub const WIDTHS: &'static [usize] = &[$(0 $(+ <$ty as Numbers>::COUNT)*),*];

            /// The input's place in the list, and its fields as numbers. NaN stands for what is absent, a text that is none of the
            /// configuration's words for anything that is refused.
            pub fn numbers(&self) -> (usize, Vec<f64>) {
                let mut numbers = Vec::new();
                match self {
                    $(Self::$name { $($field),* } => {
                        $($field.write(&mut numbers);)*
                        (Place::$name as usize, numbers)
                    })*
                }
            }

            /// The input at a place in the list, of as many numbers as it takes. `None` if there is none, or the numbers mean nothing.
            pub fn from_numbers(place: usize, numbers: &[f64]) -> Option<Self> {
                if *Self::WIDTHS.get(place)? != numbers.len() {
                    return None;
                }
                let mut rest = numbers;
                $(if place == Place::$name as usize {
                    return Some(Self::$name { $($field: next::<$ty>(&mut rest)?),* });
                })*
                None
            }
        }

        /// The place of each input in the list.
        #[derive(Clone, Copy)]
        enum Place {
            $($name,)*
        }
    };
}

/// Reads the numbers of one field off the front.
fn next<T: Numbers>(rest: &mut &[f64]) -> Option<T> {
    let (field, after) = rest.split_at_checked(T::COUNT)?;
    *rest = after;
    T::read(field)
}

inputs! {
    /// Defines a task; returns its id or the refusal of its configuration. With `init: 'eager'` its workers are spawned.
    DefineTask { config: Box<TaskConfig> }
    /// A method was called. `call` is the number after that of the task's last call. The call is refused, queued or started within
    /// this input. `key` and `signal` are the scopes that cancel it; `timeout`, in milliseconds, replaces the task's, and Infinity is
    /// none. Its priority follows that of its signal if `follows_signal`. `latest` is the scope of the task's calls of which only the
    /// newest may wait: those that have not started are superseded, and with `replace_running` the others, too.
    Submit {
        task: TaskId,
        call: CallSeq,
        key: Option<ScopeId>,
        signal: Option<ScopeId>,
        timeout: Option<f64>,
        priority: Priority,
        follows_signal: bool,
        latest: Option<ScopeId>,
        replace_running: bool,
        sampling: Sampling,
    }
    /// A method was called in a way that failed before the call could be submitted, such as by a `keyOf` that threw. The call is
    /// accounted for and rejected.
    SubmitFailed { task: TaskId, call: CallSeq, sampling: Sampling }
    /// An attempt has ended. `run` is the time in the handler in milliseconds, where the worker measured it.
    Settle { task: TaskId, call: CallSeq, attempt: Attempt, outcome: Outcome, run: Option<f64> }
    /// A worker replied to a call that is not on it. Only counted.
    ReplyIgnored { task: TaskId }
    /// The arguments of an attempt were moved, not copied, to the worker in the slot, so the call cannot be sent again.
    PayloadMoved { task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot }
    /// The first item of a streaming call has arrived: the call cannot be run again.
    FirstItem { task: TaskId, call: CallSeq, attempt: Attempt }
    /// Further items of a streaming call have arrived together. Matters only where `LimitItemWait` limits the wait for them.
    MoreItems { task: TaskId, call: CallSeq, attempt: Attempt }
    /// Limits how long the loop of a stream waits for an item, in milliseconds: from the dispatch, from `Resume` and from each arrival of
    /// items on, and not while the call rests. Infinity is no limit, which is the default.
    LimitItemWait { task: TaskId, call: CallSeq, timeout: f64 }
    /// The loop of a stream is busy, or the worker may produce no more for now: until `Resume` the call stays on its worker without
    /// counting there. Stale unless an item has arrived.
    Rest { task: TaskId, call: CallSeq, attempt: Attempt }
    /// The loop of a stream waits for an item again: the call counts at once, even beyond every limit.
    Resume { task: TaskId, call: CallSeq, attempt: Attempt }
    /// The caller wants no more of a call: its loop was left, or nobody holds its stream any more.
    CancelCall { task: TaskId, call: CallSeq }
    /// A worker serves calls: it became ready before its `startTimeoutMs`.
    WorkerReady { task: TaskId, slot: Slot, epoch: Epoch }
    /// A worker crashed, or could not be created.
    WorkerLost { task: TaskId, slot: Slot, epoch: Epoch }
    /// The thread of a worker that was terminated has exited, or never was. Without this input the worker counts as terminating for
    /// three seconds.
    WorkerGone { task: TaskId, slot: Slot, epoch: Epoch }
    /// A worker is to be replaced once its calls have ended. It gets no further calls.
    RetireWorker { task: TaskId, slot: Slot, epoch: Epoch }
    /// A promise was rejected in a worker and nothing handled it. Only counted.
    WorkerUnhandled { task: TaskId, slot: Slot, epoch: Epoch }
    /// A value that a call returned lives on in its worker: the worker is not idle until `ReleaseWorker`. Several such values add up.
    HoldWorker { task: TaskId, slot: Slot, epoch: Epoch }
    /// One value for which a worker was held has ended.
    ReleaseWorker { task: TaskId, slot: Slot, epoch: Epoch }
    /// Opens a cancellation scope for a key or a signal; returns its id.
    OpenScope {}
    /// The reply to `ReleaseScope`: forgets the scope unless it is in use again; returns true if it is forgotten.
    CloseScope { scope: ScopeId }
    /// A signal was handed out for the scope: it stays open until it is cleared.
    HoldScope { scope: ScopeId }
    /// Cancels every call of the scope, and every later one until `ClearScope`.
    AbortScope { scope: ScopeId }
    /// Forgets that the scope was aborted. Open calls stay registered with it.
    ClearScope { scope: ScopeId }
    /// Gives the calls of the scope that have not started this priority. `followers`: only those whose priority follows their signal.
    Prioritize { scope: ScopeId, priority: Priority, followers: bool }
    /// Resumes a stopped task, revives a failed one, and spawns the workers that are missing.
    StartWorkers { task: TaskId }
    /// Pauses a task and terminates its workers; their calls go back to the queue.
    StopWorkers { task: TaskId }
    /// Replaces the workers that live now, one after the other, each once its calls have ended. Asks for one `Replaced` when none of
    /// them lives.
    ReplaceWorkers { task: TaskId }
    /// Rejects every open call of a task and terminates its workers.
    DisposeTask { task: TaskId }
    /// Nobody can submit to the task any more: disposes it and forgets it.
    ForgetTask { task: TaskId }
    /// Asks for one `Drained` as soon as nothing is waiting, pending or in flight.
    WatchDrain { task: TaskId }
    /// Opens a trace; returns its id and whether it is sampled.
    OpenTrace {}
    /// Ends a trace. Without a status the kind of error decides: none is `Ok`, an abort is `Canceled`, anything else is `Error`.
    EndTrace { trace: TraceId, status: Option<Status>, error: Option<ErrorKind> }
    /// Says what is to be reported besides the work. With `events`, a listener has subscribed: the next change of a task's gauges emits
    /// all four, so that no value is unknown to it.
    Observe { observation: Observation }
    /// Makes sampling differ from that of kernels with another seed: traces and calls count from 0 in each.
    SeedSampling { seed: u32 }
    /// Acts on every deadline up to now.
    HandleTimeout {}
    /// Limits how many workers of all tasks may be busy at one time: a positive integer, or Infinity for no limit, which is the
    /// default.
    LimitBusyWorkers { max: f64 }
    /// The inputs up to `EndBatch` happen together: calls are started only after the last of them.
    BeginBatch {}
    /// Ends what `BeginBatch` began.
    EndBatch {}
}

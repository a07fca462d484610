//! Counters of branches that a walk takes seldom. A run that never takes one proves nothing about it.

use crate::audit::account::{Account, Begun, Condition};
use atelier_kernel::{
    CallSeq, CrashPolicy, Effect, Input, QueuePolicy, Rejection, TaskId, TaskSnapshot,
};
use std::collections::BTreeMap;

/// How often each rare branch was taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    pub(crate) taken: BTreeMap<&'static str, u64>,
    /// Something has ended in the batch that is open.
    ended: bool,
}

/// Every rare branch.
pub(crate) const BRANCHES: [&str; 62] = [
    "a batch with an end and a start",
    "a begun stream ends with its worker",
    "a call is given up after too many crashes of its own",
    "a call is revoked from the queue by disposal",
    "a call starts in the place of a resting stream",
    "a call that is left before it starts",
    "a call times out by a timeout of its own",
    "a call times out in flight",
    "a call times out in the queue",
    "a cancel before a call was sent",
    "a crash during an abandoned call",
    "a crash that does not count",
    "a crash while another restart is pending",
    "a crash while workers are replaced",
    "a disposal while effects are left in the queue",
    "a drain is reported",
    "a halted task is revived",
    "a kill during a backoff",
    "a kill with siblings",
    "a late reply to an abandoned call",
    "a loop waits too long for a further item",
    "a loop waits too long for the first item",
    "a loss before a call was sent",
    "a part of the limit goes to another task",
    "a payload that moved while its worker was lost",
    "a part of the limit goes to another task while a stream rests",
    "a pool shrinks",
    "a queued call gets another priority",
    "a queued call is superseded",
    "a replaced stream rests",
    "a report about an earlier worker",
    "a requeue into a full queue",
    "a requeued call is evicted",
    "a requeued call is superseded",
    "a running call is superseded",
    "a resting stream is left",
    "a resting stream times out",
    "a scope reaches two tasks",
    "a signal is aborted",
    "a stale reply after a requeue",
    "a stop before a call was sent",
    "a stop with calls in flight",
    "a stream ends while it rests",
    "a stream resumes beyond the limit",
    "a task is held back by the limit",
    "a terminated worker is not reported to be gone",
    "a waiting call is accepted",
    "a worker is held while its task has no call",
    "a worker is not ready in time",
    "a worker is replaced",
    "a worker retires",
    "a worker retires with calls on it",
    "a worker waits for another one to be gone",
    "an abort while a restart is pending",
    "an eviction",
    "an idle task's workers end",
    "arguments moved at a requeue",
    "disposal with calls in every state",
    "failure with calls in the queue",
    "several deadlines at once",
    "several graces at once",
    "workers are to be replaced a second time",
];

/// What a step looks like to the counters: the books before it, and its snapshots.
pub(crate) struct Turn<'a> {
    pub(crate) input: &'a Input,
    pub(crate) effects: &'a [Effect],
    pub(crate) books: &'a [Account],
    pub(crate) before: &'a [Option<TaskSnapshot>],
    pub(crate) after: &'a [Option<TaskSnapshot>],
    /// No effect was left in the queue before it.
    pub(crate) fresh: bool,
    /// None is left after it.
    pub(crate) drained: bool,
    /// A batch was open before it.
    pub(crate) batch: bool,
}

impl Rare {
    /// Adds the counts of another walk.
    pub(crate) fn add(&mut self, other: &Self) {
        for (&branch, times) in &other.taken {
            *self.taken.entry(branch).or_default() += times;
        }
    }

    /// Whether the branch was taken.
    pub(crate) fn took(&self, branch: &str) -> bool {
        self.taken.contains_key(branch)
    }

    /// The branches that were never taken.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        BRANCHES.into_iter().filter(|branch| !self.took(branch)).collect()
    }

    /// Counts what one step took.
    pub(crate) fn count(&mut self, turn: &Turn) {
        self.count_batch(turn);
        self.count_reentry(turn);
        if !turn.fresh {
            // The books do not know yet what the input meets.
            return;
        }
        self.count_input(turn);
        self.count_effects(turn);
        for (task, (before, after)) in turn.before.iter().zip(turn.after).enumerate() {
            if let (Some(before), Some(after)) = (before, after)
                && turn.drained
            {
                self.count_change(turn, &turn.books[task], before, after);
            }
        }
    }

    pub(super) fn take(&mut self, branch: &'static str) {
        debug_assert!(BRANCHES.contains(&branch), "{branch}");
        *self.taken.entry(branch).or_default() += 1;
    }

    fn count_batch(&mut self, turn: &Turn) {
        let ends = |effect: &Effect| {
            matches!(
                effect,
                Effect::Terminate { .. } | Effect::Resolve { .. } | Effect::Reject { .. }
            )
        };
        let starts =
            |effect: &Effect| matches!(effect, Effect::Spawn { .. } | Effect::Dispatch { .. });
        if let Input::EndBatch {} = turn.input
            && std::mem::take(&mut self.ended)
            && turn.effects.iter().any(starts)
        {
            self.take("a batch with an end and a start");
        }
        self.ended |= turn.batch && turn.effects.iter().any(ends);
    }

    fn count_reentry(&mut self, turn: &Turn) {
        match *turn.input {
            Input::PayloadMoved { task, call, .. } => {
                let rejected = turn.effects.iter().any(|effect| {
                    matches!(*effect, Effect::Reject { task: of, call: at, rejection: Rejection::Moved(_) }
                        if (of, at) == (task, call))
                });
                if rejected {
                    self.take("a payload that moved while its worker was lost");
                }
            }
            Input::DisposeTask { task } | Input::ForgetTask { task } => {
                let state = turn.before.get(task.0 as usize).and_then(Option::as_ref);
                if !turn.fresh && state.is_some_and(|state| state.queue_depth > 0) {
                    self.take("a disposal while effects are left in the queue");
                }
            }
            _ => {}
        }
    }

    fn count_input(&mut self, turn: &Turn) {
        let book = |task: TaskId| turn.books.get(task.0 as usize);
        match *turn.input {
            Input::WorkerLost { task, slot, epoch } => {
                let Some(book) = book(task) else { return };
                if book.is_live(slot, epoch) {
                    if book.carried(slot).1 > 0 {
                        self.take("a crash during an abandoned call");
                    }
                    if book.backing_off {
                        self.take("a crash while another restart is pending");
                    }
                } else if book.slots.get(slot.0 as usize).is_some_and(|place| place.epoch > epoch) {
                    self.take("a report about an earlier worker");
                }
            }
            Input::Settle { task, call, attempt, .. } => {
                let Some(entry) = book(task).and_then(|book| book.entry(call)) else { return };
                if entry.rests() && entry.attempts == attempt.0 {
                    self.take("a stream ends while it rests");
                }
                if entry.settled && entry.on.is_some() && entry.attempts == attempt.0 {
                    self.take("a late reply to an abandoned call");
                }
                let earlier = attempt.0 < entry.attempts
                    || (attempt.0 == entry.attempts && entry.on.is_none());
                if !entry.settled && attempt.0 > 0 && earlier {
                    self.take("a stale reply after a requeue");
                }
            }
            Input::Rest { task, .. } => {
                let dispatches = |effect: &Effect, to: TaskId| matches!(*effect, Effect::Dispatch { task, .. } if task == to);
                if turn.effects.iter().any(|effect| dispatches(effect, task)) {
                    self.take("a call starts in the place of a resting stream");
                } else if turn.effects.iter().any(|it| matches!(it, Effect::Dispatch { .. })) {
                    self.take("a part of the limit goes to another task while a stream rests");
                }
            }
            Input::Resume { task, .. } => {
                let state = turn.after.get(task.0 as usize).and_then(Option::as_ref);
                let before = turn.before.get(task.0 as usize).and_then(Option::as_ref);
                let resumes = |state: &&TaskSnapshot| {
                    before.is_some_and(|before| before.resting_depth > state.resting_depth)
                };
                let beyond =
                    |state: &TaskSnapshot| f64::from(state.queue_depth) > state.max_in_flight;
                if state.filter(resumes).is_some_and(beyond) {
                    self.take("a stream resumes beyond the limit");
                }
            }
            Input::StartWorkers { task } => {
                let spawns = turn.effects.iter().any(|e| matches!(e, Effect::Spawn { .. }));
                if book(task).is_some_and(|book| book.condition == Condition::Halted) && spawns {
                    self.take("a halted task is revived");
                }
            }
            Input::StopWorkers { task } => {
                let state = turn.before.get(task.0 as usize).and_then(Option::as_ref);
                if !turn.effects.is_empty() && state.is_some_and(|state| state.queue_depth > 0) {
                    self.take("a stop with calls in flight");
                }
            }
            Input::DisposeTask { task } => {
                let state = turn.before.get(task.0 as usize).and_then(Option::as_ref);
                if state.is_some_and(|state| {
                    state.queue_depth.min(state.pending_queue_depth).min(state.waiting_queue_depth)
                        > 0
                }) {
                    self.take("disposal with calls in every state");
                }
            }
            _ => {}
        }
    }

    fn count_effects(&mut self, turn: &Turn) {
        let mut aborted = Vec::new();
        let mut timed_out = 0;
        let mut given_up = Vec::new();
        let mut killed = 0;
        for effect in turn.effects {
            match *effect {
                Effect::Reject { task, call, rejection } => {
                    let book = &turn.books[task.0 as usize];
                    self.count_rejection(turn, book, (task, call), rejection);
                    timed_out += u32::from(rejection == Rejection::TimedOut);
                    if matches!(rejection, Rejection::Aborted(_)) && !aborted.contains(&task) {
                        aborted.push(task);
                    }
                }
                Effect::GiveUp { task, slot, epoch, .. } => {
                    self.take("a worker is not ready in time");
                    given_up.push((task, slot, epoch));
                }
                Effect::Terminate { task, slot, epoch }
                    if matches!(turn.input, Input::HandleTimeout {})
                        && !given_up.contains(&(task, slot, epoch)) =>
                {
                    let book = &turn.books[task.0 as usize];
                    let (open, settled) = book.carried(slot);
                    killed += u32::from(settled > 0);
                    if open > 0 && settled > 0 {
                        self.take("a kill with siblings");
                    }
                    if settled > 0 && book.backing_off {
                        self.take("a kill during a backoff");
                    }
                    if open + settled == 0 && book.calls.iter().all(|entry| entry.on.is_none()) {
                        self.take("an idle task's workers end");
                    }
                }
                Effect::Dispatch { task, .. }
                    if matches!(*turn.input, Input::Settle { task: of, .. } if of != task)
                        && !turn.batch =>
                {
                    self.take("a part of the limit goes to another task");
                }
                Effect::Drained { .. } => self.take("a drain is reported"),
                Effect::AbortSignal { .. } => self.take("a signal is aborted"),
                _ => {}
            }
        }
        if killed > 1 {
            self.take("several graces at once");
        }
        if aborted.len() > 1 {
            self.take("a scope reaches two tasks");
        }
        if timed_out > 1 {
            self.take("several deadlines at once");
        }
    }

    fn count_rejection(
        &mut self,
        turn: &Turn,
        book: &Account,
        (task, call): (TaskId, CallSeq),
        rejection: Rejection,
    ) {
        let Some(entry) = book.entry(call) else { return };
        let submits = matches!(*turn.input, Input::Submit { task: to, .. } if to == task);
        let newest = call.0 as usize + 1 == book.calls.len();
        match rejection {
            Rejection::Moved(_) => self.take("arguments moved at a requeue"),
            Rejection::Begun(_) => self.take("a begun stream ends with its worker"),
            Rejection::ItemTimedOut => {
                self.take(if entry.begun == Begun::No {
                    "a loop waits too long for the first item"
                } else {
                    "a loop waits too long for a further item"
                });
            }
            Rejection::Left if entry.rests() => self.take("a resting stream is left"),
            Rejection::Left if entry.on.is_none() => {
                self.take("a call that is left before it starts");
            }
            Rejection::Dropped if submits && !newest => {
                self.take("an eviction");
                if entry.attempts > 0 {
                    self.take("a requeued call is evicted");
                }
            }
            Rejection::TimedOut if entry.rests() => self.take("a resting stream times out"),
            Rejection::TimedOut => {
                if entry.options.own_timeout {
                    self.take("a call times out by a timeout of its own");
                }
                self.take(if entry.on.is_some() {
                    "a call times out in flight"
                } else {
                    "a call times out in the queue"
                });
            }
            Rejection::Superseded if entry.rests() => self.take("a replaced stream rests"),
            Rejection::Superseded if !submits => self.take("a requeued call is superseded"),
            Rejection::Superseded if entry.on.is_some() => {
                self.take("a running call is superseded");
            }
            Rejection::Superseded => self.take("a queued call is superseded"),
            Rejection::Disposed if entry.on.is_none() && !submits => {
                self.take("a call is revoked from the queue by disposal");
            }
            Rejection::Crashed(_) if !submits && entry.on.is_none() => {
                self.take("failure with calls in the queue");
            }
            Rejection::Crashed(_)
                if book.setup.crash_policy == CrashPolicy::RestartRequeueInFlight
                    && book
                        .crashes
                        .is_some_and(|crashes| crashes < book.setup.crash_max_retries) =>
            {
                self.take("a call is given up after too many crashes of its own");
            }
            Rejection::Aborted(_) if book.backing_off => {
                self.take("an abort while a restart is pending");
            }
            _ => {}
        }
    }

    fn count_change(
        &mut self,
        turn: &Turn,
        book: &Account,
        before: &TaskSnapshot,
        after: &TaskSnapshot,
    ) {
        let requeued = matches!(turn.input, Input::WorkerLost { .. } | Input::StopWorkers { .. })
            && after.pending_queue_depth > before.pending_queue_depth;
        if requeued && f64::from(after.pending_queue_depth) > after.max_queue_depth {
            self.take("a requeue into a full queue");
        }
        if book.condition == Condition::Running
            && !(book.backing_off || book.has_room())
            && before.pending_queue_depth > 0
        {
            self.take("a worker waits for another one to be gone");
        }
        if book.setup.queue_policy == QueuePolicy::Block
            && after.waiting_queue_depth < before.waiting_queue_depth
            && matches!(turn.input, Input::Settle { .. })
        {
            self.take("a waiting call is accepted");
        }
    }
}

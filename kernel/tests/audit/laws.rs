//! The laws of the kernel, each checked by its number after every input, from inputs, effects and snapshots alone.
//!
//! 1. In flight stays within `maxInFlight`, pending within `maxQueueDepth` but for requeued calls; only `block` waits.
//! 2. Every call settles exactly once by the time its task is disposed of.
//! 3. No effect names a call before its submit or after its settle.
//! 4. First dispatches are in submit order.
//! 5. Stale input has no effect and changes nothing.
//! 6. In a slot, `Spawn` and `Terminate` alternate and epochs rise; only a living worker is sent anything.
//! 7. A gauge tells every change of its level, and the level after it.
//! 8. Submitted is succeeded, failed, canceled, rejected and live; counters agree with what callers were told.
//! 9. After `handle_timeout(now)` the next deadline is later than `now`.
//! 13. After dispose and drain, every table is empty.
//! 14. No call is pending while a worker that could take it is free, and none waits while there is room.
//! 15. The revision rises with every change of a snapshot.
//!
//! 10, 11 and 12 compare two kernels: they stand in `tests/laws.rs`.

use crate::audit::account::{Account, Condition, Entry, gauge};
use crate::audit::rare::{Rare, Turn};
use crate::walk::input::Input;
use crate::walk::setup::Setup;
use crate::walk::shell::Shell;
use atelier_kernel::{
    CallSeq, Effect, Metric, Millis, QueuePolicy, Rejection, TaskId, TaskSnapshot,
};

/// The auditor of one walk.
#[derive(Clone)]
pub(crate) struct Laws {
    books: Vec<Account>,
    snapshots: Vec<Option<TaskSnapshot>>,
    revision: u64,
    deadline: Option<f64>,
    events: bool,
    /// The latest moment that the kernel was told.
    now: f64,
    pub(crate) rare: Rare,
    /// The first breach of each law.
    breaches: Vec<(u8, String)>,
}

impl Laws {
    /// Begins with the effects of the tasks' definition.
    pub(crate) fn new(setups: &[Setup], effects: &[Effect], shell: &Shell) -> Self {
        let mut laws = Self {
            books: setups.iter().map(|&setup| Account::new(setup)).collect(),
            snapshots: shell.snapshots(),
            revision: shell.kernel.revision(),
            deadline: shell.kernel.poll_timeout().map(Millis::get),
            events: false,
            now: 0.0,
            rare: Rare::default(),
            breaches: Vec::new(),
        };
        laws.effects(effects);
        for book in &mut laws.books {
            // Nobody listened when an eager task created its workers.
            book.gauges[3] = None;
        }
        laws
    }

    /// The first breach of a law.
    pub(crate) fn breach(&self, law: u8) -> Option<&str> {
        self.breaches.iter().find_map(|(broken, how)| (*broken == law).then_some(how.as_str()))
    }

    /// Every law that was broken, with its first breach.
    pub(crate) fn breaches(&self) -> &[(u8, String)] {
        &self.breaches
    }

    /// Audits one turn.
    pub(crate) fn after(&mut self, input: &Input, effects: &[Effect], shell: &Shell) {
        let before = std::mem::replace(&mut self.snapshots, shell.snapshots());
        let revision = std::mem::replace(&mut self.revision, shell.kernel.revision());
        let next = shell.kernel.poll_timeout().map(Millis::get);
        let deadline = std::mem::replace(&mut self.deadline, next);
        let changed = before != self.snapshots;

        self.law(
            5,
            !self.is_stale(input) || (effects.is_empty() && !changed && deadline == next),
            || format!("{input:?} is stale and leads to {effects:?}"),
        );
        self.law(15, !changed || revision < self.revision, || {
            format!("{input:?} changed a snapshot and not the revision")
        });
        self.note_submit(input);
        let after = std::mem::take(&mut self.snapshots);
        self.rare.count(&Turn {
            input,
            effects,
            books: &self.books,
            before: &before,
            after: &after,
        });
        self.snapshots = after;
        self.note_answer(input);
        self.effects(effects);
        self.note_lifecycle(input, effects);
        self.time(input, next, shell.now);
        self.levels(&before, effects);
        self.counters(effects);
        for task in 0..self.books.len() {
            if let Some(state) = self.snapshots[task].clone() {
                self.limits(task, &state, input);
                self.sums(task, &state, input);
            }
        }
    }

    /// Audits what is left when everything was disposed of, cleared and ended.
    pub(crate) fn end(&mut self, shell: &Shell) {
        for task in 0..self.books.len() {
            let open = self.books[task].calls.iter().position(|entry| !entry.settled);
            self.law(2, open.is_none(), || {
                format!("call {open:?} of task {task} is never settled")
            });
        }
        self.law(13, shell.kernel.is_quiescent(), || format!("left over: {:?}", shell.kernel));
    }

    /// Law 5: whether nothing that the input names exists, or exists any more.
    fn is_stale(&self, input: &Input) -> bool {
        let known = |book: &&Account| book.condition != Condition::Forgotten;
        let book = |task: TaskId| self.books.get(task.0 as usize).filter(known);
        match *input {
            Input::Settle { task, call, attempt, .. } => {
                !book(task).is_some_and(|book| book.is_sent(call, attempt))
            }
            Input::Cancel { task, call } => {
                book(task).and_then(|book| book.entry(call)).is_none_or(|entry| entry.settled)
            }
            Input::WorkerLost { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_seated(slot, epoch))
            }
            Input::Start(task) | Input::Dispose(task) => {
                !book(task).is_some_and(Account::is_usable)
            }
            Input::Stop(task) => {
                !book(task).is_some_and(|book| book.condition == Condition::Running)
            }
            Input::Submit { task, .. }
            | Input::SubmitFailed { task, .. }
            | Input::Forget(task)
            | Input::WatchDrain(task) => book(task).is_none(),
            Input::PayloadMoved { .. } | Input::Late(_) | Input::Observe(_) | Input::Hold(_) => {
                true
            }
            Input::Abort(_)
            | Input::Clear(_)
            | Input::Wait(_)
            | Input::OpenTrace
            | Input::EndTrace(..) => false,
        }
    }

    fn note_submit(&mut self, input: &Input) {
        if let Input::Submit { task, .. } | Input::SubmitFailed { task, .. } = *input
            && let Some(book) = self.books.get_mut(task.0 as usize)
            && book.condition != Condition::Forgotten
        {
            book.calls.push(Entry::default());
        }
    }

    /// An answer takes the call off its worker.
    fn note_answer(&mut self, input: &Input) {
        if let Input::Settle { task, call, attempt, .. } = *input
            && let Some(book) = self.books.get_mut(task.0 as usize)
            && book.is_sent(call, attempt)
            && let Some(entry) = book.entry_mut(call)
        {
            entry.on = None;
        }
        if let Input::Observe(observation) = *input {
            self.events = observation.events;
        }
    }

    /// Laws 2, 3, 4 and 6, effect by effect.
    fn effects(&mut self, effects: &[Effect]) {
        for effect in effects {
            let (task, call) = match *effect {
                Effect::Spawn { task, slot, epoch } => {
                    let seat = self.books[task.0 as usize].seats[slot.0 as usize];
                    self.law(6, !seat.live && epoch > seat.epoch, || {
                        format!("{effect:?} onto {seat:?}")
                    });
                    (task, None)
                }
                Effect::Terminate { task, slot, epoch } => {
                    let seated = self.books[task.0 as usize].is_seated(slot, epoch);
                    self.law(6, seated, || format!("{effect:?} of a worker that does not live"));
                    (task, None)
                }
                Effect::Dispatch { task, call, attempt, slot, epoch } => {
                    let book = &self.books[task.0 as usize];
                    let seated = book.is_seated(slot, epoch);
                    let follows = book
                        .entry(call)
                        .is_some_and(|entry| entry.on.is_none() && entry.attempts + 1 == attempt.0);
                    let in_order = attempt.0 > 1 || book.first_sent < Some(call);
                    self.law(6, seated, || format!("{effect:?} to a worker that does not live"));
                    self.law(3, follows, || format!("{effect:?} is not the next attempt"));
                    self.law(4, in_order, || format!("{effect:?} after a later call was sent"));
                    (task, Some(call))
                }
                Effect::Interrupt { task, call, slot, epoch } => {
                    let book = &self.books[task.0 as usize];
                    let carries = book.is_seated(slot, epoch)
                        && book.entry(call).is_some_and(|entry| entry.on == Some(slot));
                    self.law(6, carries, || format!("{effect:?} of a call that is not there"));
                    (task, Some(call))
                }
                Effect::Resolve { task, call } | Effect::Reject { task, call, .. } => {
                    let settled = self.is_settled(task, call);
                    self.law(2, !settled, || format!("{effect:?} settles a second time"));
                    (task, Some(call))
                }
                Effect::EndSpan(span) => (span.task, Some(span.call)),
                Effect::Drained { task }
                | Effect::Count { task, .. }
                | Effect::Gauge { task, .. }
                | Effect::Histogram { task, .. } => (task, None),
                Effect::AbortSignal { .. }
                | Effect::ReleaseKey { .. }
                | Effect::EndTrace { .. } => {
                    continue;
                }
            };
            if let Some(call) = call {
                let known = self.books[task.0 as usize].entry(call).is_some();
                let settled = self.is_settled(task, call);
                self.law(3, known && !settled, || {
                    format!("{effect:?} before submit or after settle")
                });
            }
            self.books[task.0 as usize].book(effect);
        }
    }

    fn is_settled(&self, task: TaskId, call: CallSeq) -> bool {
        self.books[task.0 as usize].entry(call).is_some_and(|entry| entry.settled)
    }

    /// Whether a task starts calls and creates workers, as its inputs say.
    fn note_lifecycle(&mut self, input: &Input, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Resolve { task, .. } = *effect {
                self.books[task.0 as usize].consecutive_crashes = 0;
            }
        }
        let (Input::WorkerLost { task, .. }
        | Input::Start(task)
        | Input::Stop(task)
        | Input::Dispose(task)
        | Input::Forget(task)) = *input
        else {
            return;
        };
        let Some(book) = self.books.get_mut(task.0 as usize) else { return };
        match *input {
            Input::Forget(_) => (book.condition, book.backing_off) = (Condition::Forgotten, false),
            _ if !book.is_usable() => {}
            Input::Dispose(_) => (book.condition, book.backing_off) = (Condition::Disposed, false),
            Input::WorkerLost { .. } if !effects.is_empty() => book.crash(),
            Input::Start(_) => {
                if book.condition == Condition::Halted {
                    book.consecutive_crashes = 0;
                }
                book.condition = Condition::Running;
            }
            Input::Stop(_) if book.condition == Condition::Running => {
                (book.condition, book.backing_off) = (Condition::Paused, false);
            }
            _ => {}
        }
    }

    /// Law 9.
    fn time(&mut self, input: &Input, deadline: Option<f64>, now: f64) {
        if let Input::Wait(_) = input {
            self.now = self.now.max(now);
            let now = self.now;
            self.law(9, deadline.is_none_or(|at| at > now), || {
                format!("at {now} the next deadline is {deadline:?}")
            });
        }
    }

    /// Law 7: a gauge tells every change, only changes, and the level after the change.
    fn levels(&mut self, before: &[Option<TaskSnapshot>], effects: &[Effect]) {
        for effect in effects {
            if let Effect::Gauge { metric, .. } = effect {
                self.law(7, gauge(*metric).is_some() && self.events, || format!("{effect:?}"));
            }
        }
        for task in 0..self.books.len() {
            let (Some(before), Some(after)) = (&before[task], &self.snapshots[task]) else {
                continue;
            };
            let (before, after) = (levels(before), levels(after));
            for at in 0..4 {
                let told = self.books[task].gauges[at];
                if !self.events && before[at] != after[at] {
                    self.books[task].gauges[at] = None;
                    continue;
                }
                let right = told.is_none_or(|told| told == after[at]);
                let complete = before[at] == after[at] || told.is_some();
                self.law(7, right && complete, || {
                    format!("gauge {at} of task {task} says {told:?} where {} is right", after[at])
                });
            }
        }
    }

    /// Laws 1 and 14.
    fn limits(&mut self, task: usize, state: &TaskSnapshot, input: &Input) {
        let book = &self.books[task];
        let requeued = book
            .calls
            .iter()
            .filter(|entry| !entry.settled && entry.attempts > 0 && entry.on.is_none());
        let fresh = f64::from(state.pending_queue_depth) - count(requeued.count());
        let share = (state.max_in_flight / f64::from(state.total_workers)).ceil();
        let within = f64::from(state.queue_depth) <= state.max_in_flight
            && fresh <= state.max_queue_depth
            && (state.waiting_queue_depth == 0 || state.queue_policy == QueuePolicy::Block)
            && state.queue_depth_by_worker.iter().all(|&load| f64::from(load) <= share)
            && state.queue_depth_by_worker.iter().sum::<u32>() == state.queue_depth;

        let free_seat = book.seats.iter().zip(&state.queue_depth_by_worker).any(|(seat, &load)| {
            if seat.live { f64::from(load) < share } else { !book.backing_off }
        });
        let could_start = f64::from(state.queue_depth) < state.max_in_flight
            && free_seat
            && book.condition == Condition::Running;
        let queued = state.pending_queue_depth + state.waiting_queue_depth;
        let room = f64::from(state.pending_queue_depth) < state.max_queue_depth;
        let stuck = (could_start && queued > 0) || (room && state.waiting_queue_depth > 0);
        self.law(1, within, || format!("after {input:?}: {state:?}"));
        self.law(14, !stuck, || format!("after {input:?} a call could go on: {state:?}"));
    }

    /// Law 8: submitted = settled + live, and what is on each worker is what was sent there.
    fn sums(&mut self, task: usize, state: &TaskSnapshot, input: &Input) {
        let book = &self.books[task];
        let settled = book.calls.iter().filter(|entry| entry.settled).count();
        let abandoned =
            book.calls.iter().filter(|entry| entry.settled && entry.on.is_some()).count();
        let on = book.calls.iter().filter(|entry| entry.on.is_some()).count();
        let live = state.pending_queue_depth + state.waiting_queue_depth + state.queue_depth;
        let adds_up = book.calls.len() + abandoned == settled + live as usize
            && on == state.queue_depth as usize
            && book.live() == state.active_workers as usize;
        self.law(8, adds_up, || {
            format!("after {input:?}: {settled} settled, {on} sent, {state:?}")
        });
    }

    /// Law 8: every settled call is counted once, under its own name.
    fn counters(&mut self, effects: &[Effect]) {
        let mut balance = [0_i32; 4];
        let mut add = |metric: Metric, by: i32| {
            if let Some(at) = SETTLED.iter().position(|&settled| settled == metric) {
                balance[at] += by;
            }
        };
        for effect in effects {
            match *effect {
                Effect::Count { metric, .. } => add(metric, 1),
                Effect::Resolve { .. } => add(Metric::TaskSuccess, -1),
                Effect::Reject { rejection, .. } => add(counter(rejection), -1),
                _ => {}
            }
        }
        let right = !self.events || balance == [0; 4];
        self.law(8, right, || format!("counters are off by {balance:?} in {effects:?}"));
    }

    fn law(&mut self, law: u8, holds: bool, how: impl FnOnce() -> String) {
        if !holds && self.breach(law).is_none() {
            self.breaches.push((law, how()));
        }
    }
}

/// The counters of settled calls.
const SETTLED: [Metric; 4] =
    [Metric::TaskSuccess, Metric::TaskFailure, Metric::TaskCanceled, Metric::TaskRejected];

/// observability.md, Counter semantics.
fn counter(rejection: Rejection) -> Metric {
    match rejection {
        Rejection::Dropped => Metric::TaskRejected,
        Rejection::Failed | Rejection::Crashed(_) | Rejection::Killed(_) | Rejection::Moved(_) => {
            Metric::TaskFailure
        }
        Rejection::Aborted(_)
        | Rejection::Canceled
        | Rejection::TimedOut
        | Rejection::Disposed
        | Rejection::HandlerAborted => Metric::TaskCanceled,
    }
}

/// The levels of a snapshot in the order of [`Account::gauges`].
fn levels(state: &TaskSnapshot) -> [u32; 4] {
    [state.queue_depth, state.pending_queue_depth, state.waiting_queue_depth, state.active_workers]
}

fn count(calls: usize) -> f64 {
    f64::from(u32::try_from(calls).expect("a walk is short"))
}

//! The laws of the kernel, each checked by its number at every step, from inputs, effects and snapshots alone.
//!
//!  1. In flight stays within `maxInFlight` but for streams that rested, pending within `maxQueueDepth` but for requeued calls; only
//!     `block` waits. No call starts beyond `maxInFlight`.
//!  2. Every call settles exactly once by the time its task is disposed.
//!  3. No effect names a call before its submit or after its settle.
//!  4. No call starts while one of a higher priority is queued in its task, nor, with the oldest first, while an older one of the
//!     same priority is.
//!  5. Stale input changes nothing and has no effect, but that a reply counts as ignored.
//!  6. In a slot, `Spawn` and `Terminate` alternate and epochs rise; only a live worker is sent anything.
//!  7. A gauge reports every change of its level, and the level after it; the first ones after a listener came are all four, and that
//!     of resting streams if one has rested.
//!  8. Submitted is succeeded, failed, canceled, rejected and live; counters agree with what callers got; what is in flight is what
//!     was sent and not replied to, but for what rests. An abandoned call is in flight.
//!  9. After `HandleTimeout` the next deadline is later than now.
//! 13. After dispose and drain, every table is empty.
//! 14. No call is pending while a worker that could take it is free, and none waits while there is room.
//! 15. The revision rises with every change of a snapshot.
//! 16. Live and terminating workers are together at most twice the pool size.
//! 17. A `Dispatch` that is taken names an attempt that is in flight on a live worker: neither its call nor its worker ends without
//!     an input in between.
//! 18. In what one input leads to, every end of a task's workers comes before the first start; within a batch nothing starts.
//! 19. A call whose arguments were moved is not sent again.
//! 20. When everything that was sent was replied to, nothing is in flight and nothing rests.
//! 21. No worker becomes busy while as many are as the limit allows, and the number of busy ones is right.
//! 22. Of the calls of a `latest` word at most one waits, and one that replaces running ones has no older one beside it.
//! 23. A call of which an item has arrived is not sent again.
//! 24. A stream rests and resumes in turns, and does not rest before its first item.
//! 25. No call is sent to an idle worker on which a stream rests while there is one without.
//! 26. No worker is terminated for being idle while a value lives on in it or, unless the pool shrinks, in another one of its task.
//! 27. A worker that retires is sent nothing more, and none serves more than `maxCallsPerWorker`.
//! 28. A task whose workers were started, that runs and backs off from nothing, has at least its `min` workers if there is room.
//! 29. A worker ends at once when it retires or is replaced and has no call, and not before; a replacement ends when none of its
//!     workers lives. None of that, and no idle time, takes a call with it.
//!
//! 10, 11 and 12 compare two kernels: they stand in `tests/laws.rs`.
//!
//! Effects may be left in the queue. The laws about states (1, 7, 8, 14, 22, 28, 29) are checked when none is left, and 4, 5, 18 and 21 when none
//! was left before.

pub(crate) mod lives;
mod notes;

use crate::audit::account::{Account, Begun, Condition, Entry, Place, Taken};
use crate::audit::rare::{Rare, Turn};
use crate::walk::setup::Setup;
use crate::walk::shell::{Happened, Shell};
use crate::walk::step::Step;
use atelier_kernel::{Attempt, Effect, Input, Metric, Millis, TaskId, TaskSnapshot, Termination};

/// How long a terminated worker counts as terminating unless it is reported to be gone, in ms.
pub(super) const TERMINATING_MS: f64 = 3_000.0;

/// The longest backoff, in ms.
const LONGEST_BACKOFF_MS: f64 = 2_000.0;

/// The auditor of one walk.
#[derive(Clone)]
pub(crate) struct Laws {
    pub(super) books: Vec<Account>,
    pub(super) snapshots: Vec<Option<TaskSnapshot>>,
    revision: u64,
    deadline: Option<f64>,
    pub(super) events: bool,
    /// The latest moment that the kernel knows.
    pub(super) now: f64,
    inputs: u64,
    pub(super) batches: u32,
    /// Workers that may be busy, and those that are.
    pub(super) limit: f64,
    pub(super) busy: u32,
    /// No effect is left in the queue.
    drained: bool,
    pub(super) since: Span,
    pub(crate) rare: Rare,
    /// The first breach of each law.
    breaches: Vec<(u8, String)>,
}

/// What happened since the queue of effects was empty last.
#[derive(Clone)]
pub(super) struct Span {
    pub(super) effects: Vec<Effect>,
    /// The snapshots at its beginning, or before the batch that is open.
    pub(super) before: Vec<Option<TaskSnapshot>>,
    /// Events were observed all the time since those.
    pub(super) observed: bool,
    /// Events were observed at some time.
    pub(super) observed_once: bool,
    /// When it began.
    began: f64,
    /// What ended attempts: aborts and timeouts, losses, stops.
    pub(super) ends: [bool; 3],
    /// A listener came while gauges from before it were left in the queue, or within a batch.
    pub(super) stale_gauges: bool,
}

impl Laws {
    /// Begins with the effects of the tasks' definition.
    pub(crate) fn new(setups: &[Setup], effects: &[Effect], shell: &Shell) -> Self {
        let snapshots = shell.snapshots();
        let mut laws = Self {
            books: setups.iter().map(|&setup| Account::new(setup)).collect(),
            since: Span::new(&snapshots, false, 0.0),
            snapshots,
            revision: shell.kernel.revision(),
            deadline: shell.kernel.poll_timeout().map(Millis::get),
            events: false,
            now: 0.0,
            inputs: 0,
            batches: 0,
            limit: f64::INFINITY,
            busy: 0,
            drained: true,
            rare: Rare::default(),
            breaches: Vec::new(),
        };
        laws.effects(effects, Taken { inputs: 0, earliest: 0.0, now: 0.0, fresh: true });
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

    /// Audits one step.
    pub(crate) fn after(&mut self, step: &Step, happened: &Happened, shell: &Shell) {
        let (input, effects) = (&step.input, &happened.effects);
        let before = std::mem::replace(&mut self.snapshots, shell.snapshots());
        let revision = std::mem::replace(&mut self.revision, shell.kernel.revision());
        let next = shell.kernel.poll_timeout().map(Millis::get);
        let deadline = std::mem::replace(&mut self.deadline, next);
        let changed = before != self.snapshots;
        let fresh = self.drained;
        // Within a limit, the time that passes alone may make it the turn of a task.
        let is_stale =
            fresh && (self.limit.is_infinite() || step.after <= 0.0) && self.is_stale(input);

        self.law(
            5,
            !is_stale || (effects.iter().all(is_ignored) && !changed && deadline == next),
            || format!("{input:?} is stale and leads to {effects:?}"),
        );
        self.law(15, !changed || revision < self.revision, || {
            format!("{input:?} changed a snapshot and not the revision")
        });
        if self.reaches_the_kernel(input) {
            self.now = self.now.max(shell.now);
        }
        self.inputs += 1;
        if fresh {
            self.since.began = self.now;
        }
        self.note_submit(input);
        self.busy_workers(shell.kernel.busy_workers());
        let after = std::mem::take(&mut self.snapshots);
        self.rare.count(&Turn {
            input,
            effects,
            books: &self.books,
            before: &before,
            after: &after,
            fresh,
            drained: happened.drained,
            batch: self.batches > 0,
        });
        self.snapshots = after;
        self.note_reply(input);
        self.note_rest(input, &before);
        self.note_lifecycle(input, &before);
        self.note_lives(input, fresh);
        let taken = Taken { inputs: self.inputs, earliest: self.since.began, now: self.now, fresh };
        if fresh {
            self.held_workers_stay(input, effects);
        }
        self.effects(effects, taken);
        if fresh {
            self.ends_first(effects);
            self.starts_within_limits(effects, happened.drained);
            self.nothing_starts_within_a_batch(input, effects);
        }
        self.time(input, next);
        self.since.effects.extend(effects);
        self.since.observed &= self.events;
        self.since.observed_once |= self.events;
        self.drained = happened.drained;
        if happened.drained {
            self.at_rest(input);
        }
    }

    /// Audits what is in flight when everything that was sent was replied to.
    pub(crate) fn replied(&mut self) {
        let mut states = self.snapshots.iter().flatten();
        let busy = states.find(|state| state.queue_depth + state.resting_depth > 0).cloned();
        self.law(20, busy.is_none(), || format!("in flight after the last reply: {busy:?}"));
    }

    /// Audits what is left when everything was disposed, cleared, closed and ended.
    pub(crate) fn end(&mut self, shell: &Shell) {
        for task in 0..self.books.len() {
            let open = self.books[task].calls.iter().position(|entry| !entry.settled);
            self.law(2, open.is_none(), || {
                format!("call {open:?} of task {task} is never settled")
            });
        }
        self.law(13, shell.kernel.is_quiescent(), || format!("left over: {:?}", shell.kernel));
    }

    /// Audits states when no effect is left.
    fn at_rest(&mut self, input: &Input) {
        self.note_undone();
        self.levels();
        self.counters();
        self.newest_waits(input);
        for task in 0..self.books.len() {
            if let Some(state) = self.snapshots[task].clone() {
                self.limits(task, &state, input);
                self.lives(task, &state, input);
                self.sums(task, &state, input);
            }
            self.books[task].gone_early.clear();
        }
        let next = Span::new(&self.snapshots, self.events, self.now);
        let since = std::mem::replace(&mut self.since, next);
        if self.batches > 0 {
            // The gauges compare with what there was before the batch.
            (self.since.before, self.since.observed) = (since.before, since.observed);
            self.since.stale_gauges = since.stale_gauges;
        }
    }

    /// Law 5: whether nothing that the input names exists, or exists any more.
    fn is_stale(&self, input: &Input) -> bool {
        let known = |book: &&Account| book.condition != Condition::Forgotten;
        let book = |task: TaskId| self.books.get(task.0 as usize).filter(known);
        match *input {
            Input::Settle { task, call, attempt, .. } => {
                !book(task).is_some_and(|book| book.is_sent(call, attempt))
            }
            Input::PayloadMoved { task, call, attempt, .. } => {
                !book(task).and_then(|book| book.entry(call)).is_some_and(|entry| {
                    attempt > Attempt(0)
                        && !entry.settled
                        && entry.attempts == attempt.0
                        && entry.on.is_none()
                })
            }
            Input::FirstItem { task, call, attempt }
            | Input::Rest { task, call, attempt }
            | Input::Resume { task, call, attempt } => {
                let sent = book(task).filter(|book| book.is_sent(call, attempt));
                !sent.and_then(|book| book.entry(call)).is_some_and(|entry| {
                    let fits = match *input {
                        Input::Resume { .. } => entry.rests(),
                        Input::Rest { .. } => !entry.rests() && entry.begun != Begun::No,
                        _ => entry.begun != Begun::Yes,
                    };
                    fits && !entry.settled
                })
            }
            Input::CancelCall { task, call } | Input::LimitItemWait { task, call, .. } => {
                book(task).and_then(|book| book.entry(call)).is_none_or(|entry| entry.settled)
            }
            Input::WorkerReady { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_starting(slot, epoch))
            }
            Input::WorkerGone { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_terminating(slot, epoch))
            }
            Input::WorkerLost { task, slot, epoch }
            | Input::HoldWorker { task, slot, epoch }
            | Input::ReleaseWorker { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_live(slot, epoch))
            }
            Input::RetireWorker { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_live(slot, epoch))
            }
            Input::StartWorkers { task } | Input::DisposeTask { task } => {
                !book(task).is_some_and(Account::is_usable)
            }
            Input::StopWorkers { task } => {
                !book(task).is_some_and(|book| book.condition == Condition::Running)
            }
            Input::Submit { task, .. }
            | Input::SubmitFailed { task, .. }
            | Input::ForgetTask { task }
            | Input::ReplaceWorkers { task }
            | Input::WatchDrain { task } => book(task).is_none(),
            // It moves the end of a wait, which shows when its deadline has passed.
            Input::MoreItems { .. }
            | Input::ReplyIgnored { .. }
            | Input::Observe { .. }
            | Input::SeedSampling { .. }
            | Input::OpenScope {}
            | Input::HoldScope { .. }
            | Input::CloseScope { .. }
            | Input::BeginBatch {} => true,
            // Under a limit it may change whose turn it is.
            Input::Prioritize { .. } => self.limit.is_infinite(),
            Input::WorkerUnhandled { .. }
            | Input::AbortScope { .. }
            | Input::ClearScope { .. }
            | Input::HandleTimeout {}
            | Input::LimitBusyWorkers { .. }
            | Input::OpenTrace {}
            | Input::EndTrace { .. }
            | Input::EndBatch {}
            | Input::DefineTask { .. } => false,
        }
    }

    /// Law 21: the kernel's number of busy workers is that of the states.
    fn busy_workers(&mut self, busy: u32) {
        let counted =
            self.books.iter().zip(&self.snapshots).filter(|(book, _)| book.setup.weight > 0.0);
        let loads = counted.filter_map(|(_, state)| Some(&state.as_ref()?.queue_depth_by_worker));
        let right = loads.flatten().filter(|&&load| load > 0).count();
        self.law(21, right == busy as usize, || format!("{busy} are busy where {right} is right"));
        self.busy = busy;
    }

    /// Law 22.
    fn newest_waits(&mut self, input: &Input) {
        for task in 0..self.books.len() {
            let calls = &self.books[task].calls;
            let open =
                || calls.iter().filter(|entry| !entry.settled && entry.options.latest().is_some());
            let older = |this: &Entry, queued: bool| {
                let same = open().filter(|entry| entry.options.latest() == this.options.latest());
                same.filter(|entry| !queued || entry.is_queued()).count() > 1
            };
            let two_wait = open().any(|entry| entry.is_queued() && older(entry, true));
            let submits = matches!(*input, Input::Submit { task: to, .. } if to.0 as usize == task);
            let not_replaced = submits
                && calls.last().is_some_and(|this| {
                    !this.settled
                        && this.options.replaces
                        && this.options.latest().is_some()
                        && older(this, false)
                });
            self.law(22, !two_wait, || format!("after {input:?} two calls of a word wait"));
            self.law(22, !not_replaced, || format!("{input:?} does not replace an older call"));
        }
    }

    /// Law 1: whatever has come back beyond the limit, a call starts only within it.
    fn starts_within_limits(&mut self, effects: &[Effect], drained: bool) {
        if !drained || self.batches > 0 {
            return;
        }
        for (task, state) in (0..).map(TaskId).zip(&self.snapshots) {
            let Some(state) = state else { continue };
            let last = effects.iter().rfind(|effect| {
                matches!(**effect, Effect::Dispatch { task: of, .. } | Effect::Interrupt { task: of, .. }
                    if of == task)
            });
            let starts = matches!(last, Some(Effect::Dispatch { .. }));
            if starts && f64::from(state.queue_depth) > state.max_in_flight {
                let how = format!("{last:?} goes beyond the limit: {state:?}");
                return self.law(1, false, || how);
            }
        }
    }

    /// Law 26. A pool that shrinks ends single workers, any other all of them.
    fn held_workers_stay(&mut self, input: &Input, effects: &[Effect]) {
        for (at, book) in (0..).map(TaskId).zip(&self.books) {
            let held = |place: &Place| place.live && place.holds > 0;
            if !book.slots.iter().any(held) {
                continue;
            }
            let idle = book.calls.iter().all(|entry| entry.settled && entry.on.is_none());
            if idle && matches!(input, Input::HandleTimeout {}) {
                self.rare.take("a worker is held while its task has no call");
            }
            let whole = book.setup.min_workers.is_none();
            let broken = effects.iter().find(|effect| {
                matches!(**effect, Effect::Count { task, slot: Some(slot), termination: Some(Termination::Idle), .. }
                    if task == at && (whole || held(&book.slots[slot.0 as usize])))
            });
            if let Some(broken) = broken {
                let how = format!("{input:?} leads to {broken:?} beside a held worker");
                return self.law(26, false, || how);
            }
        }
    }

    /// Law 18: within a batch only a call that is submitted, or the end of a task, lets others start.
    fn nothing_starts_within_a_batch(&mut self, input: &Input, effects: &[Effect]) {
        let starts =
            |effect: &Effect| matches!(effect, Effect::Spawn { .. } | Effect::Dispatch { .. });
        let advances = matches!(input, Input::Submit { .. } | Input::ForgetTask { .. });
        let waits = self.batches > 0 && !advances;
        self.law(18, !waits || !effects.iter().any(starts), || {
            format!("{input:?} within a batch leads to {effects:?}")
        });
    }

    /// Whether the shell feeds the input: nobody can submit a call to a task that does not exist.
    fn reaches_the_kernel(&self, input: &Input) -> bool {
        match *input {
            Input::Submit { task, .. } | Input::SubmitFailed { task, .. } => self
                .books
                .get(task.0 as usize)
                .is_some_and(|book| book.condition != Condition::Forgotten),
            _ => true,
        }
    }

    /// Law 9.
    fn time(&mut self, input: &Input, deadline: Option<f64>) {
        if let Input::HandleTimeout {} = input {
            let now = self.now;
            self.law(9, deadline.is_none_or(|at| at > now), || {
                format!("at {now} the next deadline is {deadline:?}")
            });
        }
    }

    pub(super) fn law(&mut self, law: u8, holds: bool, how: impl FnOnce() -> String) {
        if !holds && self.breach(law).is_none() {
            self.breaches.push((law, how()));
        }
    }
}

impl Span {
    fn new(before: &[Option<TaskSnapshot>], observed: bool, began: f64) -> Self {
        Self {
            effects: Vec::new(),
            before: before.to_vec(),
            observed,
            observed_once: observed,
            began,
            ends: [false; 3],
            stale_gauges: false,
        }
    }
}

fn is_ignored(effect: &Effect) -> bool {
    matches!(effect, Effect::Count { metric: Metric::TaskIgnored, .. })
}

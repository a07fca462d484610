//! The laws of the kernel, each checked by its number after every input, from inputs, effects and snapshots alone.
//!
//! 1. In flight stays within `maxInFlight`, pending within `maxQueueDepth` but for requeued calls; only `block` waits.
//! 2. Every call settles exactly once by the time its task is disposed of.
//! 3. No effect names a call before its submit or after its settle.
//! 4. First dispatches are in submit order.
//! 5. Stale input changes nothing and has no effect, but that an answer counts as ignored.
//! 6. In a slot, `Spawn` and `Terminate` alternate and epochs rise; only a living worker is sent anything.
//! 7. A gauge tells every change of its level, and the level after it.
//! 8. Submitted is succeeded, failed, canceled, rejected and live; counters agree with what callers were told.
//! 9. After `handle_timeout(now)` the next deadline is later than `now`.
//! 13. After dispose and drain, every table is empty.
//! 14. No call is pending while a worker that could take it is free, and none waits while there is room.
//! 15. The revision rises with every change of a snapshot.
//! 16. Workers that live and that die are together at most twice the pool size.
//!
//! 10, 11 and 12 compare two kernels: they stand in `tests/laws.rs`.

use crate::audit::account::{Account, Condition, Entry};
use crate::audit::rare::{Rare, Turn};
use crate::walk::input::Input;
use crate::walk::setup::Setup;
use crate::walk::shell::Shell;
use atelier_kernel::{Effect, Metric, Millis, TaskId, TaskSnapshot};

/// How long a worker that was ended counts as dying unless it is said to be gone, in ms.
const DYING_MS: f64 = 3_000.0;

/// The auditor of one walk.
#[derive(Clone)]
pub(crate) struct Laws {
    pub(super) books: Vec<Account>,
    pub(super) snapshots: Vec<Option<TaskSnapshot>>,
    revision: u64,
    deadline: Option<f64>,
    pub(super) events: bool,
    /// The latest moment that the kernel was told.
    pub(super) now: f64,
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
            !self.is_stale(input)
                || (effects.iter().all(is_ignored) && !changed && deadline == next),
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
        self.note_gone(input, shell.now);
        self.effects(effects);
        self.note_lifecycle(input, effects);
        self.time(input, next);
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
            Input::WorkerReady { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_starting(slot, epoch))
            }
            Input::WorkerGone { task, slot, epoch } => {
                !book(task).is_some_and(|book| book.is_dying(slot, epoch))
            }
            Input::WorkerLost { task, slot, epoch }
            | Input::WorkerUnhandled { task, slot, epoch } => {
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
            Input::AnswerIgnored(_)
            | Input::PayloadMoved { .. }
            | Input::Late(_)
            | Input::Observe(_)
            | Input::Hold(_) => true,
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

    /// An answer takes the call off its worker; a worker that is ready starts no more.
    fn note_answer(&mut self, input: &Input) {
        if let Input::Settle { task, call, attempt, .. } = *input
            && let Some(book) = self.books.get_mut(task.0 as usize)
            && book.is_sent(call, attempt)
            && let Some(entry) = book.entry_mut(call)
        {
            entry.on = None;
        }
        if let Input::WorkerReady { task, slot, epoch } = *input
            && let Some(book) = self.books.get_mut(task.0 as usize)
            && book.is_seated(slot, epoch)
        {
            book.seats[slot.0 as usize].starting = false;
        }
        if let Input::Observe(observation) = *input {
            self.events = observation.events;
        }
    }

    /// Which of the workers that were ended are gone when the input's effects come about.
    fn note_gone(&mut self, input: &Input, now: f64) {
        if self.tells_time(input) {
            self.now = self.now.max(now);
        }
        match *input {
            Input::WorkerGone { task, slot, epoch } => {
                if let Some(book) = self.books.get_mut(task.0 as usize) {
                    book.dying.retain(|&(at, number, _)| (at, number) != (slot, epoch));
                }
            }
            Input::Wait(_) => {
                for book in &mut self.books {
                    let before = book.dying.len();
                    book.dying.retain(|&(.., since)| since + DYING_MS > self.now);
                    if book.dying.len() < before {
                        self.rare.take("a worker that dies is not said to be gone");
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the input carries the moment at which it happens and reaches the kernel.
    fn tells_time(&self, input: &Input) -> bool {
        match *input {
            Input::Submit { task, .. } | Input::SubmitFailed { task, .. } => self
                .books
                .get(task.0 as usize)
                .is_some_and(|book| book.condition != Condition::Forgotten),
            Input::PayloadMoved { .. }
            | Input::Hold(_)
            | Input::Clear(_)
            | Input::Late(_)
            | Input::Observe(_) => false,
            _ => true,
        }
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
            Input::Forget(_) => book.end(Condition::Forgotten),
            _ if !book.is_usable() => {}
            Input::Dispose(_) => book.end(Condition::Disposed),
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
    fn time(&mut self, input: &Input, deadline: Option<f64>) {
        if let Input::Wait(_) = input {
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

fn is_ignored(effect: &Effect) -> bool {
    matches!(effect, Effect::Count { metric: Metric::TaskIgnored, .. })
}

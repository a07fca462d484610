//! What the auditor notes from inputs, beside what the effects say.

use super::{LONGEST_BACKOFF_MS, Laws, TERMINATING_MS};
use crate::audit::account::{Begun, Condition, Entry, Options};
use atelier_kernel::{Attempt, Input, Observation, TaskId, TaskSnapshot, TaskStatus};

impl Laws {
    pub(super) fn note_submit(&mut self, input: &Input) {
        if !self.reaches_the_kernel(input) {
            return;
        }
        match *input {
            Input::Submit {
                task,
                key,
                signal,
                latest,
                timeout,
                priority,
                follows_signal,
                replace_running,
                ..
            } => self.books[task.0 as usize].calls.push(Entry {
                priority: Some(priority),
                options: Options {
                    scopes: [key, signal, latest],
                    follows_signal,
                    own_timeout: timeout.is_some(),
                    replaces: replace_running,
                },
                ..Entry::default()
            }),
            Input::SubmitFailed { task, .. } => {
                self.books[task.0 as usize].calls.push(Entry::default());
            }
            _ => {}
        }
    }

    /// What an input says about calls, and about what is observed.
    pub(super) fn note_reply(&mut self, input: &Input) {
        match *input {
            Input::Settle { task, call, attempt, .. } => {
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.is_sent(call, attempt)
                    && let Some(entry) = book.entry_mut(call)
                {
                    entry.leave();
                }
            }
            Input::PayloadMoved { task, call, attempt, .. } => {
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && let Some(entry) = book.entry_mut(call)
                {
                    entry.moved |= attempt > Attempt(0) && entry.attempts == attempt.0;
                }
            }
            Input::FirstItem { task, call, attempt } => {
                let fresh = self.drained;
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.is_sent(call, attempt)
                    && let Some(entry) = book.entry_mut(call).filter(|entry| !entry.settled)
                    && entry.begun != Begun::Yes
                {
                    entry.begun = if fresh { Begun::Yes } else { Begun::Perhaps };
                    // The first item counts as a success.
                    book.crashes = Some(0).filter(|_| fresh);
                }
            }
            Input::HoldWorker { task, slot, epoch } => {
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.is_live(slot, epoch)
                {
                    book.slots[slot.0 as usize].holds += 1;
                }
            }
            Input::ReleaseWorker { task, slot, epoch } => {
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.is_live(slot, epoch)
                {
                    let holds = &mut book.slots[slot.0 as usize].holds;
                    *holds = holds.saturating_sub(1);
                }
            }
            Input::Observe { observation: Observation { events, .. } } => {
                self.events = events;
                if events {
                    let blurred = !self.drained || self.batches > 0;
                    for book in &mut self.books {
                        (book.gauges, book.blurred) = ([None; 5], blurred);
                    }
                    self.since.stale_gauges |= blurred;
                }
            }
            Input::LimitBusyWorkers { max } => self.limit = max,
            Input::Prioritize { scope, priority, followers } => {
                let known = self.drained;
                let entries = self.books.iter_mut().flat_map(|book| &mut book.calls);
                let named = entries.filter(|entry| entry.options.scopes.contains(&Some(scope)));
                for entry in named.filter(|entry| !followers || entry.options.follows_signal) {
                    if !known {
                        // Whether it is queued shows only when no effect is left.
                        entry.priority = None;
                    } else if entry.is_queued() && entry.priority.is_some() {
                        if entry.priority != Some(priority) {
                            entry.moved_level = true;
                            self.rare.take("a queued call gets another priority");
                        }
                        entry.priority = Some(priority);
                    }
                }
            }
            Input::BeginBatch {} => self.batches += 1,
            Input::EndBatch {} => self.batches = self.batches.saturating_sub(1),
            _ => {}
        }
    }

    /// Which streams rest and count again. Where effects are left in the queue, only the snapshots tell whether the kernel has done what
    /// the input says. `before`: those before it.
    pub(super) fn note_rest(&mut self, input: &Input, before: &[Option<TaskSnapshot>]) {
        let (Input::Rest { task, call, .. } | Input::Resume { task, call, .. }) = *input else {
            return;
        };
        let rests = matches!(input, Input::Rest { .. });
        let resting = |states: &[Option<TaskSnapshot>]| {
            Some(states.get(task.0 as usize)?.as_ref()?.resting_depth)
        };
        let Some((before, after)) = resting(before).zip(resting(&self.snapshots)) else { return };
        let Some(entry) = self.books[task.0 as usize].entry_mut(call) else { return };
        if if rests { after > before } else { after < before } {
            // Law 24: in turns, and not before the first item.
            let fits = entry.on.is_some() && entry.rests() != rests && entry.begun != Begun::No;
            entry.rest(rests);
            entry.begun = Begun::Yes;
            self.law(24, fits, || format!("{input:?} of a call that does not do that"));
        }
    }

    /// What an input says about workers, and whether a task starts calls. `before`: the snapshots before it.
    pub(super) fn note_lifecycle(&mut self, input: &Input, before: &[Option<TaskSnapshot>]) {
        let now = self.now;
        // A crash whose effects are not taken yet may have been before or after this input.
        let fresh = self.drained;
        let active = |snapshots: &[Option<TaskSnapshot>], task: TaskId| {
            let state = snapshots.get(task.0 as usize)?.as_ref()?;
            Some(state.active_workers)
        };
        match *input {
            Input::HandleTimeout {} => {
                self.since.ends[0] = true;
                self.since.ends[1] = true;
                for book in &mut self.books {
                    let terminating = book.terminating.len();
                    book.terminating.retain(|it| it.latest + TERMINATING_MS > now);
                    if book.terminating.len() < terminating {
                        self.rare.take("a terminated worker is not reported to be gone");
                    }
                    if book.last_loss + LONGEST_BACKOFF_MS <= now {
                        book.backing_off = false;
                    }
                }
            }
            Input::AbortScope { .. } => self.since.ends[0] = true,
            Input::WorkerLost { task, slot, epoch }
                if active(&self.snapshots, task) < active(before, task) =>
            {
                self.since.ends[1] = true;
                self.books[task.0 as usize].lose(slot, epoch, now);
            }
            Input::WorkerReady { task, slot, epoch } => {
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.is_live(slot, epoch)
                {
                    book.slots[slot.0 as usize].starting = false;
                }
            }
            Input::WorkerGone { task, slot, epoch } => {
                if let Some(book) = self.books.get_mut(task.0 as usize) {
                    if book.is_terminating(slot, epoch) {
                        book.terminating.retain(|it| (it.slot, it.epoch) != (slot, epoch));
                    } else {
                        book.gone_early.push((slot, epoch));
                    }
                }
            }
            Input::StartWorkers { task } => {
                if let Some(book) = self.books.get_mut(task.0 as usize).filter(|it| it.is_usable())
                {
                    if !fresh {
                        book.crashes = None;
                    } else if book.condition == Condition::Halted {
                        book.crashes = Some(0);
                    }
                    book.condition = Condition::Running;
                }
            }
            Input::StopWorkers { task } => {
                let state = self.snapshots.get(task.0 as usize).and_then(Option::as_ref);
                if state.is_some_and(|state| state.task_status == TaskStatus::Paused) {
                    self.since.ends[2] = true;
                    let book = &mut self.books[task.0 as usize];
                    if !fresh {
                        book.crashes = None;
                    }
                    (book.condition, book.backing_off) = (Condition::Paused, false);
                }
            }
            Input::DisposeTask { task } | Input::ForgetTask { task } => {
                self.since.ends = [true; 3];
                let forgets = matches!(input, Input::ForgetTask { .. });
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.condition != Condition::Forgotten
                {
                    book.end(if forgets { Condition::Forgotten } else { Condition::Disposed });
                }
            }
            _ => {}
        }
    }

    /// Which attempts ended before they were sent.
    pub(super) fn note_undone(&mut self) {
        for (book, state) in self.books.iter_mut().zip(&self.snapshots) {
            let Some(state) = state else { continue };
            let asked = state.total_dispatched;
            let undone = asked - f64::from(book.sent) - f64::from(book.undone);
            book.excess += undone;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let undone = undone as u32;
            book.undone += undone;
            let branch = match self.since.ends {
                [true, false, false] => "a cancel before a call was sent",
                [false, true, false] => "a loss before a call was sent",
                [false, false, true] => "a stop before a call was sent",
                _ => continue,
            };
            if undone > 0 {
                self.rare.take(branch);
            }
        }
    }
}

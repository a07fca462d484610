//! Laws 2, 3, 4, 6, 16, 17, 18, 19 and 21: what each effect may name.

use crate::audit::account::{Account, Begun, Crash, Taken};
use crate::audit::laws::{Laws, TERMINATING_MS};
use atelier_kernel::{CallSeq, Effect, Slot, TaskId};

impl Laws {
    /// Effect by effect, as they are taken.
    #[expect(clippy::too_many_lines, reason = "one arm for each effect")]
    pub(super) fn effects(&mut self, effects: &[Effect], taken: Taken) {
        for (at, effect) in effects.iter().enumerate() {
            let later = &effects[at + 1..];
            let (task, call) = match *effect {
                Effect::Spawn { task, slot, epoch } => {
                    let book = &self.books[task.0 as usize];
                    let place = book.slots[slot.0 as usize];
                    let room = book.may_have_room(self.now, TERMINATING_MS);
                    self.law(6, !place.live && epoch > place.epoch, || {
                        format!("{effect:?} into {place:?}")
                    });
                    self.law(16, room, || format!("{effect:?} beside too many that terminate"));
                    (task, None)
                }
                Effect::GiveUp { task, slot, epoch, .. } => {
                    let live = self.books[task.0 as usize].is_live(slot, epoch);
                    self.law(6, live, || format!("{effect:?} of a worker that does not live"));
                    (task, None)
                }
                Effect::Terminate { task, slot, epoch } => {
                    let live = self.books[task.0 as usize].is_live(slot, epoch);
                    self.law(6, live, || format!("{effect:?} of a worker that does not live"));
                    self.condemned(task, slot, taken);
                    (task, None)
                }
                Effect::Dispatch { task, call, attempt, slot, epoch } => {
                    let book = &self.books[task.0 as usize];
                    let live = book.is_live(slot, epoch);
                    let entry = book.entry(call).copied().unwrap_or_default();
                    let follows = entry.on.is_none() && entry.attempts < attempt.0;
                    // What a batch has woken starts before the call that is submitted is there. That call may replace one whose
                    // start is then taken back.
                    let newest = book.calls.len() - 1;
                    let before = book.comes_before(call).filter(|&other| {
                        taken.fresh
                            && (self.batches == 0 || other != newest && !ends(later, task, other))
                    });
                    let counts = book.setup.weight > 0.0 && book.carried(slot) == (0, 0);
                    self.law(6, live, || format!("{effect:?} to a worker that does not live"));
                    self.law(3, follows, || format!("{effect:?} is not a later attempt"));
                    self.law(4, before.is_none(), || format!("{effect:?} before call {before:?}"));
                    if taken.fresh && counts {
                        let busy: usize = self.books.iter().map(Account::busy).sum();
                        let limit = self.limit;
                        let right = f64::from(u32::try_from(busy).unwrap_or(u32::MAX)) < limit;
                        self.law(21, right, || {
                            format!("{effect:?} makes one more than {busy} of {limit} busy")
                        });
                    }
                    let begun = entry.begun == Begun::Yes;
                    self.law(23, !begun, || format!("{effect:?} of a stream that has begun"));
                    // Within a batch a start may be taken back, which makes a worker idle after the choice.
                    if taken.fresh && self.batches == 0 {
                        self.chooses_idle_worker(task, slot, effect);
                    }
                    self.sent(task, (slot, epoch), attempt, taken.fresh);
                    self.law(19, !entry.moved, || format!("{effect:?} of arguments that moved"));
                    (task, Some(call))
                }
                Effect::Interrupt { task, call, slot, epoch } => {
                    let book = &self.books[task.0 as usize];
                    let on = book.entry(call).is_some_and(|entry| entry.on == Some(slot));
                    // Of an effect that was left in the queue, the reply may have come meanwhile.
                    let carries = book.is_live(slot, epoch) && (on || !taken.fresh);
                    self.law(6, carries, || format!("{effect:?} of a call that is not there"));
                    (task, Some(call))
                }
                Effect::Resolve { task, call } | Effect::Reject { task, call, .. } => {
                    let entry = self.books[task.0 as usize].entry(call).copied();
                    let entry = entry.unwrap_or_default();
                    self.law(2, !entry.settled, || format!("{effect:?} settles a second time"));
                    let just_sent = entry.on.is_some() && entry.sent_at == taken.inputs;
                    self.law(17, !just_sent, || {
                        format!("{effect:?} of a call that was sent although it had ended")
                    });
                    (task, Some(call))
                }
                Effect::EndSpan { task, call, .. } => (task, Some(call)),
                Effect::Replaced { task } => {
                    self.replaced(task);
                    (task, None)
                }
                Effect::Count { task, slot, termination, .. } => {
                    self.terminated(task, slot, termination, taken.fresh);
                    (task, None)
                }
                Effect::Drained { task }
                | Effect::Gauge { task, .. }
                | Effect::Histogram { task, .. } => (task, None),
                Effect::AbortSignal { .. }
                | Effect::ReleaseScope { .. }
                | Effect::BusyWorkers { .. }
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
            let crash = self.books[task.0 as usize].book(effect, taken);
            if crash == Some(Crash::NotCounted) {
                self.rare.take("a crash that does not count");
            }
        }
    }

    /// Law 25. Within a limit of busy workers a call may have to go to a busy one.
    fn chooses_idle_worker(&mut self, task: TaskId, slot: Slot, effect: &Effect) {
        let book = &self.books[task.0 as usize];
        if !book.lives.is_known() {
            return;
        }
        let idle = |slot: Slot| {
            let may_serve = book.may_serve(slot.0 as usize);
            may_serve && book.slots[slot.0 as usize].live && book.carried(slot) == (0, 0)
        };
        let slots = (0..).map(Slot).take(book.slots.len());
        let fewest = slots.filter(|&slot| idle(slot)).map(|slot| book.resting_on(slot)).min();
        let chosen = idle(slot).then(|| book.resting_on(slot));
        let must_not_be_idle = chosen.is_none() && self.limit.is_finite();
        self.law(25, must_not_be_idle || chosen == fewest, || {
            format!("{effect:?} beside an idle worker with {fewest:?} streams")
        });
    }

    /// Law 17: no call was sent to a worker whose end was known.
    fn condemned(&mut self, task: TaskId, slot: Slot, taken: Taken) {
        let mut calls = self.books[task.0 as usize].calls.iter();
        let sent = calls.position(|entry| entry.on == Some(slot) && entry.sent_at == taken.inputs);
        self.law(17, sent.is_none(), || {
            format!("call {sent:?} was sent to a worker that was to be terminated")
        });
    }

    /// Law 18: in what one input leads to, every end of a task's workers comes before the first start.
    pub(super) fn ends_first(&mut self, effects: &[Effect]) {
        let mut started: Vec<TaskId> = Vec::new();
        for effect in effects {
            match *effect {
                Effect::Spawn { task, .. } | Effect::Dispatch { task, .. } => started.push(task),
                Effect::Terminate { task, .. } => {
                    self.law(18, !started.contains(&task), || {
                        format!("{effect:?} after a start in {effects:?}")
                    });
                }
                _ => {}
            }
        }
    }

    fn is_settled(&self, task: TaskId, call: CallSeq) -> bool {
        self.books[task.0 as usize].entry(call).is_some_and(|entry| entry.settled)
    }
}

/// Whether one of the effects tells the caller of a call how it has ended.
fn ends(effects: &[Effect], of: TaskId, at: usize) -> bool {
    effects.iter().any(|effect| {
        matches!(*effect, Effect::Resolve { task, call } | Effect::Reject { task, call, .. }
            if task == of && call.0 as usize == at)
    })
}

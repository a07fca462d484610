//! Laws 2, 3, 4, 6 and 16: what each effect may name.

use crate::audit::laws::Laws;
use atelier_kernel::{CallSeq, Effect, TaskId};

impl Laws {
    /// Laws 2, 3, 4, 6 and 16, effect by effect.
    pub(super) fn effects(&mut self, effects: &[Effect]) {
        for effect in effects {
            let (task, call) = match *effect {
                Effect::Spawn { task, slot, epoch } => {
                    let seat = self.books[task.0 as usize].seats[slot.0 as usize];
                    self.law(6, !seat.live && epoch > seat.epoch, || {
                        format!("{effect:?} onto {seat:?}")
                    });
                    let room = self.books[task.0 as usize].has_room();
                    self.law(16, room, || format!("{effect:?} beside too many that die"));
                    (task, None)
                }
                Effect::GiveUp { task, slot, epoch, .. } => {
                    let seated = self.books[task.0 as usize].is_seated(slot, epoch);
                    self.law(6, seated, || format!("{effect:?} on a worker that does not live"));
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
            self.books[task.0 as usize].book(effect, self.now);
        }
    }

    fn is_settled(&self, task: TaskId, call: CallSeq) -> bool {
        self.books[task.0 as usize].entry(call).is_some_and(|entry| entry.settled)
    }
}

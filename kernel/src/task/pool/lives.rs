//! How long a worker serves: until it retires, or while it is not one idle worker too many.

use crate::boundary::id::{Epoch, Slot};
use crate::boundary::outcome::Termination;
use crate::task::pool::{Pool, State};
use crate::time::Millis;

impl Pool {
    /// The worker in the slot gets no further calls. A no-op for one that retires already.
    pub(crate) fn retire(&mut self, slot: Slot, why: Termination) {
        if self.slot(slot).retiring.is_none() {
            self.retiring += 1;
            self.slot_mut(slot).retiring = Some(why);
        }
    }

    /// Whether any worker may retire, so that it is worth looking which ones do.
    pub(crate) fn may_retire(&self) -> bool {
        self.retiring > 0 || self.max_calls.is_some()
    }

    /// Why the worker in the slot gets no further calls. `None` if it may get some, or if there is no worker.
    pub(crate) fn retirement(&self, slot: Slot) -> Option<Termination> {
        let held = self.slot(slot);
        let is_used_up = self.max_calls_of(slot).is_some_and(|max| held.served >= max);
        let why = held.retiring.or(is_used_up.then_some(Termination::Retired));
        why.filter(|_| held.state == State::Live)
    }

    /// Whether the worker in the slot may get calls.
    pub(crate) fn serves(&self, slot: Slot) -> bool {
        self.is_live(slot) && self.retirement(slot).is_none()
    }

    /// Whether nothing is on the worker in the slot: no call, no stream that rests and no value that lives on.
    pub(crate) fn is_idle(&self, slot: Slot) -> bool {
        self.load(slot) + self.resting(slot) + self.slot(slot).holds == 0
    }

    /// The worker in the slot is given an attempt.
    pub(crate) fn serve(&mut self, slot: Slot) {
        let held = self.slot_mut(slot);
        held.served = held.served.saturating_add(1);
    }

    /// An attempt on the worker in the slot has ended before it was sent: it does not count.
    pub(crate) fn give_back(&mut self, slot: Slot) {
        let held = self.slot_mut(slot);
        held.served = held.served.saturating_sub(1);
    }

    /// Whether the slot has a worker that was among the first so many of the task.
    pub(crate) fn is_old(&self, slot: Slot, spawns: u64) -> bool {
        self.is_live(slot) && self.slot(slot).spawned <= spawns
    }

    /// Whether the worker in the slot is about to be replaced, or its successor is not ready.
    pub(crate) fn is_changing(&self, slot: Slot) -> bool {
        match self.slot(slot).state {
            State::Vacant => false,
            State::RespawnPending => true,
            State::Live => !self.is_ready(slot) || self.retirement(slot).is_some(),
        }
    }

    /// Notes which workers are idle while more than `min` serve; returns the earliest moment since which one is.
    pub(crate) fn note_idle(&mut self, min: u32, now: Millis) -> Option<Millis> {
        let has_surplus = self.serving() > min;
        let mut earliest: Option<Millis> = None;
        for slot in self.slots() {
            let is_idle = has_surplus && self.serves(slot) && self.is_idle(slot);
            let held = self.slot_mut(slot);
            held.idle_since = is_idle.then(|| held.idle_since.unwrap_or(now));
            earliest = earliest.into_iter().chain(held.idle_since).min();
        }
        earliest
    }

    /// The last slot whose worker is idle since this moment or an earlier one, while more than `min` serve.
    pub(crate) fn surplus(&self, min: u32, since: impl Fn(Millis) -> bool) -> Option<Slot> {
        if self.serving() <= min {
            return None;
        }
        let is_surplus = |&slot: &Slot| {
            self.is_live(slot)
                && self.is_idle(slot)
                && self.slot(slot).idle_since.is_some_and(&since)
        };
        self.slots().filter(is_surplus).last()
    }

    /// Workers that may get calls.
    fn serving(&self) -> u32 {
        let serving = self.slots().filter(|&slot| self.serves(slot)).count();
        u32::try_from(serving).unwrap_or(u32::MAX)
    }

    /// How many calls the worker in the slot may serve. The first ones of a task serve fewer, each by the number of its slot, so that
    /// under an equal load they do not all retire at once.
    fn max_calls_of(&self, slot: Slot) -> Option<u32> {
        let max = self.max_calls?;
        let is_first = self.slot(slot).epoch == Epoch(1);
        Some(if is_first { max - slot.0 % max } else { max })
    }
}

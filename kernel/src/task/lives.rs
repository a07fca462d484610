//! Workers that end although nothing is wrong with them: those that retire, those that are replaced, one after the other, and those
//! that are one idle worker too many.

use crate::boundary::config::InitMode;
use crate::boundary::effect::Effect;
use crate::boundary::id::{Epoch, Slot};
use crate::boundary::outcome::Termination;
use crate::task::Task;
use crate::turn::Turn;
use std::collections::VecDeque;

/// The replacements of a task's workers that were asked for and have not ended.
#[derive(Debug, Default)]
pub(super) struct Replacements {
    /// For each, how many workers had been created when it was asked for: these are to go.
    asked: VecDeque<u64>,
    /// The slot that was changed last.
    slot: Option<Slot>,
}

impl Task {
    /// The worker is to be replaced once its calls have ended. A no-op for a worker that is not in the slot any more, or that retires
    /// already.
    pub(crate) fn retire_worker(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.has(slot, epoch) {
            self.pool.retire(slot, Termination::Retired);
            self.wake(turn);
        }
    }

    /// Replaces the workers that live now, one after the other, and asks for one [`Effect::Replaced`] when none of them lives.
    pub(crate) fn replace_workers(&mut self, turn: &mut Turn) {
        self.replacements.asked.push_back(self.pool.spawns());
        self.wake(turn);
    }

    /// Whether it matters for a replacement that a worker is ready.
    pub(super) fn is_replacing(&self) -> bool {
        !self.replacements.asked.is_empty()
    }

    /// Ends the workers that retire and have no call left.
    pub(super) fn end_retired(&mut self, turn: &mut Turn) {
        if !self.is_replacing() && !self.pool.may_retire() {
            return;
        }
        loop {
            for slot in self.pool.slots() {
                if let Some(why) = self.pool.retirement(slot)
                    && self.pool.is_idle(slot)
                {
                    let is_needed = why == Termination::Replaced && self.queue.first().is_some();
                    self.terminate(slot, is_needed || self.is_refilled(false), why, turn);
                }
            }
            if !self.retire_next() {
                break;
            }
        }
        while let Some(&spawns) = self.replacements.asked.front()
            && !self.pool.slots().any(|slot| self.pool.is_old(slot, spawns))
        {
            self.replacements.asked.pop_front();
            turn.emit(Effect::Replaced { task: self.id });
        }
    }

    /// Lets the next worker retire that is to be replaced, unless the one before it or its successor is not there yet. Returns false
    /// if none was found.
    fn retire_next(&mut self) -> bool {
        let Some(&spawns) = self.replacements.asked.back() else { return false };
        if self.replacements.slot.is_some_and(|slot| self.pool.is_changing(slot)) {
            return false;
        }
        let mut old = self.pool.slots().filter(|&slot| self.pool.is_old(slot, spawns));
        self.replacements.slot = old.find(|&slot| self.pool.serves(slot));
        if let Some(slot) = self.replacements.slot {
            self.pool.retire(slot, Termination::Replaced);
        }
        self.replacements.slot.is_some()
    }

    /// Whether a slot whose worker ends is filled again at once, and not when a call needs it. `is_lost`: the worker crashed or was
    /// killed.
    pub(super) fn is_refilled(&self, is_lost: bool) -> bool {
        match self.limits.min_workers {
            Some(min) => self.pool.committed() <= min,
            None => is_lost || self.limits.init == InitMode::Eager,
        }
    }

    /// Nothing was on some workers for `idleTimeoutMs`. Where the pool shrinks, those beyond its least size end; else all of them do,
    /// because nothing was on any. The next calls create workers again.
    pub(crate) fn idle_expired(&mut self, turn: &mut Turn) {
        self.idle_at = None;
        match (self.limits.min_workers, self.limits.idle_timeout_ms) {
            (Some(min), Some(timeout)) => {
                let now = turn.now;
                while let Some(slot) = self.pool.surplus(min, |since| since.after(timeout) <= now) {
                    self.terminate(slot, false, Termination::Idle, turn);
                }
            }
            (None, _) | (_, None) => self.terminate_all(Termination::Idle, turn),
        }
        self.wake(turn);
    }
}

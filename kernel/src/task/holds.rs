//! Workers that are held: a value that a call returned, such as a `ReadableStream`, lives on in them after the call has ended.
//!
//! A held worker is not idle. It takes calls as any other, and holding it takes no permit.

use crate::boundary::id::{Epoch, Slot};
use crate::task::Task;
use crate::turn::Turn;

impl Task {
    /// A value lives on in the worker. A no-op for a worker that is not in the slot any more.
    pub(crate) fn hold_worker(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.has(slot, epoch) {
            self.pool.hold(slot);
            self.time_idle(turn);
        }
    }

    /// One such value has ended. A no-op for a worker that is not in the slot any more, or that is not held.
    pub(crate) fn release_worker(&mut self, slot: Slot, epoch: Epoch, turn: &mut Turn) {
        if self.pool.has(slot, epoch) {
            self.pool.let_go(slot);
            self.time_idle(turn);
            if self.pool.retirement(slot).is_some() {
                self.wake(turn);
            }
        }
    }
}

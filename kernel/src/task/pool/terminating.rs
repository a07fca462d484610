//! Workers that were terminated and whose threads may still run: a platform may let a busy one go on for seconds.

use crate::boundary::id::{Epoch, Slot};
use crate::time::Millis;

/// One such worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminating {
    pub(crate) slot: Slot,
    pub(crate) epoch: Epoch,
    /// When it counts as gone although its end was not reported.
    pub(crate) until: Millis,
}

/// All of a task.
#[derive(Debug, Default)]
pub(super) struct TerminatingWorkers {
    workers: Vec<Terminating>,
}

impl TerminatingWorkers {
    pub(super) fn add(&mut self, worker: Terminating) {
        self.workers.push(worker);
    }

    pub(super) fn remove(&mut self, slot: Slot, epoch: Epoch) -> Option<Terminating> {
        let at = self.workers.iter().position(|it| (it.slot, it.epoch) == (slot, epoch))?;
        Some(self.workers.swap_remove(at))
    }

    pub(super) fn take(&mut self) -> Vec<Terminating> {
        std::mem::take(&mut self.workers)
    }

    pub(super) fn len(&self) -> usize {
        self.workers.len()
    }
}

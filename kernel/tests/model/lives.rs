//! The model's workers that end although nothing is wrong with them: those that retire, are replaced, or are idle.

use super::task::{Task, slot_id};
use super::{Model, task_id};
use atelier_kernel::{Effect, Epoch, Slot, Termination};

impl Model {
    pub(super) fn retire_worker(&mut self, task: usize, slot: Slot, epoch: Epoch) {
        if self.tasks[task].is_live(slot, epoch) {
            let worker = &mut self.tasks[task].workers[slot.0 as usize];
            worker.retiring = worker.retiring.or(Some(Termination::Retired));
            self.wake(task);
        }
    }

    pub(super) fn replace_workers(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        state.replacements.push(state.spawned);
        self.wake(task);
    }

    /// Ends every worker that gets no further calls and has none, then picks the next one to be replaced, until there is nothing to do.
    pub(super) fn end_retired(&mut self, task: usize) {
        loop {
            for slot in 0..self.tasks[task].workers.len() {
                let state = &self.tasks[task];
                let Some(why) = state.retirement(slot).filter(|_| state.is_idle(slot)) else {
                    continue;
                };
                let is_needed = why == Termination::Replaced && state.next().is_some();
                let refill = is_needed || state.is_refilled(false);
                self.terminate(task, slot, why);
                self.tasks[task].workers[slot].respawn = refill;
            }
            if self.tasks[task].replacements.is_empty() || self.tasks[task].is_replacing() {
                break;
            }
            self.tasks[task].replaced = self.tasks[task].next_to_replace();
            let Some(slot) = self.tasks[task].replaced else { break };
            self.tasks[task].workers[slot].retiring = Some(Termination::Replaced);
        }
        while let Some(&spawned) = self.tasks[task].replacements.first()
            && self.tasks[task].workers.iter().all(|it| !it.live || it.spawned > spawned)
        {
            self.tasks[task].replacements.remove(0);
            self.emit(Effect::Replaced { task: task_id(task) });
        }
    }

    /// The user's time without calls has passed. Where the pool shrinks: for some of its workers.
    pub(super) fn idle_expired(&mut self, task: usize) {
        self.tasks[task].idle_since = None;
        let Some(min) = self.tasks[task].setup.min_workers else {
            self.terminate_all(task, Termination::Idle);
            return self.wake(task);
        };
        let timeout = self.tasks[task].setup.idle_timeout_ms.expect("it shrinks");
        for slot in (0..self.tasks[task].workers.len()).rev() {
            let state = &self.tasks[task];
            let worker = &state.workers[slot];
            let is_due = worker.idle_since.is_some_and(|since| since + timeout <= self.now);
            if worker.live && state.is_idle(slot) && is_due && state.serving() > min {
                self.terminate(task, slot, Termination::Idle);
            }
            if is_due {
                self.tasks[task].workers[slot].idle_since = None;
            }
        }
        self.wake(task);
    }
}

impl Task {
    /// Why the worker in the slot gets no further calls.
    pub(super) fn retirement(&self, slot: usize) -> Option<Termination> {
        let worker = &self.workers[slot];
        let unsent = self
            .calls
            .iter()
            .filter(|call| call.slot_now() == Some(slot_id(slot)) && !call.is_sent());
        let served = worker.sent as usize + unsent.count();
        let number = u32::try_from(slot).expect("a few slots");
        let most = self
            .setup
            .max_calls
            .map(|max| if worker.epoch == 1 { max - number % max } else { max });
        let used_up = most.is_some_and(|most| served >= most as usize);
        let why = if used_up { Some(Termination::Retired) } else { None };
        worker.retiring.or(why).filter(|_| worker.live)
    }

    /// Whether no call, no stream and no value is on the worker.
    pub(super) fn is_idle(&self, slot: usize) -> bool {
        self.load(slot) + self.resting(Some(slot)) + self.workers[slot].holds == 0
    }

    /// Live workers that may get calls.
    pub(super) fn serving(&self) -> u32 {
        let serves = |slot: &usize| self.workers[*slot].live && self.retirement(*slot).is_none();
        let serving = (0..self.workers.len()).filter(serves).count();
        u32::try_from(serving).expect("a few slots")
    }

    /// Whether the end of a worker leaves a slot that is filled at once.
    pub(super) fn is_refilled(&self, is_lost: bool) -> bool {
        let there = self.workers.iter().filter(|worker| worker.live || worker.respawn).count();
        match self.setup.min_workers {
            Some(min) => there <= min as usize,
            None => is_lost || self.setup.eager,
        }
    }

    /// One after the other: whether the last one is not gone, or what took its place is not ready.
    fn is_replacing(&self) -> bool {
        self.replaced.is_some_and(|slot| {
            let worker = &self.workers[slot];
            let retires = self.retirement(slot).is_some();
            worker.respawn || (worker.live && (!worker.ready || retires))
        })
    }

    fn next_to_replace(&self) -> Option<usize> {
        let spawned = *self.replacements.last()?;
        (0..self.workers.len()).find(|&slot| {
            let worker = &self.workers[slot];
            worker.live && worker.spawned <= spawned && self.retirement(slot).is_none()
        })
    }

    /// Notes since when each worker has been one idle worker too many.
    pub(super) fn note_idle_workers(&mut self, min: u32, now: f64) {
        let has_surplus = self.serving() > min;
        for slot in 0..self.workers.len() {
            let serves = self.workers[slot].live && self.retirement(slot).is_none();
            let is_idle = has_surplus && serves && self.is_idle(slot);
            let since = self.workers[slot].idle_since.unwrap_or(now);
            self.workers[slot].idle_since = is_idle.then_some(since);
        }
    }
}

//! The slots of a task: which worker is in each, which calls it carries, and which workers are still terminating.
//!
//! `WorkerPool` and `SingletonWorker` of the design are this pool with many slots and with one.

mod choice;
mod lives;
mod respawns;
mod terminating;
#[cfg(test)]
mod tests;

pub(crate) use choice::Choice;
pub(crate) use terminating::Terminating;

use crate::boundary::id::{Epoch, Slot};
use crate::boundary::outcome::Termination;
use crate::task::call::Calls;
use crate::task::call_list::CallList;
use crate::task::limits::Limits;
use crate::task::pool::terminating::TerminatingWorkers;
use crate::time::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Vacant,
    Live,
    /// Vacant, with a respawn pending: after the backoff, and when there is room for another worker.
    RespawnPending,
}

#[derive(Debug)]
struct SlotState {
    state: State,
    epoch: Epoch,
    /// Which of the task's spawns its worker was, counting from 1.
    spawned: u64,
    /// When the worker must be ready; none once it is, or if there is no limit.
    start_by: Option<Millis>,
    ready: bool,
    /// When the worker was created.
    filled_at: Millis,
    /// Attempts that it was given.
    served: u32,
    /// Why it gets no further calls, if that was decided.
    retiring: Option<Termination>,
    /// Since when it is idle while more workers serve than are to stay.
    idle_since: Option<Millis>,
    /// The calls that count on its worker.
    calls: CallList,
    resting: CallList,
    /// The tick at which a call came to count there last.
    used: u64,
    /// Since when it has calls, where that counts in the budget.
    busy_since: Option<Millis>,
    /// Values that live on in its worker.
    holds: u32,
}

/// The slots of a task. A choice costs O(pool size) and nothing per queued call.
#[derive(Debug)]
pub(crate) struct Pool {
    slots: Vec<SlotState>,
    /// Calls that one worker may carry.
    share: f64,
    /// Calls after which a worker retires.
    max_calls: Option<u32>,
    /// Idle workers may end while others stay, so that calls go to as few as possible.
    shrinks: bool,
    live: u32,
    terminating: TerminatingWorkers,
    tick: u64,
    /// Workers created so far.
    spawns: u64,
    /// Values that live on in workers.
    holds: u32,
    /// Workers that were asked to retire and live.
    retiring: u32,
}

impl Pool {
    pub(crate) fn new(limits: &Limits) -> Self {
        let vacant = || SlotState {
            state: State::Vacant,
            epoch: Epoch(0),
            spawned: 0,
            start_by: None,
            ready: false,
            filled_at: Millis::new(0.0),
            served: 0,
            retiring: None,
            idle_since: None,
            calls: CallList::default(),
            resting: CallList::default(),
            used: 0,
            busy_since: None,
            holds: 0,
        };
        Self {
            slots: std::iter::repeat_with(vacant).take(limits.pool_size as usize).collect(),
            share: limits.share(),
            max_calls: limits.max_calls_per_worker,
            shrinks: limits.min_workers.is_some(),
            live: 0,
            terminating: TerminatingWorkers::default(),
            tick: 0,
            spawns: 0,
            holds: 0,
            retiring: 0,
        }
    }

    /// Puts a new worker into the slot; returns its epoch.
    pub(crate) fn fill(&mut self, slot: Slot, start_by: Option<Millis>, now: Millis) -> Epoch {
        self.live += 1;
        self.spawns += 1;
        let spawned = self.spawns;
        let filled = self.slot_mut(slot);
        (filled.state, filled.start_by, filled.spawned) = (State::Live, start_by, spawned);
        (filled.ready, filled.filled_at) = (false, now);
        (filled.served, filled.retiring, filled.idle_since) = (0, None, None);
        filled.epoch = Epoch(filled.epoch.0.wrapping_add(1));
        filled.epoch
    }

    /// Stops waiting for the worker in the slot to be ready; returns its start deadline, if that was set.
    pub(crate) fn end_start(&mut self, slot: Slot) -> Option<Millis> {
        self.slot_mut(slot).start_by.take()
    }

    /// The worker in the slot serves calls. Returns when it was created, the first time.
    pub(crate) fn ready(&mut self, slot: Slot) -> Option<Millis> {
        let filled = self.slot_mut(slot);
        let was_ready = std::mem::replace(&mut filled.ready, true);
        (!was_ready).then_some(filled.filled_at)
    }

    /// Whether the worker that is, or was last, in the slot has served calls.
    pub(crate) fn is_ready(&self, slot: Slot) -> bool {
        self.slot(slot).ready
    }

    /// The slot's worker is terminated and counts as terminating until then at the latest.
    pub(crate) fn vacate(&mut self, slot: Slot, respawn: bool, until: Millis) {
        self.live -= 1;
        let vacated = self.slot_mut(slot);
        vacated.state = if respawn { State::RespawnPending } else { State::Vacant };
        let (epoch, holds) = (vacated.epoch, std::mem::take(&mut vacated.holds));
        let retired = vacated.retiring.take().is_some();
        self.holds -= holds;
        self.retiring -= u32::from(retired);
        self.terminating.add(Terminating { slot, epoch, until });
    }

    /// The thread of a terminated worker has exited. Returns its record, unless that was dropped before.
    pub(crate) fn gone(&mut self, slot: Slot, epoch: Epoch) -> Option<Terminating> {
        self.terminating.remove(slot, epoch)
    }

    /// Drops all records of terminating workers and returns them.
    pub(crate) fn take_terminating(&mut self) -> Vec<Terminating> {
        self.terminating.take()
    }

    /// Whether some workers that were terminated may still run.
    pub(crate) fn is_terminating(&self) -> bool {
        self.terminating.len() > 0
    }

    /// A value lives on in the slot's worker.
    pub(crate) fn hold(&mut self, slot: Slot) {
        self.holds += 1;
        self.slot_mut(slot).holds += 1;
    }

    /// One such value has ended.
    pub(crate) fn let_go(&mut self, slot: Slot) {
        if self.slot(slot).holds > 0 {
            self.holds -= 1;
            self.slot_mut(slot).holds -= 1;
        }
    }

    /// Whether a value lives on in any worker.
    pub(crate) fn is_held(&self) -> bool {
        self.holds > 0
    }

    /// Puts a call on the worker in the slot, where it counts.
    pub(crate) fn put(&mut self, calls: &mut Calls, slot: Slot, index: u32) {
        self.tick += 1;
        let tick = self.tick;
        let used = self.slot_mut(slot);
        used.used = tick;
        used.calls.push_back(calls, index);
    }

    /// The worker in the slot becomes busy.
    pub(crate) fn busy_since(&mut self, slot: Slot, now: Millis) {
        self.slot_mut(slot).busy_since = Some(now);
    }

    /// The worker in the slot is idle again; returns since when it was busy.
    pub(crate) fn take_busy_since(&mut self, slot: Slot) -> Option<Millis> {
        self.slot_mut(slot).busy_since.take()
    }

    /// Takes a call that counts off the worker in the slot.
    pub(crate) fn take(&mut self, calls: &mut Calls, slot: Slot, index: u32) {
        self.slot_mut(slot).calls.remove(calls, index);
    }

    /// Puts a resting call on the worker in the slot.
    pub(crate) fn put_to_rest(&mut self, calls: &mut Calls, slot: Slot, index: u32) {
        self.slot_mut(slot).resting.push_back(calls, index);
    }

    /// Takes a resting call off the worker in the slot.
    pub(crate) fn take_from_rest(&mut self, calls: &mut Calls, slot: Slot, index: u32) {
        self.slot_mut(slot).resting.remove(calls, index);
    }

    /// The calls on the worker in the slot: those that count, abandoned ones included, then those that rest, each in the order in
    /// which they came to do so.
    pub(crate) fn calls(&self, calls: &Calls, slot: Slot) -> Vec<u32> {
        let slot = self.slot(slot);
        slot.calls.iter(calls).chain(slot.resting.iter(calls)).collect()
    }

    /// Whether this very worker is in the slot.
    pub(crate) fn has(&self, slot: Slot, epoch: Epoch) -> bool {
        self.slots
            .get(slot.0 as usize)
            .is_some_and(|held| held.state == State::Live && held.epoch == epoch)
    }

    pub(crate) fn is_live(&self, slot: Slot) -> bool {
        self.slot(slot).state == State::Live
    }

    /// Which worker is, or was last, in the slot.
    pub(crate) fn epoch(&self, slot: Slot) -> Epoch {
        self.slot(slot).epoch
    }

    /// Which of the task's spawns the worker in the slot was, counting from 1, and how many there were.
    pub(crate) fn spawned(&self, slot: Slot) -> (u64, u64) {
        (self.slot(slot).spawned, self.spawns)
    }

    /// Workers created so far.
    pub(crate) fn spawns(&self) -> u64 {
        self.spawns
    }

    /// Calls that count on the worker in the slot.
    pub(crate) fn load(&self, slot: Slot) -> u32 {
        self.slot(slot).calls.len()
    }

    /// Calls that rest on it.
    fn resting(&self, slot: Slot) -> u32 {
        self.slot(slot).resting.len()
    }

    /// Workers that exist.
    pub(crate) fn live(&self) -> u32 {
        self.live
    }

    /// Every slot, vacant or not.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..u32::try_from(self.slots.len()).unwrap_or(u32::MAX)).map(Slot)
    }

    fn slot(&self, slot: Slot) -> &SlotState {
        &self.slots[slot.0 as usize]
    }

    fn slot_mut(&mut self, slot: Slot) -> &mut SlotState {
        &mut self.slots[slot.0 as usize]
    }
}

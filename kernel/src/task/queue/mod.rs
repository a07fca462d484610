//! Admission: which calls wait, which are accepted, which are refused. Returns verdicts and emits nothing.

mod levels;
#[cfg(test)]
mod tests;

use crate::boundary::config::{Order, QueuePolicy};
use crate::boundary::id::CallSeq;
use crate::boundary::priority::Priority;
use crate::collections::slab::NIL;
use crate::task::call::{Calls, Phase};
use crate::task::limits::Limits;
use crate::task::queue::levels::Levels;
use std::collections::BinaryHeap;

/// What becomes of a new call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// A worker can take it now.
    Start,
    /// It is accepted and becomes pending.
    Accept,
    /// Its caller waits for room.
    Wait,
    /// The policy refuses it.
    Refuse,
    /// It is accepted in place of this pending call, which is dropped.
    Evict(u32),
}

/// The two queues of a task and the numbers of its calls on workers.
#[derive(Debug)]
pub(crate) struct DispatchQueue {
    waiting: Levels,
    /// Calls that were requeued come first within their level.
    pending: Levels,
    in_flight: u32,
    resting: u32,
    max_in_flight: f64,
    max_depth: f64,
    policy: QueuePolicy,
    order: Order,
}

impl DispatchQueue {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            waiting: Levels::default(),
            pending: Levels::default(),
            in_flight: 0,
            resting: 0,
            max_in_flight: limits.max_in_flight,
            max_depth: limits.max_queue_depth,
            policy: limits.queue_policy,
            order: limits.order,
        }
    }

    /// The verdict on a new call. `can_start`: a worker could take it now, and it would be its turn.
    pub(crate) fn admit(&self, priority: Priority, can_start: bool) -> Admission {
        if can_start && self.first().is_none() && self.has_permit() {
            Admission::Start
        } else if self.has_room() {
            Admission::Accept
        } else {
            match self.policy {
                QueuePolicy::Block => Admission::Wait,
                QueuePolicy::Reject | QueuePolicy::DropLatest => Admission::Refuse,
                QueuePolicy::DropOldest => {
                    self.evictable(priority).map_or(Admission::Refuse, Admission::Evict)
                }
            }
        }
    }

    /// Puts an admitted call into the queue that [`Call::phase`](crate::task::call::Call::phase) names.
    pub(crate) fn enqueue(&mut self, calls: &mut Calls, index: u32) {
        self.queue(calls[index].phase).push_back(calls, index);
    }

    /// Takes a waiting or pending call out of its queue.
    pub(crate) fn remove(&mut self, calls: &mut Calls, index: u32) {
        self.queue(calls[index].phase).remove(calls, index);
    }

    /// Moves a waiting or pending call to where a new call of that priority would be. A call that has the priority stays where it
    /// is.
    pub(crate) fn prioritize(&mut self, calls: &mut Calls, index: u32, priority: Priority) {
        if calls[index].priority == priority {
            return;
        }
        self.remove(calls, index);
        calls[index].priority = priority;
        self.enqueue(calls, index);
    }

    /// The call whose turn it is: the highest priority, and within one pending before waiting.
    pub(crate) fn first(&self) -> Option<u32> {
        let waiting = self.waiting.highest();
        match self.pending.highest() {
            Some(pending) if waiting.is_none_or(|waiting| waiting <= pending) => {
                self.next_of(&self.pending)
            }
            Some(_) | None => self.next_of(&self.waiting),
        }
    }

    /// Whether another call may go in flight.
    pub(crate) fn has_permit(&self) -> bool {
        f64::from(self.in_flight) < self.max_in_flight
    }

    /// A call has gone in flight. One that rested does so beyond the limit, too.
    pub(crate) fn take_permit(&mut self) {
        self.in_flight += 1;
    }

    /// A call has left its worker, or rests.
    pub(crate) fn give_permit(&mut self) {
        self.in_flight -= 1;
    }

    /// A call rests on its worker.
    pub(crate) fn begin_rest(&mut self) {
        self.resting += 1;
    }

    /// A call rests no longer.
    pub(crate) fn end_rest(&mut self) {
        self.resting -= 1;
    }

    /// Accepts the waiting call whose turn it is, if there is room.
    pub(crate) fn promote(&mut self, calls: &mut Calls) -> bool {
        let Some(index) = self.next_of(&self.waiting).filter(|_| self.has_room()) else {
            return false;
        };
        self.waiting.remove(calls, index);
        calls[index].phase = Phase::Pending;
        self.pending.push_back(calls, index);
        true
    }

    /// Puts calls that were on a worker back among the pending ones, past all limits. Within its priority each comes before every
    /// call that never started, and they keep their original order. They become [`Phase::Pending`].
    pub(crate) fn requeue(&mut self, calls: &mut Calls, indices: &[u32]) {
        // Numbers may have begun anew, so they are compared by their distance to the next one.
        let age = |seq: CallSeq| seq.0.wrapping_sub(calls.next().0);
        // A heap sorts in a tenth of the code that slice::sort brings into the module.
        let heap: BinaryHeap<_> =
            indices.iter().map(|&index| (age(calls[index].seq), index)).collect();
        let sorted = heap.into_sorted_vec();
        match self.order {
            Order::OldestFirst => {
                for (_, index) in sorted {
                    let next = self.requeued_after(calls, index);
                    calls[index].phase = Phase::Pending;
                    self.pending.insert_before(calls, next, index);
                }
            }
            Order::NewestFirst => {
                for (_, index) in sorted.into_iter().rev() {
                    calls[index].phase = Phase::Pending;
                    self.pending.push_back(calls, index);
                }
            }
        }
    }

    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.len()
    }

    pub(crate) fn pending(&self) -> u32 {
        self.pending.len()
    }

    pub(crate) fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// How many calls of this priority have not started.
    pub(crate) fn queued_at(&self, priority: Priority) -> u32 {
        self.pending.len_at(priority) + self.waiting.len_at(priority)
    }

    pub(crate) fn resting(&self) -> u32 {
        self.resting
    }

    /// Behind the calls that were requeued before and submitted earlier: the first pending call of this priority that is not one of
    /// them, or `NIL`.
    fn requeued_after(&self, calls: &Calls, index: u32) -> u32 {
        let mut next = self.pending.oldest(calls[index].priority);
        while let Some(queued) = next.filter(|&queued| {
            calls[queued].attempts > 0 && calls[queued].seq.is_before(calls[index].seq)
        }) {
            next = calls.after(queued);
        }
        next.unwrap_or(NIL)
    }

    /// The call of a queue whose turn it is.
    fn next_of(&self, queue: &Levels) -> Option<u32> {
        let highest = queue.highest()?;
        match self.order {
            Order::OldestFirst => queue.oldest(highest),
            Order::NewestFirst => queue.newest(highest),
        }
    }

    /// The oldest pending call of the lowest priority, unless the new call is lower still. None either after a requeue has filled
    /// the queue past its limit, when dropping one call makes no room.
    fn evictable(&self, priority: Priority) -> Option<u32> {
        let lowest = self.pending.lowest().filter(|&lowest| lowest <= priority)?;
        let makes_room = f64::from(self.pending.len()) - 1.0 < self.max_depth;
        self.pending.oldest(lowest).filter(|_| makes_room)
    }

    fn has_room(&self) -> bool {
        f64::from(self.pending.len()) < self.max_depth
    }

    fn queue(&mut self, phase: Phase) -> &mut Levels {
        match phase {
            Phase::Waiting => &mut self.waiting,
            Phase::Pending | Phase::InFlight(_) | Phase::Resting(_) | Phase::Abandoned(_) => {
                &mut self.pending
            }
        }
    }
}

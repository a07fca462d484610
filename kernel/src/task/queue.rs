//! Admission: which calls wait, which are accepted, which are refused. Returns verdicts and emits nothing.

use crate::boundary::config::QueuePolicy;
use crate::boundary::id::CallSeq;
use crate::collections::slab::NIL;
use crate::task::call::{Calls, Phase};
use crate::task::call_list::CallList;
use crate::task::limits::Limits;
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
    /// It is accepted in place of the oldest pending call, which is dropped.
    Evict(u32),
}

/// The two queues of a task and the number of its calls on workers.
///
/// `pending` is sorted by call number, because only calls that were requeued come back to it, and those were
/// submitted before everything that never started.
#[derive(Debug)]
pub(crate) struct DispatchQueue {
    waiting: CallList,
    pending: CallList,
    in_flight: u32,
    max_in_flight: f64,
    max_depth: f64,
    policy: QueuePolicy,
}

impl DispatchQueue {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            waiting: CallList::default(),
            pending: CallList::default(),
            in_flight: 0,
            max_in_flight: limits.max_in_flight,
            max_depth: limits.max_queue_depth,
            policy: limits.queue_policy,
        }
    }

    /// The verdict on a new call. `worker_free`: a worker could take it now.
    pub(crate) fn admit(&self, worker_free: bool) -> Admission {
        if worker_free && self.first().is_none() && self.has_permit() {
            Admission::Start
        } else if self.has_room() {
            Admission::Accept
        } else {
            match self.policy {
                QueuePolicy::Block => Admission::Wait,
                QueuePolicy::Reject | QueuePolicy::DropLatest => Admission::Refuse,
                QueuePolicy::DropOldest => self
                    .pending
                    .first()
                    .filter(|_| self.evicting_makes_room())
                    .map_or(Admission::Refuse, Admission::Evict),
            }
        }
    }

    /// Puts an admitted call into the queue that [`Call::phase`](crate::task::call::Call::phase) names.
    pub(crate) fn enqueue(&mut self, calls: &mut Calls, index: u32) {
        self.list(calls[index].phase).push_back(calls, index);
    }

    /// Takes a waiting or pending call out of its queue.
    pub(crate) fn remove(&mut self, calls: &mut Calls, index: u32) {
        self.list(calls[index].phase).remove(calls, index);
    }

    /// The call whose turn it is: the first pending one, else the first waiting one.
    pub(crate) fn first(&self) -> Option<u32> {
        self.pending.first().or_else(|| self.waiting.first())
    }

    /// Whether another call may go in flight.
    pub(crate) fn has_permit(&self) -> bool {
        f64::from(self.in_flight) < self.max_in_flight
    }

    /// A call has gone in flight.
    pub(crate) fn take_permit(&mut self) {
        self.in_flight += 1;
    }

    /// A call has left its worker.
    pub(crate) fn give_permit(&mut self) {
        self.in_flight -= 1;
    }

    /// Accepts the first waiting call if there is room.
    pub(crate) fn promote(&mut self, calls: &mut Calls) -> bool {
        let Some(index) = self.waiting.first().filter(|_| self.has_room()) else { return false };
        self.waiting.remove(calls, index);
        calls[index].phase = Phase::Pending;
        self.pending.push_back(calls, index);
        true
    }

    /// Puts calls that were on a worker back among the pending ones, each where its number belongs, past all limits.
    /// They become [`Phase::Pending`].
    pub(crate) fn requeue(&mut self, calls: &mut Calls, indices: &[u32]) {
        // Numbers may have begun anew, so they are compared by their distance to the next one.
        let age = |seq: CallSeq| seq.0.wrapping_sub(calls.next().0);
        // A heap sorts in a tenth of the code that slice::sort brings into the module.
        let sorted: BinaryHeap<_> =
            indices.iter().map(|&index| (age(calls[index].seq), index)).collect();
        let mut next = self.pending.first();
        for (_, index) in sorted.into_sorted_vec() {
            while let Some(queued) =
                next.filter(|&queued| calls[queued].seq.is_before(calls[index].seq))
            {
                next = calls.after(queued);
            }
            calls[index].phase = Phase::Pending;
            self.pending.insert_before(calls, next.unwrap_or(NIL), index);
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

    /// Not so after a requeue has filled the queue past its limit.
    fn evicting_makes_room(&self) -> bool {
        f64::from(self.pending.len()) - 1.0 < self.max_depth
    }

    fn has_room(&self) -> bool {
        f64::from(self.pending.len()) < self.max_depth
    }

    fn list(&mut self, phase: Phase) -> &mut CallList {
        match phase {
            Phase::Waiting => &mut self.waiting,
            Phase::Pending | Phase::InFlight(_) | Phase::Abandoned(_) => &mut self.pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::config::TaskConfig;
    use crate::time::Millis;

    fn queue(policy: &str, depth: f64) -> (Calls, DispatchQueue) {
        let limits = Limits::parse(&TaskConfig {
            task_type: "singleton".into(),
            max_queue_depth: depth.into(),
            queue_policy: policy.into(),
            ..TaskConfig::default()
        })
        .expect("sensible");
        (Calls::default(), DispatchQueue::new(&limits))
    }

    fn put(calls: &mut Calls, queue: &mut DispatchQueue, phase: Phase) -> u32 {
        let index = calls.open(Millis::new(0.0), false);
        calls[index].phase = phase;
        queue.enqueue(calls, index);
        index
    }

    #[test]
    fn a_call_starts_when_a_worker_is_free_and_nobody_is_before_it() {
        let (mut calls, mut queue) = queue("block", 1.0);
        assert_eq!(queue.admit(true), Admission::Start);
        assert_eq!(queue.admit(false), Admission::Accept);
        put(&mut calls, &mut queue, Phase::Pending);
        assert_eq!(queue.admit(true), Admission::Wait);
    }

    #[test]
    fn a_call_without_a_permit_does_not_start() {
        let (_, mut queue) = queue("reject", 1.0);
        queue.take_permit();
        assert_eq!(queue.admit(true), Admission::Accept);
        queue.give_permit();
        assert_eq!(queue.admit(true), Admission::Start);
    }

    #[test]
    fn each_policy_has_its_answer_to_a_full_queue() {
        for (policy, verdict) in [
            ("block", Admission::Wait),
            ("reject", Admission::Refuse),
            ("drop-latest", Admission::Refuse),
            ("drop-oldest", Admission::Evict(0)),
        ] {
            let (mut calls, mut queue) = queue(policy, 1.0);
            put(&mut calls, &mut queue, Phase::Pending);
            assert_eq!(queue.admit(false), verdict, "{policy}");
        }
    }

    #[test]
    fn drop_oldest_with_nothing_pending_refuses_the_new_call() {
        let (_, queue) = queue("drop-oldest", 0.0);
        assert_eq!(queue.admit(false), Admission::Refuse);
        assert_eq!(queue.admit(true), Admission::Start);
    }

    #[test]
    fn waiters_are_accepted_in_order_as_far_as_there_is_room() {
        let (mut calls, mut queue) = queue("block", 2.0);
        let [a, b, c] = [0, 1, 2].map(|_| put(&mut calls, &mut queue, Phase::Waiting));
        assert!(
            queue.promote(&mut calls) && queue.promote(&mut calls) && !queue.promote(&mut calls)
        );
        assert_eq!(
            [a, b, c].map(|i| calls[i].phase),
            [Phase::Pending, Phase::Pending, Phase::Waiting]
        );
        assert_eq!((queue.first(), queue.pending(), queue.waiting()), (Some(a), 2, 1));
    }

    #[test]
    fn requeued_calls_come_first_in_their_original_order_and_past_the_limit() {
        let (mut calls, mut queue) = queue("block", 1.0);
        let [a, b, c, d] = [0, 1, 2, 3].map(|_| put(&mut calls, &mut queue, Phase::Pending));
        for index in [a, b, c] {
            queue.remove(&mut calls, index);
            calls[index].phase = Phase::InFlight(crate::boundary::id::Slot(0));
        }
        queue.requeue(&mut calls, &[b]);
        queue.requeue(&mut calls, &[c, a]);
        assert_eq!(queue.pending.iter(&calls).collect::<Vec<_>>(), [a, b, c, d]);
        assert_eq!(queue.pending(), 4);
    }
}

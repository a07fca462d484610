//! Every deadline of the kernel in one ordered table, so that the shell needs one platform timer.

use crate::boundary::id::{CallSeq, Epoch, Slot, TaskId};
use crate::time::Millis;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// What a deadline is for. Deadlines of the same moment fire in the order of these variants, then of task and of call or slot.
///
/// Of the calls that have their task's timeout only that of the oldest one is set: they time out in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// `timeoutMs` of a task's oldest unsettled call.
    Timeout(TaskId),
    /// The timeout of a call that has one of its own.
    Deadline(TaskId, CallSeq),
    /// How long the loop of a stream waits for an item.
    ItemWait(TaskId, CallSeq),
    /// `cancelGraceMs` of a call that was aborted on its worker.
    Grace(TaskId, CallSeq),
    /// `startTimeoutMs` of the worker in a slot.
    Start(TaskId, Slot),
    /// When a terminated worker counts as gone at the latest.
    Gone(TaskId, Slot, Epoch),
    /// The end of a task's restart backoff.
    Restart(TaskId),
    /// `idleTimeoutMs` of a task without calls.
    Idle(TaskId),
}

type Deadline = Reverse<(Millis, Timer)>;

/// The deadlines that are set. Setting, clearing and popping are O(log n), spread over many.
///
/// A cleared deadline stays in the heap until it would be the next one, or until half of all are cleared.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    set: BinaryHeap<Deadline>,
    cleared: BinaryHeap<Deadline>,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Millis, timer: Timer) {
        self.set.push(Reverse((at, timer)));
    }

    /// Takes back a deadline that was set. One that has come due is ignored.
    pub(crate) fn clear(&mut self, at: Millis, timer: Timer) {
        self.cleared.push(Reverse((at, timer)));
        self.drop_cleared();
        if self.cleared.len() * 2 > self.set.len() {
            self.rebuild();
        }
    }

    pub(crate) fn next(&self) -> Option<Millis> {
        self.set.peek().map(|&Reverse((at, _))| at)
    }

    pub(crate) fn pop_due(&mut self, now: Millis) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        let due = self.set.pop();
        self.drop_cleared();
        due.map(|Reverse((_, timer))| timer)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Makes the next deadline one that is not cleared.
    fn drop_cleared(&mut self) {
        while let Some(Reverse(cleared)) = self.cleared.peek() {
            match self.set.peek().map(|Reverse(next)| next.cmp(cleared)) {
                Some(Ordering::Less) => return,
                Some(Ordering::Equal) => {
                    self.set.pop();
                }
                Some(Ordering::Greater) | None => {}
            }
            self.cleared.pop();
        }
    }

    fn rebuild(&mut self) {
        let mut kept = Vec::with_capacity(self.set.len());
        while let Some(next) = self.set.pop() {
            kept.push(next);
            self.drop_cleared();
        }
        self.set = kept.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_due_in_order_and_not_before_their_time() {
        let mut timers = Timers::default();
        timers.set(Millis::new(20.0), Timer::Idle(TaskId(0)));
        timers.set(Millis::new(10.0), Timer::Restart(TaskId(1)));
        assert_eq!(timers.next(), Some(Millis::new(10.0)));
        assert_eq!(timers.pop_due(Millis::new(9.9)), None);
        assert_eq!(timers.pop_due(Millis::new(30.0)), Some(Timer::Restart(TaskId(1))));
        assert_eq!(timers.pop_due(Millis::new(30.0)), Some(Timer::Idle(TaskId(0))));
        assert_eq!(timers.pop_due(Millis::new(30.0)), None);
    }

    #[test]
    fn deadlines_of_the_same_moment_come_due_by_kind_then_by_task_then_by_call() {
        let mut timers = Timers::default();
        let at = Millis::new(5.0);
        let ordered = [
            Timer::Timeout(TaskId(1)),
            Timer::Grace(TaskId(0), CallSeq(1)),
            Timer::Grace(TaskId(0), CallSeq(2)),
            Timer::Grace(TaskId(1), CallSeq(0)),
            Timer::Idle(TaskId(0)),
        ];
        for timer in ordered.into_iter().rev() {
            timers.set(at, timer);
        }
        assert_eq!(ordered.map(|_| timers.pop_due(at)), ordered.map(Some));
    }

    #[test]
    fn a_cleared_deadline_never_comes_due() {
        let mut timers = Timers::default();
        timers.set(Millis::new(1.0), Timer::Idle(TaskId(0)));
        timers.clear(Millis::new(1.0), Timer::Idle(TaskId(0)));
        assert!(timers.is_empty());
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_deadline_that_was_cleared_and_set_again_comes_due_once() {
        let mut timers = Timers::default();
        let (at, timer) = (Millis::new(9.0), Timer::Idle(TaskId(0)));
        timers.set(Millis::new(1.0), Timer::Idle(TaskId(1)));
        timers.set(Millis::new(2.0), Timer::Idle(TaskId(2)));
        timers.set(at, timer);
        timers.clear(at, timer);
        timers.set(at, timer);
        let due: Vec<Timer> = std::iter::from_fn(|| timers.pop_due(at)).collect();
        assert_eq!(due, [1, 2, 0].map(|task| Timer::Idle(TaskId(task))));
    }

    #[test]
    fn clearing_what_has_come_due_takes_back_nothing_else() {
        let mut timers = Timers::default();
        let (early, late) = (Millis::new(1.0), Millis::new(2.0));
        timers.set(early, Timer::Idle(TaskId(0)));
        timers.set(late, Timer::Idle(TaskId(0)));
        assert_eq!(timers.pop_due(early), Some(Timer::Idle(TaskId(0))));
        timers.clear(early, Timer::Idle(TaskId(0)));
        assert_eq!(timers.next(), Some(late));
    }

    #[test]
    fn cleared_deadlines_do_not_pile_up_behind_one_that_is_set() {
        let mut timers = Timers::default();
        timers.set(Millis::new(0.0), Timer::Idle(TaskId(0)));
        for at in 1..1_000 {
            timers.set(Millis::new(f64::from(at)), Timer::Idle(TaskId(1)));
            timers.clear(Millis::new(f64::from(at)), Timer::Idle(TaskId(1)));
        }
        assert!(timers.set.len() <= 2 && timers.cleared.len() <= 1);
    }
}

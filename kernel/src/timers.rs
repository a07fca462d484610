//! Every deadline of the kernel in one ordered table, so that the shell needs one platform timer.

use crate::id::{CallSeq, Slot, TaskId};
use crate::time::Millis;
use std::collections::BTreeSet;

/// What a deadline is for. Deadlines of the same moment fire in the order of these variants, then of task and of call or slot.
///
/// A task has one timeout in the table, that of its oldest call: its calls time out in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// `timeoutMs` of a task's oldest call that has no answer.
    Timeout(TaskId),
    /// `cancelGraceMs` of a call that was aborted on its worker.
    Grace(TaskId, CallSeq),
    /// `startTimeoutMs` of the worker in a slot.
    Start(TaskId, Slot),
    /// The end of a task's restart backoff.
    Restart(TaskId),
    /// `idleTimeoutMs` of a task without calls.
    Idle(TaskId),
}

/// The deadlines that are set, ordered. Setting, clearing and popping are O(log n).
#[derive(Debug, Default)]
pub(crate) struct Timers {
    set: BTreeSet<(Millis, Timer)>,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Millis, timer: Timer) {
        self.set.insert((at, timer));
    }

    pub(crate) fn clear(&mut self, at: Millis, timer: Timer) {
        self.set.remove(&(at, timer));
    }

    pub(crate) fn next(&self) -> Option<Millis> {
        self.set.first().map(|&(at, _)| at)
    }

    pub(crate) fn pop_due(&mut self, now: Millis) -> Option<Timer> {
        let &(at, timer) = self.set.first()?;
        (at <= now).then(|| {
            self.set.pop_first();
            timer
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty()
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
}

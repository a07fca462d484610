//! What a task uses of the budget, and whether it is its turn.

use crate::boundary::id::Slot;
use crate::boundary::priority::Priority;
use crate::task::pool::Choice;
use crate::task::{Condition, Task};
use crate::time::Millis;
use crate::turn::Turn;
use std::cmp::{Ordering, Reverse};

/// What a task has used.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    /// Busy time of its workers divided by its weight, in milliseconds, but for those that are busy now.
    pass: f64,
    /// Workers that are busy now, and the sum of the moments since which they are.
    busy: u32,
    since: f64,
    /// When it was served last, as a tick of the budget.
    served: u64,
    /// It wants a part of the budget, or has one.
    pub(crate) enrolled: bool,
}

/// The order in which tasks are served: the highest priority, then the lowest pass, then who was served longest ago.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Due {
    priority: Reverse<Priority>,
    pass: Millis,
    served: u64,
}

impl Due {
    pub(crate) fn compare(self, other: Self) -> Ordering {
        let rank = |due: Self| (due.priority, due.pass, due.served);
        rank(self).cmp(&rank(other))
    }
}

impl Usage {
    /// A call of the task is started.
    pub(super) fn serve(&mut self, turn: &mut Turn) {
        self.served = turn.budget.next_tick();
    }
}

impl Task {
    /// Whether its workers count in the budget.
    pub(crate) fn counts(&self) -> bool {
        self.limits.weight > 0.0
    }

    /// When the task is due; `None` if no call of it could start, even if the budget allowed it.
    pub(crate) fn due(&self, now: Millis) -> Option<Due> {
        let index = self.startable()?;
        self.choose(true)?;
        Some(self.rank(self.calls[index].priority, now))
    }

    /// Whether a new call of this priority could start before all that are queued. `first_held`: when the first task that the budget
    /// holds back is due; what is due before the call starts before it.
    pub(super) fn can_start(
        &self,
        priority: Priority,
        first_held: Option<Due>,
        turn: &Turn,
    ) -> bool {
        let may_occupy = turn.budget.has_room() || !self.counts();
        let rank = self.rank(priority, turn.now);
        let yields = self.counts() && first_held.is_some_and(|held| held.compare(rank).is_le());
        self.condition == Condition::Running && !yields && self.choose(may_occupy).is_some()
    }

    /// Starts the call whose turn it is. `room`: the budget allows another busy worker; `turn_of_others`: a task that is due before
    /// this one is held back by the budget, so that busy workers of this one take no further call. Returns whether a call was started.
    pub(crate) fn start_one(&mut self, room: bool, turn_of_others: bool, turn: &mut Turn) -> bool {
        let may_occupy = room || !self.counts();
        let Some(index) = self.startable() else { return false };
        let Some(choice) = self.choose(may_occupy) else { return false };
        if turn_of_others && self.counts() && self.is_busy(choice) {
            return false;
        }
        self.queue.remove(&mut self.calls, index);
        self.start(index, choice, turn);
        true
    }

    /// Begins to take part: a task that was idle starts at the lowest pass in use.
    pub(crate) fn enroll(&mut self, lowest: f64) {
        self.usage.enrolled = true;
        self.usage.pass = self.usage.pass.max(lowest);
    }

    /// Busy time divided by the weight, with that of the workers that are busy now.
    pub(crate) fn pass(&self, now: Millis) -> f64 {
        if !self.counts() {
            return 0.0;
        }
        let running = f64::from(self.usage.busy) * now.get() - self.usage.since;
        self.usage.pass + running / self.limits.weight
    }

    /// A call is about to count on the worker in the slot.
    pub(super) fn occupy(&mut self, slot: Slot, turn: &mut Turn) {
        if self.counts() && self.pool.load(slot) == 0 {
            turn.budget.take();
            self.usage.busy += 1;
            self.usage.since += turn.now.get();
            self.pool.busy_since(slot, turn.now);
        }
    }

    /// A call does not count on the worker in the slot any more.
    pub(super) fn vacate_budget(&mut self, slot: Slot, turn: &mut Turn) {
        if self.pool.load(slot) == 0
            && let Some(since) = self.pool.take_busy_since(slot)
        {
            turn.budget.give_back();
            self.usage.busy -= 1;
            self.usage.since -= since.get();
            self.usage.pass += turn.now.since(since) / self.limits.weight;
        }
    }

    fn rank(&self, priority: Priority, now: Millis) -> Due {
        let pass = Millis::new(self.pass(now));
        Due { priority: Reverse(priority), pass, served: self.usage.served }
    }

    /// The call whose turn it is, if the task may start one.
    fn startable(&self) -> Option<u32> {
        let may_start = self.condition == Condition::Running && self.queue.has_permit();
        self.queue.first().filter(|_| may_start)
    }

    fn is_busy(&self, choice: Choice) -> bool {
        matches!(choice, Choice::Live(slot) if self.pool.load(slot) > 0)
    }
}

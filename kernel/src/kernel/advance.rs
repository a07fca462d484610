//! What follows once all that happened together was taken in: tasks that were woken advance, in a stated order.

use crate::boundary::effect::Effect;
use crate::boundary::id::TaskId;
use crate::boundary::priority::Priority;
use crate::kernel::Kernel;
use crate::task::Task;
use crate::task::usage::Due;

impl Kernel {
    /// Workers that are busy, but for those of tasks with the weight 0.
    pub fn busy_workers(&self) -> u32 {
        self.budget.busy()
    }

    /// How many calls of a task have this priority and have not started; 0 if the task does not exist.
    pub fn queued_at(&self, task: TaskId, priority: Priority) -> u32 {
        self.tasks.get(task.0).map_or(0, |task| task.queued_at(priority))
    }

    /// Advances the tasks that were woken.
    pub(super) fn advance_woken(&mut self) {
        if self.budget.is_limited() {
            return self.advance_within_budget();
        }
        let mut at = 0;
        while let Some(&task) = self.woken.get(at) {
            self.with(task, Task::advance);
            at += 1;
        }
        self.woken.clear();
    }

    /// Advances the tasks that were woken, and starts calls of these and of the tasks that were held back in the order in which they
    /// are due.
    fn advance_within_budget(&mut self) {
        let woken = std::mem::take(&mut self.woken);
        for &task in &woken {
            self.with(task, Task::begin_advance);
        }
        // Of tasks that are equally due, the one that was held back for longest is first.
        let mut contenders = std::mem::take(&mut self.held);
        for task in woken {
            if !contenders.contains(&task) {
                contenders.push(task);
            }
        }
        for &task in &contenders {
            self.enroll(task, false);
        }
        while self.start_most_due(&contenders) {}
        for &task in &contenders {
            self.with(task, Task::end_advance);
            if self.tasks.get(task.0).is_some_and(|task| task.due(self.now).is_some()) {
                self.held.push(task);
            }
        }
        self.report_busy();
    }

    /// Starts one call of the task that is due first and can start one. Returns whether there was one.
    fn start_most_due(&mut self, contenders: &[TaskId]) -> bool {
        let due = |&task: &TaskId| Some((self.tasks.get(task.0)?.due(self.now)?, task));
        let mut left: Vec<_> = contenders.iter().filter_map(due).collect();
        let room = self.budget.has_room();
        let mut held_back = false;
        while let Some(first) = first_due(&left) {
            let (_, task) = left.remove(first);
            let started = self.with(task, |task, turn| task.start_one(room, held_back, turn));
            if started == Some(true) {
                return true;
            }
            held_back = true;
        }
        false
    }

    /// Changes how many workers may be busy. Tasks that were held back by the old limit advance.
    pub(super) fn limit_busy_workers(&mut self, max: f64) {
        self.budget.limit(max);
        for task in std::mem::take(&mut self.held) {
            self.with(task, Task::wake);
        }
    }

    /// When the first of the tasks that the budget holds back is due, to be compared with a task that gets a call: that one takes part
    /// from now on.
    pub(super) fn first_held_beside(&mut self, id: TaskId) -> Option<Due> {
        if self.budget.is_limited() {
            self.enroll(id, true);
        }
        let due = |task: &TaskId| self.tasks.get(task.0)?.due(self.now);
        self.held.iter().filter_map(due).min_by(|one, other| one.compare(*other))
    }

    /// Lets a task take part in the budget, if it has calls that do not rest or `gets_one`.
    fn enroll(&mut self, id: TaskId, gets_one: bool) {
        let now = self.now;
        let enrolled = self.tasks.iter().filter(|task| task.is_enrolled() && task.counts());
        let lowest = enrolled.map(|task| task.pass(now)).min_by(f64::total_cmp);
        if let Some(task) = self.tasks.get_mut(id.0)
            && !task.is_enrolled()
            && (gets_one || task.wants_workers())
        {
            task.enroll(lowest.unwrap_or(0.0));
        }
    }

    fn report_busy(&mut self) {
        let value = self.budget.busy();
        if std::mem::replace(&mut self.reported_busy, value) != value && self.observation.events {
            self.outbox.push(Effect::BusyWorkers { value });
        }
    }
}

/// The position of the task that is due first. A search, because sorting would add 3 kB to the module.
fn first_due(left: &[(Due, TaskId)]) -> Option<usize> {
    let first =
        left.iter().enumerate().min_by(|(_, (one, _)), (_, (other, _))| one.compare(*other));
    first.map(|(at, _)| at)
}

//! Whose turn it is: newer calls that supersede older ones, priorities that change, and a limit of busy workers.

use super::Model;
use super::task::{Place, Task};
use atelier_kernel::{CallSeq, Effect, Priority, Rejection, ScopeId};
use std::cmp::Ordering;

impl Model {
    /// A newer call takes the place of those of its scope that have not started, and if it replaces them, of the others.
    pub(super) fn supersede(&mut self, task: usize, latest: ScopeId, running: bool) {
        for seq in self.calls_of(task, latest) {
            if running || self.is_queued(task, seq) {
                self.cancel(task, seq, Rejection::Superseded);
            }
        }
    }

    /// A call is back in the queue. Of its scope only the newest may wait.
    pub(super) fn supersede_requeued(&mut self, task: usize, seq: CallSeq) {
        let Some(latest) = self.tasks[task].call(seq).and_then(|call| call.scopes[2]) else {
            return;
        };
        let mut queued = self.calls_of(task, latest);
        queued.retain(|&call| self.is_queued(task, call));
        queued.pop();
        for older in queued {
            self.cancel(task, older, Rejection::Superseded);
        }
    }

    pub(super) fn prioritize(&mut self, scope: ScopeId, priority: Priority, followers: bool) {
        for task in 0..self.tasks.len() {
            for seq in self.calls_of(task, scope) {
                let queued = self.is_queued(task, seq);
                let state = &mut self.tasks[task];
                let call = state.call(seq).expect("it is open");
                let follows = !followers || call.follows_signal;
                if queued && follows && call.priority != priority {
                    call.priority = priority;
                    state.enqueue(seq);
                }
            }
        }
    }

    pub(super) fn limit_busy_workers(&mut self, max: f64) {
        self.limit = max;
        for task in std::mem::take(&mut self.held) {
            if !self.tasks[task].forgotten {
                self.wake(task);
            }
        }
    }

    /// Whether one more worker of the task may be busy.
    pub(super) fn may_occupy(&self, task: usize) -> bool {
        let busy: u32 = self.tasks.iter().map(Task::busy).sum();
        !self.tasks[task].counts() || f64::from(busy) < self.limit
    }

    /// Advances the tasks that were woken and those that were held back; their calls start in the order in which they are due.
    pub(super) fn advance_within_limit(&mut self) {
        let woken = std::mem::take(&mut self.woken);
        for &task in &woken {
            self.end_retired(task);
            self.respawn(task);
        }
        let mut contenders = std::mem::take(&mut self.held);
        contenders.extend(woken);
        let mut once = Vec::new();
        contenders.retain(|&task| {
            let first = !once.contains(&task) && !self.tasks[task].forgotten;
            once.push(task);
            first
        });
        for &task in &contenders {
            self.enroll(task);
        }
        while self.start_most_due(&contenders) {}
        for &task in &contenders {
            self.end_advance(task);
        }
        self.held = contenders.into_iter().filter(|&task| self.is_due(task)).collect();
        let value = self.tasks.iter().map(Task::busy).sum();
        if value != self.reported_busy && self.observation.events {
            self.emit(Effect::BusyWorkers { value });
        }
        self.reported_busy = value;
    }

    /// Starts one call of the task that is due first: the highest priority, then the least use, then who was served longest ago.
    /// Busy workers of a task take no further call while another task that is due before it is held back.
    fn start_most_due(&mut self, contenders: &[usize]) -> bool {
        let mut due: Vec<usize> =
            contenders.iter().copied().filter(|&task| self.is_due(task)).collect();
        due.sort_by(|&one, &other| self.compare(self.head(one), self.head(other)));
        due.into_iter().enumerate().any(|(before, task)| {
            let idle_only = before > 0 && self.tasks[task].counts();
            self.start_next(task, self.may_occupy(task), idle_only)
        })
    }

    /// A task and the priority of the call whose turn it is.
    fn head(&self, task: usize) -> (usize, Priority) {
        (task, self.tasks[task].next().expect("it is due").priority)
    }

    fn compare(&self, one: (usize, Priority), other: (usize, Priority)) -> Ordering {
        let used = |task: usize| self.tasks[task].pass_at(self.now);
        let served = |task: usize| self.tasks[task].served;
        let by_use = used(one.0).total_cmp(&used(other.0));
        other.1.cmp(&one.1).then(by_use).then(served(one.0).cmp(&served(other.0)))
    }

    /// Whether a task that is held back would come before a new call.
    pub(super) fn yields(&self, task: usize, priority: Priority) -> bool {
        let mut held = self.held.iter().filter(|&&other| self.is_due(other));
        self.tasks[task].counts()
            && held.any(|&other| self.compare(self.head(other), (task, priority)).is_le())
    }

    /// Whether a call of the task could start if the limit allowed it.
    fn is_due(&self, task: usize) -> bool {
        let state = &self.tasks[task];
        state.next().is_some() && state.free_worker(true).is_some()
    }

    /// A task that was idle starts at the least use of those that are not.
    pub(super) fn enroll(&mut self, task: usize) {
        let now = self.now;
        self.tasks[task].note_busy(now);
        if self.tasks[task].enrolled || !self.tasks[task].wants_workers() {
            return;
        }
        let others = self.tasks.iter().filter(|other| other.enrolled && other.counts());
        let least = others.map(|other| other.pass_at(now)).min_by(f64::total_cmp);
        let state = &mut self.tasks[task];
        state.pass = state.pass.max(least.unwrap_or(0.0));
        state.enrolled = true;
    }

    /// The calls of a scope that are open, in the order in which they were made.
    fn calls_of(&self, task: usize, scope: ScopeId) -> Vec<CallSeq> {
        let calls = self.tasks[task].calls.iter();
        calls.filter(|call| call.is_registered_with(scope)).map(|call| call.seq).collect()
    }

    fn is_queued(&self, task: usize, seq: CallSeq) -> bool {
        let calls = &self.tasks[task].calls;
        calls
            .iter()
            .any(|call| call.seq == seq && matches!(call.place, Place::Waiting | Place::Pending))
    }
}

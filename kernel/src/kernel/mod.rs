//! The kernel: one door for every input, and the queue of effects.

mod advance;
mod apply;
mod deadlines;

use crate::boundary::answer::Answer;
use crate::boundary::effect::Effect;
use crate::boundary::id::{ScopeId, TaskId};
use crate::boundary::input::Input;
use crate::boundary::outbox::Outbox;
use crate::budget::Budget;
use crate::collections::sequence_map::SequenceMap;
use crate::scope::Scopes;
use crate::task::Task;
use crate::task::snapshot::TaskSnapshot;
use crate::telemetry::observation::Observation;
use crate::telemetry::trace::Traces;
use crate::time::Millis;
use crate::time::timers::Timers;
use crate::turn::Turn;

/// All tasks of one runtime, with their shared timers and scopes.
#[derive(Debug)]
pub struct Kernel {
    tasks: SequenceMap<Task>,
    outbox: Outbox,
    timers: Timers,
    scopes: Scopes,
    budget: Budget,
    /// Tasks with calls that the budget holds back.
    held: Vec<TaskId>,
    /// The number of busy workers that was reported last.
    reported_busy: u32,
    traces: Traces,
    observation: Observation,
    seed: u32,
    now: Millis,
    /// Tasks to advance, in the order in which they were woken.
    woken: Vec<TaskId>,
    /// Batches that have begun and not ended.
    batches: u32,
    revision: u64,
}

impl Default for Kernel {
    fn default() -> Self {
        Self {
            tasks: SequenceMap::default(),
            outbox: Outbox::default(),
            timers: Timers::default(),
            scopes: Scopes::default(),
            budget: Budget::default(),
            held: Vec::new(),
            reported_busy: 0,
            traces: Traces::default(),
            observation: Observation { events: false, spans: false, sample_rate: 1.0 },
            seed: 0,
            now: Millis::new(f64::NEG_INFINITY),
            woken: Vec::new(),
            batches: 0,
            revision: 0,
        }
    }
}

impl Kernel {
    /// Takes in what happened at the moment `now`; its consequences are in the queue of effects. Time never goes backwards: an
    /// input that is late happens at the latest moment known.
    ///
    /// Tasks that the input woke advance before this returns, in the order in which they were woken; within a batch they
    /// advance at its end, or before and after a call is submitted.
    ///
    /// # Panics
    ///
    /// If a call is submitted to a task that does not exist, since nobody could settle it, or under another number than the next
    /// one.
    pub fn input(&mut self, input: Input, now: Millis) -> Answer {
        self.now = self.now.max(now);
        let is_submit = matches!(input, Input::Submit { .. });
        if is_submit && !self.woken.is_empty() {
            // The queue considers the call after all that the batch has freed for others so far.
            self.advance_woken();
        }
        let answer = self.apply(input);
        if self.batches == 0 || is_submit {
            self.advance_woken();
        }
        answer
    }

    /// The next thing for the shell to do. A `Dispatch` whose attempt has ended since it was asked for is left out: the call is
    /// settled, or goes to another worker.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        loop {
            let effect = self.outbox.pop()?;
            let Effect::Dispatch { task, call, attempt, .. } = effect else { return Some(effect) };
            let task = self.tasks.get_mut(task.0);
            if task.is_some_and(|task| task.take_dispatch(call, attempt)) {
                return Some(effect);
            }
        }
    }

    /// When the next deadline is.
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// Whether the exact moment matters at which the next call of a task is submitted: the call may start or sets a deadline, or
    /// somebody observes it. Where it does not, a shell may save reading its clock.
    pub fn times_next_call(&self, task: TaskId) -> bool {
        self.observation.events
            || self.observation.spans
            || self.tasks.get(task.0).is_none_or(Task::times_next_call)
    }

    /// Whether the scope is open and aborted.
    pub fn is_scope_aborted(&self, scope: ScopeId) -> bool {
        self.scopes.is_aborted(scope)
    }

    /// Rises whenever something that a snapshot shows has changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The state of a task; `None` if it does not exist.
    pub fn snapshot(&self, task: TaskId) -> Option<TaskSnapshot> {
        self.tasks.get(task.0).map(Task::snapshot)
    }

    /// Whether nothing is left: no call, no timer, no scope, no trace, no effect.
    pub fn is_quiescent(&self) -> bool {
        self.tasks.iter().all(Task::has_no_call)
            && self.timers.is_empty()
            && self.scopes.len() == (0, 0)
            && self.traces.is_empty()
            && self.outbox.is_empty()
    }

    /// Lends one task what it may touch. `None` if it does not exist.
    fn with<T>(&mut self, id: TaskId, input: impl FnOnce(&mut Task, &mut Turn) -> T) -> Option<T> {
        let task = self.tasks.get_mut(id.0)?;
        let mut turn = Turn {
            now: self.now,
            outbox: &mut self.outbox,
            timers: &mut self.timers,
            scopes: &mut self.scopes,
            budget: &mut self.budget,
            woken: &mut self.woken,
            revision: &mut self.revision,
            observation: self.observation,
            seed: self.seed,
        };
        Some(input(task, &mut turn))
    }
}

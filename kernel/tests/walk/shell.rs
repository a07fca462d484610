//! The least shell that can drive a kernel: it keeps the clock, numbers the calls, and takes the effects.

use crate::walk::setup::Setup;
use crate::walk::step::{ALL, Step, Take, is_telemetry};
use atelier_kernel::{
    Answer, CallSeq, Effect, Input, Kernel, Millis, ScopeId, TaskId, TaskSnapshot,
};

/// A kernel with its clock and the numbers of its calls.
pub(crate) struct Shell {
    pub(crate) kernel: Kernel,
    pub(crate) now: f64,
    /// What the kernel was told last.
    pub(crate) fed: Option<Input>,
    /// The number of each task's next call; `None` once nobody can call it.
    next: Vec<Option<u32>>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Happened {
    pub(crate) answer: Answer,
    /// The effects that were taken.
    pub(crate) effects: Vec<Effect>,
    /// No effect is left in the queue.
    pub(crate) drained: bool,
}

impl Shell {
    /// Defines the tasks; returns the effects of that.
    pub(crate) fn new(setups: &[Setup]) -> (Self, Vec<Effect>) {
        let mut shell = Self { kernel: Kernel::default(), now: 0.0, fed: None, next: Vec::new() };
        for setup in setups {
            let input = Input::DefineTask { config: Box::new(setup.config()) };
            let task = shell.kernel.input(input, Millis::new(0.0));
            assert_eq!(task, Answer::Task(Ok(id(shell.next.len()))), "tasks count from 0");
            shell.next.push(Some(0));
        }
        let effects = shell.take(ALL).0;
        (shell, effects)
    }

    /// One step with the effects that it takes.
    pub(crate) fn step(&mut self, step: &Step) -> Happened {
        let answer = self.feed(step);
        let (effects, drained) = self.take(step.take);
        Happened { answer, effects, drained }
    }

    /// Feeds the input of a step and leaves its effects in the queue.
    pub(crate) fn feed(&mut self, step: &Step) -> Answer {
        self.now += step.after;
        let mut input = step.input.clone();
        if let Input::Submit { task, call, .. } | Input::SubmitFailed { task, call, .. } =
            &mut input
        {
            match self.next.get_mut(task.0 as usize) {
                Some(Some(next)) => {
                    *call = CallSeq(*next);
                    *next += 1;
                }
                Some(None) | None => return Answer::None,
            }
        }
        if let Input::ForgetTask { task } = input
            && let Some(next) = self.next.get_mut(task.0 as usize)
        {
            *next = None;
        }
        self.fed = Some(input.clone());
        self.kernel.input(input, Millis::new(self.now))
    }

    /// Takes effects up to so many that ask for work; returns them, and whether none is left.
    pub(crate) fn take(&mut self, work: Take) -> (Vec<Effect>, bool) {
        let mut effects = Vec::new();
        let mut taken = 0;
        while taken < work {
            let Some(effect) = self.kernel.poll_effect() else { return (effects, true) };
            taken += usize::from(!is_telemetry(&effect));
            effects.push(effect);
        }
        (effects, false)
    }

    /// Milliseconds until the next deadline, at least 0.
    pub(crate) fn deadline(&self) -> Option<f64> {
        self.kernel.poll_timeout().map(|at| (at.get() - self.now).max(0.0))
    }

    /// The state of every task; `None` where it was forgotten.
    pub(crate) fn snapshots(&self) -> Vec<Option<TaskSnapshot>> {
        (0..self.next.len()).map(|task| self.kernel.snapshot(id(task))).collect()
    }

    /// How many dispatches were asked for. `None` if a task was forgotten, since nobody can ask about it any more.
    pub(crate) fn dispatched(&self) -> Option<f64> {
        self.snapshots().into_iter().map(|state| Some(state?.total_dispatched)).sum()
    }

    /// Which of the first scopes are open and aborted.
    pub(crate) fn aborted(&self, scopes: u32) -> Vec<bool> {
        (0..scopes).map(|scope| self.kernel.is_scope_aborted(ScopeId(scope))).collect()
    }
}

fn id(task: usize) -> TaskId {
    TaskId(u32::try_from(task).expect("a walk has few tasks"))
}

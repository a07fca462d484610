//! Every input that a scene allows, for an exhaustive exploration.

use super::Scene;
use super::choice::plain_submit;
use atelier_kernel::{Attempt, Epoch, Input, Outcome, Priority, ScopeId, TaskId};

impl Scene {
    /// Every input that could change something about the task, one of each kind that could not, and the next deadline.
    /// Calls are submitted as long as there are fewer than `calls`.
    pub(crate) fn everything(
        &self,
        task: TaskId,
        calls: u32,
        deadline: Option<f64>,
    ) -> Vec<(f64, Input)> {
        let sight = &self.tasks[task.0 as usize];
        let mut inputs: Vec<Input> = Vec::new();
        let scope = self.scopes[0];
        if sight.calls < calls {
            for key in [None, scope] {
                inputs.push(plain_submit(task, key));
                if key == scope {
                    break;
                }
            }
        }
        for &(call, attempt, slot) in &sight.sent {
            for outcome in [Outcome::Succeeded, Outcome::Failed] {
                inputs.push(Input::Settle { task, call, attempt, outcome, run: None });
            }
            let stale = Attempt(attempt.0 - 1);
            let outcome = Outcome::Succeeded;
            inputs.push(Input::Settle { task, call, attempt: stale, outcome, run: None });
            inputs.push(Input::PayloadMoved { task, call, attempt, slot });
        }
        for &(call, attempt, slot) in &sight.lost {
            inputs.push(Input::PayloadMoved { task, call, attempt, slot });
        }
        for &(slot, epoch) in &sight.workers {
            inputs.push(Input::WorkerReady { task, slot, epoch });
            inputs.push(Input::WorkerLost { task, slot, epoch });
            inputs.push(Input::WorkerLost { task, slot, epoch: Epoch(epoch.0 - 1) });
            inputs.push(Input::WorkerUnhandled { task, slot, epoch });
        }
        for &(slot, epoch) in &sight.terminating {
            inputs.push(Input::WorkerGone { task, slot, epoch });
        }
        match scope {
            None => inputs.push(Input::OpenScope {}),
            Some(scope) => {
                inputs.extend([Input::AbortScope { scope }, Input::ClearScope { scope }]);
                if self.offered.contains(&scope) {
                    inputs.push(Input::CloseScope { scope });
                }
            }
        }
        inputs.extend([Input::StartWorkers { task }, Input::StopWorkers { task }]);
        inputs.extend([Input::DisposeTask { task }, Input::WatchDrain { task }]);
        inputs.push(Input::ReplyIgnored { task });
        inputs.push(if self.batches > 0 { Input::EndBatch {} } else { Input::BeginBatch {} });
        let inputs = inputs.into_iter().map(|input| (0.0, input));
        inputs.chain(deadline.map(|after| (after, Input::HandleTimeout {}))).collect()
    }

    /// What streams of the task can do, what they cannot, and what can hold its workers.
    pub(crate) fn streams(&self, task: TaskId) -> Vec<(f64, Input)> {
        let sight = &self.tasks[task.0 as usize];
        let mut inputs = Vec::new();
        for &(call, attempt, _) in &sight.sent {
            inputs.push(Input::FirstItem { task, call, attempt });
            inputs.push(Input::Rest { task, call, attempt });
            inputs.push(Input::Resume { task, call, attempt });
            inputs.push(Input::MoreItems { task, call, attempt });
            inputs.push(Input::CancelCall { task, call });
            inputs.push(Input::LimitItemWait { task, call, timeout: 20.0 });
        }
        for &(slot, epoch) in &sight.workers {
            inputs.push(Input::HoldWorker { task, slot, epoch });
            inputs.push(Input::ReleaseWorker { task, slot, epoch });
        }
        inputs.into_iter().map(|input| (0.0, input)).collect()
    }

    /// What ends workers although nothing is wrong with them.
    pub(crate) fn lives(&self, task: TaskId) -> Vec<(f64, Input)> {
        let workers = self.tasks[task.0 as usize].workers.iter();
        let retire = workers.map(|&(slot, epoch)| Input::RetireWorker { task, slot, epoch });
        let replace = std::iter::once(Input::ReplaceWorkers { task });
        retire.chain(replace).map(|input| (0.0, input)).collect()
    }

    /// Whether each task has a scope for calls that replace others.
    pub(crate) fn has_latest(&self) -> bool {
        (0..).zip(&self.tasks).all(|(task, _)| self.latest(TaskId(task)).is_some())
    }

    /// What can change whose turn it is: a call of a higher priority, calls that replace others, another priority for the calls of
    /// the scope, and limits of busy workers.
    pub(crate) fn turns(&self, task: TaskId, calls: u32) -> Vec<(f64, Input)> {
        let mut inputs = Vec::new();
        if self.tasks[task.0 as usize].calls < calls {
            inputs.push(turn_submit(task, 1, None, false));
            for running in [false, true] {
                inputs.push(turn_submit(task, 0, self.latest(task), running));
            }
        }
        if let Some(scope) = self.scopes[0] {
            let priority = Priority::new(-1).expect("valid");
            inputs.push(Input::Prioritize { scope, priority, followers: false });
        }
        for max in [1.0, f64::INFINITY] {
            inputs.push(Input::LimitBusyWorkers { max });
        }
        inputs.into_iter().map(|input| (0.0, input)).collect()
    }
}

/// A plain call but for whose turn it changes.
fn turn_submit(task: TaskId, level: i8, word: Option<ScopeId>, running: bool) -> Input {
    let mut input = plain_submit(task, None);
    if let Input::Submit { priority, latest, replace_running, .. } = &mut input {
        *priority = Priority::new(level).expect("valid");
        (*latest, *replace_running) = (word, running);
    }
    input
}

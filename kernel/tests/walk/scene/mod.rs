//! What a shell knows of a kernel by its own inputs and the effects that it took, and what it could do next.

mod choice;
mod everything;
mod word;

use crate::walk::shell::Happened;
use crate::walk::step::{Step, is_telemetry};
use atelier_kernel::{
    Answer, Attempt, CallSeq, Effect, Epoch, Input, Outcome, ScopeId, Slot, TaskId, TraceId,
};

/// Scopes that a walk has at one time: those of its keys, those of its signals, then one per task for calls of which only the
/// newest may wait.
pub(crate) const SCOPES: usize = KEYS + SIGNALS + TASKS;
const KEYS: usize = 2;
const SIGNALS: usize = 3;
const TASKS: usize = 3;

/// The tasks as a shell sees them.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    tasks: Vec<Sight>,
    scopes: [Option<ScopeId>; SCOPES],
    aborted: Vec<ScopeId>,
    /// Scopes that the kernel offered to forget.
    offered: Vec<ScopeId>,
    traces: u32,
    batches: u32,
    /// The effect that the shell performs, if it may have left others in the queue.
    performing: Option<Effect>,
    /// The queue of effects is empty.
    drained: bool,
}

/// One task as a shell sees it.
#[derive(Clone, Debug, Default)]
struct Sight {
    /// Calls that were submitted.
    calls: u32,
    /// Attempts that were sent and not replied to, canceled ones included.
    sent: Vec<(CallSeq, Attempt, Slot)>,
    /// The last attempts whose worker was lost, in case their arguments were being moved.
    lost: Vec<(CallSeq, Attempt, Slot)>,
    /// Those of which an item has arrived, and whether they rest.
    begun: Vec<(CallSeq, Attempt, bool)>,
    /// The workers that live.
    workers: Vec<(Slot, Epoch)>,
    /// The workers that were terminated and may still run.
    terminating: Vec<(Slot, Epoch)>,
    /// Nobody can submit to it any more.
    forgotten: bool,
}

impl Sight {
    fn is_sent(&self, call: CallSeq, attempt: Attempt) -> bool {
        self.sent.iter().any(|&(sent, number, _)| (sent, number) == (call, attempt))
    }
}

impl Scene {
    /// A scene of so many tasks, after the effects of their definition.
    pub(crate) fn new(tasks: usize, effects: &[Effect]) -> Self {
        let mut scene = Self {
            tasks: vec![Sight::default(); tasks],
            scopes: [None; SCOPES],
            aborted: Vec::new(),
            offered: Vec::new(),
            traces: 0,
            batches: 0,
            performing: None,
            drained: true,
        };
        for effect in effects {
            scene.note_effect(effect);
        }
        scene
    }

    /// Learns from one step.
    pub(crate) fn note(&mut self, step: &Step, happened: &Happened) {
        match happened.answer {
            Answer::Scope(scope) => {
                if let Some(place) = self.scopes.iter_mut().find(|place| place.is_none()) {
                    *place = Some(scope);
                }
            }
            Answer::Trace { .. } => self.traces += 1,
            Answer::None | Answer::Task(_) | Answer::Closed(_) => {}
        }
        self.note_input(&step.input, happened.answer);
        for effect in &happened.effects {
            self.note_effect(effect);
        }
        self.drained = happened.drained;
        let last = happened.effects.iter().rfind(|effect| !is_telemetry(effect));
        self.performing = last.copied().filter(|_| !happened.drained);
    }

    /// The steps after which nothing may be left: every batch ended, every task disposed, every scope cleared and closed, every
    /// trace ended.
    pub(crate) fn ending(&self) -> Vec<Step> {
        let tasks = (0..self.tasks.len()).map(|task| Input::DisposeTask { task: id(TaskId, task) });
        let open = || self.scopes.iter().flatten();
        let clear = open().map(|&scope| Input::ClearScope { scope });
        let close = open().map(|&scope| Input::CloseScope { scope });
        let traces = (0..self.traces).map(|trace| Input::EndTrace {
            trace: TraceId(trace),
            status: None,
            error: None,
        });
        let batches = (0..self.batches).map(|_| Input::EndBatch {});
        batches.chain(tasks).chain(clear).chain(close).chain(traces).map(Step::turn).collect()
    }

    /// The steps that end every batch, take every effect and reply to every attempt that was sent. They may let other calls start.
    pub(crate) fn replies(&self) -> Vec<Step> {
        let batches = self.batches.max(u32::from(!self.drained));
        let ends = (0..batches).map(|_| Input::EndBatch {});
        let replies = self.tasks.iter().enumerate().flat_map(|(at, sight)| {
            sight.sent.iter().map(move |&(call, attempt, _)| Input::Settle {
                task: id(TaskId, at),
                call,
                attempt,
                outcome: Outcome::Succeeded,
                run: None,
            })
        });
        ends.chain(replies).map(Step::turn).collect()
    }

    fn note_input(&mut self, input: &Input, answer: Answer) {
        match *input {
            Input::Submit { task, .. } | Input::SubmitFailed { task, .. } => {
                if let Some(sight) = self.sight_mut(task).filter(|sight| !sight.forgotten) {
                    sight.calls += 1;
                }
            }
            Input::Settle { task, call, attempt, .. } => {
                if let Some(sight) = self.sight_mut(task) {
                    sight.sent.retain(|&(sent, number, _)| (sent, number) != (call, attempt));
                    sight.begun.retain(|&(begun, number, _)| (begun, number) != (call, attempt));
                }
            }
            Input::FirstItem { task, call, attempt } => {
                if let Some(sight) = self.sight_mut(task)
                    && sight.is_sent(call, attempt)
                    && !sight.begun.iter().any(|&(begun, ..)| begun == call)
                {
                    sight.begun.push((call, attempt, false));
                }
            }
            Input::Rest { task, call, attempt } => self.note_rest(task, call, attempt, true),
            Input::Resume { task, call, attempt } => self.note_rest(task, call, attempt, false),
            Input::WorkerGone { task, slot, epoch } => {
                if let Some(sight) = self.sight_mut(task) {
                    sight.terminating.retain(|&gone| gone != (slot, epoch));
                }
            }
            Input::ForgetTask { task } => {
                if let Some(sight) = self.sight_mut(task) {
                    sight.forgotten = true;
                }
            }
            Input::AbortScope { scope } => {
                self.aborted.retain(|&aborted| aborted != scope);
                self.aborted.push(scope);
            }
            Input::ClearScope { scope } => self.aborted.retain(|&aborted| aborted != scope),
            Input::CloseScope { scope } => {
                self.offered.retain(|&offered| offered != scope);
                if answer == Answer::Closed(true) {
                    self.scopes = self.scopes.map(|open| open.filter(|&open| open != scope));
                }
            }
            Input::BeginBatch {} => self.batches += 1,
            Input::EndBatch {} => self.batches = self.batches.saturating_sub(1),
            _ => {}
        }
    }

    fn note_effect(&mut self, effect: &Effect) {
        match *effect {
            Effect::Spawn { task, slot, epoch } => {
                if let Some(sight) = self.sight_mut(task) {
                    sight.workers.push((slot, epoch));
                }
            }
            Effect::Terminate { task, slot, epoch } => {
                if let Some(sight) = self.sight_mut(task) {
                    sight.terminating.push((slot, epoch));
                    sight.workers.retain(|&(at, _)| at != slot);
                    let (lost, kept): (Vec<_>, _) =
                        sight.sent.iter().partition(|&&(_, _, at)| at == slot);
                    sight.sent = kept;
                    let sent = &sight.sent;
                    sight.begun.retain(|&(call, ..)| sent.iter().any(|&(it, ..)| it == call));
                    if !lost.is_empty() {
                        sight.lost = lost;
                    }
                }
            }
            Effect::Dispatch { task, call, attempt, slot, .. } => {
                if let Some(sight) = self.sight_mut(task) {
                    sight.sent.push((call, attempt, slot));
                }
            }
            Effect::ReleaseScope { scope } => self.offered.push(scope),
            _ => {}
        }
    }

    fn note_rest(&mut self, task: TaskId, call: CallSeq, attempt: Attempt, rests: bool) {
        let begun = self.sight_mut(task).map_or(&mut [][..], |sight| &mut sight.begun);
        for stream in begun.iter_mut().filter(|stream| (stream.0, stream.1) == (call, attempt)) {
            stream.2 = rests;
        }
    }

    fn sight(&self, task: TaskId) -> Option<&Sight> {
        self.tasks.get(task.0 as usize)
    }

    fn sight_mut(&mut self, task: TaskId) -> Option<&mut Sight> {
        self.tasks.get_mut(task.0 as usize)
    }
}

fn id<Id>(new: impl Fn(u32) -> Id, number: usize) -> Id {
    new(u32::try_from(number).unwrap_or(u32::MAX))
}

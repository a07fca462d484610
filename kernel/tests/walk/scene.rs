//! What a shell knows of a kernel by its own inputs and the effects that it took, and what it could do next.

use crate::walk::shell::Happened;
use crate::walk::step::{ALL, Step, is_telemetry};
use crate::walk::word::Word;
use atelier_kernel::{
    Answer, Attempt, CallSeq, Effect, Epoch, ErrorKind, Input, Observation, Outcome, Sampling,
    ScopeId, Slot, Status, TaskId, TraceId,
};

/// Scopes that a walk has at one time: those of its keys, then those of its signals.
pub(crate) const SCOPES: usize = 5;
const KEYS: usize = 2;

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
    /// The workers that live.
    workers: Vec<(Slot, Epoch)>,
    /// The workers that were terminated and may still run.
    terminating: Vec<(Slot, Epoch)>,
    /// Nobody can submit to it any more.
    forgotten: bool,
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

    /// The step that a word means now. `deadline`: milliseconds until the next one.
    pub(crate) fn choose(&self, word: u32, deadline: Option<f64>) -> Step {
        let word = Word::new(word);
        // Mostly all.
        let take = [0, 1, 1, 1, 2, 2, 3, 4].get(word.take.wrapping_sub(24)).copied().unwrap_or(ALL);
        let (after, input) = self.choose_input(word, deadline);
        Step { after, input, take }
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
        tasks.chain(clear).chain(close).chain(traces).map(Step::turn).collect()
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
            })
        });
        ends.chain(replies).map(Step::turn).collect()
    }

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
                inputs.push(Input::Submit {
                    task,
                    call: CallSeq(0),
                    key,
                    signal: None,
                    sampling: Sampling::Root,
                });
                if key == scope {
                    break;
                }
            }
        }
        for &(call, attempt, slot) in &sight.sent {
            for outcome in [Outcome::Succeeded, Outcome::Failed] {
                inputs.push(Input::Settle { task, call, attempt, outcome });
            }
            let stale = Attempt(attempt.0 - 1);
            let outcome = Outcome::Succeeded;
            inputs.push(Input::Settle { task, call, attempt: stale, outcome });
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

    /// Whether nothing is known to be left in the queue of effects.
    pub(crate) fn is_drained(&self) -> bool {
        self.drained
    }

    fn choose_input(&self, word: Word, deadline: Option<f64>) -> (f64, Input) {
        if word.kind.is_multiple_of(2)
            && let Some(reply) = self.reply(word)
        {
            return (0.0, reply);
        }
        let kind = match (self.batches, word.kind % 4) {
            (0, _) | (_, 3) => word.kind,
            (_, 0) => return (0.0, Input::EndBatch {}),
            (_, 1) => 18,
            (_, _) => 37,
        };
        let Word { task, b, c, .. } = word;
        // One number beyond the tasks that exist is a task that does not.
        let task = if task == 31 { TaskId(u32::MAX) } else { id(TaskId, task % self.tasks.len()) };
        let after = match kind {
            51 => [0.0, 1.0, 5.0, 30.0, 40.0, 100.0, 250.0, 5_000.0][b % 8],
            52..=58 => deadline.unwrap_or(10.0),
            59 => [0.0, 3.0, 60.0, 500.0, -20.0][b % 5],
            _ => 0.0,
        };
        let input = match kind {
            0..=17 | 59 => self.submit(task, b, c),
            18..=31 => self.settle(task, b, c),
            32 => self.worker_ready(task, b, c),
            33 => {
                let terminating = self.sight(task).map_or(&[][..], |sight| &sight.terminating);
                let (slot, epoch) = any_of(terminating, b, c);
                Input::WorkerGone { task, slot, epoch }
            }
            34 if b % 2 == 0 => Input::ReplyIgnored { task },
            34 => {
                let (slot, epoch) = self.worker(task, b, c);
                Input::WorkerUnhandled { task, slot, epoch }
            }
            35..=36 => self.payload_moved(task, b, c),
            37..=38 => {
                let (slot, epoch) = self.worker(task, b, c);
                Input::WorkerLost { task, slot, epoch }
            }
            39 => Input::BeginBatch {},
            40 => self.scope(b, c, |scope| Input::HoldScope { scope }),
            41..=43 => self.scope(b, c, |scope| Input::AbortScope { scope }),
            44..=45 => match self.aborted.get(b % 4) {
                Some(&scope) => Input::ClearScope { scope },
                None => self.scope(b, c, |scope| Input::ClearScope { scope }),
            },
            46 => match self.offered.get(b % 4) {
                Some(&scope) => Input::CloseScope { scope },
                None => self.scope(b, c, |scope| Input::CloseScope { scope }),
            },
            47..=48 => Input::StartWorkers { task },
            49 => Input::StopWorkers { task },
            50 if b % 16 == 0 => Input::DisposeTask { task },
            50 if b % 16 == 1 => Input::ForgetTask { task },
            50 if b % 16 == 2 && self.takes_calls(task) => {
                Input::SubmitFailed { task, call: CallSeq(0), sampling: Sampling::Root }
            }
            50 => Input::WatchDrain { task },
            51..=58 => Input::HandleTimeout {},
            60 if b % 2 == 0 => Input::OpenTrace {},
            60 => Input::EndTrace {
                trace: TraceId(u32::try_from(c).unwrap_or(0) % (self.traces + 1)),
                status: [None, None, Some(Status::Canceled)][b % 3],
                error: [None, Some(ErrorKind::Abort), Some(ErrorKind::Exception)][c % 3],
            },
            61 => Input::SeedSampling { seed: u32::try_from(b).unwrap_or(0) },
            _ => Input::Observe {
                observation: Observation {
                    events: b % 8 != 0,
                    spans: b % 3 != 0,
                    sample_rate: [1.0, 1.0, 0.0, f64::NAN, 9.0, -1.0][c % 6],
                },
            },
        };
        (after, input)
    }

    /// What follows from performing an effect at once: a factory throws, a call cannot be sent, its arguments are moved, a scope is
    /// closed, a listener stops or disposes the task.
    fn reply(&self, Word { b, c, .. }: Word) -> Option<Input> {
        let reply = match self.performing? {
            Effect::Spawn { task, slot, epoch } => match b % 4 {
                0 => Input::WorkerReady { task, slot, epoch },
                1 | 2 => Input::WorkerLost { task, slot, epoch },
                _ => Input::StopWorkers { task },
            },
            Effect::Terminate { task, slot, epoch } => Input::WorkerGone { task, slot, epoch },
            Effect::Dispatch { task, call, attempt, slot, epoch } => match b % 6 {
                0 => Input::Settle { task, call, attempt, outcome: Outcome::Failed },
                1 | 2 => Input::PayloadMoved { task, call, attempt, slot },
                3 => Input::StopWorkers { task },
                4 => Input::WorkerLost { task, slot, epoch },
                _ => Input::AbortScope { scope: self.scopes[c % SCOPES]? },
            },
            Effect::ReleaseScope { scope } => Input::CloseScope { scope },
            Effect::Resolve { task, .. } | Effect::Reject { task, .. } => match b % 8 {
                0 => Input::DisposeTask { task },
                1 => Input::StopWorkers { task },
                2 => Input::StartWorkers { task },
                _ => self.submit(task, b, c),
            },
            Effect::Drained { task } => Input::DisposeTask { task },
            _ => return None,
        };
        Some(reply)
    }

    fn submit(&self, task: TaskId, b: usize, c: usize) -> Input {
        if !self.takes_calls(task) {
            return Input::WatchDrain { task };
        }
        // Mostly none.
        let scope = |number: usize, first: usize, among: usize| {
            (number % 4 == 1).then(|| self.scopes[first + number / 4 % among])
        };
        let (key, signal) = (scope(b, 0, KEYS), scope(c, KEYS, SCOPES - KEYS));
        if key == Some(None) || signal == Some(None) {
            return Input::OpenScope {};
        }
        let sampling = [
            Sampling::Root,
            Sampling::Root,
            Sampling::Traced { sampled: true },
            Sampling::Traced { sampled: false },
        ][(b + c) % 4];
        let (key, signal) = (key.flatten(), signal.flatten());
        Input::Submit { task, call: CallSeq(0), key, signal, sampling }
    }

    fn settle(&self, task: TaskId, b: usize, c: usize) -> Input {
        let (call, attempt, _) = self.attempt(task, b, c);
        let outcome = [
            Outcome::Succeeded,
            Outcome::Succeeded,
            Outcome::Succeeded,
            Outcome::Failed,
            Outcome::Aborted,
        ][c % 5];
        Input::Settle { task, call, attempt, outcome }
    }

    fn payload_moved(&self, task: TaskId, b: usize, c: usize) -> Input {
        let lost = self.sight(task).map_or(&[][..], |sight| &sight.lost);
        let (call, attempt, slot) = match lost.get(b / 2 % 4).filter(|_| b.is_multiple_of(2)) {
            Some(&lost) => lost,
            None => self.attempt(task, b, c),
        };
        Input::PayloadMoved { task, call, attempt, slot }
    }

    fn worker_ready(&self, task: TaskId, b: usize, c: usize) -> Input {
        let (slot, epoch) = self.worker(task, b, c);
        Input::WorkerReady { task, slot, epoch }
    }

    /// An input about one of the scopes; opens it if it is missing. Seldom about a scope that does not exist.
    fn scope(&self, b: usize, c: usize, input: impl Fn(ScopeId) -> Input) -> Input {
        if c % 16 == 15 {
            return input(ScopeId(u32::try_from(b % 8).unwrap_or(0)));
        }
        self.scopes[b % SCOPES].map_or(Input::OpenScope {}, input)
    }

    /// Mostly a worker that lives, sometimes any.
    fn worker(&self, task: TaskId, b: usize, c: usize) -> (Slot, Epoch) {
        any_of(self.sight(task).map_or(&[][..], |sight| &sight.workers), b, c)
    }

    /// Mostly an attempt that was sent and not replied to, sometimes any.
    fn attempt(&self, task: TaskId, b: usize, c: usize) -> (CallSeq, Attempt, Slot) {
        let sent = self.sight(task).map_or(&[][..], |sight| &sight.sent);
        if sent.is_empty() || c % 16 == 15 {
            return (self.recent_call(task, b), id(Attempt, c / 16 % 4), id(Slot, b % 3));
        }
        sent[b % sent.len()]
    }

    /// One of the last sixteen calls, or the one that comes next.
    fn recent_call(&self, task: TaskId, b: usize) -> CallSeq {
        let calls = self.sight(task).map_or(0, |sight| sight.calls);
        CallSeq(calls.saturating_sub(u32::try_from(b % 17).unwrap_or(0)))
    }

    fn takes_calls(&self, task: TaskId) -> bool {
        self.sight(task).is_some_and(|sight| !sight.forgotten)
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
                }
            }
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

    fn sight(&self, task: TaskId) -> Option<&Sight> {
        self.tasks.get(task.0 as usize)
    }

    fn sight_mut(&mut self, task: TaskId) -> Option<&mut Sight> {
        self.tasks.get_mut(task.0 as usize)
    }
}

/// Mostly one of these workers, sometimes any.
fn any_of(workers: &[(Slot, Epoch)], b: usize, c: usize) -> (Slot, Epoch) {
    if workers.is_empty() || c.is_multiple_of(4) {
        (id(Slot, b % 4), id(Epoch, c % 8))
    } else {
        workers[b % workers.len()]
    }
}

fn id<Id>(new: impl Fn(u32) -> Id, number: usize) -> Id {
    new(u32::try_from(number).unwrap_or(u32::MAX))
}

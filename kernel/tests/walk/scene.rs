//! What a shell knows of a kernel by its own inputs and the effects, and what it could come to feed next.

use crate::walk::input::{Input, KEYS, Key};
use atelier_kernel::{
    Attempt, CallSeq, Effect, Epoch, ErrorKind, Observation, Outcome, Sampling, Slot, TaskId,
    TraceId,
};

/// The tasks as a shell sees them.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    tasks: Vec<Sight>,
    traces: u32,
}

/// One task as a shell sees it.
#[derive(Clone, Debug, Default)]
struct Sight {
    /// Calls that were submitted.
    calls: u32,
    /// Attempts that were sent and not answered, cancelled ones included.
    sent: Vec<(CallSeq, Attempt, Slot)>,
    /// The workers that live.
    workers: Vec<(Slot, Epoch)>,
    /// The workers that were ended and may still run.
    dying: Vec<(Slot, Epoch)>,
    /// Nobody can submit to it any more.
    forgotten: bool,
}

/// The parts of a word: what kind of input it is, and three numbers to choose by.
#[derive(Clone, Copy)]
struct Word {
    kind: u32,
    a: usize,
    b: usize,
    c: usize,
}

impl Word {
    fn new(word: u32) -> Self {
        let byte = |at: u32| ((word >> at) & 0xff) as usize;
        Self { kind: word % 64, a: byte(6), b: byte(14), c: byte(22) }
    }
}

impl Scene {
    /// A scene of so many tasks, after the effects of their definition.
    pub(crate) fn new(tasks: usize, effects: &[Effect]) -> Self {
        let mut scene = Self { tasks: vec![Sight::default(); tasks], traces: 0 };
        scene.note_effects(effects);
        scene
    }

    /// Learns from one turn.
    pub(crate) fn note(&mut self, input: &Input, effects: &[Effect]) {
        match *input {
            Input::Submit { task, .. } | Input::SubmitFailed { task, .. } => {
                if let Some(sight) = self.sight(task).filter(|sight| !sight.forgotten) {
                    sight.calls += 1;
                }
            }
            Input::Settle { task, call, attempt, .. } => {
                if let Some(sight) = self.sight(task) {
                    sight.sent.retain(|&(sent, number, _)| (sent, number) != (call, attempt));
                }
            }
            Input::WorkerGone { task, slot, epoch } => {
                if let Some(sight) = self.sight(task) {
                    sight.dying.retain(|&dying| dying != (slot, epoch));
                }
            }
            Input::Forget(task) => {
                if let Some(sight) = self.sight(task) {
                    sight.forgotten = true;
                }
            }
            Input::OpenTrace => self.traces += 1,
            _ => {}
        }
        self.note_effects(effects);
    }

    /// The input that a word means now. `deadline`: milliseconds until the next one.
    pub(crate) fn choose(&self, word: u32, deadline: Option<f64>) -> Input {
        let word = Word::new(word);
        let Word { kind, a, b, c } = word;
        // One number beyond the tasks that exist is a task that does not.
        let task = match a % (self.tasks.len() * 8 + 1) {
            stray if stray == self.tasks.len() * 8 => TaskId(u32::MAX),
            task => id(TaskId, task % self.tasks.len()),
        };
        match kind {
            0..=16 => Input::Submit {
                task,
                key: key(b),
                signal: key(c),
                sampling: [
                    Sampling::Root,
                    Sampling::Root,
                    Sampling::Traced { sampled: true },
                    Sampling::Traced { sampled: false },
                ][(b + c) % 4],
            },
            17 => {
                let (slot, epoch) = self.worker(task, word);
                Input::WorkerReady { task, slot, epoch }
            }
            18..=34 => self.settle(task, word),
            35 => {
                let dying = self.tasks.get(task.0 as usize).map_or(&[][..], |sight| &sight.dying);
                let (slot, epoch) = any_of(dying, word);
                Input::WorkerGone { task, slot, epoch }
            }
            36..=38 => Input::Cancel { task, call: self.recent_call(task, b) },
            39..=40 => {
                let (call, attempt) = self.attempt(task, b, c);
                Input::PayloadMoved { task, call, attempt }
            }
            43 => Input::Hold(named(b)),
            44 => Input::Abort(named(b)),
            45..=46 => Input::Clear(named(b)),
            47..=49 => Input::Start(task),
            50 => Input::Stop(task),
            51 if b % 16 == 0 => Input::Dispose(task),
            52 if b % 32 == 0 => Input::Forget(task),
            51..=52 => Input::WatchDrain(task),
            53 if b % 8 == 0 => Input::SubmitFailed { task, sampling: Sampling::Root },
            53 if b % 8 == 1 => Input::AnswerIgnored(task),
            53 if b % 8 == 2 => {
                let (slot, epoch) = self.worker(task, word);
                Input::WorkerUnhandled { task, slot, epoch }
            }
            41..=42 | 53 => {
                let (slot, epoch) = self.worker(task, word);
                Input::WorkerLost { task, slot, epoch }
            }
            54..=56 => Input::Wait([0.0, 1.0, 5.0, 30.0, 40.0, 100.0, 250.0, 5_000.0][b % 8]),
            57..=60 => Input::Wait(deadline.unwrap_or(10.0)),
            61 => Input::Late([0.0, 3.0, 60.0, 500.0, -20.0][b % 5]),
            62 if b % 2 == 0 => Input::OpenTrace,
            62 => Input::EndTrace(
                TraceId(u32::try_from(c).unwrap_or(0) % (self.traces + 1)),
                [None, Some(ErrorKind::Abort), Some(ErrorKind::Exception)][a % 3],
            ),
            _ => Input::Observe(Observation {
                events: b % 8 != 0,
                spans: b % 3 != 0,
                sample_rate: [1.0, 1.0, 0.0, f64::NAN, 9.0, -1.0][c % 6],
            }),
        }
    }

    /// The inputs after which nothing may be left: every task disposed of, every key cleared, every trace ended.
    pub(crate) fn ending(&self) -> Vec<Input> {
        let tasks = (0..self.tasks.len()).map(|task| Input::Dispose(id(TaskId, task)));
        let keys = (0..KEYS).map(|key| Input::Clear(Key(key)));
        let traces = (0..self.traces).map(|trace| Input::EndTrace(TraceId(trace), None));
        tasks.chain(keys).chain(traces).collect()
    }

    /// Every input that could change something about the task, one of each kind that could not, and the next deadline.
    /// Calls are submitted as long as there are fewer than `calls`.
    pub(crate) fn everything(&self, task: TaskId, calls: u32, deadline: Option<f64>) -> Vec<Input> {
        let sight = &self.tasks[task.0 as usize];
        let mut inputs: Vec<Input> = Vec::new();
        if sight.calls < calls {
            for key in [None, Some(Key(0))] {
                inputs.push(Input::Submit { task, key, signal: None, sampling: Sampling::Root });
            }
        }
        for &(call, attempt, _) in &sight.sent {
            for outcome in [Outcome::Succeeded, Outcome::Failed] {
                inputs.push(Input::Settle { task, call, attempt, outcome });
            }
            let stale = Attempt(attempt.0 - 1);
            let outcome = Outcome::Succeeded;
            inputs.push(Input::Settle { task, call, attempt: stale, outcome });
            inputs.push(Input::PayloadMoved { task, call, attempt });
        }
        inputs.extend((0..sight.calls).map(|call| Input::Cancel { task, call: CallSeq(call) }));
        for &(slot, epoch) in &sight.workers {
            inputs.push(Input::WorkerReady { task, slot, epoch });
            inputs.push(Input::WorkerUnhandled { task, slot, epoch });
            inputs.push(Input::WorkerLost { task, slot, epoch });
            inputs.push(Input::WorkerLost { task, slot, epoch: Epoch(epoch.0 - 1) });
        }
        for &(slot, epoch) in &sight.dying {
            inputs.push(Input::WorkerGone { task, slot, epoch });
        }
        inputs.extend([Input::Abort(Key(0)), Input::Clear(Key(0))]);
        inputs.extend([Input::Start(task), Input::Stop(task), Input::Dispose(task)]);
        inputs.extend([Input::WatchDrain(task), Input::AnswerIgnored(task)]);
        inputs.extend(deadline.map(Input::Wait));
        inputs
    }

    fn settle(&self, task: TaskId, word: Word) -> Input {
        let (call, attempt) = self.attempt(task, word.b, word.c);
        let outcome = [
            Outcome::Succeeded,
            Outcome::Succeeded,
            Outcome::Succeeded,
            Outcome::Failed,
            Outcome::Aborted,
        ][word.c % 5];
        Input::Settle { task, call, attempt, outcome }
    }

    /// Mostly a worker that lives, sometimes any.
    fn worker(&self, task: TaskId, word: Word) -> (Slot, Epoch) {
        any_of(self.tasks.get(task.0 as usize).map_or(&[][..], |sight| &sight.workers), word)
    }

    /// Mostly an attempt that was sent and not answered, sometimes any.
    fn attempt(&self, task: TaskId, b: usize, c: usize) -> (CallSeq, Attempt) {
        let sent = self.tasks.get(task.0 as usize).map_or(&[][..], |sight| &sight.sent);
        if sent.is_empty() || c % 16 == 15 {
            return (self.recent_call(task, b), id(Attempt, c / 16 % 4));
        }
        let (call, attempt, _) = sent[b % sent.len()];
        (call, attempt)
    }

    /// One of the last sixteen calls, or the one that comes next.
    fn recent_call(&self, task: TaskId, b: usize) -> CallSeq {
        let calls = self.tasks.get(task.0 as usize).map_or(0, |sight| sight.calls);
        CallSeq(calls.saturating_sub(u32::try_from(b % 17).unwrap_or(0)))
    }

    fn note_effects(&mut self, effects: &[Effect]) {
        for effect in effects {
            match *effect {
                Effect::Spawn { task, slot, epoch } => {
                    if let Some(sight) = self.sight(task) {
                        sight.workers.push((slot, epoch));
                    }
                }
                Effect::Terminate { task, slot, epoch } => {
                    if let Some(sight) = self.sight(task) {
                        sight.dying.push((slot, epoch));
                        sight.workers.retain(|&(seat, _)| seat != slot);
                        sight.sent.retain(|&(_, _, on)| on != slot);
                    }
                }
                Effect::Dispatch { task, call, attempt, slot, .. } => {
                    if let Some(sight) = self.sight(task) {
                        sight.sent.push((call, attempt, slot));
                    }
                }
                _ => {}
            }
        }
    }

    fn sight(&mut self, task: TaskId) -> Option<&mut Sight> {
        self.tasks.get_mut(task.0 as usize)
    }
}

/// Mostly one of these workers, sometimes any.
fn any_of(workers: &[(Slot, Epoch)], Word { b, c, .. }: Word) -> (Slot, Epoch) {
    if workers.is_empty() || c % 4 == 0 {
        (id(Slot, b % 4), id(Epoch, c % 8))
    } else {
        workers[b % workers.len()]
    }
}

/// Mostly none.
fn key(number: usize) -> Option<Key> {
    (number % 4 == 1).then(|| named(number / 4))
}

fn named(number: usize) -> Key {
    Key(u8::try_from(number % usize::from(KEYS)).unwrap_or(0))
}

fn id<Id>(new: impl Fn(u32) -> Id, number: usize) -> Id {
    new(u32::try_from(number).unwrap_or(u32::MAX))
}

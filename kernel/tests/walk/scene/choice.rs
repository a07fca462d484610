//! The step that a word means.

use super::word::Word;
use super::{KEYS, SCOPES, SIGNALS, Scene, id};
use crate::walk::step::{ALL, Step};
use atelier_kernel::{
    Attempt, CallSeq, Effect, Epoch, ErrorKind, Input, Observation, Outcome, Priority, Sampling,
    ScopeId, Slot, Status, TaskId, TraceId,
};

impl Scene {
    /// The step that a word means now. `deadline`: milliseconds until the next one.
    pub(crate) fn choose(&self, word: u32, deadline: Option<f64>) -> Step {
        let word = Word::new(word);
        // Mostly all.
        let take = [0, 1, 1, 1, 2, 2, 3, 4].get(word.take.wrapping_sub(24)).copied().unwrap_or(ALL);
        let (after, input) = self.choose_input(word, deadline);
        Step { after, input, take }
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
            0..=15 | 59 => self.submit(task, b, c),
            16 if b % 8 == 7 => Input::LimitItemWait {
                task,
                call: self.attempt(task, c, b).0,
                timeout: [5.0, 30.0, 60.0, f64::INFINITY][c % 4],
            },
            16 if b % 2 == 0 => {
                let call =
                    if b % 4 == 0 { self.attempt(task, c, b).0 } else { self.recent_call(task, c) };
                Input::CancelCall { task, call }
            }
            16 => {
                let (slot, epoch) = self.worker(task, b / 4, c);
                if b % 4 == 1 {
                    Input::HoldWorker { task, slot, epoch }
                } else {
                    Input::ReleaseWorker { task, slot, epoch }
                }
            }
            17 | 26..=29 => self.stream(task, b, c),
            18..=25 => self.settle(task, b, c),
            32 if b % 2 == 0 => self.retire(task, b / 2, c),
            30..=32 => self.worker_ready(task, b, c),
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
            48 if b % 2 == 0 => Input::ReplaceWorkers { task },
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
            61 if b % 4 == 0 => {
                Input::LimitBusyWorkers { max: [1.0, 2.0, 1.0, f64::INFINITY][c % 4] }
            }
            61 if b % 4 < 3 => self.prioritize(b, c),
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
            Effect::Dispatch { task, call, attempt, slot, epoch } => match b % 8 {
                6 => Input::RetireWorker { task, slot, epoch },
                7 => Input::ReplaceWorkers { task },
                0 => Input::Settle { task, call, attempt, outcome: Outcome::Failed, run: None },
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
        let (key, signal) = (scope(b, 0, KEYS), scope(c, KEYS, SIGNALS));
        let mixed = mix(b, c);
        let latest = (mixed % 5 < 2).then(|| self.latest(task));
        if key == Some(None) || signal == Some(None) || latest == Some(None) {
            return Input::OpenScope {};
        }
        let sampling = [
            Sampling::Root,
            Sampling::Root,
            Sampling::Traced { sampled: true },
            Sampling::Traced { sampled: false },
        ][(b + c) % 4];
        Input::Submit {
            task,
            call: CallSeq(0),
            key: key.flatten(),
            signal: signal.flatten(),
            timeout: [None, None, None, Some(20.0), Some(400.0), Some(f64::INFINITY)]
                [mixed / 5 % 6],
            priority: priority(mixed / 30),
            follows_signal: (mixed / 240).is_multiple_of(2),
            latest: latest.flatten(),
            replace_running: (mixed / 480).is_multiple_of(4),
            sampling,
        }
    }

    /// The scope of the task's calls of which only the newest may wait, if it is open.
    pub(super) fn latest(&self, TaskId(task): TaskId) -> Option<ScopeId> {
        self.scopes[KEYS + SIGNALS + task as usize]
    }

    fn prioritize(&self, b: usize, c: usize) -> Input {
        let (mixed, followers) = (mix(b, c), c.is_multiple_of(4));
        self.scope(mixed, c, |scope| Input::Prioritize { scope, priority: priority(c), followers })
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
        let run = [None, Some(4.0), Some(0.0)][b % 3];
        Input::Settle { task, call, attempt, outcome, run }
    }

    /// Mostly what a stream does next: it begins, rests, resumes. Sometimes what it cannot do.
    fn stream(&self, task: TaskId, b: usize, c: usize) -> Input {
        let (call, attempt, _) = self.attempt(task, b, c);
        let begun = self.sight(task).map_or(&[][..], |sight| &sight.begun);
        let stream = begun.iter().find(|&&(begun, number, _)| (begun, number) == (call, attempt));
        let next = match stream {
            None => 0,
            Some((.., false)) => 1,
            Some((.., true)) => 2,
        };
        match if c.is_multiple_of(8) { c / 8 % 3 } else { next } {
            0 => Input::FirstItem { task, call, attempt },
            1 if b.is_multiple_of(4) => Input::MoreItems { task, call, attempt },
            1 => Input::Rest { task, call, attempt },
            _ => Input::Resume { task, call, attempt },
        }
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

    fn retire(&self, task: TaskId, b: usize, c: usize) -> Input {
        let (slot, epoch) = self.worker(task, b, c);
        Input::RetireWorker { task, slot, epoch }
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
}

/// A call without options but for its key.
pub(super) fn plain_submit(task: TaskId, key: Option<ScopeId>) -> Input {
    Input::Submit {
        task,
        call: CallSeq(0),
        key,
        signal: None,
        timeout: None,
        priority: Priority::default(),
        follows_signal: false,
        latest: None,
        replace_running: false,
        sampling: Sampling::Root,
    }
}

/// More numbers to choose by than a word has, from two of them.
fn mix(b: usize, c: usize) -> usize {
    (b << 8 | c).wrapping_mul(0x9e37_79b1) >> 7 & 0xf_ffff
}

/// Mostly 0.
fn priority(number: usize) -> Priority {
    Priority::new([0, 0, 0, 1, -1, 4, -8, 7][number % 8]).expect("it is in range")
}

/// Mostly one of these workers, sometimes any.
fn any_of(workers: &[(Slot, Epoch)], b: usize, c: usize) -> (Slot, Epoch) {
    if workers.is_empty() || c.is_multiple_of(4) {
        (id(Slot, b % 4), id(Epoch, c % 8))
    } else {
        workers[b % workers.len()]
    }
}

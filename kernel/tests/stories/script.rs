//! Scripts: one line per input, and what the kernel does about it beside it.
//!
//! ```text
//! define singleton    → nothing
//! submit a            → Spawn 0, Dispatch a@1 on 0
//! settle a@1 ok       → Resolve a
//! ```
//!
//! Inputs:
//!
//! - `define TYPE [FIELD VALUE]…`, or `define NAME: …` where there are several tasks; FIELD as in `TaskConfig`, or `eager`;
//!   `poolMin` and `poolMax` are those of a range
//! - `submit CALL [to TASK] [key SCOPE] [signal SCOPE] [sampled|unsampled] [timeout MS] [priority N] [follows]
//!   [latest SCOPE [replacing]]`
//! - `submit CALL failed`: it failed before it could be submitted
//! - `settle CALL@ATTEMPT ok|failed|aborted [MS]`, with the time in the handler; `moved CALL@ATTEMPT SLOT`, `ignored` for a reply that settles nothing
//! - `item CALL@ATTEMPT` for the first one of a stream, `items CALL@ATTEMPT` for others, `rest CALL@ATTEMPT`, `resume CALL@ATTEMPT`, `leave CALL`;
//!   `impatient CALL MS`: how long its loop waits for an item
//! - `keep SLOT[#EPOCH]` and `release SLOT[#EPOCH]`: a value begins to hold the worker, or has ended
//! - `lose SLOT[#EPOCH]`, `unhandled SLOT[#EPOCH]`, `retire SLOT[#EPOCH]`; `slow`: from here on, workers are ready when
//!   `ready SLOT[#EPOCH]` reports it and terminated ones are gone when `gone SLOT[#EPOCH]` does, and not at once; and on a task `start`,
//!   `stop`, `replace`, `dispose`, `forget`, `watch`; each with an optional `TASK`
//! - `limit N`: how many workers may be busy; `prioritize SCOPE N [followers]`
//! - `abort SCOPE`, `clear SCOPE`, `hold SCOPE`; a scope is opened where it is named first and closed when the kernel offers it
//! - `wait MS` lets time pass up to a deadline check, `late MS` lets it pass without one
//! - `open TRACE`, `end TRACE [abort|crash|canceled]`; `observe events`, `observe spans [RATE]`
//! - `begin batch`, `end batch`
//!
//! The effects of an input are taken at once, unless it is written `feed INPUT`, which leaves them in the queue. `take` takes the
//! next one, `drain` all that are left.
//!
//! Questions: `state [TASK]`, `busy`, `deadline`, `aborted SCOPE`, `left`. A worker of a later epoch than the first is written
//! `SLOT#EPOCH`. A line without an arrow continues the line above it; `#` at the start of a word begins a comment.

use atelier_kernel::{
    Answer, Attempt, CallSeq, Effect, Epoch, ErrorKind, Input, Kernel, Millis, Observation,
    Outcome, Priority, RawField, Sampling, ScopeId, Slot, Status, TaskConfig, TaskId, TraceId,
};

/// Plays a script and compares what happens at every line with what stands beside it.
#[track_caller]
pub(crate) fn story(script: &str) {
    let lines = parse(script);
    let width = lines.iter().map(|(input, _)| input.chars().count()).max().unwrap_or(0);
    let mut stage = Stage::default();
    let mut played = Vec::new();
    let mut as_expected = true;
    for (input, expected) in &lines {
        let happened = stage.play(input);
        played.push(format!("{input:width$} → {happened}"));
        if happened != *expected {
            as_expected = false;
            played.push(format!("{:width$}   EXPECTED: {expected}", ""));
        }
    }
    assert!(as_expected, "the story went otherwise:\n\n{}\n", played.join("\n"));
}

/// Lines of input and what is expected, without comments and superfluous spaces.
fn parse(script: &str) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in script.lines() {
        let words: Vec<&str> =
            line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        let line = words.join(" ");
        match (line.split_once('→'), lines.last_mut()) {
            (Some((input, expected)), _) => {
                lines.push((input.trim().to_owned(), expected.trim().to_owned()));
            }
            (None, _) if line.is_empty() => {}
            (None, Some((_, expected))) => {
                expected.push(' ');
                expected.push_str(&line);
            }
            (None, None) => panic!("a script begins with an input: {line}"),
        }
    }
    lines
}

/// Names in the order of the numbers they stand for.
#[derive(Default)]
pub(super) struct Names<Id> {
    pub(super) given: Vec<(String, Id)>,
}

impl<Id: Copy + PartialEq + std::fmt::Debug> Names<Id> {
    fn find(&self, name: &str) -> Option<Id> {
        self.given.iter().find_map(|(given, id)| (given == name).then_some(*id))
    }

    fn id(&self, name: &str) -> Id {
        self.find(name).unwrap_or_else(|| panic!("nothing is named {name}"))
    }

    pub(super) fn name(&self, id: Id) -> &str {
        self.given
            .iter()
            .find_map(|(name, given)| (*given == id).then_some(name.as_str()))
            .unwrap_or_else(|| panic!("{id:?} has no name"))
    }
}

/// The kernel with the names that the script gives to its numbers.
pub(super) struct Stage {
    pub(super) kernel: Kernel,
    now: f64,
    pub(super) tasks: Names<TaskId>,
    pub(super) calls: Names<(TaskId, CallSeq)>,
    pub(super) scopes: Names<ScopeId>,
    pub(super) traces: Names<TraceId>,
    /// The last worker of each slot.
    pub(super) epochs: Vec<((TaskId, Slot), Epoch)>,
    /// Calls that were submitted, per task.
    submitted: Vec<u32>,
    observation: Observation,
    /// Workers are ready, and gone, when the script says so.
    slow: bool,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            kernel: Kernel::default(),
            now: 0.0,
            tasks: Names { given: Vec::new() },
            calls: Names { given: Vec::new() },
            scopes: Names { given: Vec::new() },
            traces: Names { given: Vec::new() },
            epochs: Vec::new(),
            submitted: Vec::new(),
            observation: Observation { events: false, spans: false, sample_rate: 1.0 },
            slow: false,
        }
    }
}

impl Stage {
    /// Performs one line; returns as text what it answers and the effects that were taken, or the answer to a question.
    fn play(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        if let Some(answer) = self.ask(&words) {
            return answer;
        }
        match words[..] {
            ["feed", ref input @ ..] => return self.feed(input).unwrap_or("untaken".to_owned()),
            ["take"] => return self.take().unwrap_or("nothing".to_owned()),
            ["drain"] => {}
            _ => {
                if let Some(answer) = self.feed(&words) {
                    return answer;
                }
            }
        }
        let taken: Vec<String> = std::iter::from_fn(|| self.take()).collect();
        if taken.is_empty() { "nothing".to_owned() } else { taken.join(", ") }
    }

    /// Takes the next effect and performs it.
    fn take(&mut self) -> Option<String> {
        let effect = self.kernel.poll_effect()?;
        let text = self.effect(&effect);
        if let Effect::Spawn { task, slot, epoch } = effect
            && !self.slow
        {
            self.input(Input::WorkerReady { task, slot, epoch });
        }
        if let Effect::Terminate { task, slot, epoch } = effect
            && !self.slow
        {
            self.input(Input::WorkerGone { task, slot, epoch });
        }
        if let Effect::ReleaseScope { scope } = effect
            && self.input(Input::CloseScope { scope }) == Answer::Closed(true)
        {
            self.scopes.given.retain(|&(_, id)| id != scope);
        }
        Some(text)
    }

    fn ask(&self, words: &[&str]) -> Option<String> {
        match words {
            ["state", rest @ ..] => Some(self.state(self.task(rest))),
            ["busy"] => Some(self.kernel.busy_workers().to_string()),
            ["deadline"] => Some(match self.kernel.poll_timeout() {
                Some(at) => at.get().to_string(),
                None => "none".to_owned(),
            }),
            ["aborted", scope] => {
                let scope = self.scopes.find(scope);
                let aborted = scope.is_some_and(|scope| self.kernel.is_scope_aborted(scope));
                Some(if aborted { "yes" } else { "no" }.to_owned())
            }
            ["left"] => {
                Some(if self.kernel.is_quiescent() { "nothing" } else { "something" }.to_owned())
            }
            _ => None,
        }
    }

    /// Feeds the input of a line; returns its answer as text, if it has one to show.
    fn feed(&mut self, words: &[&str]) -> Option<String> {
        match words {
            ["define", rest @ ..] => return self.define(rest),
            ["slow"] => self.slow = true,
            ["late", ms] => self.now += number(ms),
            ["open", trace] => {
                let Answer::Trace { trace: id, sampled } = self.input(Input::OpenTrace {}) else {
                    panic!("a trace is opened");
                };
                self.traces.given.push(((*trace).to_owned(), id));
                return Some(if sampled { "sampled" } else { "unsampled" }.to_owned());
            }
            _ => {
                let input = self.named_input(words);
                let answer = self.input(input);
                assert_eq!(answer, Answer::None, "the answer to {words:?}");
            }
        }
        None
    }

    fn input(&mut self, input: Input) -> Answer {
        self.kernel.input(input, Millis::new(self.now))
    }

    /// The input that the words name.
    fn named_input(&mut self, words: &[&str]) -> Input {
        match words {
            ["submit", call, "failed"] => {
                let (task, sampling) = (TaskId(0), Sampling::Root);
                Input::SubmitFailed { task, call: self.name_call(call, task), sampling }
            }
            ["submit", call, options @ ..] => self.submit(call, options),
            ["settle", attempt, outcome, run @ ..] => {
                let ((task, call), attempt) = self.attempt(attempt);
                let run = run.first().map(|ms| number(ms));
                Input::Settle { task, call, attempt, outcome: outcome_named(outcome), run }
            }
            ["ignored", rest @ ..] => Input::ReplyIgnored { task: self.task(rest) },
            ["moved", attempt, slot] => {
                let ((task, call), attempt) = self.attempt(attempt);
                Input::PayloadMoved { task, call, attempt, slot: Slot(whole(slot)) }
            }
            ["lose", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::WorkerLost { task, slot, epoch }
            }
            ["unhandled", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::WorkerUnhandled { task, slot, epoch }
            }
            ["retire", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::RetireWorker { task, slot, epoch }
            }
            ["ready", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::WorkerReady { task, slot, epoch }
            }
            ["gone", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::WorkerGone { task, slot, epoch }
            }
            ["start", rest @ ..] => Input::StartWorkers { task: self.task(rest) },
            ["stop", rest @ ..] => Input::StopWorkers { task: self.task(rest) },
            ["replace", rest @ ..] => Input::ReplaceWorkers { task: self.task(rest) },
            ["dispose", rest @ ..] => Input::DisposeTask { task: self.task(rest) },
            ["forget", rest @ ..] => Input::ForgetTask { task: self.task(rest) },
            ["watch", rest @ ..] => Input::WatchDrain { task: self.task(rest) },
            ["abort", scope] => Input::AbortScope { scope: self.scope(scope) },
            ["clear", scope] => Input::ClearScope { scope: self.scope(scope) },
            ["hold", scope] => Input::HoldScope { scope: self.scope(scope) },
            ["limit", max] => Input::LimitBusyWorkers { max: number(max) },
            ["prioritize", scope, priority, followers @ ..] => Input::Prioritize {
                scope: self.scope(scope),
                priority: priority_named(priority),
                followers: followers == ["followers"],
            },
            ["begin", "batch"] => Input::BeginBatch {},
            ["end", "batch"] => Input::EndBatch {},
            ["wait", ms] => {
                self.now += number(ms);
                Input::HandleTimeout {}
            }
            ["end", trace, status @ ..] => {
                let (status, error) = match status {
                    [] => (None, None),
                    ["abort"] => (None, Some(ErrorKind::Abort)),
                    ["crash"] => (None, Some(ErrorKind::Crash)),
                    ["canceled"] => (Some(Status::Canceled), None),
                    other => panic!("no end of a trace: {other:?}"),
                };
                Input::EndTrace { trace: self.traces.id(trace), status, error }
            }
            ["observe", what, rate @ ..] => {
                self.observation.events |= *what == "events";
                self.observation.spans |= *what == "spans";
                self.observation.sample_rate = rate.first().map_or(1.0, |rate| number(rate));
                Input::Observe { observation: self.observation }
            }
            _ => self.stream_input(words),
        }
    }

    /// The input about a stream, or about a worker in which a value lives on.
    fn stream_input(&self, words: &[&str]) -> Input {
        match words {
            ["item", attempt] => {
                let ((task, call), attempt) = self.attempt(attempt);
                Input::FirstItem { task, call, attempt }
            }
            ["items", attempt] => {
                let ((task, call), attempt) = self.attempt(attempt);
                Input::MoreItems { task, call, attempt }
            }
            ["impatient", call, ms] => {
                let (task, call) = self.calls.id(call);
                Input::LimitItemWait { task, call, timeout: number(ms) }
            }
            ["rest", attempt] => {
                let ((task, call), attempt) = self.attempt(attempt);
                Input::Rest { task, call, attempt }
            }
            ["resume", attempt] => {
                let ((task, call), attempt) = self.attempt(attempt);
                Input::Resume { task, call, attempt }
            }
            ["leave", call] => {
                let (task, call) = self.calls.id(call);
                Input::CancelCall { task, call }
            }
            ["keep", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::HoldWorker { task, slot, epoch }
            }
            ["release", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                Input::ReleaseWorker { task, slot, epoch }
            }
            _ => panic!("no input: {}", words.join(" ")),
        }
    }

    /// Defines a task; returns why its configuration was refused, if it was.
    fn define(&mut self, words: &[&str]) -> Option<String> {
        let (name, words) = match words {
            [name, rest @ ..] if name.ends_with(':') => (name.trim_end_matches(':'), rest),
            words => ("task", words),
        };
        match self.input(Input::DefineTask { config: Box::new(config(words)) }) {
            Answer::Task(Ok(task)) => {
                self.tasks.given.push((name.to_owned(), task));
                self.submitted.push(0);
                None
            }
            Answer::Task(Err(refused)) => {
                Some(format!("{} must be {}", refused.field, refused.allowed))
            }
            other
            @ (Answer::None | Answer::Scope(_) | Answer::Closed(_) | Answer::Trace { .. }) => {
                panic!("a definition answers {other:?}")
            }
        }
    }

    fn submit(&mut self, name: &str, options: &[&str]) -> Input {
        let (mut task, mut key, mut signal) = (TaskId(0), None, None);
        let (mut timeout, mut latest) = (None, None);
        let (mut follows_signal, mut replace_running) = (false, false);
        let (mut priority, mut sampling) = (Priority::default(), Sampling::Root);
        let mut words = options.iter();
        while let Some(&option) = words.next() {
            let mut named = || *words.next().expect("the option has a value");
            match option {
                "to" => task = self.tasks.id(named()),
                "key" => key = Some(self.scope(named())),
                "signal" => signal = Some(self.scope(named())),
                "timeout" => timeout = Some(number(named())),
                "priority" => priority = priority_named(named()),
                "follows" => follows_signal = true,
                "latest" => latest = Some(self.scope(named())),
                "replacing" => replace_running = true,
                "sampled" => sampling = Sampling::Traced { sampled: true },
                "unsampled" => sampling = Sampling::Traced { sampled: false },
                other => panic!("no option of submit: {other}"),
            }
        }
        Input::Submit {
            task,
            call: self.name_call(name, task),
            key,
            signal,
            timeout,
            priority,
            follows_signal,
            latest,
            replace_running,
            sampling,
        }
    }

    /// Names the task's next call; returns its number.
    fn name_call(&mut self, name: &str, task: TaskId) -> CallSeq {
        let submitted = &mut self.submitted[task.0 as usize];
        let seq = CallSeq(*submitted);
        *submitted += 1;
        self.calls.given.push((name.to_owned(), (task, seq)));
        seq
    }

    fn named_worker(&self, worker: &str, task: &[&str]) -> (TaskId, Slot, Epoch) {
        let task = self.task(task);
        let (slot, epoch) = match worker.split_once('#') {
            Some((slot, epoch)) => (slot, Some(Epoch(whole(epoch)))),
            None => (worker, None),
        };
        let slot = Slot(whole(slot));
        let epoch = epoch.unwrap_or_else(|| {
            self.epochs
                .iter()
                .find_map(|&(place, epoch)| (place == (task, slot)).then_some(epoch))
                .expect("the slot had a worker")
        });
        (task, slot, epoch)
    }

    fn task(&self, words: &[&str]) -> TaskId {
        words.first().map_or(TaskId(0), |name| self.tasks.id(name))
    }

    fn attempt(&self, word: &str) -> ((TaskId, CallSeq), Attempt) {
        let (call, attempt) = word.split_once('@').expect("an attempt is CALL@ATTEMPT");
        (self.calls.id(call), Attempt(whole(attempt)))
    }

    fn scope(&mut self, name: &str) -> ScopeId {
        if let Some(scope) = self.scopes.find(name) {
            return scope;
        }
        let Answer::Scope(scope) = self.input(Input::OpenScope {}) else {
            panic!("a scope is opened");
        };
        self.scopes.given.push((name.to_owned(), scope));
        scope
    }
}

fn config(words: &[&str]) -> TaskConfig {
    let mut config = TaskConfig::default();
    let mut words = words.iter();
    while let Some(&field) = words.next() {
        let mut raw = || {
            let word = *words.next().unwrap_or_else(|| panic!("{field} has no value"));
            word.parse()
                .map_or_else(|_| RawField::from(word), |number: f64| RawField::Number(number))
        };
        match field {
            "parallel" | "singleton" => config.task_type = field.into(),
            "eager" => config.init = field.into(),
            "type" => config.task_type = raw(),
            "poolSize" => config.pool_size = raw(),
            "poolMin" => config.pool_min = raw(),
            "poolMax" => config.pool_max = raw(),
            "maxCallsPerWorker" => config.max_calls_per_worker = raw(),
            "timeoutMs" => config.timeout_ms = raw(),
            "crashPolicy" => config.crash_policy = raw(),
            "crashMaxRetries" => config.crash_max_retries = raw(),
            "maxInFlight" => config.max_in_flight = raw(),
            "maxQueueDepth" => config.max_queue_depth = raw(),
            "order" => config.order = raw(),
            "weight" => config.weight = raw(),
            "queuePolicy" => config.queue_policy = raw(),
            "idleTimeoutMs" => config.idle_timeout_ms = raw(),
            "cancelGraceMs" => config.cancel_grace_ms = raw(),
            "startTimeoutMs" => config.start_timeout_ms = raw(),
            other => panic!("no field: {other}"),
        }
    }
    config
}

fn outcome_named(word: &str) -> Outcome {
    match word {
        "ok" => Outcome::Succeeded,
        "failed" => Outcome::Failed,
        "aborted" => Outcome::Aborted,
        other => panic!("no outcome: {other}"),
    }
}

fn priority_named(word: &str) -> Priority {
    word.parse().ok().and_then(Priority::new).unwrap_or_else(|| panic!("no priority: {word}"))
}

fn number(word: &str) -> f64 {
    word.parse().unwrap_or_else(|_| panic!("no number: {word}"))
}

fn whole(word: &str) -> u32 {
    word.parse().unwrap_or_else(|_| panic!("no whole number: {word}"))
}

//! Scripts: one line per input, and what the kernel answers beside it.
//!
//! ```text
//! define singleton    → nothing
//! submit a            → Spawn 0, Dispatch a@1 on 0
//! settle a@1 ok       → Resolve a
//! ```
//!
//! Inputs:
//!
//! - `define TYPE [FIELD VALUE]…`, or `define NAME: …` where there are several tasks; FIELD as in `TaskConfig`, or `eager`
//! - `submit CALL [to TASK] [key KEY] [signal KEY] [sampled|unsampled]`
//! - `submit CALL failed`: it failed before it could be submitted
//! - `settle CALL@ATTEMPT ok|failed|aborted`, `moved CALL@ATTEMPT`, `cancel CALL`
//! - `lose SLOT[#EPOCH]`, `unhandled SLOT[#EPOCH]`; `slow`: from here on, workers are ready when `ready SLOT[#EPOCH]` says so and ended ones are gone
//!   when `gone SLOT[#EPOCH]` does, and not at once; and on a task `start`, `stop`, `dispose`, `forget`, `watch`, each with an optional `TASK`
//! - `abort KEY`, `clear KEY`, `hold KEY`; a key is opened where it is named first and closed when the kernel offers it
//! - `wait MS` lets time pass up to a deadline check, `late MS` lets it pass without one
//! - `open TRACE`, `end TRACE [abort|crash|canceled]`; `observe events`, `observe spans [RATE]`
//!
//! Questions: `state [TASK]`, `deadline`, `aborted KEY`, `left`. A worker of a later epoch than the first is written
//! `SLOT#EPOCH`. A line without an arrow continues the answer above it; `#` at the start of a word begins a comment.

use atelier_kernel::{
    Attempt, CallSeq, ConfigError, Effect, Epoch, ErrorKind, Given, Kernel, KeyId, Millis, NewCall,
    Observation, Outcome, Sampling, Slot, Status, TaskConfig, TaskId, TraceId,
};

/// Plays a script and compares every line's answer with what stands beside it.
#[track_caller]
pub(crate) fn story(script: &str) {
    let lines = parse(script);
    let width = lines.iter().map(|(input, _)| input.chars().count()).max().unwrap_or(0);
    let mut stage = Stage::default();
    let mut told = Vec::new();
    let mut as_expected = true;
    for (input, expected) in &lines {
        let answer = stage.play(input);
        told.push(format!("{input:width$} → {answer}"));
        if answer != *expected {
            as_expected = false;
            told.push(format!("{:width$}   EXPECTED: {expected}", ""));
        }
    }
    assert!(as_expected, "the story went otherwise:\n\n{}\n", told.join("\n"));
}

/// Lines of input and expected answer, without comments and superfluous spaces.
fn parse(script: &str) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in script.lines() {
        let words: Vec<&str> =
            line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        let line = words.join(" ");
        match (line.split_once('→'), lines.last_mut()) {
            (Some((input, answer)), _) => {
                lines.push((input.trim().to_owned(), answer.trim().to_owned()));
            }
            (None, _) if line.is_empty() => {}
            (None, Some((_, answer))) => {
                answer.push(' ');
                answer.push_str(&line);
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
    fn id(&self, name: &str) -> Id {
        self.given
            .iter()
            .find_map(|(given, id)| (given == name).then_some(*id))
            .unwrap_or_else(|| panic!("nothing is named {name}"))
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
    pub(super) keys: Names<KeyId>,
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
            keys: Names { given: Vec::new() },
            traces: Names { given: Vec::new() },
            epochs: Vec::new(),
            submitted: Vec::new(),
            observation: Observation { events: false, spans: false, sample_rate: 1.0 },
            slow: false,
        }
    }
}

impl Stage {
    /// Performs one line; answers the effects, or the answer to a question, as text.
    fn play(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        if let Some(answer) = self.ask(&words) {
            return answer;
        }
        if let Some(refused) = self.tell(&words) {
            return format!("{} must be {}", refused.field, refused.allowed);
        }
        let mut told = Vec::new();
        while let Some(effect) = self.kernel.poll_effect() {
            told.push(self.effect(&effect));
            let now = Millis::new(self.now);
            if let Effect::Spawn { task, slot, epoch } = effect
                && !self.slow
            {
                self.kernel.worker_ready(task, slot, epoch, now);
            }
            if let Effect::Terminate { task, slot, epoch } = effect
                && !self.slow
            {
                self.kernel.worker_gone(task, slot, epoch, now);
            }
            if let Effect::ReleaseKey { key } = effect
                && self.kernel.close_key(key)
            {
                self.keys.given.retain(|&(_, id)| id != key);
            }
        }
        if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
    }

    fn ask(&self, words: &[&str]) -> Option<String> {
        match words {
            ["state", rest @ ..] => Some(self.state(self.task(rest))),
            ["deadline"] => Some(match self.kernel.poll_timeout() {
                Some(at) => at.get().to_string(),
                None => "none".to_owned(),
            }),
            ["aborted", key] => Some(yes_or_no(
                self.keys
                    .given
                    .iter()
                    .any(|(name, id)| name == key && self.kernel.is_key_aborted(*id)),
            )),
            ["left"] => {
                Some(if self.kernel.is_quiescent() { "nothing" } else { "something" }.to_owned())
            }
            _ => None,
        }
    }

    /// Feeds one input; answers why a configuration was refused.
    fn tell(&mut self, words: &[&str]) -> Option<ConfigError> {
        let now = Millis::new(self.now);
        match words {
            ["define", rest @ ..] => return self.define(rest),
            ["submit", call, "failed"] => {
                let expected = self.name_call(call, TaskId(0));
                let seq = self.kernel.submit_failed(TaskId(0), Sampling::Root, now);
                assert_eq!(seq, expected, "call numbers count from 0");
            }
            ["submit", call, options @ ..] => self.submit(call, options),
            ["settle", attempt, outcome] => {
                let ((task, call), attempt) = self.attempt(attempt);
                self.kernel.settle(task, call, attempt, outcome_named(outcome), now);
            }
            ["moved", attempt] => {
                let ((task, call), attempt) = self.attempt(attempt);
                self.kernel.payload_moved(task, call, attempt);
            }
            ["cancel", call] => {
                let (task, call) = self.calls.id(call);
                self.kernel.cancel(task, call, now);
            }
            ["lose", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                self.kernel.worker_lost(task, slot, epoch, now);
            }
            ["unhandled", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                self.kernel.worker_unhandled(task, slot, epoch, now);
            }
            ["ready", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                self.kernel.worker_ready(task, slot, epoch, now);
            }
            ["gone", worker, rest @ ..] => {
                let (task, slot, epoch) = self.named_worker(worker, rest);
                self.kernel.worker_gone(task, slot, epoch, now);
            }
            ["slow"] => self.slow = true,
            ["start", rest @ ..] => self.kernel.start_workers(self.task(rest), now),
            ["stop", rest @ ..] => self.kernel.stop_workers(self.task(rest), now),
            ["dispose", rest @ ..] => self.kernel.dispose_task(self.task(rest), now),
            ["forget", rest @ ..] => self.kernel.forget_task(self.task(rest), now),
            ["watch", rest @ ..] => self.kernel.watch_drain(self.task(rest), now),
            ["abort", key] => {
                let key = self.key(key);
                self.kernel.abort_key(key, now);
            }
            ["clear", key] => {
                let key = self.key(key);
                self.kernel.clear_key(key);
            }
            ["hold", key] => {
                let key = self.key(key);
                self.kernel.hold_key(key);
            }
            ["wait", ms] => {
                self.now += number(ms);
                self.kernel.handle_timeout(Millis::new(self.now));
            }
            ["late", ms] => self.now += number(ms),
            ["open", trace] => {
                let id = self.kernel.open_trace(now);
                self.traces.given.push(((*trace).to_owned(), id));
            }
            ["end", trace, status @ ..] => {
                let (status, error) = match status {
                    [] => (None, None),
                    ["abort"] => (None, Some(ErrorKind::Abort)),
                    ["crash"] => (None, Some(ErrorKind::Crash)),
                    ["canceled"] => (Some(Status::Canceled), None),
                    other => panic!("no end of a trace: {other:?}"),
                };
                self.kernel.end_trace(self.traces.id(trace), status, error, now);
            }
            ["observe", what, rate @ ..] => {
                self.observation.events |= *what == "events";
                self.observation.spans |= *what == "spans";
                self.observation.sample_rate = rate.first().map_or(1.0, |rate| number(rate));
                self.kernel.observe(self.observation);
            }
            _ => panic!("no input: {}", words.join(" ")),
        }
        None
    }

    fn define(&mut self, words: &[&str]) -> Option<ConfigError> {
        let (name, words) = match words {
            [name, rest @ ..] if name.ends_with(':') => (name.trim_end_matches(':'), rest),
            words => ("task", words),
        };
        match self.kernel.define_task(&config(words), Millis::new(self.now)) {
            Ok(task) => {
                self.tasks.given.push((name.to_owned(), task));
                self.submitted.push(0);
                None
            }
            Err(refused) => Some(refused),
        }
    }

    fn submit(&mut self, name: &str, options: &[&str]) {
        let mut task = TaskId(0);
        let mut call = NewCall { key: None, signal: None, sampling: Sampling::Root };
        let mut words = options.iter();
        while let Some(&option) = words.next() {
            let mut named = || *words.next().expect("the option has a value");
            match option {
                "to" => task = self.tasks.id(named()),
                "key" => call.key = Some(self.key(named())),
                "signal" => call.signal = Some(self.key(named())),
                "sampled" => call.sampling = Sampling::Traced { sampled: true },
                "unsampled" => call.sampling = Sampling::Traced { sampled: false },
                other => panic!("no option of submit: {other}"),
            }
        }
        let expected = self.name_call(name, task);
        let seq = self.kernel.submit(task, call, Millis::new(self.now));
        assert_eq!(seq, expected, "call numbers count from 0");
    }

    /// Names the task's next call; answers the number that it must have.
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

    fn key(&mut self, name: &str) -> KeyId {
        if !self.keys.given.iter().any(|(given, _)| given == name) {
            let key = self.kernel.open_key();
            self.keys.given.push((name.to_owned(), key));
        }
        self.keys.id(name)
    }
}

fn config(words: &[&str]) -> TaskConfig {
    let mut config = TaskConfig::default();
    let mut words = words.iter();
    while let Some(&field) = words.next() {
        let mut given = || {
            let word = *words.next().unwrap_or_else(|| panic!("{field} has no value"));
            word.parse().map_or_else(|_| Given::from(word), |number: f64| Given::Number(number))
        };
        match field {
            "parallel" | "singleton" => config.task_type = field.into(),
            "eager" => config.init = field.into(),
            "type" => config.task_type = given(),
            "poolSize" => config.pool_size = given(),
            "timeoutMs" => config.timeout_ms = given(),
            "crashPolicy" => config.crash_policy = given(),
            "crashMaxRetries" => config.crash_max_retries = given(),
            "maxInFlight" => config.max_in_flight = given(),
            "maxQueueDepth" => config.max_queue_depth = given(),
            "queuePolicy" => config.queue_policy = given(),
            "idleTimeoutMs" => config.idle_timeout_ms = given(),
            "cancelGraceMs" => config.cancel_grace_ms = given(),
            "startTimeoutMs" => config.start_timeout_ms = given(),
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

fn yes_or_no(answer: bool) -> String {
    if answer { "yes" } else { "no" }.to_owned()
}

fn number(word: &str) -> f64 {
    word.parse().unwrap_or_else(|_| panic!("no number: {word}"))
}

fn whole(word: &str) -> u32 {
    word.parse().unwrap_or_else(|_| panic!("no whole number: {word}"))
}

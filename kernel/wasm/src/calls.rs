//! The inputs about calls.

use crate::Kernel;
use atelier_kernel::{Attempt, CallSeq, Input, Outcome, Sampling, ScopeId, Slot, TaskId};
use wasm_bindgen::prelude::*;

/// What happens to calls.
#[wasm_bindgen]
#[expect(missing_docs, reason = "each input is documented where it is declared")]
#[expect(clippy::missing_panics_doc, reason = "only for what the shell never passes")]
impl Kernel {
    /// `traced`: what its trace decided about sampling, if it has one.
    #[expect(clippy::too_many_arguments, reason = "numbers of the hot lane")]
    pub fn submit(
        &mut self,
        task: u32,
        call: u32,
        key: Option<u32>,
        signal: Option<u32>,
        timeout: Option<f64>,
        priority: i8,
        follows_signal: bool,
        latest: Option<u32>,
        replace_running: bool,
        traced: Option<bool>,
        now: f64,
    ) {
        let (key, signal, latest) = (key.map(ScopeId), signal.map(ScopeId), latest.map(ScopeId));
        let (priority, sampling) = (crate::priority(priority), sampling(traced));
        self.input(
            Input::Submit {
                task: TaskId(task),
                call: CallSeq(call),
                key,
                signal,
                timeout,
                priority,
                follows_signal,
                latest,
                replace_running,
                sampling,
            },
            now,
        );
    }

    #[wasm_bindgen(js_name = submitFailed)]
    pub fn submit_failed(&mut self, task: u32, call: u32, traced: Option<bool>, now: f64) {
        let (task, call, sampling) = (TaskId(task), CallSeq(call), sampling(traced));
        self.input(Input::SubmitFailed { task, call, sampling }, now);
    }

    pub fn settle(
        &mut self,
        task: u32,
        call: u32,
        attempt: u32,
        outcome: u32,
        run: Option<f64>,
        now: f64,
    ) {
        let outcome = Outcome::numbered(outcome).expect("an outcome");
        let (task, call, attempt) = (TaskId(task), CallSeq(call), Attempt(attempt));
        self.input(Input::Settle { task, call, attempt, outcome, run }, now);
    }

    #[wasm_bindgen(js_name = replyIgnored)]
    pub fn reply_ignored(&mut self, task: u32, now: f64) {
        self.input(Input::ReplyIgnored { task: TaskId(task) }, now);
    }

    #[wasm_bindgen(js_name = payloadMoved)]
    pub fn payload_moved(&mut self, task: u32, call: u32, attempt: u32, slot: u32, now: f64) {
        let (task, call, attempt, slot) =
            (TaskId(task), CallSeq(call), Attempt(attempt), Slot(slot));
        self.input(Input::PayloadMoved { task, call, attempt, slot }, now);
    }

    #[wasm_bindgen(js_name = firstItem)]
    pub fn first_item(&mut self, task: u32, call: u32, attempt: u32, now: f64) {
        let (task, call, attempt) = self::attempt(task, call, attempt);
        self.input(Input::FirstItem { task, call, attempt }, now);
    }

    #[wasm_bindgen(js_name = moreItems)]
    pub fn more_items(&mut self, task: u32, call: u32, attempt: u32, now: f64) {
        let (task, call, attempt) = self::attempt(task, call, attempt);
        self.input(Input::MoreItems { task, call, attempt }, now);
    }

    #[wasm_bindgen(js_name = limitItemWait)]
    pub fn limit_item_wait(&mut self, task: u32, call: u32, timeout: f64, now: f64) {
        self.input(Input::LimitItemWait { task: TaskId(task), call: CallSeq(call), timeout }, now);
    }

    pub fn rest(&mut self, task: u32, call: u32, attempt: u32, now: f64) {
        let (task, call, attempt) = self::attempt(task, call, attempt);
        self.input(Input::Rest { task, call, attempt }, now);
    }

    pub fn resume(&mut self, task: u32, call: u32, attempt: u32, now: f64) {
        let (task, call, attempt) = self::attempt(task, call, attempt);
        self.input(Input::Resume { task, call, attempt }, now);
    }

    #[wasm_bindgen(js_name = cancelCall)]
    pub fn cancel_call(&mut self, task: u32, call: u32, now: f64) {
        self.input(Input::CancelCall { task: TaskId(task), call: CallSeq(call) }, now);
    }
}

fn attempt(task: u32, call: u32, attempt: u32) -> (TaskId, CallSeq, Attempt) {
    (TaskId(task), CallSeq(call), Attempt(attempt))
}

fn sampling(traced: Option<bool>) -> Sampling {
    traced.map_or(Sampling::Root, |sampled| Sampling::Traced { sampled })
}

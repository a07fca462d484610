//! The wasm facade of the kernel. It decides nothing: scalars come in, registers and plain objects go out.
//!
//! Two lanes cross the boundary. The hot lane takes and gives numbers only: inputs on [`Kernel`], then
//! [`Kernel::poll`] until it answers [`EffectKind::None`], reading the registers out of the memory in between. The cold lane
//! (`defineTask`, `snapshot`) takes and gives objects. No callback is imported, so no JavaScript runs while a wasm
//! frame is on the stack.

mod cold;
mod mirror;
mod panic;
mod registers;

use atelier_kernel::{
    Attempt, CallSeq, Epoch, KeyId, Millis, NewCall, Observation, Sampling, Slot, TaskId, TraceId,
};
pub use cold::Plain;
pub use mirror::{EffectKind, ErrorKind, Metric, Outcome, Register, Rejection, Status};
pub use panic::last_panic;
use registers::Registers;
use wasm_bindgen::prelude::*;

/// A third of the code of the standard allocator, and constant in time.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The kernel with the registers of the effect polled last.
#[wasm_bindgen]
#[derive(Default)]
pub struct Kernel {
    kernel: atelier_kernel::Kernel,
    effect: Registers,
}

#[wasm_bindgen]
impl Kernel {
    /// A kernel without tasks.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        panic::remember();
        Self::default()
    }

    /// Registers a task; answers its number.
    ///
    /// # Errors
    ///
    /// The kernel's `ConfigError` as a plain object. `config` must be plain too: a getter would run inside the kernel.
    #[wasm_bindgen(js_name = defineTask)]
    pub fn define_task(
        &mut self,
        config: &Plain,
        hardware_concurrency: Option<f64>,
        now: f64,
    ) -> Result<u32, JsValue> {
        cold::define_task(&mut self.kernel, config, hardware_concurrency, Millis::new(now))
    }

    /// Submits a call; answers its number. `traced`: what its trace decided about sampling, if it has one.
    pub fn submit(
        &mut self,
        task: u32,
        key: Option<u32>,
        signal: Option<u32>,
        traced: Option<bool>,
        now: f64,
    ) -> u32 {
        let call =
            NewCall { key: key.map(KeyId), signal: signal.map(KeyId), sampling: sampling(traced) };
        self.kernel.submit(TaskId(task), call, Millis::new(now)).0
    }

    /// Accounts for a call that failed before it could be submitted; answers its number.
    #[wasm_bindgen(js_name = submitFailed)]
    pub fn submit_failed(&mut self, task: u32, traced: Option<bool>, now: f64) -> u32 {
        self.kernel.submit_failed(TaskId(task), sampling(traced), Millis::new(now)).0
    }

    /// Tells how an attempt ended.
    pub fn settle(&mut self, task: u32, call: u32, attempt: u32, outcome: Outcome, now: f64) {
        self.kernel.settle(
            TaskId(task),
            CallSeq(call),
            Attempt(attempt),
            outcome.into(),
            Millis::new(now),
        );
    }

    /// Tells that a worker answered a call that is not on it.
    #[wasm_bindgen(js_name = answerIgnored)]
    pub fn answer_ignored(&mut self, task: u32, now: f64) {
        self.kernel.answer_ignored(TaskId(task), Millis::new(now));
    }

    /// Tells that the arguments of an attempt were moved to its worker.
    #[wasm_bindgen(js_name = payloadMoved)]
    pub fn payload_moved(&mut self, task: u32, call: u32, attempt: u32) {
        self.kernel.payload_moved(TaskId(task), CallSeq(call), Attempt(attempt));
    }

    /// Tells that a worker serves calls.
    #[wasm_bindgen(js_name = workerReady)]
    pub fn worker_ready(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        self.kernel.worker_ready(TaskId(task), Slot(slot), Epoch(epoch), Millis::new(now));
    }

    /// Reports that a promise was rejected in a worker, and that nobody handled it.
    #[wasm_bindgen(js_name = workerUnhandled)]
    pub fn worker_unhandled(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        self.kernel.worker_unhandled(TaskId(task), Slot(slot), Epoch(epoch), Millis::new(now));
    }

    /// Tells that a worker crashed or could not be created.
    #[wasm_bindgen(js_name = workerLost)]
    pub fn worker_lost(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        self.kernel.worker_lost(TaskId(task), Slot(slot), Epoch(epoch), Millis::new(now));
    }

    /// Tells that the thread of a worker that was terminated has ended.
    #[wasm_bindgen(js_name = workerGone)]
    pub fn worker_gone(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        self.kernel.worker_gone(TaskId(task), Slot(slot), Epoch(epoch), Millis::new(now));
    }

    /// Opens a cancellation scope.
    #[wasm_bindgen(js_name = openKey)]
    pub fn open_key(&mut self) -> u32 {
        self.kernel.open_key().0
    }

    /// Forgets a scope unless it is in use; answers whether it is forgotten.
    #[wasm_bindgen(js_name = closeKey)]
    pub fn close_key(&mut self, key: u32) -> bool {
        self.kernel.close_key(KeyId(key))
    }

    /// Tells that a signal was handed out for the scope.
    #[wasm_bindgen(js_name = holdKey)]
    pub fn hold_key(&mut self, key: u32) {
        self.kernel.hold_key(KeyId(key));
    }

    /// Cancels every call of the scope, and every later one until it is cleared.
    #[wasm_bindgen(js_name = abortKey)]
    pub fn abort_key(&mut self, key: u32, now: f64) {
        self.kernel.abort_key(KeyId(key), Millis::new(now));
    }

    /// Forgets that the scope was aborted.
    #[wasm_bindgen(js_name = clearKey)]
    pub fn clear_key(&mut self, key: u32) {
        self.kernel.clear_key(KeyId(key));
    }

    /// Whether the scope is aborted.
    #[wasm_bindgen(js_name = isKeyAborted)]
    pub fn is_key_aborted(&self, key: u32) -> bool {
        self.kernel.is_key_aborted(KeyId(key))
    }

    /// Resumes or revives a task and spawns its workers.
    #[wasm_bindgen(js_name = startWorkers)]
    pub fn start_workers(&mut self, task: u32, now: f64) {
        self.kernel.start_workers(TaskId(task), Millis::new(now));
    }

    /// Pauses a task and ends its workers.
    #[wasm_bindgen(js_name = stopWorkers)]
    pub fn stop_workers(&mut self, task: u32, now: f64) {
        self.kernel.stop_workers(TaskId(task), Millis::new(now));
    }

    /// Rejects every open call of a task and ends its workers.
    #[wasm_bindgen(js_name = disposeTask)]
    pub fn dispose_task(&mut self, task: u32, now: f64) {
        self.kernel.dispose_task(TaskId(task), Millis::new(now));
    }

    /// Disposes of a task and forgets it.
    #[wasm_bindgen(js_name = forgetTask)]
    pub fn forget_task(&mut self, task: u32, now: f64) {
        self.kernel.forget_task(TaskId(task), Millis::new(now));
    }

    /// Asks for one `Drained` effect.
    #[wasm_bindgen(js_name = watchDrain)]
    pub fn watch_drain(&mut self, task: u32, now: f64) {
        self.kernel.watch_drain(TaskId(task), Millis::new(now));
    }

    /// Opens a trace; answers its number.
    #[wasm_bindgen(js_name = openTrace)]
    pub fn open_trace(&mut self, now: f64) -> u32 {
        self.kernel.open_trace(Millis::new(now)).0
    }

    /// Whether an open trace is sampled.
    #[wasm_bindgen(js_name = isTraceSampled)]
    pub fn is_trace_sampled(&self, trace: u32) -> bool {
        self.kernel.is_trace_sampled(TraceId(trace))
    }

    /// Ends a trace. Without a status, the kind of error decides.
    #[wasm_bindgen(js_name = endTrace)]
    pub fn end_trace(
        &mut self,
        trace: u32,
        status: Option<Status>,
        error: Option<ErrorKind>,
        now: f64,
    ) {
        self.kernel.end_trace(
            TraceId(trace),
            status.map(Into::into),
            error.map(Into::into),
            Millis::new(now),
        );
    }

    /// Says what is to be told besides the work.
    pub fn observe(&mut self, events: bool, spans: bool, sample_rate: f64) {
        self.kernel.observe(Observation { events, spans, sample_rate });
    }

    /// Makes sampling fall differently from that of kernels with another seed.
    #[wasm_bindgen(js_name = seedSampling)]
    pub fn seed_sampling(&mut self, seed: u32) {
        self.kernel.seed_sampling(seed);
    }

    /// Acts on every deadline up to `now`.
    #[wasm_bindgen(js_name = handleTimeout)]
    pub fn handle_timeout(&mut self, now: f64) {
        self.kernel.handle_timeout(Millis::new(now));
    }

    /// Takes the next effect into the registers and answers its kind. When there is none, the next deadline is in a register.
    pub fn poll(&mut self) -> EffectKind {
        match self.kernel.poll_effect() {
            Some(effect) => self.effect.load(effect),
            None => self.effect.load_deadline(self.kernel.poll_timeout()),
        }
    }

    /// The address of the registers, which [`Register`] lists. It never changes.
    pub fn registers(&self) -> *const f64 {
        self.effect.address()
    }

    /// Rises whenever something that a snapshot shows has changed.
    pub fn revision(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 changes")]
        let revision = self.kernel.revision() as f64;
        revision
    }

    /// The state of a task as the scheduling part of `WorkerState`; `undefined` for a task that is not known.
    pub fn snapshot(&self, task: u32) -> Option<Plain> {
        cold::snapshot(&self.kernel, TaskId(task))
    }

    /// Whether no call, timer, key, trace or effect is left.
    #[wasm_bindgen(js_name = isQuiescent)]
    pub fn is_quiescent(&self) -> bool {
        self.kernel.is_quiescent()
    }
}

fn sampling(traced: Option<bool>) -> Sampling {
    traced.map_or(Sampling::Root, |sampled| Sampling::Traced { sampled })
}

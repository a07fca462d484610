//! The wasm facade of the kernel. It decides nothing: each method builds an [`Input`] or asks a question.
//!
//! Two lanes cross the boundary. The hot lane takes and gives numbers only: inputs, then [`Kernel::poll`] until it returns 0,
//! reading the registers out of the memory in between. The cold lane (`defineTask`, `openTrace`, `snapshot`) takes and gives
//! plain objects. No callback is imported, so no JavaScript of the page's runs while a wasm frame is on the stack.

mod calls;
mod cold;
mod panic;
mod workers;

use atelier_kernel::{
    Answer, Effect, ErrorKind, Input, Millis, Observation, Priority, Registers, ScopeId, Status,
    TaskId, TraceId,
};
pub use panic::take_panic;
use wasm_bindgen::prelude::*;

/// A third of the code of the standard allocator, and constant in time.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The kernel with the registers of the effect that was polled last.
#[wasm_bindgen]
#[derive(Default)]
pub struct Kernel {
    kernel: atelier_kernel::Kernel,
    registers: Registers,
}

/// The inputs, each with the moment `now` at which it happens, in milliseconds. [`Input`] says what each one means.
#[wasm_bindgen]
#[expect(missing_docs, reason = "each input is documented where it is declared")]
impl Kernel {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        panic::remember();
        Self::default()
    }

    /// Returns the task's id.
    ///
    /// # Errors
    ///
    /// The refusal as a plain object. `config` must be plain too: a getter would run inside the kernel.
    #[wasm_bindgen(js_name = defineTask)]
    pub fn define_task(
        &mut self,
        config: &JsValue,
        hardware_concurrency: Option<f64>,
        now: f64,
    ) -> Result<u32, JsValue> {
        let config = Box::new(cold::task_config(config, hardware_concurrency));
        let Answer::Task(defined) = self.input(Input::DefineTask { config }, now) else {
            unexpected()
        };
        defined.map(|TaskId(task)| task).map_err(|refusal| cold::object(&refusal))
    }

    /// Returns the scope's id.
    #[wasm_bindgen(js_name = openScope)]
    pub fn open_scope(&mut self, now: f64) -> u32 {
        let Answer::Scope(ScopeId(scope)) = self.input(Input::OpenScope {}, now) else {
            unexpected()
        };
        scope
    }

    /// Returns whether the scope is forgotten.
    #[wasm_bindgen(js_name = closeScope)]
    pub fn close_scope(&mut self, scope: u32, now: f64) -> bool {
        self.input(Input::CloseScope { scope: ScopeId(scope) }, now) == Answer::Closed(true)
    }

    #[wasm_bindgen(js_name = holdScope)]
    pub fn hold_scope(&mut self, scope: u32, now: f64) {
        self.input(Input::HoldScope { scope: ScopeId(scope) }, now);
    }

    #[wasm_bindgen(js_name = abortScope)]
    pub fn abort_scope(&mut self, scope: u32, now: f64) {
        self.input(Input::AbortScope { scope: ScopeId(scope) }, now);
    }

    #[wasm_bindgen(js_name = clearScope)]
    pub fn clear_scope(&mut self, scope: u32, now: f64) {
        self.input(Input::ClearScope { scope: ScopeId(scope) }, now);
    }

    pub fn prioritize(&mut self, scope: u32, priority: i8, followers: bool, now: f64) {
        let (scope, priority) = (ScopeId(scope), self::priority(priority));
        self.input(Input::Prioritize { scope, priority, followers }, now);
    }

    #[wasm_bindgen(js_name = startWorkers)]
    pub fn start_workers(&mut self, task: u32, now: f64) {
        self.input(Input::StartWorkers { task: TaskId(task) }, now);
    }

    #[wasm_bindgen(js_name = stopWorkers)]
    pub fn stop_workers(&mut self, task: u32, now: f64) {
        self.input(Input::StopWorkers { task: TaskId(task) }, now);
    }

    #[wasm_bindgen(js_name = replaceWorkers)]
    pub fn replace_workers(&mut self, task: u32, now: f64) {
        self.input(Input::ReplaceWorkers { task: TaskId(task) }, now);
    }

    #[wasm_bindgen(js_name = disposeTask)]
    pub fn dispose_task(&mut self, task: u32, now: f64) {
        self.input(Input::DisposeTask { task: TaskId(task) }, now);
    }

    #[wasm_bindgen(js_name = forgetTask)]
    pub fn forget_task(&mut self, task: u32, now: f64) {
        self.input(Input::ForgetTask { task: TaskId(task) }, now);
    }

    #[wasm_bindgen(js_name = watchDrain)]
    pub fn watch_drain(&mut self, task: u32, now: f64) {
        self.input(Input::WatchDrain { task: TaskId(task) }, now);
    }

    /// Returns `{ trace, sampled }`.
    #[wasm_bindgen(js_name = openTrace)]
    pub fn open_trace(&mut self, now: f64) -> JsValue {
        let Answer::Trace { trace: TraceId(trace), sampled } = self.input(Input::OpenTrace {}, now)
        else {
            unexpected()
        };
        cold::object(&cold::OpenedTrace { trace, sampled })
    }

    #[wasm_bindgen(js_name = endTrace)]
    pub fn end_trace(&mut self, trace: u32, status: Option<u32>, error: Option<u32>, now: f64) {
        let (status, error) =
            (status.and_then(Status::numbered), error.and_then(ErrorKind::numbered));
        self.input(Input::EndTrace { trace: TraceId(trace), status, error }, now);
    }

    pub fn observe(&mut self, events: bool, spans: bool, sample_rate: f64, now: f64) {
        let observation = Observation { events, spans, sample_rate };
        self.input(Input::Observe { observation }, now);
    }

    #[wasm_bindgen(js_name = seedSampling)]
    pub fn seed_sampling(&mut self, seed: u32, now: f64) {
        self.input(Input::SeedSampling { seed }, now);
    }

    #[wasm_bindgen(js_name = handleTimeout)]
    pub fn handle_timeout(&mut self, now: f64) {
        self.input(Input::HandleTimeout {}, now);
    }

    #[wasm_bindgen(js_name = limitBusyWorkers)]
    pub fn limit_busy_workers(&mut self, max: f64, now: f64) {
        self.input(Input::LimitBusyWorkers { max }, now);
    }

    #[wasm_bindgen(js_name = beginBatch)]
    pub fn begin_batch(&mut self, now: f64) {
        self.input(Input::BeginBatch {}, now);
    }

    #[wasm_bindgen(js_name = endBatch)]
    pub fn end_batch(&mut self, now: f64) {
        self.input(Input::EndBatch {}, now);
    }
}

/// What the kernel asks for, and questions, which change nothing.
#[wasm_bindgen]
impl Kernel {
    /// Takes the next effect into the registers and returns its kind; 0 if there is none, and then the next deadline is in its
    /// register.
    pub fn poll(&mut self) -> u32 {
        if let Some(effect) = self.kernel.poll_effect() {
            return effect.store(&mut self.registers);
        }
        self.registers.set_deadline(self.kernel.poll_timeout());
        Effect::NONE
    }

    /// The address of the registers: numbers of 64 bits, one for each `Register`. It stays the same for the life of the kernel, even
    /// if its memory grows.
    pub fn registers(&self) -> *const f64 {
        self.registers.numbers().as_ptr()
    }

    /// Workers that are busy, but for those of tasks with the weight 0.
    #[wasm_bindgen(js_name = busyWorkers)]
    pub fn busy_workers(&self) -> u32 {
        self.kernel.busy_workers()
    }

    /// Whether the exact moment matters at which the next call of a task is submitted.
    #[wasm_bindgen(js_name = timesNextCall)]
    pub fn times_next_call(&self, task: u32) -> bool {
        self.kernel.times_next_call(TaskId(task))
    }

    /// Whether the scope is aborted.
    #[wasm_bindgen(js_name = isScopeAborted)]
    pub fn is_scope_aborted(&self, scope: u32) -> bool {
        self.kernel.is_scope_aborted(ScopeId(scope))
    }

    /// Rises whenever something that a snapshot shows has changed.
    pub fn revision(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 changes")]
        let revision = self.kernel.revision() as f64;
        revision
    }

    /// The state of a task as the scheduling part of `WorkerState`; `undefined` if it does not exist.
    pub fn snapshot(&self, task: u32) -> JsValue {
        self.kernel.snapshot(TaskId(task)).map_or(JsValue::UNDEFINED, |state| cold::object(&state))
    }

    /// How many calls of a task have this priority and have not started.
    #[wasm_bindgen(js_name = queuedAt)]
    pub fn queued_at(&self, task: u32, at: i8) -> u32 {
        self.kernel.queued_at(TaskId(task), priority(at))
    }

    /// Whether no call, timer, scope, trace or effect is left.
    #[wasm_bindgen(js_name = isQuiescent)]
    pub fn is_quiescent(&self) -> bool {
        self.kernel.is_quiescent()
    }
}

impl Kernel {
    fn input(&mut self, input: Input, now: f64) -> Answer {
        self.kernel.input(input, Millis::new(now))
    }
}

fn priority(number: i8) -> Priority {
    Priority::new(number).expect("a priority from −8 to 7")
}

fn unexpected() -> ! {
    unreachable!("an input has an answer of its own kind")
}

//! The cold lane: objects in and out, where a call costs microseconds and happens rarely.

use atelier_kernel::{
    ConfigError, Given, Kernel, LastCrash, Millis, Named, TaskConfig, TaskId, TaskSnapshot,
};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A plain object, so that reading it runs nobody's code and neither reading nor writing can fail.
    #[wasm_bindgen(js_name = Object)]
    pub type Plain;

    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Plain;

    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Plain, field: &str) -> JsValue;

    #[wasm_bindgen(method, structural, indexing_setter)]
    fn put(this: &Plain, field: &str, value: &JsValue);
}

impl Plain {
    fn given(&self, field: &str) -> Given {
        let value = self.get(field);
        if value.is_undefined() {
            Given::Nothing
        } else if let Some(number) = value.as_f64() {
            Given::Number(number)
        } else {
            value.as_string().map_or(Given::Other, Given::Text)
        }
    }

    fn with(self, field: &str, value: impl Into<JsValue>) -> Self {
        self.put(field, &value.into());
        self
    }
}

pub(crate) fn define_task(
    kernel: &mut Kernel,
    config: &Plain,
    hardware_concurrency: Option<f64>,
    now: Millis,
) -> Result<u32, JsValue> {
    let parsed = TaskConfig {
        task_type: config.given("type"),
        init: config.given("init"),
        pool_size: config.given("poolSize"),
        timeout_ms: config.given("timeoutMs"),
        crash_policy: config.given("crashPolicy"),
        crash_max_retries: config.given("crashMaxRetries"),
        max_in_flight: config.given("maxInFlight"),
        max_queue_depth: config.given("maxQueueDepth"),
        queue_policy: config.given("queuePolicy"),
        idle_timeout_ms: config.given("idleTimeoutMs"),
        cancel_grace_ms: config.given("cancelGraceMs"),
        start_timeout_ms: config.given("startTimeoutMs"),
        hardware_concurrency,
    };
    kernel.define_task(&parsed, now).map(|TaskId(task)| task).map_err(refusal)
}

fn refusal(ConfigError { field, allowed, out_of_range }: ConfigError) -> JsValue {
    Plain::new()
        .with("field", field)
        .with("allowed", allowed)
        .with("outOfRange", out_of_range)
        .into()
}

pub(crate) fn snapshot(kernel: &Kernel, task: TaskId) -> Option<Plain> {
    kernel.snapshot(task).map(state)
}

/// An array and not the typed one that numbers would become.
fn list(numbers: Vec<u32>) -> Vec<JsValue> {
    numbers.into_iter().map(JsValue::from).collect()
}

/// The fields of `WorkerState`; one that is not there is left out.
fn state(snapshot: TaskSnapshot) -> Plain {
    let mut state = Plain::new()
        .with("type", snapshot.r#type.name())
        .with("init", snapshot.init.name())
        .with("totalWorkers", snapshot.total_workers)
        .with("activeWorkers", snapshot.active_workers)
        .with("workerStatus", snapshot.worker_status.name())
        .with("taskStatus", snapshot.task_status.name())
        .with("totalDispatched", snapshot.total_dispatched)
        .with("queueDepth", snapshot.queue_depth)
        .with("pendingQueueDepth", snapshot.pending_queue_depth)
        .with("waitingQueueDepth", snapshot.waiting_queue_depth)
        .with("maxInFlight", snapshot.max_in_flight)
        .with("maxQueueDepth", snapshot.max_queue_depth)
        .with("queuePolicy", snapshot.queue_policy.name())
        .with("queueDepthByWorker", list(snapshot.queue_depth_by_worker));
    if let Some(LastCrash { ts, worker_index }) = snapshot.last_crash {
        state =
            state.with("lastCrash", Plain::new().with("ts", ts).with("workerIndex", worker_index));
    }
    if let Some(pool_size) = snapshot.pool_size {
        state = state.with("poolSize", pool_size);
    }
    state
}

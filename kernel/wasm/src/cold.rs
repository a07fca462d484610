//! The cold lane: objects in and out, where a call costs microseconds and happens rarely.

use atelier_kernel::{Given, Kernel, Millis, TaskConfig, TaskId};
use js_sys::Reflect;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

pub(crate) fn define_task(
    kernel: &mut Kernel,
    config: &JsValue,
    hardware_concurrency: Option<f64>,
    now: Millis,
) -> Result<u32, JsValue> {
    let field = |name: &str| read(config, name);
    let parsed = TaskConfig {
        task_type: field("type")?,
        init: field("init")?,
        pool_size: field("poolSize")?,
        timeout_ms: field("timeoutMs")?,
        crash_policy: field("crashPolicy")?,
        crash_max_retries: field("crashMaxRetries")?,
        max_in_flight: field("maxInFlight")?,
        max_queue_depth: field("maxQueueDepth")?,
        queue_policy: field("queuePolicy")?,
        idle_timeout_ms: field("idleTimeoutMs")?,
        cancel_grace_ms: field("cancelGraceMs")?,
        start_timeout_ms: field("startTimeoutMs")?,
        hardware_concurrency,
    };
    match kernel.define_task(&parsed, now) {
        Ok(task) => Ok(task.0),
        Err(error) => Err(error.serialize(&Serializer::new())?),
    }
}

pub(crate) fn snapshot(kernel: &Kernel, task: TaskId) -> Result<JsValue, JsValue> {
    match kernel.snapshot(task) {
        Some(snapshot) => snapshot.serialize(&Serializer::new()).map_err(JsValue::from),
        None => Ok(JsValue::UNDEFINED),
    }
}

fn read(config: &JsValue, name: &str) -> Result<Given, JsValue> {
    let value = Reflect::get(config, &JsValue::from_str(name))?;
    Ok(if value.is_undefined() {
        Given::Nothing
    } else if let Some(number) = value.as_f64() {
        Given::Number(number)
    } else {
        value.as_string().map_or(Given::Other, Given::Text)
    })
}

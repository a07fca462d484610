//! The cold lane: objects in and out, where a call costs microseconds and happens rarely.

use atelier_kernel::{RawField, TaskConfig};
use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A trace that was opened.
#[derive(Serialize)]
pub(crate) struct OpenedTrace {
    pub(crate) trace: u32,
    pub(crate) sampled: bool,
}

/// Reads a configuration field by field. A derived `Deserialize` would bring 19 kB of error formatting.
pub(crate) fn task_config(config: &JsValue, hardware_concurrency: Option<f64>) -> TaskConfig {
    TaskConfig::read(hardware_concurrency, |name| {
        Reflect::get(config, &JsValue::from_str(name))
            .map_or(RawField::Other, |value| raw_field(&value))
    })
}

fn raw_field(value: &JsValue) -> RawField {
    if value.is_undefined() {
        RawField::Missing
    } else if let Some(number) = value.as_f64() {
        RawField::Number(number)
    } else {
        value.as_string().map_or(RawField::Other, RawField::Text)
    }
}

/// A plain object with the fields of a value.
pub(crate) fn object(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or(JsValue::UNDEFINED)
}

//! A panic ends the instance; its message outlives it here, where the shell can still ask for it.

use std::sync::{Mutex, Once};
use wasm_bindgen::prelude::*;

static LAST: Mutex<Option<String>> = Mutex::new(None);
static HOOK: Once = Once::new();

/// The message of the last panic of any kernel in this module, if it was not taken yet. Taken once, so that another kernel that fails
/// without a panic (a stack overflow) is not blamed on it.
#[wasm_bindgen(js_name = takePanic)]
pub fn take_panic() -> Option<String> {
    LAST.lock().ok()?.take()
}

/// Remembers the messages of panics from now on. The hook is set once: after a panic it cannot be set again.
pub(crate) fn remember() {
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            if let Ok(mut last) = LAST.lock() {
                *last = Some(String::from(
                    info.payload_as_str().unwrap_or("a panic without a message"),
                ));
            }
        }));
    });
}

//! The inputs about single workers.

use crate::Kernel;
use atelier_kernel::{Epoch, Input, Slot, TaskId};
use wasm_bindgen::prelude::*;

/// What happens to workers.
#[wasm_bindgen]
#[expect(missing_docs, reason = "each input is documented where it is declared")]
impl Kernel {
    #[wasm_bindgen(js_name = workerReady)]
    pub fn worker_ready(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::WorkerReady { task, slot, epoch }, now);
    }

    #[wasm_bindgen(js_name = workerLost)]
    pub fn worker_lost(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::WorkerLost { task, slot, epoch }, now);
    }

    #[wasm_bindgen(js_name = workerGone)]
    pub fn worker_gone(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::WorkerGone { task, slot, epoch }, now);
    }

    #[wasm_bindgen(js_name = workerUnhandled)]
    pub fn worker_unhandled(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::WorkerUnhandled { task, slot, epoch }, now);
    }

    #[wasm_bindgen(js_name = holdWorker)]
    pub fn hold_worker(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::HoldWorker { task, slot, epoch }, now);
    }

    #[wasm_bindgen(js_name = releaseWorker)]
    pub fn release_worker(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::ReleaseWorker { task, slot, epoch }, now);
    }

    #[wasm_bindgen(js_name = retireWorker)]
    pub fn retire_worker(&mut self, task: u32, slot: u32, epoch: u32, now: f64) {
        let (task, slot, epoch) = worker(task, slot, epoch);
        self.input(Input::RetireWorker { task, slot, epoch }, now);
    }
}

fn worker(task: u32, slot: u32, epoch: u32) -> (TaskId, Slot, Epoch) {
    (TaskId(task), Slot(slot), Epoch(epoch))
}

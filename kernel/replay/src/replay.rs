//! What a kernel does with a recording.

use crate::recording::{Recording, Taken};
use atelier_kernel::{Effect, Input, Kernel, Millis};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the kernel did.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The inputs with what was taken after each.
    pub steps: Vec<Replayed>,
    /// Whether the recording was full.
    pub is_full: bool,
    /// The message of the panic that the recording ends with, if it does.
    pub panic: Option<String>,
}

/// An input with what was taken before the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// When it happened, in milliseconds.
    pub now: f64,
    /// The input.
    pub input: Input,
    /// What it asked for.
    pub effects: Vec<Effect>,
}

/// Feeds a recording to a new kernel.
///
/// A kernel that panics ends the replay, as it ended the recording; the hook for panics is called as ever. Where a panic aborts, as in
/// this workspace's release builds, it ends the process.
pub fn replay(recording: &Recording) -> Replay {
    let mut kernel = Kernel::default();
    let mut steps: Vec<Replayed> = Vec::new();
    // Nothing of the kernel is used after a panic.
    let fed = catch_unwind(AssertUnwindSafe(|| {
        for step in &recording.steps {
            take(&mut kernel, step.taken, &mut steps);
            let (now, input) = (step.now, step.input.clone());
            steps.push(Replayed { now, input: input.clone(), effects: Vec::new() });
            kernel.input(input, Millis::new(now));
        }
        take(&mut kernel, recording.taken, &mut steps);
    }));
    let panic = fed.err().map(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned())
    });
    Replay { steps, is_full: recording.is_full, panic }
}

/// Takes effects, which belong to the last step.
fn take(kernel: &mut Kernel, taken: Taken, steps: &mut [Replayed]) {
    let count = match taken {
        Taken::Some(count) => count,
        Taken::All => u64::MAX,
    };
    for _ in 0..count {
        let (Some(effect), Some(step)) = (kernel.poll_effect(), steps.last_mut()) else { return };
        step.effects.push(effect);
    }
}

//! Any bytes are a walk; no walk breaks a law or panics.
//!
//! `cargo +nightly fuzz run walks`, in kernel/. What it finds goes into the corpus, which `cargo test` replays; how its other
//! files are made, tests/corpus.rs says; `RECORD_CORPUS=1 cargo test -p atelier-replay` makes stories of them.
#![no_main]

#[path = "../../tests/audit/mod.rs"]
mod audit;
#[path = "../../tests/walk/mod.rs"]
mod walk;

use audit::Walk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let laws = Walk::from_bytes(bytes).check();
    assert!(laws.breaches().is_empty(), "{:?}", laws.breaches());
});

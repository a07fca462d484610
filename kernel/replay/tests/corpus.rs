//! The walks of the fuzzer's corpus, which take every rare branch of the kernel, replay from their recordings.
//!
//! `RECORD_CORPUS=1 cargo test -p atelier-replay --test corpus` also leaves the recordings in `target/corpus/`, so that
//! `cargo run -p atelier-replay -- target/corpus/NAME` tells what a walk does.

#[path = "../../tests/audit/mod.rs"]
mod audit;
mod recorded;
#[path = "../../tests/walk/mod.rs"]
mod walk;

use atelier_kernel::Effect;
use atelier_replay::{Recording, replay};
use audit::Walk;
use recorded::record;
use std::path::Path;

#[test]
fn every_walk_of_the_corpus_replays_from_its_recording() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = std::fs::read_dir(root.join("fuzz/corpus/walks")).expect("the corpus is committed");
    let recordings = root.join("../target/corpus");
    let mut walks = 0;
    for file in files {
        let file = file.expect("the folder can be read");
        let words = std::fs::read(file.path()).expect("the file can be read");
        let (bytes, given, taken) = record(&Walk::from_bytes(&words));
        let replayed = replay(&Recording::read(&bytes).expect("it was recorded"));
        let effects: Vec<Effect> =
            replayed.steps.iter().flat_map(|step| step.effects.iter().copied()).collect();
        assert_eq!(effects, taken, "{}", file.path().display());
        assert_eq!((replayed.steps.len(), replayed.panic), (given.len(), None));
        walks += 1;
        if std::env::var_os("RECORD_CORPUS").is_some() {
            std::fs::create_dir_all(&recordings).expect("the folder can be made");
            std::fs::write(recordings.join(file.file_name()), &bytes)
                .expect("the file can be written");
        }
    }
    assert!(walks > 20, "{walks} walks are no corpus");
}

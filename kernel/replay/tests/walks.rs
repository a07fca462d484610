//! A recording of a kernel replays to the very effects that were taken from it, and bytes that are no recording are an error.

#[path = "../../tests/audit/mod.rs"]
mod audit;
mod recorded;
#[path = "../../tests/walk/mod.rs"]
mod walk;

use atelier_kernel::{Effect, Input};
use atelier_replay::{Recorder, Recording, RecordingError, Taken, replay};
use audit::Walk;
use proptest::prelude::*;
use recorded::record;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn walks() -> impl Strategy<Value = Walk> {
    let setups = prop::collection::vec(any::<u32>(), 1..=3);
    let words = prop::collection::vec(any::<u32>(), 0..=100);
    (setups, words).prop_map(|(setups, words)| Walk { setups, words })
}

#[test]
fn a_recording_of_a_walk_replays_to_the_very_effects_that_were_taken() {
    proptest!(config(), |(walk in walks())| {
        let (bytes, given, taken) = record(&walk);
        let recording = Recording::read(&bytes).expect("it was recorded");
        prop_assert!(!recording.is_full);
        let read: Vec<(f64, Input)> =
            recording.steps.iter().map(|step| (step.now, step.input.clone())).collect();
        // As texts, in which NaN is NaN.
        prop_assert_eq!(format!("{read:?}"), format!("{given:?}"));
        let replayed = replay(&recording);
        prop_assert_eq!(&replayed.panic, &None);
        let effects: Vec<Effect> =
            replayed.steps.iter().flat_map(|step| step.effects.iter().copied()).collect();
        prop_assert_eq!(effects, taken);
    });
}

#[test]
fn bytes_that_were_changed_or_cut_off_anywhere_are_an_error() {
    proptest!(config(), |(walk in walks(), at in any::<prop::sample::Index>(), change in 1..=255_u8)| {
        let (bytes, ..) = record(&walk);
        let at = at.index(bytes.len());
        prop_assert!(Recording::read(&bytes[..at]).is_err());
        let mut changed = bytes;
        changed[at] ^= change;
        prop_assert!(Recording::read(&changed).is_err());
    });
}

#[test]
fn what_is_no_recording_is_an_error() {
    proptest!(config(), |(bytes in prop::collection::vec(any::<u8>(), 0..100))| {
        prop_assert_eq!(Recording::read(&bytes), Err(RecordingError::NotARecording));
    });
}

#[test]
fn a_recording_of_another_version_is_an_error_that_names_it() {
    let mut bytes = Recorder::default().bytes();
    assert!(Recording::read(&bytes).is_ok_and(|recording| recording.steps.is_empty()));
    bytes[5] = 77;
    let error = Recording::read(&bytes).expect_err("another version");
    assert_eq!(error, RecordingError::Version { theirs: [0, 77, 0] });
    assert!(error.to_string().contains("kernel 0.77.0"));
}

#[test]
fn forged_bytes_are_an_error_or_a_replay_even_if_their_checksum_is_right() {
    let beginning = Recorder::default().bytes();
    let header = beginning.len() - 6; // Without its end and its checksum.
    proptest!(config(), |(content in prop::collection::vec(any::<u8>(), 0..200))| {
        let mut bytes = beginning[..header].to_vec();
        bytes.extend(content);
        let sum = bytes.iter().fold(0x811c_9dc5_u32, |sum, &byte| {
            (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        bytes.extend(sum.to_le_bytes());
        if let Ok(recording) = Recording::read(&bytes) {
            // The kernel may panic, since no shell tells it what is forged here; that is the end of the story.
            let _ = replay(&recording).to_string();
        }
    });
}

#[test]
fn a_recording_of_a_panic_ends_with_it() {
    let mut recorder = Recorder::default();
    recorder.input(&Input::OpenScope {}, 1.5);
    recorder.took(Taken::All);
    recorder.input(&Input::HandleTimeout {}, f64::NAN);
    let replayed = replay(&Recording::read(&recorder.bytes()).expect("it was recorded"));
    assert_eq!(replayed.panic.as_deref(), Some("the clock gave NaN"));
    assert_eq!(
        replayed.to_string(),
        format!(
            "A recording of kernel {}: 2 inputs.\n1.5 open scope\nNaN handle timeout\n  panic: the clock gave NaN\n",
            env!("CARGO_PKG_VERSION")
        )
    );
}

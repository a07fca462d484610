//! Walks with a recorder.

use crate::audit::Walk;
use crate::walk::shell::Shell;
use atelier_kernel::{Effect, Input};
use atelier_replay::{Recorder, Taken};

/// Walks with a recorder; returns the recording, the inputs with their moments, and the effects that were taken.
pub(crate) fn record(walk: &Walk) -> (Vec<u8>, Vec<(f64, Input)>, Vec<Effect>) {
    let mut recorder = Recorder::default();
    let mut given = Vec::new();
    for setup in walk.setups() {
        let define = Input::DefineTask { config: Box::new(setup.config()) };
        recorder.input(&define, 0.0);
        given.push((0.0, define));
    }
    let (mut shell, mut effects) = Shell::new(&walk.setups());
    recorder.took(Taken::All);
    let mut since = 0;
    for step in walk.steps() {
        let happened = shell.step(&step);
        // A step for a task that nobody can call any more tells the kernel nothing.
        if let Some(input) = shell.fed.take() {
            recorder.input(&input, shell.now);
            given.push((shell.now, input));
            since = 0;
        }
        since += u64::try_from(happened.effects.len()).expect("few effects");
        recorder.took(if happened.drained { Taken::All } else { Taken::Some(since) });
        effects.extend(happened.effects);
    }
    (recorder.bytes(), given, effects)
}

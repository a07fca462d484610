//! The audit of a walk: every law of the kernel, checked from the outside after every input.
#![allow(dead_code, reason = "every test target uses its own part")]
#![allow(clippy::wildcard_enum_match_arm, reason = "an observer names what it looks at")]

pub(crate) mod account;
mod effects;
pub(crate) mod laws;
pub(crate) mod rare;
mod sums;

use crate::audit::laws::Laws;
use crate::walk::input::Input;
use crate::walk::scene::Scene;
use crate::walk::setup::Setup;
use crate::walk::shell::Shell;

/// The tasks of a walk and its inputs, as words.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// One word per task.
    pub(crate) setups: Vec<u32>,
    /// One word per input.
    pub(crate) words: Vec<u32>,
}

/// The most tasks of a walk that is decoded from bytes.
const MOST_TASKS: usize = 3;

impl Walk {
    /// Any bytes → a walk: a byte for the number of tasks, then words of four bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let (&first, rest) = bytes.split_first().unwrap_or((&0, &[]));
        let tasks = 1 + usize::from(first) % MOST_TASKS;
        let mut words = rest
            .chunks(4)
            .map(|chunk| chunk.iter().fold(0, |word, &byte| word << 8 | u32::from(byte)));
        let setups = words.by_ref().chain(std::iter::repeat(0)).take(tasks).collect();
        Self { setups, words: words.collect() }
    }

    /// The tasks' configurations.
    pub(crate) fn setups(&self) -> Vec<Setup> {
        self.setups.iter().map(|&word| Setup::from_word(word)).collect()
    }

    /// Walks to the end, disposes of everything, and checks every law on the way. Answers the laws' account.
    pub(crate) fn check(&self) -> Laws {
        let setups = self.setups();
        let (mut shell, effects) = Shell::new(&setups);
        let mut scene = Scene::new(setups.len(), &effects);
        let mut laws = Laws::new(&setups, &effects, &shell);
        for &word in &self.words {
            let input = scene.choose(word, shell.deadline());
            perform(&input, &mut shell, &mut scene, &mut laws);
        }
        for input in scene.ending() {
            perform(&input, &mut shell, &mut scene, &mut laws);
        }
        laws.end(&shell);
        laws
    }

    /// The same inputs, chosen once, so that they can be fed to several kernels.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        let (mut shell, effects) = Shell::new(&self.setups());
        let mut scene = Scene::new(self.setups.len(), &effects);
        let mut inputs: Vec<Input> = Vec::new();
        for &word in &self.words {
            let input = scene.choose(word, shell.deadline());
            scene.note(&input, &shell.turn(&input));
            inputs.push(input);
        }
        for input in scene.ending() {
            shell.turn(&input);
            inputs.push(input);
        }
        inputs
    }
}

fn perform(input: &Input, shell: &mut Shell, scene: &mut Scene, laws: &mut Laws) {
    let effects = shell.turn(input);
    laws.after(input, &effects, shell);
    scene.note(input, &effects);
}

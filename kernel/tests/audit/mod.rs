//! The audit of a walk: every law of the kernel, checked from the outside at every step.
#![allow(dead_code, reason = "every test target uses its own part")]
#![allow(clippy::wildcard_enum_match_arm, reason = "an observer names what it looks at")]

pub(crate) mod account;
mod effects;
pub(crate) mod laws;
pub(crate) mod rare;
mod sums;

use crate::audit::laws::Laws;
use crate::walk::scene::Scene;
use crate::walk::setup::Setup;
use crate::walk::shell::Shell;
use crate::walk::step::Step;

/// The tasks of a walk and its steps, as words.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// One word per task.
    pub(crate) setups: Vec<u32>,
    /// One word per step.
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

    /// The bytes that are decoded to this walk.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let tasks = u8::try_from(self.setups.len() - 1).expect("a walk has few tasks");
        let words = self.setups.iter().chain(&self.words);
        std::iter::once(tasks).chain(words.flat_map(|word| word.to_be_bytes())).collect()
    }

    /// The tasks' configurations.
    pub(crate) fn setups(&self) -> Vec<Setup> {
        self.setups.iter().map(|&word| Setup::from_word(word)).collect()
    }

    /// Walks to the end, replies to everything, disposes everything, and checks every law on the way. Returns the auditor.
    pub(crate) fn check(&self) -> Laws {
        let setups = self.setups();
        let (mut shell, effects) = Shell::new(&setups);
        let mut scene = Scene::new(setups.len(), &effects);
        let mut laws = Laws::new(&setups, &effects, &shell);
        for &word in &self.words {
            let step = scene.choose(word, shell.deadline());
            perform(&step, &mut shell, &mut scene, &mut laws);
        }
        if self.replies_to_everything() {
            while let Some(step) = scene.replies().first() {
                perform(step, &mut shell, &mut scene, &mut laws);
            }
            laws.replied();
        }
        for step in scene.ending() {
            perform(&step, &mut shell, &mut scene, &mut laws);
        }
        laws.end(&shell);
        laws
    }

    /// Every other walk does, before its end; the others end while calls are open.
    fn replies_to_everything(&self) -> bool {
        self.words.first().is_some_and(|word| word % 2 == 0)
    }

    /// The same steps, chosen once, so that they can be fed to several kernels.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let (mut shell, effects) = Shell::new(&self.setups());
        let mut scene = Scene::new(self.setups.len(), &effects);
        let mut steps: Vec<Step> = Vec::new();
        for &word in &self.words {
            let step = scene.choose(word, shell.deadline());
            scene.note(&step, &shell.step(&step));
            steps.push(step);
        }
        for step in scene.ending() {
            shell.step(&step);
            steps.push(step);
        }
        steps
    }
}

fn perform(step: &Step, shell: &mut Shell, scene: &mut Scene, laws: &mut Laws) {
    let happened = shell.step(step);
    laws.after(step, &happened, shell);
    scene.note(step, &happened);
}

//! The committed corpus of the fuzz target, replayed through the same audit.
//!
//! `REGENERATE_CORPUS=1 cargo test -p atelier-kernel --test corpus` writes it anew: for each rare branch the shortest walk that it
//! finds. What the fuzzer finds is added by hand, under a name that says what it shows.

mod audit;
mod walk;

use audit::Walk;
use audit::rare::{BRANCHES, Rare};
use std::path::{Path, PathBuf};

/// Words of a walk that is searched for a branch.
const WORDS: usize = 200;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/walks")
}

/// The files of the corpus, in order.
fn corpus() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).expect("the corpus is committed");
    let mut files: Vec<PathBuf> =
        files.map(|file| file.expect("the folder can be read").path()).collect();
    files.sort();
    files
}

#[test]
fn no_walk_of_the_corpus_breaks_a_law_and_together_they_take_every_rare_branch() {
    if std::env::var_os("REGENERATE_CORPUS").is_some() {
        regenerate();
    }
    let mut rare = Rare::default();
    for file in corpus() {
        let bytes = std::fs::read(&file).expect("the file can be read");
        let laws = Walk::from_bytes(&bytes).check();
        assert!(laws.breaches().is_empty(), "{}: {:?}", file.display(), laws.breaches());
        rare.add(&laws.rare);
    }
    assert_eq!(rare.missing(), [""; 0], "branches that no walk of the corpus takes");
}

/// Writes one short walk per branch.
fn regenerate() {
    let mut random = 1;
    let mut next = || {
        // The constants of Knuth's MMIX generator; the upper half of each number is good.
        random = u64::wrapping_mul(random, 6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from(random >> 32).expect("half a number")
    };
    let mut missing = BRANCHES.to_vec();
    while !missing.is_empty() {
        let tasks = next() as usize % 3 + 1;
        let setups = (0..tasks).map(|_| next()).collect();
        let walk = Walk { setups, words: (0..WORDS).map(|_| next()).collect() };
        let rare = walk.check().rare;
        let (taken, left) = missing.into_iter().partition(|&branch| rare.took(branch));
        missing = left;
        let taken: Vec<&str> = taken;
        for branch in taken {
            let name = branch.replace(' ', "-").replace('\'', "");
            let short = shortened(walk.clone(), branch);
            std::fs::write(folder().join(name), short.to_bytes()).expect("the file can be written");
        }
    }
}

/// Leaves out what the walk can do without and still take the branch.
fn shortened(mut walk: Walk, branch: &str) -> Walk {
    let mut length = walk.words.len();
    while length > 0 {
        let mut at = 0;
        while at < walk.words.len() {
            let end = (at + length).min(walk.words.len());
            let mut shorter = walk.clone();
            shorter.words.drain(at..end);
            if shorter.check().rare.took(branch) {
                walk = shorter;
            } else {
                at = end;
            }
        }
        length /= 2;
    }
    walk
}

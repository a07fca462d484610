//! The committed corpus of the fuzz target, replayed through the same audit.

mod audit;
mod walk;

use audit::Walk;
use audit::rare::Rare;
use std::path::{Path, PathBuf};

/// The files of the corpus, in order.
fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/walks");
    let files = std::fs::read_dir(&folder).expect("the corpus is committed");
    let mut files: Vec<PathBuf> =
        files.map(|file| file.expect("the folder can be read").path()).collect();
    files.sort();
    files
}

#[test]
fn no_walk_of_the_corpus_breaks_a_law_and_together_they_take_every_rare_branch() {
    let mut rare = Rare::default();
    for file in corpus() {
        let bytes = std::fs::read(&file).expect("the file can be read");
        let laws = Walk::from_bytes(&bytes).check();
        assert!(laws.breaches().is_empty(), "{}: {:?}", file.display(), laws.breaches());
        rare.add(&laws.rare);
    }
    assert_eq!(rare.missing(), [""; 0], "branches that no walk of the corpus takes");
}

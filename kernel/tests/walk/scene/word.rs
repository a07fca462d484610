//! Words: the numbers that a walk is made of.

/// The parts of a word: what kind of step it is, and numbers to choose by.
#[derive(Clone, Copy)]
pub(super) struct Word {
    /// 0 to 63.
    pub(super) kind: u32,
    /// 0 to 31.
    pub(super) task: usize,
    /// 0 to 255.
    pub(super) b: usize,
    /// 0 to 255.
    pub(super) c: usize,
    /// 0 to 31.
    pub(super) take: usize,
}

impl Word {
    pub(super) fn new(word: u32) -> Self {
        let part = |at: u32, bits: u32| ((word >> at) & ((1 << bits) - 1)) as usize;
        Self {
            kind: word % 64,
            task: part(6, 5),
            b: part(11, 8),
            c: part(19, 8),
            take: part(27, 5),
        }
    }
}

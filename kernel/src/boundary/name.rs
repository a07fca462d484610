//! Enums whose variants users read and write as words.

/// An enum whose variants have names in the API.
pub trait Named: Copy + PartialEq + 'static {
    /// Every variant with its name.
    const NAMES: &'static [(Self, &'static str)];

    /// The variant's name.
    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|&&(variant, _)| variant == self).map_or("", |&(_, name)| name)
    }

    /// The variant of that name.
    fn named(text: &str) -> Option<Self> {
        Self::NAMES.iter().find(|&&(_, name)| name == text).map(|&(variant, _)| variant)
    }
}

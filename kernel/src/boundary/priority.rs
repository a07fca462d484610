//! The priority of a call.

use crate::boundary::field::{Field, Part, Registers};
use crate::boundary::numbers::Numbers;

/// How many priorities there are.
pub(crate) const LEVELS: usize = 16;

/// The lowest priority.
const LOWEST: i8 = -8;

/// From −8 to 7; higher starts first. The default is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Priority(i8);

impl Priority {
    /// `None` if it is out of range.
    pub fn new(priority: i8) -> Option<Self> {
        (LOWEST..=7).contains(&priority).then_some(Self(priority))
    }

    /// The number.
    pub fn get(self) -> i8 {
        self.0
    }

    /// Counts from 0, the lowest.
    pub(crate) fn level(self) -> usize {
        usize::from((self.0 - LOWEST).unsigned_abs())
    }

    /// The priority of a level from 0 to 15.
    pub(crate) fn from_level(level: u32) -> Self {
        Self(i8::try_from(level).map_or(7, |level| level + LOWEST))
    }
}

impl Numbers for Priority {
    fn write(&self, numbers: &mut Vec<f64>) {
        numbers.push(f64::from(self.0));
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        let number = *numbers.first()?;
        #[expect(clippy::cast_possible_truncation, reason = "compared with it")]
        let whole = number as i8;
        if f64::from(whole) == number { Self::new(whole) } else { None }
    }
}

impl Field for Priority {
    const PARTS: &'static [Part] = &[Part { register: None, ts: "number", optional: false }];

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, f64::from(self.0));
    }
}

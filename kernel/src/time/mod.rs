//! Time as the shell reports it: milliseconds on a monotonic clock.

pub(crate) mod timers;

use crate::boundary::field::{Field, Part, Registers};
use std::cmp::Ordering;

/// A moment, in milliseconds since an origin that only the shell knows. Totally ordered; never a NaN.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Millis(f64);

impl Millis {
    /// # Panics
    ///
    /// When `ms` is NaN: a clock that gives no number is a fault of the shell and cannot be ordered.
    pub fn new(ms: f64) -> Self {
        assert!(!ms.is_nan(), "the clock gave NaN");
        Self(ms)
    }

    /// Milliseconds since the origin.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The first moment from which [`Millis::since`] this one is `delay` milliseconds or more.
    ///
    /// A sum that was rounded down would come due while whoever reads the same clock still counts a little less.
    #[must_use]
    pub fn after(self, delay: f64) -> Self {
        let sum = Self::new(self.0 + delay);
        if sum.since(self) < delay { Self::new(sum.0.next_up()) } else { sum }
    }

    /// Milliseconds from `earlier` to this moment.
    pub fn since(self, earlier: Self) -> f64 {
        self.0 - earlier.0
    }
}

impl Ord for Millis {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Millis {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Millis {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Millis {}

impl Field for Millis {
    const PARTS: &'static [Part] = <f64 as Field>::PARTS;

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ordered_and_differences_are_milliseconds() {
        let start = Millis::new(10.5);
        let later = start.after(4.0);
        assert!(start < later);
        assert!((later.since(start) - 4.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_delay_is_never_shorter_than_whoever_reads_the_clock_can_measure() {
        for tenths in 0..100_000 {
            let start = Millis::new(f64::from(tenths) * 0.1);
            for delay in [0.1, 0.25, 50.0, 100.0, 1_000.3] {
                let end = start.after(delay);
                assert!(end.since(start) >= delay, "{start:?} + {delay}");
                assert!(end.since(start) - delay < 1e-6, "{start:?} + {delay}");
            }
        }
    }

    #[test]
    fn a_delay_without_end_ends_never() {
        assert!(Millis::new(5.0).after(f64::INFINITY).get() > f64::MAX);
    }

    #[test]
    #[should_panic(expected = "the clock gave NaN")]
    fn a_clock_without_a_number_is_a_fault() {
        Millis::new(f64::NAN);
    }
}

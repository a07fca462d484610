//! What the shell wants reported beyond what its work needs.

use crate::boundary::numbers::Numbers;

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Observation {
    /// Emit counters, gauges and histograms.
    pub events: bool,
    /// Emit the spans of sampled calls and the traces.
    pub spans: bool,
    /// The part of traces, and of calls without one, that is sampled: clamped to 0…1; NaN is 1.
    pub sample_rate: f64,
}

/// Who decides whether a call's span is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Sampling {
    /// The call has no trace: its own number decides.
    Root,
    /// The trace decided when it was opened.
    Traced {
        /// What the trace decided.
        sampled: bool,
    },
}

impl Numbers for Observation {
    const NAMES: &'static [&'static str] = &["events", "spans", "sample_rate"];

    fn write(&self, numbers: &mut Vec<f64>) {
        self.events.write(numbers);
        self.spans.write(numbers);
        self.sample_rate.write(numbers);
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        let [events, spans, sample_rate] = *numbers else { return None };
        Some(Self { events: bool::read(&[events])?, spans: bool::read(&[spans])?, sample_rate })
    }
}

impl Numbers for Sampling {
    fn write(&self, numbers: &mut Vec<f64>) {
        let traced = match *self {
            Self::Root => None,
            Self::Traced { sampled } => Some(sampled),
        };
        traced.write(numbers);
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        let traced: Option<bool> = Numbers::read(numbers)?;
        Some(traced.map_or(Self::Root, |sampled| Self::Traced { sampled }))
    }
}

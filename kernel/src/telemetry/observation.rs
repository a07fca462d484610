//! What the shell wants reported beyond what its work needs.

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

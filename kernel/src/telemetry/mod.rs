//! What is reported about calls and traces, and which of them are sampled.

pub(crate) mod metric;
pub(crate) mod observation;
pub(crate) mod sampling;
pub(crate) mod span;
pub(crate) mod trace;

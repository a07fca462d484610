//! Traces: opened once, ended once, sampled when opened.

use crate::boundary::id::TraceId;
use crate::collections::sequence_map::SequenceMap;
use crate::telemetry::observation::Observation;
use crate::telemetry::sampling::sampled;
use crate::time::Millis;

/// An open trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trace {
    pub(crate) started: Millis,
    pub(crate) sampled: bool,
}

/// The traces that have not ended.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    open: SequenceMap<Trace>,
}

/// Keeps the ids of traces and of calls apart when they are hashed: no task has this number.
const TRACE_DOMAIN: u64 = 0xffff_ffff << 32;

impl Traces {
    /// Opens a trace; returns its id and whether it is sampled.
    pub(crate) fn open(
        &mut self,
        observation: Observation,
        seed: u32,
        now: Millis,
    ) -> (TraceId, bool) {
        let id = TraceId(self.open.next());
        let sampled = observation.spans
            && sampled(seed, TRACE_DOMAIN | u64::from(id.0), observation.sample_rate);
        self.open.insert(Trace { started: now, sampled });
        (id, sampled)
    }

    /// Ends a trace. `None` when it has ended before.
    pub(crate) fn end(&mut self, id: TraceId) -> Option<Trace> {
        self.open.remove(id.0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.open.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Observation = Observation { events: false, spans: true, sample_rate: 1.0 };

    #[test]
    fn a_trace_ends_once() {
        let mut traces = Traces::default();
        let (id, sampled) = traces.open(ALL, 0, Millis::new(3.0));
        assert!(sampled);
        assert_eq!(traces.end(id), Some(Trace { started: Millis::new(3.0), sampled: true }));
        assert_eq!(traces.end(id), None);
        assert!(traces.is_empty());
    }

    #[test]
    fn nothing_is_sampled_while_spans_are_off() {
        let mut traces = Traces::default();
        let (_, sampled) = traces.open(Observation { spans: false, ..ALL }, 0, Millis::new(0.0));
        assert!(!sampled);
    }
}

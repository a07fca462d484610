//! One user invocation, the phases it goes through, and the table of a task's open calls.
//!
//! ```text
//! waiting ──► pending ──► in flight ◄──► resting
//!    └───────────┬───────────┤              ├ reply, crash: (settled)
//!             (settled)      │              └ abort: abandoned
//!                            ├ reply: (settled)
//!                            ├ crash, stop: back to pending
//!                            └ abort: abandoned ──► (forgotten)
//! ```
//!
//! A call in flight counts on its worker, and so does an abandoned one. A resting one, which is a stream whose loop is busy, does not.
//!
//! A settled call leaves the table, except an abandoned one: its caller has an answer, but it stays on its worker until the
//! worker replies or is replaced.

use crate::boundary::id::{Attempt, CallSeq, Slot};
use crate::boundary::priority::Priority;
use crate::collections::sequence_map::SequenceMap;
use crate::collections::slab::NIL;
use crate::telemetry::span::Span;
use crate::time::Millis;

/// Where a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Not accepted: the caller waits for room.
    Waiting,
    /// Accepted, not started.
    Pending,
    /// On a worker.
    InFlight(Slot),
    /// A stream that stays on its worker while its loop is busy. It has begun.
    Resting(Slot),
    /// Settled for its caller, still on a worker.
    Abandoned(Slot),
}

impl Phase {
    /// The slot of the call's worker, if it is on one.
    pub(crate) fn slot(self) -> Option<Slot> {
        match self {
            Self::InFlight(slot) | Self::Resting(slot) | Self::Abandoned(slot) => Some(slot),
            Self::Waiting | Self::Pending => None,
        }
    }
}

/// Whether a call that was sent can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resend {
    Possible,
    /// The arguments of the running attempt were moved.
    Moved,
    /// An item of its stream has arrived.
    Begun,
}

/// Limits of time that only some calls have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timing {
    /// When a timeout of the call's own ends.
    pub(crate) deadline: Option<Millis>,
    pub(crate) item_wait: Option<ItemWait>,
}

/// How long the loop of a stream may wait for an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemWait {
    pub(crate) timeout: f64,
    /// When the wait began.
    pub(crate) since: Millis,
    /// The deadline that is set, while the call is in flight. Items that have arrived since it was set may have moved the end of the wait
    /// behind it.
    pub(crate) deadline: Option<Millis>,
}

/// An open or abandoned call. It is kept small: a queue may hold a hundred thousand.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) seq: CallSeq,
    pub(crate) phase: Phase,
    /// When the phase began.
    pub(crate) since: Millis,
    /// When the method was called.
    pub(crate) started: Millis,
    /// How often the call was dispatched.
    pub(crate) attempts: u32,
    /// The rest of its timing record, if that will be reported.
    pub(crate) span: Option<Box<Span>>,
    /// Attempts that ended with the crash of their worker.
    pub(crate) crashes: u32,
    /// The last attempt whose `Dispatch` the shell has taken: until then nothing is sent. 0 for none.
    pub(crate) sent: Attempt,
    pub(crate) resend: Resend,
    pub(crate) priority: Priority,
    /// Its priority follows that of its signal.
    pub(crate) follows_signal: bool,
    /// The call has a timeout of its own, or none where its task has one.
    pub(crate) own_timeout: bool,
    /// Limits of time that only some calls have.
    pub(crate) timing: Option<Box<Timing>>,
    /// Where the call is registered with the scopes of its key, its signal and its `latest` word; `NIL` for none.
    pub(crate) links: [u32; 3],
    pub(super) prev: u32,
    pub(super) next: u32,
}

impl Call {
    /// The number of the attempt that runs or ran last.
    pub(crate) fn attempt(&self) -> Attempt {
        Attempt(self.attempts)
    }

    /// Whether that attempt was sent.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent == self.attempt()
    }
}

/// A task's open and abandoned calls, found by number or by index.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    table: SequenceMap<Call>,
}

impl Calls {
    /// Opens the next call in [`Phase::Waiting`], in no list; returns its index.
    pub(crate) fn open(&mut self, now: Millis, sampled: bool) -> u32 {
        self.table.insert(Call {
            seq: self.next(),
            phase: Phase::Waiting,
            since: now,
            started: now,
            attempts: 0,
            span: sampled.then(Box::default),
            crashes: 0,
            sent: Attempt(0),
            resend: Resend::Possible,
            priority: Priority::default(),
            follows_signal: false,
            own_timeout: false,
            timing: None,
            links: [NIL; 3],
            prev: NIL,
            next: NIL,
        })
    }

    /// The number that the next call will have.
    pub(crate) fn next(&self) -> CallSeq {
        CallSeq(self.table.next())
    }

    /// The index of an open or abandoned call.
    pub(crate) fn find(&self, seq: CallSeq) -> Option<u32> {
        self.table.find(seq.0)
    }

    /// Forgets a call that is in no list.
    pub(crate) fn close(&mut self, index: u32) {
        self.table.remove(self.table[index].seq.0);
    }

    /// The index of the first call after the one with this number that is not settled and has no
    /// timeout of its own.
    pub(crate) fn timed_after(&self, seq: CallSeq) -> Option<u32> {
        let mut number = seq.next();
        while number != self.next() {
            if let Some(index) = self.find(number)
                && !matches!(self.table[index].phase, Phase::Abandoned(_))
                && !self.table[index].own_timeout
            {
                return Some(index);
            }
            number = number.next();
        }
        None
    }

    /// The index of the call behind this one in the list that both are in.
    pub(crate) fn after(&self, index: u32) -> Option<u32> {
        Some(self.table[index].next).filter(|&next| next != NIL)
    }

    /// Open and abandoned calls.
    pub(crate) fn len(&self) -> u32 {
        self.table.len()
    }
}

impl std::ops::Index<u32> for Calls {
    type Output = Call;

    fn index(&self, index: u32) -> &Call {
        &self.table[index]
    }
}

impl std::ops::IndexMut<u32> for Calls {
    fn index_mut(&mut self, index: u32) -> &mut Call {
        &mut self.table[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_call_is_not_found_and_its_number_is_not_given_again() {
        let mut calls = Calls::default();
        let [a, ..] = [0, 1, 2].map(|_| calls.open(Millis::new(0.0), false));
        let seq = calls[a].seq;
        calls.close(a);
        assert_eq!((calls.find(seq), calls.len(), calls.next()), (None, 2, CallSeq(3)));
        let again = calls.open(Millis::new(1.0), false);
        assert_eq!((again, calls[again].seq), (a, CallSeq(3)));
    }
}

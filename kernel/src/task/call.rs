//! One user invocation, the phases it goes through, and the table of a task's open calls.
//!
//! ```text
//! waiting ──► pending ──► in flight ──► (settled)
//!    └───────────┬───────────┤ crash, stop: back to pending
//!             (settled)      └ abort: abandoned ──► (forgotten)
//! ```
//!
//! A settled call leaves the table, except an abandoned one: its caller has its answer, but it holds its place on
//! the worker until the worker answers or is replaced.

use crate::boundary::id::{Attempt, CallSeq, Slot};
use crate::collections::sequence_map::Table;
use crate::collections::slab::NIL;
use crate::telemetry::span::Span;
use crate::time::Millis;

/// Where a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The caller is held back; the call is not accepted.
    Waiting,
    /// Accepted, not started.
    Pending,
    /// On a worker.
    InFlight(Slot),
    /// Settled for its caller, still on a worker.
    Abandoned(Slot),
}

impl Phase {
    /// The call's place, if it has one.
    pub(crate) fn slot(self) -> Option<Slot> {
        match self {
            Self::InFlight(slot) | Self::Abandoned(slot) => Some(slot),
            Self::Waiting | Self::Pending => None,
        }
    }
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
    /// How often the call was sent to a worker.
    pub(crate) attempts: u32,
    /// The rest of its account, if that will be told.
    pub(crate) span: Option<Box<Span>>,
    /// Attempts that ended with the crash of their worker.
    pub(crate) crashes: u32,
    /// The arguments of the running attempt were moved and cannot be sent again.
    pub(crate) moved: bool,
    /// The links that tie the call to its key and its signal; `NIL` where there is none.
    pub(crate) links: [u32; 2],
    prev: u32,
    next: u32,
}

impl Call {
    /// The number of the attempt that runs or ran last.
    pub(crate) fn attempt(&self) -> Attempt {
        Attempt(self.attempts)
    }
}

/// A task's open and abandoned calls, found by number or by index.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    table: Table<Call>,
}

impl Calls {
    /// Opens a call in [`Phase::Waiting`], in no list; answers its index.
    pub(crate) fn open(&mut self, now: Millis, sampled: bool) -> u32 {
        self.table.insert(Call {
            seq: self.next(),
            phase: Phase::Waiting,
            since: now,
            started: now,
            attempts: 0,
            span: sampled.then(Box::default),
            crashes: 0,
            moved: false,
            links: [NIL; 2],
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

    /// The index of the first call after the one with this number whose caller has no answer.
    pub(crate) fn unanswered_after(&self, seq: CallSeq) -> Option<u32> {
        let mut number = seq.0.wrapping_add(1);
        while number != self.table.next() {
            if let Some(index) = self.table.find(number)
                && !matches!(self.table[index].phase, Phase::Abandoned(_))
            {
                return Some(index);
            }
            number = number.wrapping_add(1);
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

/// A list of calls, threaded through the calls themselves: O(1) at both ends and for removal from the middle.
/// A call is in at most one list.
#[derive(Debug)]
pub(crate) struct CallList {
    head: u32,
    tail: u32,
    len: u32,
}

impl Default for CallList {
    fn default() -> Self {
        Self { head: NIL, tail: NIL, len: 0 }
    }
}

impl CallList {
    pub(crate) fn push_back(&mut self, calls: &mut Calls, index: u32) {
        self.insert_before(calls, NIL, index);
    }

    /// Inserts a call before another one of this list, or at the end before `NIL`.
    pub(crate) fn insert_before(&mut self, calls: &mut Calls, next: u32, index: u32) {
        let prev = if next == NIL { self.tail } else { calls[next].prev };
        (calls[index].prev, calls[index].next) = (prev, next);
        *self.forward(calls, prev) = index;
        *self.backward(calls, next) = index;
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, calls: &mut Calls, index: u32) {
        let (prev, next) = (calls[index].prev, calls[index].next);
        *self.forward(calls, prev) = next;
        *self.backward(calls, next) = prev;
        self.len -= 1;
    }

    pub(crate) fn first(&self) -> Option<u32> {
        (self.head != NIL).then_some(self.head)
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// The indices from head to tail.
    pub(crate) fn iter<'a>(&self, calls: &'a Calls) -> impl Iterator<Item = u32> + use<'a> {
        std::iter::successors(self.first(), |&index| calls.after(index))
    }

    /// The place that names what follows `prev`.
    fn forward<'a>(&'a mut self, calls: &'a mut Calls, prev: u32) -> &'a mut u32 {
        if prev == NIL { &mut self.head } else { &mut calls[prev].next }
    }

    /// The place that names what precedes `next`.
    fn backward<'a>(&'a mut self, calls: &'a mut Calls, next: u32) -> &'a mut u32 {
        if next == NIL { &mut self.tail } else { &mut calls[next].prev }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> (Calls, CallList, [u32; 3]) {
        let mut calls = Calls::default();
        let mut list = CallList::default();
        let indices = [0, 1, 2].map(|_| {
            let index = calls.open(Millis::new(0.0), false);
            list.push_back(&mut calls, index);
            index
        });
        (calls, list, indices)
    }

    #[test]
    fn a_list_keeps_its_order_when_its_middle_and_ends_are_removed() {
        let (mut calls, mut list, [a, b, c]) = three();
        list.remove(&mut calls, b);
        assert_eq!(list.iter(&calls).collect::<Vec<_>>(), [a, c]);
        list.remove(&mut calls, a);
        assert_eq!((list.first(), list.len()), (Some(c), 1));
        list.remove(&mut calls, c);
        assert_eq!((list.first(), list.len()), (None, 0));
        list.push_back(&mut calls, b);
        assert_eq!(list.iter(&calls).collect::<Vec<_>>(), [b]);
    }

    #[test]
    fn a_call_can_be_inserted_before_any_other() {
        let (mut calls, mut list, [a, b, c]) = three();
        list.remove(&mut calls, c);
        list.insert_before(&mut calls, a, c);
        assert_eq!(list.iter(&calls).collect::<Vec<_>>(), [c, a, b]);
        list.remove(&mut calls, c);
        list.insert_before(&mut calls, b, c);
        assert_eq!(list.iter(&calls).collect::<Vec<_>>(), [a, c, b]);
    }

    #[test]
    fn a_closed_call_is_not_found_and_its_number_is_not_given_again() {
        let (mut calls, mut list, [a, ..]) = three();
        let seq = calls[a].seq;
        list.remove(&mut calls, a);
        calls.close(a);
        assert_eq!((calls.find(seq), calls.len(), calls.next()), (None, 2, CallSeq(3)));
        let again = calls.open(Millis::new(1.0), false);
        assert_eq!((again, calls[again].seq), (a, CallSeq(3)));
    }
}

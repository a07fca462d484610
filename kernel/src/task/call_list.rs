//! A list of calls, threaded through the calls themselves.

use crate::collections::slab::NIL;
use crate::task::call::Calls;

/// O(1) at both ends and for removal from the middle.
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

    pub(crate) fn last(&self) -> Option<u32> {
        (self.tail != NIL).then_some(self.tail)
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
    use crate::time::Millis;

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
}

//! Cancellation scopes: which are aborted, and which calls hang on each.
//!
//! A scope is a key of the user's or one `AbortSignal`; the kernel does not tell them apart. A call may hang on one of
//! each. Aborting a scope walks only the calls that hang on it.

use crate::boundary::effect::{Effect, Outbox};
use crate::boundary::id::{CallSeq, KeyId, TaskId};
use crate::collections::slab::{NIL, Slab};

#[derive(Debug)]
struct Scope {
    aborted: bool,
    /// A signal was handed out for it.
    held: bool,
    /// The shell has been offered to forget it and has not answered.
    released: bool,
    head: u32,
    tail: u32,
}

impl Scope {
    fn is_unused(&self) -> bool {
        self.head == NIL && !self.aborted && !self.held
    }
}

#[derive(Debug)]
struct Link {
    key: u32,
    task: TaskId,
    call: CallSeq,
    prev: u32,
    next: u32,
}

/// Every open scope of a kernel. A scope that nobody aborted, holds or hangs on is offered for release.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    scopes: Slab<Scope>,
    links: Slab<Link>,
}

impl Keys {
    pub(crate) fn open(&mut self) -> KeyId {
        let scope = Scope { aborted: false, held: false, released: false, head: NIL, tail: NIL };
        KeyId(self.scopes.insert(scope))
    }

    /// Forgets a scope if nothing needs it. Answers whether it is forgotten.
    pub(crate) fn close(&mut self, key: KeyId) -> bool {
        let Some(scope) = self.scopes.get_mut(key.0) else { return false };
        scope.released = false;
        let unused = scope.is_unused();
        if unused {
            self.scopes.remove(key.0);
        }
        unused
    }

    /// A signal was handed out: the scope stays until it is cleared.
    pub(crate) fn hold(&mut self, key: KeyId) {
        if let Some(scope) = self.scopes.get_mut(key.0) {
            scope.held = true;
        }
    }

    /// Marks a scope as aborted. Answers `false` when it was already, or is not open.
    pub(crate) fn abort(&mut self, key: KeyId, outbox: &mut Outbox) -> bool {
        match self.scopes.get_mut(key.0) {
            Some(scope) if !scope.aborted => {
                scope.aborted = true;
                if scope.held {
                    outbox.push(Effect::AbortSignal { key });
                }
                true
            }
            Some(_) | None => false,
        }
    }

    /// Forgets that a scope was aborted and that its signal was handed out. Calls stay tied to it.
    pub(crate) fn clear(&mut self, key: KeyId, outbox: &mut Outbox) {
        if let Some(scope) = self.scopes.get_mut(key.0) {
            (scope.aborted, scope.held) = (false, false);
            self.offer_release(key.0, outbox);
        }
    }

    pub(crate) fn is_aborted(&self, key: KeyId) -> bool {
        self.scopes.get(key.0).is_some_and(|scope| scope.aborted)
    }

    /// The call that has hung on the scope for longest.
    pub(crate) fn first(&self, key: KeyId) -> Option<(TaskId, CallSeq)> {
        let link = self.links.get(self.scopes.get(key.0)?.head)?;
        Some((link.task, link.call))
    }

    /// Ties a call to a scope; answers the link, or `NIL` when the scope is not open.
    pub(crate) fn link(&mut self, key: KeyId, task: TaskId, call: CallSeq) -> u32 {
        let Some(scope) = self.scopes.get_mut(key.0) else { return NIL };
        let prev = scope.tail;
        let index = self.links.insert(Link { key: key.0, task, call, prev, next: NIL });
        scope.tail = index;
        match self.links.get_mut(prev) {
            Some(link) => link.next = index,
            None => scope.head = index,
        }
        index
    }

    /// Unties a call. A no-op for `NIL`.
    pub(crate) fn unlink(&mut self, index: u32, outbox: &mut Outbox) {
        let Some(link) = self.links.remove(index) else { return };
        match self.links.get_mut(link.prev) {
            Some(prev) => prev.next = link.next,
            None => self.scopes[link.key].head = link.next,
        }
        match self.links.get_mut(link.next) {
            Some(next) => next.prev = link.prev,
            None => self.scopes[link.key].tail = link.prev,
        }
        self.offer_release(link.key, outbox);
    }

    /// Open scopes and links.
    pub(crate) fn len(&self) -> (u32, u32) {
        (self.scopes.len(), self.links.len())
    }

    fn offer_release(&mut self, key: u32, outbox: &mut Outbox) {
        let scope = &mut self.scopes[key];
        if scope.is_unused() && !scope.released {
            scope.released = true;
            outbox.push(Effect::ReleaseKey { key: KeyId(key) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: TaskId = TaskId(0);

    #[test]
    fn a_scope_keeps_its_calls_in_order_while_some_leave() {
        let (mut keys, mut outbox) = (Keys::default(), Outbox::default());
        let key = keys.open();
        let [a, b, c] = [0, 1, 2].map(|n| keys.link(key, TASK, CallSeq(n)));
        keys.unlink(b, &mut outbox);
        assert_eq!(keys.first(key), Some((TASK, CallSeq(0))));
        keys.unlink(a, &mut outbox);
        assert_eq!(keys.first(key), Some((TASK, CallSeq(2))));
        assert_eq!(outbox.pop(), None);
        keys.unlink(c, &mut outbox);
        assert_eq!(outbox.pop(), Some(Effect::ReleaseKey { key }));
    }

    #[test]
    fn a_release_is_offered_once_and_taken_back_by_new_use() {
        let (mut keys, mut outbox) = (Keys::default(), Outbox::default());
        let key = keys.open();
        for n in 0..2 {
            let link = keys.link(key, TASK, CallSeq(n));
            keys.unlink(link, &mut outbox);
        }
        assert_eq!((outbox.pop(), outbox.pop()), (Some(Effect::ReleaseKey { key }), None));
        let link = keys.link(key, TASK, CallSeq(2));
        assert!(!keys.close(key), "a call hangs on it again");
        keys.unlink(link, &mut outbox);
        assert_eq!(outbox.pop(), Some(Effect::ReleaseKey { key }));
        assert!(keys.close(key));
        assert_eq!(keys.len(), (0, 0));
    }

    #[test]
    fn an_aborted_scope_stays_aborted_until_it_is_cleared() {
        let (mut keys, mut outbox) = (Keys::default(), Outbox::default());
        let key = keys.open();
        assert!(keys.abort(key, &mut outbox) && !keys.abort(key, &mut outbox));
        assert!(keys.is_aborted(key) && !keys.close(key));
        keys.clear(key, &mut outbox);
        assert!(!keys.is_aborted(key));
        assert_eq!(outbox.pop(), Some(Effect::ReleaseKey { key }));
    }

    #[test]
    fn only_a_scope_whose_signal_was_handed_out_aborts_a_signal() {
        let (mut keys, mut outbox) = (Keys::default(), Outbox::default());
        let (held, bare) = (keys.open(), keys.open());
        keys.hold(held);
        keys.abort(bare, &mut outbox);
        keys.abort(held, &mut outbox);
        assert_eq!((outbox.pop(), outbox.pop()), (Some(Effect::AbortSignal { key: held }), None));
    }
}

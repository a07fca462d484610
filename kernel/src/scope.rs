//! Cancellation scopes: which are aborted, and which calls are registered with each.
//!
//! A scope is one of the user's keys or one `AbortSignal`; the kernel does not tell them apart. A call may be registered with
//! one of each. Aborting a scope walks only the calls that are registered with it.

use crate::boundary::effect::Effect;
use crate::boundary::id::{CallSeq, ScopeId, TaskId};
use crate::boundary::outbox::Outbox;
use crate::collections::slab::{NIL, Slab};

#[derive(Debug)]
struct Scope {
    aborted: bool,
    /// A signal was handed out for it.
    held: bool,
    /// The shell was offered to forget it and has not replied.
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
    scope: u32,
    task: TaskId,
    call: CallSeq,
    prev: u32,
    next: u32,
}

/// Every open scope of a kernel. A scope that is neither aborted, held nor used by a call is offered for release.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    scopes: Slab<Scope>,
    links: Slab<Link>,
}

impl Scopes {
    pub(crate) fn open(&mut self) -> ScopeId {
        let scope = Scope { aborted: false, held: false, released: false, head: NIL, tail: NIL };
        ScopeId(self.scopes.insert(scope))
    }

    /// Forgets a scope if nothing needs it; returns whether it is forgotten.
    pub(crate) fn close(&mut self, id: ScopeId) -> bool {
        let Some(scope) = self.scopes.get_mut(id.0) else { return false };
        scope.released = false;
        let unused = scope.is_unused();
        if unused {
            self.scopes.remove(id.0);
        }
        unused
    }

    /// A signal was handed out: the scope stays until it is cleared.
    pub(crate) fn hold(&mut self, id: ScopeId) {
        if let Some(scope) = self.scopes.get_mut(id.0) {
            scope.held = true;
        }
    }

    /// Marks a scope as aborted; returns false if it was already, or is not open.
    pub(crate) fn abort(&mut self, id: ScopeId, outbox: &mut Outbox) -> bool {
        match self.scopes.get_mut(id.0) {
            Some(scope) if !scope.aborted => {
                scope.aborted = true;
                if scope.held {
                    outbox.push(Effect::AbortSignal { scope: id });
                }
                true
            }
            Some(_) | None => false,
        }
    }

    /// Forgets that a scope was aborted and that its signal was handed out. Calls stay registered with it.
    pub(crate) fn clear(&mut self, id: ScopeId, outbox: &mut Outbox) {
        if let Some(scope) = self.scopes.get_mut(id.0) {
            (scope.aborted, scope.held) = (false, false);
            self.offer_release(id.0, outbox);
        }
    }

    pub(crate) fn is_aborted(&self, id: ScopeId) -> bool {
        self.scopes.get(id.0).is_some_and(|scope| scope.aborted)
    }

    /// The oldest call in the scope.
    pub(crate) fn first(&self, id: ScopeId) -> Option<(TaskId, CallSeq)> {
        let link = self.links.get(self.scopes.get(id.0)?.head)?;
        Some((link.task, link.call))
    }

    /// Registers a call with a scope; returns the link, or `NIL` if the scope is not open.
    pub(crate) fn link(&mut self, id: ScopeId, task: TaskId, call: CallSeq) -> u32 {
        let Some(scope) = self.scopes.get_mut(id.0) else { return NIL };
        let prev = scope.tail;
        let index = self.links.insert(Link { scope: id.0, task, call, prev, next: NIL });
        scope.tail = index;
        match self.links.get_mut(prev) {
            Some(link) => link.next = index,
            None => scope.head = index,
        }
        index
    }

    /// Every call in the scope, the oldest first.
    pub(crate) fn calls(&self, id: ScopeId) -> Vec<(TaskId, CallSeq)> {
        let head = self.scopes.get(id.0).map_or(NIL, |scope| scope.head);
        std::iter::successors(self.links.get(head), |link| self.links.get(link.next))
            .map(|link| (link.task, link.call))
            .collect()
    }

    /// The scope that a call is registered with by this link. `None` for `NIL`.
    pub(crate) fn of(&self, link: u32) -> Option<ScopeId> {
        self.links.get(link).map(|link| ScopeId(link.scope))
    }

    /// Takes a call out of its scope. A no-op for `NIL`.
    pub(crate) fn unlink(&mut self, index: u32, outbox: &mut Outbox) {
        let Some(link) = self.links.remove(index) else { return };
        match self.links.get_mut(link.prev) {
            Some(prev) => prev.next = link.next,
            None => self.scopes[link.scope].head = link.next,
        }
        match self.links.get_mut(link.next) {
            Some(next) => next.prev = link.prev,
            None => self.scopes[link.scope].tail = link.prev,
        }
        self.offer_release(link.scope, outbox);
    }

    /// Open scopes and links.
    pub(crate) fn len(&self) -> (u32, u32) {
        (self.scopes.len(), self.links.len())
    }

    fn offer_release(&mut self, id: u32, outbox: &mut Outbox) {
        let scope = &mut self.scopes[id];
        if scope.is_unused() && !scope.released {
            scope.released = true;
            outbox.push(Effect::ReleaseScope { scope: ScopeId(id) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: TaskId = TaskId(0);

    #[test]
    fn a_scope_keeps_its_calls_in_order_while_some_leave() {
        let (mut scopes, mut outbox) = (Scopes::default(), Outbox::default());
        let scope = scopes.open();
        let [a, b, c] = [0, 1, 2].map(|n| scopes.link(scope, TASK, CallSeq(n)));
        scopes.unlink(b, &mut outbox);
        assert_eq!(scopes.first(scope), Some((TASK, CallSeq(0))));
        scopes.unlink(a, &mut outbox);
        assert_eq!(scopes.first(scope), Some((TASK, CallSeq(2))));
        assert_eq!(outbox.pop(), None);
        scopes.unlink(c, &mut outbox);
        assert_eq!(outbox.pop(), Some(Effect::ReleaseScope { scope }));
    }

    #[test]
    fn a_release_is_offered_once_and_taken_back_by_new_use() {
        let (mut scopes, mut outbox) = (Scopes::default(), Outbox::default());
        let scope = scopes.open();
        for n in 0..2 {
            let link = scopes.link(scope, TASK, CallSeq(n));
            scopes.unlink(link, &mut outbox);
        }
        assert_eq!((outbox.pop(), outbox.pop()), (Some(Effect::ReleaseScope { scope }), None));
        let link = scopes.link(scope, TASK, CallSeq(2));
        assert!(!scopes.close(scope), "a call uses it again");
        scopes.unlink(link, &mut outbox);
        assert_eq!(outbox.pop(), Some(Effect::ReleaseScope { scope }));
        assert!(scopes.close(scope));
        assert_eq!(scopes.len(), (0, 0));
    }

    #[test]
    fn an_aborted_scope_stays_aborted_until_it_is_cleared() {
        let (mut scopes, mut outbox) = (Scopes::default(), Outbox::default());
        let scope = scopes.open();
        assert!(scopes.abort(scope, &mut outbox) && !scopes.abort(scope, &mut outbox));
        assert!(scopes.is_aborted(scope) && !scopes.close(scope));
        scopes.clear(scope, &mut outbox);
        assert!(!scopes.is_aborted(scope));
        assert_eq!(outbox.pop(), Some(Effect::ReleaseScope { scope }));
    }

    #[test]
    fn only_a_scope_whose_signal_was_handed_out_aborts_a_signal() {
        let (mut scopes, mut outbox) = (Scopes::default(), Outbox::default());
        let (held, bare) = (scopes.open(), scopes.open());
        scopes.hold(held);
        scopes.abort(bare, &mut outbox);
        scopes.abort(held, &mut outbox);
        assert_eq!((outbox.pop(), outbox.pop()), (Some(Effect::AbortSignal { scope: held }), None));
    }
}

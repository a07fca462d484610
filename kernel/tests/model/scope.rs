//! The model's cancellation scopes. Which calls are registered with a scope, the calls themselves know.

use super::{Model, Rejection};
use atelier_kernel::{CallSeq, Effect, ScopeId};

/// Every scope, `None` once it is closed, and the ids that can be given again.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    scopes: Vec<Option<Scope>>,
    /// Closed ids; the one that was closed last is given first.
    closed: Vec<ScopeId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Scope {
    aborted: bool,
    held: bool,
    /// The shell was offered to forget it and has not replied.
    offered: bool,
}

impl Scopes {
    pub(super) fn open(&mut self) -> ScopeId {
        let id = self.closed.pop().unwrap_or_else(|| {
            self.scopes.push(None);
            ScopeId(u32::try_from(self.scopes.len() - 1).expect("a walk is short"))
        });
        self.scopes[id.0 as usize] = Some(Scope::default());
        id
    }

    pub(super) fn hold(&mut self, id: ScopeId) {
        if let Some(scope) = self.find(id) {
            scope.held = true;
        }
    }

    pub(super) fn is_aborted(&self, ScopeId(id): ScopeId) -> bool {
        self.scopes.get(id as usize).is_some_and(|scope| scope.is_some_and(|scope| scope.aborted))
    }

    pub(super) fn is_open(&self, ScopeId(id): ScopeId) -> bool {
        self.scopes.get(id as usize).is_some_and(Option::is_some)
    }

    fn find(&mut self, ScopeId(id): ScopeId) -> Option<&mut Scope> {
        self.scopes.get_mut(id as usize)?.as_mut()
    }
}

impl Model {
    /// Forgets a scope that nobody aborted, holds or uses.
    pub(super) fn close_scope(&mut self, id: ScopeId) -> bool {
        let used = self.is_used(id);
        let Some(scope) = self.scopes.find(id) else { return false };
        scope.offered = false;
        if scope.aborted || scope.held || used {
            return false;
        }
        self.scopes.scopes[id.0 as usize] = None;
        self.scopes.closed.push(id);
        true
    }

    pub(super) fn abort_scope(&mut self, id: ScopeId) {
        let Some(scope) = self.scopes.find(id) else { return };
        if std::mem::replace(&mut scope.aborted, true) {
            return;
        }
        if scope.held {
            self.emit(Effect::AbortSignal { scope: id });
        }
        let mut registered: Vec<(u32, usize, CallSeq)> = Vec::new();
        for (at, task) in self.tasks.iter().enumerate() {
            let calls = task.calls.iter().filter(|call| call.is_registered_with(id));
            registered.extend(calls.map(|call| (call.order, at, call.seq)));
        }
        registered.sort_by_key(|&(order, ..)| order);
        for (_, task, call) in registered {
            self.cancel(task, call, Rejection::Aborted(id));
        }
    }

    pub(super) fn clear_scope(&mut self, id: ScopeId) {
        if let Some(scope) = self.scopes.find(id) {
            (scope.aborted, scope.held) = (false, false);
            self.offer_release(id);
        }
    }

    /// Offers to forget a scope that nobody aborted, holds or uses, unless that is offered already.
    pub(super) fn offer_release(&mut self, id: ScopeId) {
        let used = self.is_used(id);
        let Some(scope) = self.scopes.find(id) else { return };
        if !(scope.aborted || scope.held || scope.offered || used) {
            scope.offered = true;
            self.emit(Effect::ReleaseScope { scope: id });
        }
    }

    fn is_used(&self, id: ScopeId) -> bool {
        self.tasks.iter().any(|task| task.calls.iter().any(|call| call.is_registered_with(id)))
    }
}

//! Whose turn it is: newer calls that supersede older ones, and calls whose priority changes while they are queued.

use crate::boundary::id::{CallSeq, ScopeId};
use crate::boundary::outcome::Rejection;
use crate::boundary::priority::Priority;
use crate::task::Task;
use crate::task::call::Phase;
use crate::turn::Turn;

/// Where a call's link to the scope of its `latest` word is.
pub(super) const LATEST: usize = 2;

impl Task {
    /// Rejects the calls of the scope that have not started, and with `running` those on workers, too: a newer one takes their
    /// place.
    pub(super) fn supersede(&mut self, latest: ScopeId, running: bool, turn: &mut Turn) {
        for (_, seq) in turn.scopes.calls(latest) {
            if running || self.is_queued(seq) {
                self.cancel(seq, Rejection::Superseded, turn);
            }
        }
    }

    /// A call has gone back to the queue. Of its `latest` scope only the newest one that is queued stays there.
    pub(super) fn supersede_requeued(&mut self, seq: CallSeq, turn: &mut Turn) {
        let Some(index) = self.calls.find(seq) else { return };
        let Some(latest) = turn.scopes.of(self.calls[index].links[LATEST]) else { return };
        let mut queued = turn.scopes.calls(latest);
        queued.retain(|&(_, other)| self.is_queued(other));
        queued.pop();
        for (_, older) in queued {
            self.cancel(older, Rejection::Superseded, turn);
        }
    }

    /// Gives a call another priority. A no-op for one that is not queued or, with `followers`, whose priority does not follow its
    /// signal.
    pub(crate) fn prioritize(&mut self, seq: CallSeq, priority: Priority, followers: bool) {
        let Some(index) = self.calls.find(seq).filter(|_| self.is_queued(seq)) else { return };
        if !followers || self.calls[index].follows_signal {
            self.queue.prioritize(&mut self.calls, index, priority);
        }
    }

    fn is_queued(&self, seq: CallSeq) -> bool {
        self.calls
            .find(seq)
            .is_some_and(|index| matches!(self.calls[index].phase, Phase::Waiting | Phase::Pending))
    }
}

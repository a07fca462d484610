//! `timeoutMs`: a task has one timer, that of its oldest unsettled call, because its calls time out in the order in which they
//! were made.

use crate::boundary::outcome::Rejection;
use crate::task::Task;
use crate::task::call::Call;
use crate::time::timers::Timer;
use crate::turn::Turn;

impl Task {
    /// Sets the timeout of the call that is now the oldest unsettled one.
    pub(super) fn set_timeout(&mut self, oldest: Option<u32>, turn: &mut Turn) {
        let Some(timeout) = self.limits.timeout_ms else { return };
        self.timing = oldest.map(|index| self.calls[index].seq);
        if let Some(index) = oldest {
            let at = self.calls[index].started.after(timeout);
            turn.timers.set(at, Timer::Timeout(self.id));
        }
    }

    /// The call is settled: if its timeout was set, that of the next one is.
    pub(super) fn stop_timing(&mut self, index: u32, turn: &mut Turn) {
        let Call { seq, started, .. } = self.calls[index];
        if self.timing != Some(seq) {
            return;
        }
        if let Some(timeout) = self.limits.timeout_ms {
            turn.timers.clear(started.after(timeout), Timer::Timeout(self.id));
        }
        self.set_timeout(self.calls.unsettled_after(seq), turn);
    }

    /// The timeout of the oldest unsettled call has passed.
    pub(crate) fn timeout_expired(&mut self, turn: &mut Turn) {
        if let Some(seq) = self.timing {
            self.cancel(seq, Rejection::TimedOut, turn);
        }
    }
}

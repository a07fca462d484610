//! Timeouts. Calls that have their task's `timeoutMs` share one timer, that of the oldest unsettled one, because they time out in
//! the order in which they were made. A call with a timeout of its own has a timer of its own.

use crate::boundary::id::CallSeq;
use crate::boundary::outcome::Rejection;
use crate::task::Task;
use crate::task::call::Call;
use crate::time::timers::Timer;
use crate::turn::Turn;

impl Task {
    /// Sets the timeout of a new call. `own`: a timeout in milliseconds that replaces the task's; Infinity is none.
    pub(super) fn start_timing(&mut self, index: u32, own: Option<f64>, turn: &mut Turn) {
        let Some(timeout) = own else {
            if self.timing.is_none() {
                self.set_timeout(Some(index), turn);
            }
            return;
        };
        let call = &mut self.calls[index];
        call.own_timeout = true;
        if timeout.is_finite() {
            let at = call.started.after(timeout);
            call.timing.get_or_insert_default().deadline = Some(at);
            turn.timers.set(at, Timer::Deadline(self.id, call.seq));
        }
    }

    /// The call is settled: clears its timeouts. If it was the oldest call with the task's timeout, that of the next one is set.
    pub(super) fn stop_timing(&mut self, index: u32, turn: &mut Turn) {
        self.end_item_wait(index, turn);
        let call = &mut self.calls[index];
        let Call { seq, started, .. } = *call;
        if let Some(timing) = call.timing.take()
            && let Some(at) = timing.deadline
        {
            turn.timers.clear(at, Timer::Deadline(self.id, seq));
        }
        if self.timing != Some(seq) {
            return;
        }
        if let Some(timeout) = self.limits.timeout_ms {
            turn.timers.clear(started.after(timeout), Timer::Timeout(self.id));
        }
        self.set_timeout(self.calls.timed_after(seq), turn);
    }

    /// The timeout of the oldest call that has the task's has passed.
    pub(crate) fn timeout_expired(&mut self, turn: &mut Turn) {
        if let Some(seq) = self.timing {
            self.cancel(seq, Rejection::TimedOut, turn);
        }
    }

    /// The timeout of a call that has one of its own has passed.
    pub(crate) fn deadline_expired(&mut self, seq: CallSeq, turn: &mut Turn) {
        self.cancel(seq, Rejection::TimedOut, turn);
    }

    fn set_timeout(&mut self, oldest: Option<u32>, turn: &mut Turn) {
        let Some(timeout) = self.limits.timeout_ms else { return };
        self.timing = oldest.map(|index| self.calls[index].seq);
        if let Some(index) = oldest {
            let at = self.calls[index].started.after(timeout);
            turn.timers.set(at, Timer::Timeout(self.id));
        }
    }
}

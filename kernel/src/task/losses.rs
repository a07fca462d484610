//! What becomes of the calls of a worker that is lost, and of all calls of a task that ends.

use crate::boundary::config::CrashPolicy;
use crate::boundary::id::{CallSeq, Slot};
use crate::boundary::outcome::Rejection;
use crate::task::Task;
use crate::task::call::{Phase, Resend};
use crate::telemetry::metric::Metric;
use crate::turn::Turn;

/// How a worker was lost, which decides what becomes of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// It could not be created or crashed before it was ready: as for a crash, also for calls that were not sent.
    Start,
    /// It crashed: the crash policy decides, and each call's own count of crashes.
    Crash,
    /// Killed because a canceled call exceeded `cancelGraceMs`: the crash policy decides, nothing is counted.
    Kill,
    /// The user stopped it: its calls go back to the queue.
    Stop,
}

impl Task {
    /// Settles every open call: those on workers first, then pending, then waiting ones. Forgets the abandoned ones.
    pub(super) fn reject_all(&mut self, rejection: Rejection, turn: &mut Turn) {
        for slot in self.pool.slots() {
            for index in self.pool.calls(&self.calls, slot) {
                self.leave(index, turn);
                match self.calls[index].phase {
                    Phase::Abandoned(_) => self.forget(index, turn),
                    Phase::Waiting | Phase::Pending | Phase::InFlight(_) | Phase::Resting(_) => {
                        self.close(index, Err(rejection), turn);
                    }
                }
            }
        }
        while let Some(index) = self.queue.first() {
            self.queue.remove(&mut self.calls, index);
            self.close(index, Err(rejection), turn);
        }
        self.publish(turn);
    }

    /// Decides what becomes of the calls of a worker that is gone. Calls that were not sent to a working worker go back to the
    /// queue, whatever the policy says of those that were.
    pub(super) fn release(&mut self, slot: Slot, loss: Loss, turn: &mut Turn) {
        let mut back = Vec::new();
        for index in self.pool.calls(&self.calls, slot) {
            self.leave(index, turn);
            if matches!(self.calls[index].phase, Phase::Abandoned(_)) {
                self.forget(index, turn);
                continue;
            }
            let call = &mut self.calls[index];
            if !call.is_sent() && loss != Loss::Start {
                call.since = turn.now;
                back.push(index);
                continue;
            }
            let requeues = match loss {
                Loss::Start | Loss::Crash => {
                    call.crashes += 1;
                    self.ledger.requeues(call.crashes)
                }
                Loss::Kill => self.limits.crash_policy == CrashPolicy::RestartRequeueInFlight,
                Loss::Stop => true,
            };
            let rejection = match (requeues, call.resend) {
                (true, Resend::Possible) => {
                    call.since = turn.now;
                    back.push(index);
                    if matches!(loss, Loss::Start | Loss::Crash) {
                        turn.count(Metric::TaskRequeue, self.id, None);
                    }
                    continue;
                }
                (true, Resend::Moved) => Rejection::Moved(slot),
                (true, Resend::Begun) => Rejection::Begun(slot),
                (false, _) if loss == Loss::Kill => Rejection::Killed(slot),
                (false, _) => Rejection::Crashed(slot),
            };
            self.close(index, Err(rejection), turn);
        }
        self.queue.requeue(&mut self.calls, &back);
        let back: Vec<CallSeq> = back.into_iter().map(|index| self.calls[index].seq).collect();
        for seq in back {
            self.supersede_requeued(seq, turn);
        }
        self.publish(turn);
    }
}

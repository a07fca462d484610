//! The model's deadlines: all that are set, and what each is for.

use super::task::{Place, slot_id};
use super::{Model, task_id};
use atelier_kernel::{CallSeq, Epoch, Rejection, Slot, TaskId};

/// What a deadline is for, in the order in which those of one moment are acted on.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Deadline {
    Timeout(TaskId, CallSeq),
    /// A timeout of the call's own.
    Own(TaskId, CallSeq),
    ItemWait(TaskId, CallSeq),
    Grace(TaskId, CallSeq),
    Start(TaskId, Slot),
    Gone(TaskId, Slot, Epoch),
    Restart(TaskId),
    Idle(TaskId),
}

impl Model {
    /// Every deadline that is set.
    pub(super) fn deadlines(&self) -> Vec<(f64, Deadline)> {
        let mut deadlines = Vec::new();
        for (at, task) in self.tasks.iter().enumerate() {
            let id = task_id(at);
            for call in &task.calls {
                let abandoned = matches!(call.place, Place::Abandoned(_));
                if !abandoned {
                    let own = call.timeout.map(|timeout| (timeout, Deadline::Own(id, call.seq)));
                    let shared = task.setup.timeout_ms;
                    let shared = shared.map(|timeout| (timeout, Deadline::Timeout(id, call.seq)));
                    let timeout = own.or(shared).filter(|(timeout, _)| timeout.is_finite());
                    deadlines.extend(timeout.map(|(timeout, it)| (call.started + timeout, it)));
                }
                let item_wait = Deadline::ItemWait(id, call.seq);
                deadlines.extend(call.item_deadline.map(|at| (at, item_wait)));
                if let Some(grace) = task.setup.cancel_grace_ms.filter(|_| abandoned) {
                    deadlines.push((call.since + grace, Deadline::Grace(id, call.seq)));
                }
            }
            for (slot, worker) in task.workers.iter().enumerate() {
                let start = Deadline::Start(id, slot_id(slot));
                deadlines.extend(worker.start_by.map(|at| (at, start)));
            }
            for &(slot, epoch, until) in &task.terminating {
                deadlines.push((until, Deadline::Gone(id, slot, epoch)));
            }
            deadlines.extend(task.restart_at.map(|at| (at, Deadline::Restart(id))));
            if let (Some(since), Some(timeout)) = (task.idle_since, task.setup.idle_timeout_ms) {
                deadlines.push((since + timeout, Deadline::Idle(id)));
            }
        }
        deadlines
    }

    /// Acts on every deadline that is due, the earliest first. Nothing starts before all of them were acted on.
    pub(super) fn handle_timeout(&mut self) {
        loop {
            let due = self.deadlines().into_iter().filter(|&(at, _)| at <= self.now);
            let first =
                due.min_by(|one, other| one.partial_cmp(other).expect("deadlines are numbers"));
            let Some((_, deadline)) = first else { return };
            let (Deadline::Timeout(TaskId(task), _)
            | Deadline::Own(TaskId(task), _)
            | Deadline::ItemWait(TaskId(task), _)
            | Deadline::Grace(TaskId(task), _)
            | Deadline::Start(TaskId(task), _)
            | Deadline::Gone(TaskId(task), ..)
            | Deadline::Restart(TaskId(task))
            | Deadline::Idle(TaskId(task))) = deadline;
            let task = task as usize;
            match deadline {
                Deadline::Timeout(_, call) | Deadline::Own(_, call) => {
                    self.cancel(task, call, Rejection::TimedOut);
                }
                Deadline::ItemWait(_, call) => self.item_wait_expired(task, call),
                Deadline::Grace(_, call) => self.grace_expired(task, call),
                Deadline::Start(_, slot) => self.start_timed_out(task, slot),
                Deadline::Gone(_, slot, epoch) => self.worker_gone(task, slot, epoch),
                Deadline::Restart(_) => self.backoff_expired(task),
                Deadline::Idle(_) => self.idle_expired(task),
            }
        }
    }
}

//! Deadlines that have passed. Those that are due at once are acted on together: tasks advance after the last one.

use crate::kernel::Kernel;
use crate::task::Task;
use crate::time::timers::Timer;

impl Kernel {
    pub(super) fn handle_timeout(&mut self) {
        while let Some(timer) = self.timers.pop_due(self.now) {
            match timer {
                Timer::Timeout(task) => self.with(task, Task::timeout_expired),
                Timer::Deadline(task, call) => {
                    self.with(task, |task, turn| task.deadline_expired(call, turn))
                }
                Timer::ItemWait(task, call) => {
                    self.with(task, |task, turn| task.item_wait_expired(call, turn))
                }
                Timer::Grace(task, call) => {
                    self.with(task, |task, turn| task.grace_expired(call, turn))
                }
                Timer::Start(task, slot) => {
                    self.with(task, |task, turn| task.start_timed_out(slot, turn))
                }
                Timer::Gone(task, slot, epoch) => {
                    self.with(task, |task, turn| task.worker_gone(slot, epoch, turn))
                }
                Timer::Restart(task) => self.with(task, Task::backoff_expired),
                Timer::Idle(task) => self.with(task, Task::idle_expired),
            };
        }
    }
}

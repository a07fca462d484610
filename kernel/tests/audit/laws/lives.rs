//! Laws 27, 28 and 29: workers that retire, are replaced, or are idle.

use crate::audit::account::{Account, Condition};
use crate::audit::laws::Laws;
use atelier_kernel::{
    Attempt, Epoch, Input, Slot, TaskId, TaskSnapshot, Termination, WorkerStatus,
};

/// What an auditor notes of the lives of a task's workers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lives {
    /// Workers that were asked to retire, and whether they surely lived then.
    retiring: Vec<(Slot, Epoch, bool)>,
    /// Replacements that have not ended: how many workers had been created then, where that is known.
    replacements: Vec<Option<u32>>,
    /// Its workers were created by the definition of the task or by the user.
    started: bool,
}

impl Lives {
    pub(crate) fn new(eager: bool) -> Self {
        Self { started: eager, ..Self::default() }
    }

    /// Whether a replacement goes on.
    pub(crate) fn is_replacing(&self) -> bool {
        !self.replacements.is_empty()
    }

    /// Whether it is known which workers retire.
    pub(crate) fn is_known(&self) -> bool {
        !self.is_replacing() && self.retiring.iter().all(|&(_, _, certain)| certain)
    }

    /// A worker was terminated.
    pub(crate) fn end(&mut self, slot: Slot, epoch: Epoch) {
        self.retiring.retain(|&(at, of, _)| (at, of) != (slot, epoch));
    }
}

impl Account {
    /// Calls that the worker in the slot may serve, if that is limited. The first one in a slot serves as many fewer as its slot says.
    fn max_calls(&self, Slot(slot): Slot) -> Option<u32> {
        let max = self.setup.max_calls?;
        let first = self.slots[slot as usize].epoch == Epoch(1);
        Some(if first { max - slot % max } else { max })
    }

    /// Whether nothing is on the worker in the slot.
    fn is_idle(&self, slot: Slot) -> bool {
        self.has_no_call(slot) && self.slots[slot.0 as usize].holds == 0
    }

    fn has_no_call(&self, slot: Slot) -> bool {
        self.carried(slot) == (0, 0) && self.resting_on(slot) == 0
    }

    /// Whether the worker in the slot might take a call, as far as its life goes.
    pub(crate) fn may_serve(&self, slot: usize) -> bool {
        let number = Slot(u32::try_from(slot).expect("a few slots"));
        let place = self.slots[slot];
        let retires =
            self.lives.retiring.iter().any(|&(at, of, _)| (at, of) == (number, place.epoch));
        let used_up = self.max_calls(number).is_some_and(|max| place.served >= max);
        !retires && !used_up && !self.lives.is_replacing()
    }
}

impl Laws {
    /// Law 27: a call is sent to a worker.
    pub(crate) fn sent(
        &mut self,
        task: TaskId,
        (slot, epoch): (Slot, Epoch),
        attempt: Attempt,
        fresh: bool,
    ) {
        let book = &self.books[task.0 as usize];
        let retires = fresh && book.lives.retiring.contains(&(slot, epoch, true));
        let served = book.slots[slot.0 as usize].served;
        let too_many = book.max_calls(slot).is_some_and(|max| served >= max);
        self.law(27, !retires, || format!("{attempt:?} is sent to {slot:?}, which retires"));
        self.law(27, !too_many, || {
            format!("{attempt:?} is sent to {slot:?}, which has served {served} calls")
        });
    }

    /// Law 29: a worker that has not crashed is terminated for this reason. Unless it is `fresh`, the worker may have been terminated
    /// before it was held.
    pub(crate) fn terminated(
        &mut self,
        task: TaskId,
        slot: Option<Slot>,
        why: Option<Termination>,
        fresh: bool,
    ) {
        let (Some(slot), Some(why)) = (slot, why) else { return };
        let book = &self.books[task.0 as usize];
        let idle = if fresh { book.is_idle(slot) } else { book.has_no_call(slot) };
        let spares = match why {
            Termination::Retired | Termination::Replaced | Termination::Idle => true,
            Termination::Stopped | Termination::Disposed | Termination::Killed => false,
        };
        let others = book.live() > 1 && book.setup.min_workers.is_some();
        match why {
            Termination::Retired => self.rare.take("a worker retires"),
            Termination::Replaced => self.rare.take("a worker is replaced"),
            Termination::Idle if others => self.rare.take("a pool shrinks"),
            _ => {}
        }
        self.law(29, idle || !spares, || format!("{slot:?} with calls is {why:?}"));
    }

    /// Law 29: a replacement ends.
    pub(crate) fn replaced(&mut self, task: TaskId) {
        let book = &mut self.books[task.0 as usize];
        let is_open = book.lives.is_replacing();
        let spawned = if is_open { book.lives.replacements.remove(0) } else { None };
        let old = spawned.is_some_and(|spawned| book.has_lived_since(spawned));
        self.law(29, is_open && !old, || {
            format!("a replacement of task {} ends that did not begin, or too early", task.0)
        });
    }

    /// What an input says about the lives of workers.
    pub(super) fn note_lives(&mut self, input: &Input, fresh: bool) {
        let known = |book: &&mut Account| book.is_usable();
        match *input {
            Input::RetireWorker { task, slot, epoch } => {
                if let Some(book) = self.books.get_mut(task.0 as usize).filter(known) {
                    let lives = book.is_live(slot, epoch);
                    let carries = lives && fresh && book.carried(slot).0 > 0;
                    if lives || !fresh {
                        book.lives.retiring.push((slot, epoch, lives && fresh));
                    }
                    if carries {
                        self.rare.take("a worker retires with calls on it");
                    }
                }
            }
            Input::ReplaceWorkers { task } => {
                if let Some(book) = self.books.get_mut(task.0 as usize)
                    && book.condition != Condition::Forgotten
                {
                    let (again, spawned) = (book.lives.is_replacing(), book.spawned);
                    book.lives.replacements.push(fresh.then_some(spawned));
                    if again {
                        self.rare.take("workers are to be replaced a second time");
                    }
                }
            }
            Input::StartWorkers { task } => {
                if let Some(book) = self.books.get_mut(task.0 as usize) {
                    book.lives.started = true;
                }
            }
            Input::WorkerLost { task, slot, epoch } => {
                if let Some(book) = self.books.get(task.0 as usize)
                    && book.lives.is_replacing()
                    && book.is_live(slot, epoch)
                {
                    self.rare.take("a crash while workers are replaced");
                }
            }
            _ => {}
        }
    }

    /// Laws 28 and 29, when no effect is left.
    pub(super) fn lives(&mut self, task: usize, state: &TaskSnapshot, input: &Input) {
        if self.batches > 0 {
            return;
        }
        let book = &self.books[task];
        let may_live = book.condition == Condition::Running
            && state.worker_status != WorkerStatus::Crashed
            && !book.backing_off
            && book.has_room();
        let min = book.setup.min_workers.filter(|_| may_live && book.lives.started);
        let enough = min.is_none_or(|min| state.active_workers >= min);
        let late = book.lives.retiring.iter().find(|&&(slot, epoch, certain)| {
            certain && book.is_live(slot, epoch) && book.is_idle(slot)
        });
        let late = late.copied();
        let open = book.lives.replacements.first().copied().flatten();
        let over = open.is_some_and(|spawned| !book.has_lived_since(spawned));
        self.law(28, enough, || {
            format!("after {input:?} fewer than {min:?} workers live: {state:?}")
        });
        self.law(29, late.is_none(), || {
            format!("after {input:?} {late:?} retires and lives: {state:?}")
        });
        self.law(29, !over, || format!("after {input:?} no end of a replacement is reported"));
    }
}

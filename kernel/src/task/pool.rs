//! The places for workers: who sits where, which calls each one carries, and who takes the next call.
//!
//! `WorkerPool` and `SingletonWorker` of the specification are this pool with many slots and with one.

use crate::boundary::config::Limits;
use crate::boundary::id::{Epoch, Slot};
use crate::task::call::{CallList, Calls};
use crate::time::Millis;

/// Who takes the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The worker in this slot.
    Live(Slot),
    /// A new worker, to be created in this slot.
    Vacant(Slot),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Vacant,
    Live,
    /// Vacant, and to be filled as soon as no backoff runs and there is room.
    Owed,
}

#[derive(Debug)]
struct Seat {
    state: State,
    epoch: Epoch,
    /// When the worker in the slot must be ready; none once it is, or where it may take for ever.
    start_by: Option<Millis>,
    calls: CallList,
    /// The tick of the last dispatch.
    used: u64,
}

/// A worker that was ended and whose thread may still run: a platform may let a busy one go on for seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dying {
    pub(crate) slot: Slot,
    pub(crate) epoch: Epoch,
    /// When it counts as gone although nobody has said so.
    pub(crate) until: Millis,
}

/// The slots of a task. A choice costs O(pool size) and nothing per queued call.
#[derive(Debug)]
pub(crate) struct Pool {
    seats: Vec<Seat>,
    /// Calls that one worker may carry.
    share: f64,
    live: u32,
    dying: Vec<Dying>,
    tick: u64,
}

impl Pool {
    pub(crate) fn new(limits: &Limits) -> Self {
        let seat = || Seat {
            state: State::Vacant,
            epoch: Epoch(0),
            start_by: None,
            calls: CallList::default(),
            used: 0,
        };
        Self {
            seats: std::iter::repeat_with(seat).take(limits.pool_size as usize).collect(),
            share: limits.share(),
            live: 0,
            dying: Vec::new(),
            tick: 0,
        }
    }

    /// An idle worker; else, where there is room and unless `spawning` is held back, a vacant slot; else the least
    /// loaded worker that has room in its share. Among equals the one whose last dispatch is longest ago.
    pub(crate) fn choose(&self, spawning: bool) -> Option<Choice> {
        let best = self
            .slots()
            .filter(|&slot| self.is_live(slot) && f64::from(self.load(slot)) < self.share)
            .min_by_key(|&slot| (self.load(slot), self.seat(slot).used));
        let vacant = || {
            self.slots()
                .find(|&slot| self.seat(slot).state == State::Vacant)
                .filter(|_| spawning && self.has_room())
        };
        match best {
            Some(slot) if self.load(slot) == 0 => Some(Choice::Live(slot)),
            Some(slot) => vacant().map(Choice::Vacant).or(Some(Choice::Live(slot))),
            None => vacant().map(Choice::Vacant),
        }
    }

    /// Seats a new worker; answers its epoch.
    pub(crate) fn fill(&mut self, slot: Slot, start_by: Option<Millis>) -> Epoch {
        self.live += 1;
        let seat = self.seat_mut(slot);
        (seat.state, seat.start_by) = (State::Live, start_by);
        seat.epoch = Epoch(seat.epoch.0.wrapping_add(1));
        seat.epoch
    }

    /// The wait for the worker in the slot to be ready is over. Answers until when it would have lasted, if it was on.
    pub(crate) fn end_start(&mut self, slot: Slot) -> Option<Millis> {
        self.seat_mut(slot).start_by.take()
    }

    /// The worker is ended, and dies until then at the latest. `owed`: its slot is to be filled again.
    pub(crate) fn vacate(&mut self, slot: Slot, owed: bool, until: Millis) {
        self.live -= 1;
        let seat = self.seat_mut(slot);
        seat.state = if owed { State::Owed } else { State::Vacant };
        let epoch = seat.epoch;
        self.dying.push(Dying { slot, epoch, until });
    }

    /// The thread of a worker that was ended is gone. Answers what was known of it, unless that was known already.
    pub(crate) fn bury(&mut self, slot: Slot, epoch: Epoch) -> Option<Dying> {
        let at = self.dying.iter().position(|it| (it.slot, it.epoch) == (slot, epoch))?;
        Some(self.dying.swap_remove(at))
    }

    /// Forgets all that are dying.
    pub(crate) fn bury_all(&mut self) -> Vec<Dying> {
        std::mem::take(&mut self.dying)
    }

    /// Whether some that were ended may still run.
    pub(crate) fn is_dying(&self) -> bool {
        !self.dying.is_empty()
    }

    /// Every vacant slot is to be filled.
    pub(crate) fn owe_all(&mut self) {
        self.turn_all(State::Vacant, State::Owed);
    }

    /// No slot is to be filled unless a call needs it.
    pub(crate) fn owe_none(&mut self) {
        self.turn_all(State::Owed, State::Vacant);
    }

    /// The next slot that is to be filled and can be.
    pub(crate) fn next_owed(&self) -> Option<Slot> {
        self.slots().find(|&slot| self.seat(slot).state == State::Owed).filter(|_| self.has_room())
    }

    /// Whether one more worker may be created: those that live and those that die together stay within twice the slots.
    fn has_room(&self) -> bool {
        self.live as usize + self.dying.len() < 2 * self.seats.len()
    }

    fn turn_all(&mut self, from: State, to: State) {
        for seat in self.seats.iter_mut().filter(|seat| seat.state == from) {
            seat.state = to;
        }
    }

    /// Puts a call on the worker in the slot.
    pub(crate) fn put(&mut self, calls: &mut Calls, slot: Slot, index: u32) {
        self.tick += 1;
        let tick = self.tick;
        let seat = self.seat_mut(slot);
        seat.used = tick;
        seat.calls.push_back(calls, index);
    }

    /// Takes a call off the worker in the slot.
    pub(crate) fn take(&mut self, calls: &mut Calls, slot: Slot, index: u32) {
        self.seat_mut(slot).calls.remove(calls, index);
    }

    /// The calls on the worker in the slot, abandoned ones included, in the order of their dispatch.
    pub(crate) fn calls(&self, calls: &Calls, slot: Slot) -> Vec<u32> {
        self.seat(slot).calls.iter(calls).collect()
    }

    /// Whether this very worker sits in the slot.
    pub(crate) fn is_seated(&self, slot: Slot, epoch: Epoch) -> bool {
        self.seats
            .get(slot.0 as usize)
            .is_some_and(|seat| seat.state == State::Live && seat.epoch == epoch)
    }

    pub(crate) fn is_live(&self, slot: Slot) -> bool {
        self.seat(slot).state == State::Live
    }

    /// Which worker sits, or sat last, in the slot.
    pub(crate) fn epoch(&self, slot: Slot) -> Epoch {
        self.seat(slot).epoch
    }

    /// Calls on the worker in the slot.
    pub(crate) fn load(&self, slot: Slot) -> u32 {
        self.seat(slot).calls.len()
    }

    /// Workers that exist.
    pub(crate) fn live(&self) -> u32 {
        self.live
    }

    /// Every slot, vacant or not.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..u32::try_from(self.seats.len()).unwrap_or(u32::MAX)).map(Slot)
    }

    fn seat(&self, slot: Slot) -> &Seat {
        &self.seats[slot.0 as usize]
    }

    fn seat_mut(&mut self, slot: Slot) -> &mut Seat {
        &mut self.seats[slot.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::config::TaskConfig;

    fn pool(size: f64, max_in_flight: f64) -> (Calls, Pool) {
        let limits = Limits::parse(&TaskConfig {
            task_type: "parallel".into(),
            pool_size: size.into(),
            max_in_flight: max_in_flight.into(),
            ..TaskConfig::default()
        })
        .expect("sensible");
        (Calls::default(), Pool::new(&limits))
    }

    fn put(calls: &mut Calls, pool: &mut Pool, slot: u32) -> u32 {
        let index = calls.open(Millis::new(0.0), false);
        pool.put(calls, Slot(slot), index);
        index
    }

    #[test]
    fn an_idle_worker_is_taken_before_a_new_one_is_created() {
        let (_, mut pool) = pool(2.0, 4.0);
        assert_eq!(pool.choose(true), Some(Choice::Vacant(Slot(0))));
        pool.fill(Slot(0), None);
        assert_eq!(pool.choose(true), Some(Choice::Live(Slot(0))));
    }

    #[test]
    fn a_new_worker_is_created_before_a_busy_one_is_given_more() {
        let (mut calls, mut pool) = pool(2.0, 4.0);
        pool.fill(Slot(0), None);
        put(&mut calls, &mut pool, 0);
        assert_eq!(pool.choose(true), Some(Choice::Vacant(Slot(1))));
        assert_eq!(pool.choose(false), Some(Choice::Live(Slot(0))));
    }

    #[test]
    fn the_least_loaded_worker_below_its_share_is_next_and_ties_go_to_the_least_recently_used() {
        let (mut calls, mut pool) = pool(2.0, 4.0);
        pool.fill(Slot(0), None);
        pool.fill(Slot(1), None);
        put(&mut calls, &mut pool, 1);
        put(&mut calls, &mut pool, 0);
        assert_eq!(pool.choose(true), Some(Choice::Live(Slot(1))));
        let last = put(&mut calls, &mut pool, 1);
        assert_eq!(pool.choose(true), Some(Choice::Live(Slot(0))));
        put(&mut calls, &mut pool, 0);
        assert_eq!(pool.choose(true), None, "every share is used up");
        pool.take(&mut calls, Slot(1), last);
        assert_eq!(pool.choose(true), Some(Choice::Live(Slot(1))));
    }

    #[test]
    fn a_slot_that_is_owed_a_worker_is_not_chosen() {
        let (_, mut pool) = pool(1.0, 1.0);
        pool.fill(Slot(0), None);
        pool.vacate(Slot(0), true, Millis::new(3.0));
        assert_eq!((pool.choose(true), pool.next_owed()), (None, Some(Slot(0))));
        pool.owe_none();
        assert_eq!((pool.choose(true), pool.next_owed()), (Some(Choice::Vacant(Slot(0))), None));
    }

    #[test]
    fn those_that_live_and_those_that_die_stay_within_twice_the_slots() {
        let (_, mut pool) = pool(1.0, 1.0);
        let first = pool.fill(Slot(0), None);
        pool.vacate(Slot(0), false, Millis::new(3.0));
        let second = pool.fill(Slot(0), None);
        pool.vacate(Slot(0), true, Millis::new(3.0));
        assert_eq!((pool.choose(true), pool.next_owed()), (None, None), "two are dying");
        assert!(pool.bury(Slot(0), first).is_some());
        assert!(pool.bury(Slot(0), first).is_none(), "once");
        assert_eq!(pool.next_owed(), Some(Slot(0)));
        assert!(pool.bury(Slot(0), second).is_some() && !pool.is_dying());
    }

    #[test]
    fn epochs_rise_and_only_the_seated_worker_is_known() {
        let (_, mut pool) = pool(1.0, 1.0);
        let first = pool.fill(Slot(0), None);
        pool.vacate(Slot(0), false, Millis::new(3.0));
        assert!(!pool.is_seated(Slot(0), first));
        let second = pool.fill(Slot(0), None);
        assert!(
            second > first && pool.is_seated(Slot(0), second) && !pool.is_seated(Slot(0), first)
        );
        assert!(!pool.is_seated(Slot(9), second));
    }
}

//! The places for workers: who sits where, which calls each one carries, and who takes the next call.
//!
//! `WorkerPool` and `SingletonWorker` of the specification are this pool with many slots and with one.

use crate::call::{CallList, Calls};
use crate::config::Limits;
use crate::id::{Epoch, Slot};
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
    /// Vacant since a crash, and to be filled when the backoff ends.
    Restarting,
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

/// The slots of a task. A choice costs O(pool size) and nothing per queued call.
#[derive(Debug)]
pub(crate) struct Pool {
    seats: Vec<Seat>,
    /// Calls that one worker may carry.
    share: f64,
    live: u32,
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
            tick: 0,
        }
    }

    /// An idle worker; else, unless `spawning` is held back, a vacant slot; else the least loaded worker that has
    /// room in its share. Among equals the one whose last dispatch is longest ago.
    pub(crate) fn choose(&self, spawning: bool) -> Option<Choice> {
        let best = self
            .slots()
            .filter(|&slot| self.is_live(slot) && f64::from(self.load(slot)) < self.share)
            .min_by_key(|&slot| (self.load(slot), self.seat(slot).used));
        let vacant = || {
            self.slots().find(|&slot| self.seat(slot).state == State::Vacant).filter(|_| spawning)
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

    /// The worker is gone. `restarting`: its slot is filled again when the backoff ends, and not before.
    pub(crate) fn vacate(&mut self, slot: Slot, restarting: bool) {
        self.live -= 1;
        self.seat_mut(slot).state = if restarting { State::Restarting } else { State::Vacant };
    }

    /// Slots that wait for the end of the backoff wait no more; they become vacant.
    pub(crate) fn end_backoff(&mut self) -> Vec<Slot> {
        let waiting: Vec<Slot> =
            self.slots().filter(|&slot| self.seat(slot).state == State::Restarting).collect();
        for &slot in &waiting {
            self.seat_mut(slot).state = State::Vacant;
        }
        waiting
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

    pub(crate) fn is_vacant(&self, slot: Slot) -> bool {
        self.seat(slot).state == State::Vacant
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
    use crate::config::TaskConfig;

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
    fn a_slot_in_backoff_is_not_chosen_until_the_backoff_ends() {
        let (_, mut pool) = pool(1.0, 1.0);
        pool.fill(Slot(0), None);
        pool.vacate(Slot(0), true);
        assert_eq!(pool.choose(true), None);
        assert_eq!(pool.end_backoff(), [Slot(0)]);
        assert_eq!(pool.choose(true), Some(Choice::Vacant(Slot(0))));
    }

    #[test]
    fn epochs_rise_and_only_the_seated_worker_is_known() {
        let (_, mut pool) = pool(1.0, 1.0);
        let first = pool.fill(Slot(0), None);
        pool.vacate(Slot(0), false);
        assert!(!pool.is_seated(Slot(0), first));
        let second = pool.fill(Slot(0), None);
        assert!(
            second > first && pool.is_seated(Slot(0), second) && !pool.is_seated(Slot(0), first)
        );
        assert!(!pool.is_seated(Slot(9), second));
    }
}

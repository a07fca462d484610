//! Which worker runs the next call.

use crate::boundary::id::Slot;
use crate::task::pool::{Pool, State};

/// Where the next call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// On the worker in this slot.
    Live(Slot),
    /// On a new worker, to be created in this slot.
    Vacant(Slot),
}

impl Pool {
    /// An idle worker, without streams that rest there if possible; else, if there is room and `may_spawn` allows it, a vacant slot;
    /// else the least loaded worker that is below its share. Ties go to the worker on which the fewest streams rest, then to the one
    /// that a call came to longest ago; of idle workers of a pool that shrinks, the first one is taken, so that the others stay idle.
    /// Without `may_occupy` only workers that are busy already are considered.
    pub(crate) fn choose(&self, may_spawn: bool, may_occupy: bool) -> Option<Choice> {
        let best = self
            .slots()
            .filter(|&slot| self.serves(slot) && f64::from(self.load(slot)) < self.share)
            .filter(|&slot| may_occupy || self.load(slot) > 0)
            .min_by_key(|&slot| {
                let (load, resting) = (self.load(slot), self.resting(slot));
                let is_first = load == 0 && self.shrinks;
                (load, resting, if is_first { u64::from(slot.0) } else { self.slot(slot).used })
            });
        let vacant = || {
            self.slots()
                .find(|&slot| self.slot(slot).state == State::Vacant)
                .filter(|_| may_spawn && may_occupy && self.has_room())
        };
        match best {
            Some(slot) if self.load(slot) == 0 => Some(Choice::Live(slot)),
            Some(slot) => vacant().map(Choice::Vacant).or(Some(Choice::Live(slot))),
            None => vacant().map(Choice::Vacant),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::config::TaskConfig;
    use crate::task::call::Calls;
    use crate::task::limits::Limits;
    use crate::time::Millis;

    fn pool(size: f64, max_in_flight: f64) -> (Calls, Pool) {
        let limits = Limits::parse(&TaskConfig {
            task_type: "parallel".into(),
            pool_size: size.into(),
            max_in_flight: max_in_flight.into(),
            ..TaskConfig::default()
        })
        .expect("a valid configuration");
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
        assert_eq!(pool.choose(true, true), Some(Choice::Vacant(Slot(0))));
        pool.fill(Slot(0), None, Millis::new(0.0));
        assert_eq!(pool.choose(true, true), Some(Choice::Live(Slot(0))));
    }

    #[test]
    fn a_new_worker_is_created_before_a_busy_one_is_given_more() {
        let (mut calls, mut pool) = pool(2.0, 4.0);
        pool.fill(Slot(0), None, Millis::new(0.0));
        put(&mut calls, &mut pool, 0);
        assert_eq!(pool.choose(true, true), Some(Choice::Vacant(Slot(1))));
        assert_eq!(pool.choose(false, true), Some(Choice::Live(Slot(0))));
    }

    #[test]
    fn the_least_loaded_worker_below_its_share_is_next_and_ties_go_to_the_least_recently_used() {
        let (mut calls, mut pool) = pool(2.0, 4.0);
        pool.fill(Slot(0), None, Millis::new(0.0));
        pool.fill(Slot(1), None, Millis::new(0.0));
        put(&mut calls, &mut pool, 1);
        put(&mut calls, &mut pool, 0);
        assert_eq!(pool.choose(true, true), Some(Choice::Live(Slot(1))));
        let last = put(&mut calls, &mut pool, 1);
        assert_eq!(pool.choose(true, true), Some(Choice::Live(Slot(0))));
        put(&mut calls, &mut pool, 0);
        assert_eq!(pool.choose(true, true), None, "every share is used up");
        pool.take(&mut calls, Slot(1), last);
        assert_eq!(pool.choose(true, true), Some(Choice::Live(Slot(1))));
    }

    #[test]
    fn a_slot_with_a_respawn_pending_is_not_chosen() {
        let (_, mut pool) = pool(1.0, 1.0);
        pool.fill(Slot(0), None, Millis::new(0.0));
        pool.vacate(Slot(0), true, Millis::new(3.0));
        assert_eq!((pool.choose(true, true), pool.next_respawn()), (None, Some(Slot(0))));
        pool.cancel_respawns();
        assert_eq!(
            (pool.choose(true, true), pool.next_respawn()),
            (Some(Choice::Vacant(Slot(0))), None)
        );
    }
}

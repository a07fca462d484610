//! Queued calls by priority: sixteen lists and a mask of those that are not empty, so that every operation is O(1).

use crate::boundary::priority::{LEVELS, Priority};
use crate::collections::slab::NIL;
use crate::task::call::Calls;
use crate::task::call_list::CallList;

/// Calls of one queue, by level.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    lists: [CallList; LEVELS],
    /// Bit n is set while level n is not empty.
    occupied: u16,
    len: u32,
}

impl Levels {
    /// Adds a call at the end of its level.
    pub(crate) fn push_back(&mut self, calls: &mut Calls, index: u32) {
        self.insert_before(calls, NIL, index);
    }

    /// Inserts a call before another one of its level, or at the end before `NIL`.
    pub(crate) fn insert_before(&mut self, calls: &mut Calls, next: u32, index: u32) {
        let level = calls[index].priority.level();
        self.lists[level].insert_before(calls, next, index);
        self.occupied |= 1 << level;
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, calls: &mut Calls, index: u32) {
        let level = calls[index].priority.level();
        self.lists[level].remove(calls, index);
        if self.lists[level].len() == 0 {
            self.occupied &= !(1 << level);
        }
        self.len -= 1;
    }

    /// The highest priority of a call in the queue.
    pub(crate) fn highest(&self) -> Option<Priority> {
        let level = 15_u32.checked_sub(self.occupied.leading_zeros())?;
        Some(Priority::from_level(level))
    }

    /// The lowest priority of a call in the queue.
    pub(crate) fn lowest(&self) -> Option<Priority> {
        let level = self.occupied.trailing_zeros();
        (self.len > 0).then(|| Priority::from_level(level))
    }

    /// The call that has been in its level for longest.
    pub(crate) fn oldest(&self, priority: Priority) -> Option<u32> {
        self.lists[priority.level()].first()
    }

    /// The call that came into its level last.
    pub(crate) fn newest(&self, priority: Priority) -> Option<u32> {
        self.lists[priority.level()].last()
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// How many calls have this priority.
    pub(crate) fn len_at(&self, priority: Priority) -> u32 {
        self.lists[priority.level()].len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;

    #[test]
    fn the_mask_follows_the_levels() {
        let (mut calls, mut levels) = (Calls::default(), Levels::default());
        assert_eq!((levels.highest(), levels.lowest()), (None, None));
        let mut put = |priority: i8| {
            let index = calls.open(Millis::new(0.0), false);
            calls[index].priority = Priority::new(priority).expect("a priority");
            levels.push_back(&mut calls, index);
            index
        };
        let [low, high, zero] = [-8, 7, 0].map(&mut put);
        let priorities = |levels: &Levels| {
            (levels.highest().map(Priority::get), levels.lowest().map(Priority::get))
        };
        assert_eq!(priorities(&levels), (Some(7), Some(-8)));
        assert_eq!(
            [7, 6, 0, -8].map(|at| levels.len_at(Priority::new(at).expect("one"))),
            [1, 0, 1, 1]
        );
        levels.remove(&mut calls, high);
        assert_eq!(priorities(&levels), (Some(0), Some(-8)));
        levels.remove(&mut calls, low);
        assert_eq!(priorities(&levels), (Some(0), Some(0)));
        levels.remove(&mut calls, zero);
        assert_eq!((priorities(&levels), levels.len()), ((None, None), 0));
    }
}

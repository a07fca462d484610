//! Slots that are to be filled before a call needs them, and the room for that.

use crate::boundary::id::Slot;
use crate::task::pool::{Pool, State};

impl Pool {
    /// Every vacant slot gets a respawn pending.
    pub(crate) fn respawn_all(&mut self) {
        self.change_all(State::Vacant, State::RespawnPending);
    }

    /// Vacant slots get a respawn pending, the first ones first, until so many workers live or are to be created.
    pub(crate) fn respawn_up_to(&mut self, min: u32) {
        let missing = min.saturating_sub(self.committed()) as usize;
        let vacant = self.slots.iter_mut().filter(|slot| slot.state == State::Vacant);
        for slot in vacant.take(missing) {
            slot.state = State::RespawnPending;
        }
    }

    /// No slot is filled unless a call needs it.
    pub(crate) fn cancel_respawns(&mut self) {
        self.change_all(State::RespawnPending, State::Vacant);
    }

    /// The next slot with a respawn pending, if there is room for a worker.
    pub(crate) fn next_respawn(&self) -> Option<Slot> {
        self.slots()
            .find(|&slot| self.slot(slot).state == State::RespawnPending)
            .filter(|_| self.has_room())
    }

    /// Workers that live or are to be created.
    pub(crate) fn committed(&self) -> u32 {
        let pending = self.slots.iter().filter(|slot| slot.state == State::RespawnPending);
        self.live + u32::try_from(pending.count()).unwrap_or(u32::MAX)
    }

    /// Whether one more worker may be created: live and terminating ones together stay within twice the slots.
    pub(super) fn has_room(&self) -> bool {
        self.live as usize + self.terminating.len() < 2 * self.slots.len()
    }

    fn change_all(&mut self, from: State, to: State) {
        for slot in self.slots.iter_mut().filter(|slot| slot.state == from) {
            slot.state = to;
        }
    }
}

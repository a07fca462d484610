//! The effects that are asked for and not yet taken.

use crate::boundary::effect::Effect;
use std::collections::VecDeque;

/// A queue: first in, first out.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    effects: VecDeque<Effect>,
}

impl Outbox {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    pub(crate) fn pop(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }
}

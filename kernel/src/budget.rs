//! The budget of a runtime: how many workers of all its tasks may be busy at one time.
//!
//! A worker is busy from its first call until its last reply. While more tasks want a worker than the budget allows, whose turn it
//! is follows from what each has used: a task's *pass* grows by the time that its workers were busy, divided by its weight.

/// The budget and what is used of it.
#[derive(Debug)]
pub(crate) struct Budget {
    /// A whole number or Infinity.
    max: f64,
    busy: u32,
    /// Rises with every call that is started, so that it tells who was served last.
    tick: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { max: f64::INFINITY, busy: 0, tick: 0 }
    }
}

impl Budget {
    pub(crate) fn limit(&mut self, max: f64) {
        self.max = max;
    }

    pub(crate) fn is_limited(&self) -> bool {
        self.max.is_finite()
    }

    /// Workers that are busy, but for those of tasks with the weight 0.
    pub(crate) fn busy(&self) -> u32 {
        self.busy
    }

    /// Whether one more worker may become busy.
    pub(crate) fn has_room(&self) -> bool {
        f64::from(self.busy) < self.max
    }

    pub(crate) fn take(&mut self) {
        self.busy += 1;
    }

    pub(crate) fn give_back(&mut self) {
        self.busy -= 1;
    }

    /// The number of the next call that is started.
    pub(crate) fn next_tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }
}

//! Laws 1, 7, 8 and 14: what the numbers of a task say when no effect is left in the queue.

use crate::audit::account::{Condition, gauge};
use crate::audit::laws::Laws;
use atelier_kernel::{Effect, Input, Metric, QueuePolicy, Rejection, Slot, TaskSnapshot};

impl Laws {
    /// Law 7: a gauge reports every change and the level after it; the first ones after a listener came are all four, and a fifth if a
    /// stream has rested. Within a batch they may lag behind.
    pub(super) fn levels(&mut self) {
        let (observed, observed_once) = (self.since.observed, self.since.observed_once);
        for at in 0..self.since.effects.len() {
            if let Effect::Gauge { metric, .. } = self.since.effects[at] {
                let right = gauge(metric).is_some() && observed_once;
                self.law(7, right, || format!("{metric:?} reported as a gauge"));
            }
        }
        for task in 0..self.books.len() {
            let (Some(before), Some(after)) = (&self.since.before[task], &self.snapshots[task])
            else {
                continue;
            };
            let (before, after) = (levels(before), levels(after));
            let known = self.books[task].gauges[..4].iter().flatten().count();
            if self.since.stale_gauges && known < 4 {
                // Some were asked for before the listener came, so all four are still to come.
                self.books[task].gauges = [None; 5];
                continue;
            }
            if observed {
                let whole = known == 0 || known == 4 || self.books[task].blurred;
                self.law(7, whole, || {
                    format!("{known} of the four gauges of task {task} are known")
                });
            }
            for at in 0..5 {
                let reported = &mut self.books[task].gauges[at];
                if !observed {
                    *reported = reported.filter(|&level| level == after[at]);
                }
                if !observed || self.batches > 0 {
                    continue;
                }
                let reported = *reported;
                let right = reported.is_none_or(|level| level == after[at]);
                let complete = before[at] == after[at] || reported.is_some();
                self.law(7, right && complete, || {
                    format!(
                        "gauge {at} of task {task} is {reported:?} where {} is right",
                        after[at]
                    )
                });
            }
        }
    }

    /// Laws 1 and 14.
    pub(super) fn limits(&mut self, task: usize, state: &TaskSnapshot, input: &Input) {
        let waits = self.batches > 0;
        let book = &mut self.books[task];
        let requeued = book
            .calls
            .iter()
            .filter(|entry| !entry.settled && entry.attempts > 0 && entry.on.is_none());
        let fresh = f64::from(state.pending_queue_depth) - count(requeued.count());
        let share = (state.max_in_flight / f64::from(state.total_workers)).ceil();
        let loads = (0..).map(Slot).zip(&state.queue_depth_by_worker);
        let within = f64::from(state.queue_depth) <= state.max_in_flight + book.returned(None)
            && fresh <= state.max_queue_depth + book.excess
            && (state.waiting_queue_depth == 0 || state.queue_policy == QueuePolicy::Block)
            && loads
                .into_iter()
                .all(|(slot, &load)| f64::from(load) <= share + book.returned(Some(slot)))
            && state.queue_depth_by_worker.iter().sum::<u32>() == state.queue_depth;
        // What is beyond the limit drains before anything is accepted anew.
        book.excess = book.excess.min((fresh - state.max_queue_depth).max(0.0));

        let loads = book.slots.iter().zip(&state.queue_depth_by_worker).enumerate();
        let free_slot = loads.into_iter().any(|(at, (slot, &load))| {
            let may_spawn = !book.backing_off && book.has_room();
            if slot.live { f64::from(load) < share && book.may_serve(at) } else { may_spawn }
        });
        let could_start = f64::from(state.queue_depth) < state.max_in_flight
            && free_slot
            && book.condition == Condition::Running;
        let queued = state.pending_queue_depth + state.waiting_queue_depth;
        let room = f64::from(state.pending_queue_depth) < state.max_queue_depth;
        let may_occupy = book.setup.weight == 0.0 || f64::from(self.busy) < self.limit;
        let stuck =
            (could_start && may_occupy && queued > 0) || (room && state.waiting_queue_depth > 0);
        if could_start && !may_occupy && queued > 0 {
            self.rare.take("a task is held back by the limit");
        }
        self.law(1, within, || format!("after {input:?}: {state:?}"));
        self.law(14, waits || !stuck, || format!("after {input:?} a call could go on: {state:?}"));
    }

    /// Law 8: submitted = settled + live, and what is in flight is what was sent and not replied to.
    pub(super) fn sums(&mut self, task: usize, state: &TaskSnapshot, input: &Input) {
        let book = &self.books[task];
        let settled = book.calls.iter().filter(|entry| entry.settled).count();
        let abandoned =
            book.calls.iter().filter(|entry| entry.settled && entry.on.is_some()).count();
        let on = book.calls.iter().filter(|entry| entry.counts_on().is_some()).count();
        let resting = book.calls.iter().filter(|entry| entry.rests()).count();
        let queued = state.pending_queue_depth + state.waiting_queue_depth;
        let live = queued + state.queue_depth + state.resting_depth;
        let adds_up = book.calls.len() + abandoned == settled + live as usize
            && resting == state.resting_depth as usize
            && !book.calls.iter().any(|entry| entry.settled && entry.rests())
            && on == state.queue_depth as usize
            && book.live() == state.active_workers as usize;
        self.law(8, adds_up, || {
            format!("after {input:?}: {settled} settled, {on} sent, {resting} resting, {state:?}")
        });
    }

    /// Law 8: every settled call is counted once, under its own name.
    pub(super) fn counters(&mut self) {
        let mut balance = [0_i32; 4];
        let mut add = |metric: Metric, by: i32| {
            if let Some(at) = SETTLED.iter().position(|&settled| settled == metric) {
                balance[at] += by;
            }
        };
        for effect in &self.since.effects {
            match *effect {
                Effect::Count { metric, .. } => add(metric, 1),
                Effect::Resolve { .. } => add(Metric::TaskSuccess, -1),
                Effect::Reject { rejection, .. } => add(counter(rejection), -1),
                _ => {}
            }
        }
        let right = !self.since.observed || balance == [0; 4];
        self.law(8, right, || format!("counters are off by {balance:?}"));
    }
}

/// The counters of settled calls.
const SETTLED: [Metric; 4] =
    [Metric::TaskSuccess, Metric::TaskFailure, Metric::TaskCanceled, Metric::TaskRejected];

/// The counter of a rejection.
fn counter(rejection: Rejection) -> Metric {
    match rejection {
        Rejection::Dropped => Metric::TaskRejected,
        Rejection::Failed
        | Rejection::Crashed(_)
        | Rejection::Killed(_)
        | Rejection::Moved(_)
        | Rejection::Begun(_) => Metric::TaskFailure,
        Rejection::Aborted(_)
        | Rejection::TimedOut
        | Rejection::ItemTimedOut
        | Rejection::Left
        | Rejection::Superseded
        | Rejection::Disposed
        | Rejection::HandlerAborted => Metric::TaskCanceled,
    }
}

/// The levels of a snapshot in the order of [`Account::gauges`].
fn levels(state: &TaskSnapshot) -> [u32; 5] {
    [
        state.queue_depth,
        state.pending_queue_depth,
        state.waiting_queue_depth,
        state.active_workers,
        state.resting_depth,
    ]
}

fn count(calls: usize) -> f64 {
    f64::from(u32::try_from(calls).expect("a walk is short"))
}

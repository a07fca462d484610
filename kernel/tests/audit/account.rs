//! What an auditor notes of one task, from inputs, effects and snapshots alone.

use crate::audit::laws::lives::Lives;
use crate::walk::setup::Setup;
use atelier_kernel::{
    Attempt, CallSeq, CrashPolicy, Effect, Epoch, Metric, Order, Priority, ScopeId, Slot,
};

/// The books of one task. They follow the effects as the shell takes them, so they are up to date when none is left.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) setup: Setup,
    /// The calls, by number.
    pub(crate) calls: Vec<Entry>,
    /// The slots, by number.
    pub(crate) slots: Vec<Place>,
    /// What each gauge said since the last listener came: in flight, pending, blocked, active, resting.
    pub(crate) gauges: [Option<u32>; 5],
    /// A listener came within a batch or before effects were taken, so some of its first four gauges may not be told apart.
    pub(crate) blurred: bool,
    /// Attempts that were sent.
    pub(crate) sent: u32,
    /// Attempts that ended before they were sent.
    pub(crate) undone: u32,
    /// Calls that may be pending beyond the limit, because they went back to the queue before they were sent.
    pub(crate) excess: f64,
    /// Crashes in a row that count; `None` where the books cannot tell.
    pub(crate) crashes: Option<u32>,
    /// Workers created so far, and when the last crash counted.
    pub(crate) spawned: u32,
    spawned_at_crash: u32,
    /// Workers whose crash was reported, until their `Terminate`.
    pub(crate) lost: Vec<(Slot, Epoch)>,
    pub(crate) terminating: Vec<Terminating>,
    /// Workers that were reported to be gone although their `Terminate` was not taken.
    pub(crate) gone_early: Vec<(Slot, Epoch)>,
    /// No worker may be created before a backoff ends.
    pub(crate) backing_off: bool,
    pub(crate) last_loss: f64,
    pub(crate) condition: Condition,
    pub(crate) lives: Lives,
}

/// What a task does with its calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Condition {
    Running,
    Paused,
    Halted,
    Disposed,
    /// Disposed, and nobody can ask about it any more.
    Forgotten,
}

/// One call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) settled: bool,
    /// The last attempt that was sent.
    pub(crate) attempts: u32,
    /// Where it was sent, until the worker has replied or is terminated.
    pub(crate) on: Option<Slot>,
    /// How many inputs there had been when it was sent.
    pub(crate) sent_at: u64,
    /// The arguments of the last attempt that was sent were moved.
    pub(crate) moved: bool,
    /// Whether an item of its stream has come, where that is known.
    pub(crate) begun: Begun,
    /// Whether it counts on its worker.
    pub(crate) counting: Counting,
    /// `None` where that cannot be known.
    pub(crate) priority: Option<Priority>,
    /// Its priority has changed, which gave it another place in the queue.
    pub(crate) moved_level: bool,
    pub(crate) options: Options,
}

/// Whether an item of a stream has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Begun {
    #[default]
    No,
    /// The kernel may have had other news of the call when the item came.
    Perhaps,
    Yes,
}

/// Whether a call counts on its worker.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Counting {
    #[default]
    Counts,
    Rests,
    /// It counts again after it rested.
    Returned,
}

/// What the submit of a call says of it for as long as it lives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// The scopes of its key, its signal and its `latest` word.
    pub(crate) scopes: [Option<ScopeId>; 3],
    pub(crate) follows_signal: bool,
    /// It has a timeout of its own.
    pub(crate) own_timeout: bool,
    /// It replaces running calls of its `latest` word.
    pub(crate) replaces: bool,
}

impl Options {
    /// The scope of its `latest` word.
    pub(crate) fn latest(&self) -> Option<ScopeId> {
        self.scopes[2]
    }
}

impl Entry {
    /// Whether it waits for a worker.
    pub(crate) fn is_queued(&self) -> bool {
        !self.settled && self.on.is_none()
    }

    /// The worker that it counts on.
    pub(crate) fn counts_on(&self) -> Option<Slot> {
        self.on.filter(|_| !self.rests())
    }

    /// Whether it is on a worker and does not count there.
    pub(crate) fn rests(&self) -> bool {
        self.counting == Counting::Rests
    }

    /// It is on no worker any more.
    pub(crate) fn leave(&mut self) {
        (self.on, self.counting) = (None, Counting::Counts);
    }

    /// It rests, or counts again.
    pub(crate) fn rest(&mut self, rests: bool) {
        self.counting = if rests { Counting::Rests } else { Counting::Returned };
    }
}

/// One place for a worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) live: bool,
    /// It was not reported to be ready.
    pub(crate) starting: bool,
    pub(crate) epoch: Epoch,
    /// Attempts that were sent to it.
    pub(crate) served: u32,
    /// Which of the task's workers it was, counting from 1.
    spawned: u32,
    /// Values that live on in it.
    pub(crate) holds: u32,
}

/// A worker that was terminated and is not known to be gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminating {
    pub(crate) slot: Slot,
    pub(crate) epoch: Epoch,
    /// It was asked for at this moment or later.
    pub(crate) earliest: f64,
    /// It was asked for at this moment or earlier.
    pub(crate) latest: f64,
    /// It was reported to be gone before this was known.
    pub(crate) maybe_gone: bool,
}

/// When an effect is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// How many inputs there were so far.
    pub(crate) inputs: u64,
    /// The effect was asked for at this moment or later.
    pub(crate) earliest: f64,
    pub(crate) now: f64,
    /// It follows from the last input.
    pub(crate) fresh: bool,
}

/// What became of a loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Crash {
    Counted,
    NotCounted,
    Unknown,
}

impl Account {
    pub(crate) fn new(setup: Setup) -> Self {
        let place = Place {
            live: false,
            starting: false,
            epoch: Epoch(0),
            served: 0,
            spawned: 0,
            holds: 0,
        };
        Self {
            setup,
            calls: Vec::new(),
            slots: vec![place; setup.pool_size as usize],
            gauges: [None; 5],
            blurred: false,
            sent: 0,
            undone: 0,
            excess: 0.0,
            crashes: Some(0),
            spawned: 0,
            spawned_at_crash: 0,
            lost: Vec::new(),
            terminating: Vec::new(),
            gone_early: Vec::new(),
            backing_off: false,
            last_loss: f64::NEG_INFINITY,
            condition: Condition::Running,
            lives: Lives::new(setup.eager),
        }
    }

    pub(crate) fn entry(&self, CallSeq(call): CallSeq) -> Option<&Entry> {
        self.calls.get(call as usize)
    }

    pub(crate) fn entry_mut(&mut self, CallSeq(call): CallSeq) -> Option<&mut Entry> {
        self.calls.get_mut(call as usize)
    }

    /// Whether the attempt is on a worker.
    pub(crate) fn is_sent(&self, call: CallSeq, Attempt(attempt): Attempt) -> bool {
        self.entry(call).is_some_and(|entry| entry.on.is_some() && entry.attempts == attempt)
    }

    /// A queued call that should start before this one, if there is one: of a higher priority, or of the same one and made earlier.
    pub(crate) fn comes_before(&self, CallSeq(call): CallSeq) -> Option<usize> {
        let this = self.calls[call as usize];
        let priority = this.priority?;
        self.calls.iter().enumerate().position(|(at, entry)| {
            let level = entry.priority.filter(|_| entry.is_queued() && at != call as usize);
            let earlier = at < call as usize
                && self.setup.order == Order::OldestFirst
                && !(entry.moved_level || this.moved_level);
            level.is_some_and(|level| level > priority || (level == priority && earlier))
        })
    }

    /// Workers that calls count on, where they count in the limit.
    pub(crate) fn busy(&self) -> usize {
        let counts = self.setup.weight > 0.0;
        let slots = (0..).map(Slot).take(self.slots.len());
        slots.filter(|&slot| counts && self.carried(slot) != (0, 0)).count()
    }

    /// Whether the worker lives.
    pub(crate) fn is_live(&self, Slot(slot): Slot, epoch: Epoch) -> bool {
        self.slots.get(slot as usize).is_some_and(|place| place.live && place.epoch == epoch)
    }

    /// Whether the worker lives and was not reported to be ready.
    pub(crate) fn is_starting(&self, slot: Slot, epoch: Epoch) -> bool {
        self.is_live(slot, epoch) && self.slots[slot.0 as usize].starting
    }

    /// Whether the worker was terminated and is not known to be gone.
    pub(crate) fn is_terminating(&self, slot: Slot, epoch: Epoch) -> bool {
        self.terminating.iter().any(|it| (it.slot, it.epoch) == (slot, epoch))
    }

    /// Books the end of the task, which nothing follows.
    pub(crate) fn end(&mut self, condition: Condition) {
        (self.condition, self.backing_off) = (condition, false);
        self.terminating.clear();
    }

    /// Calls that count on the worker in the slot: those whose caller waits, and those that are settled.
    pub(crate) fn carried(&self, slot: Slot) -> (usize, usize) {
        let on = || self.calls.iter().filter(|entry| entry.counts_on() == Some(slot));
        let settled = on().filter(|entry| entry.settled).count();
        (on().count() - settled, settled)
    }

    /// Calls that rest on the worker in the slot.
    pub(crate) fn resting_on(&self, slot: Slot) -> usize {
        self.calls.iter().filter(|entry| entry.on == Some(slot) && entry.rests()).count()
    }

    /// Calls that count on a worker again after they rested: on that in the slot, or on any.
    pub(crate) fn returned(&self, slot: Option<Slot>) -> f64 {
        let counts = |entry: &&Entry| {
            entry.counting == Counting::Returned && (slot.is_none() || entry.on == slot)
        };
        let returned = self.calls.iter().filter(counts).count();
        f64::from(u32::try_from(returned).expect("a walk is short"))
    }

    /// Whether the task exists and is not disposed.
    pub(crate) fn is_usable(&self) -> bool {
        !matches!(self.condition, Condition::Disposed | Condition::Forgotten)
    }

    /// Whether one of the first so many workers lives.
    pub(crate) fn has_lived_since(&self, spawned: u32) -> bool {
        self.slots.iter().any(|place| place.live && place.spawned <= spawned)
    }

    pub(crate) fn live(&self) -> usize {
        self.slots.iter().filter(|place| place.live).count()
    }

    /// Whether live and terminating workers leave room for one more, if a worker that may be gone is.
    pub(crate) fn may_have_room(&self, now: f64, patience: f64) -> bool {
        let terminating =
            self.terminating.iter().filter(|it| !it.maybe_gone && it.earliest + patience > now);
        self.live() + terminating.count() < 2 * self.slots.len()
    }

    /// Whether they leave room for one more, even if a worker that may be gone is not.
    pub(crate) fn has_room(&self) -> bool {
        self.live() + self.terminating.len() < 2 * self.slots.len()
    }

    /// Books a crash whose `Terminate` is taken.
    fn crash(&mut self, slot: Slot) -> Crash {
        let Some(crashes) = &mut self.crashes else { return Crash::Unknown };
        let counts = *crashes == 0 || self.slots[slot.0 as usize].spawned > self.spawned_at_crash;
        if counts {
            *crashes += 1;
            self.spawned_at_crash = self.spawned;
        }
        let fails = self.setup.crash_policy == CrashPolicy::FailTask
            || *crashes > self.setup.crash_max_retries;
        if fails && self.condition == Condition::Running {
            (self.condition, self.backing_off) = (Condition::Halted, false);
        }
        if counts { Crash::Counted } else { Crash::NotCounted }
    }

    /// Books an effect that is taken. The laws look at it before. Returns what became of a loss that it ends.
    pub(crate) fn book(&mut self, effect: &Effect, taken: Taken) -> Option<Crash> {
        match *effect {
            Effect::Spawn { slot, epoch, .. } => {
                self.spawned += 1;
                self.slots[slot.0 as usize] = Place {
                    live: true,
                    starting: true,
                    epoch,
                    served: 0,
                    spawned: self.spawned,
                    holds: 0,
                };
                if taken.fresh {
                    self.backing_off = false;
                }
            }
            Effect::GiveUp { slot, epoch, .. } => self.lose(slot, epoch, taken.now),
            Effect::Terminate { slot, epoch, .. } => return self.terminate(slot, epoch, taken),
            Effect::Dispatch { call, slot, attempt, .. } => {
                self.sent += 1;
                self.slots[slot.0 as usize].served += 1;
                if let Some(entry) = self.entry_mut(call) {
                    entry.leave();
                    (entry.on, entry.attempts) = (Some(slot), attempt.0);
                    (entry.sent_at, entry.moved) = (taken.inputs, false);
                }
            }
            Effect::Interrupt { call, .. } => {
                if let Some(entry) = self.entry_mut(call).filter(|entry| entry.rests()) {
                    entry.rest(false);
                }
            }
            Effect::Resolve { call, .. } => {
                self.crashes = Some(0);
                self.settle(call);
            }
            Effect::Reject { call, .. } => self.settle(call),
            Effect::Gauge { metric, value, .. } => {
                if let Some(at) = gauge(metric) {
                    self.gauges[at] = Some(value);
                }
            }
            _ => {}
        }
        None
    }

    /// Books that a crash was reported.
    pub(crate) fn lose(&mut self, slot: Slot, epoch: Epoch, now: f64) {
        self.lost.push((slot, epoch));
        if self.condition == Condition::Running && self.setup.crash_policy != CrashPolicy::FailTask
        {
            self.backing_off = true;
        }
        self.last_loss = now;
    }

    fn terminate(&mut self, slot: Slot, epoch: Epoch, taken: Taken) -> Option<Crash> {
        let maybe_gone = self.gone_early.contains(&(slot, epoch));
        if self.is_usable() {
            self.terminating.push(Terminating {
                slot,
                epoch,
                earliest: taken.earliest,
                latest: taken.now,
                maybe_gone,
            });
        }
        self.slots[slot.0 as usize].live = false;
        self.lives.end(slot, epoch);
        for entry in self.calls.iter_mut().filter(|entry| entry.on == Some(slot)) {
            entry.leave();
        }
        let at = self.lost.iter().position(|&lost| lost == (slot, epoch))?;
        self.lost.swap_remove(at);
        Some(self.crash(slot))
    }

    fn settle(&mut self, call: CallSeq) {
        if let Some(entry) = self.entry_mut(call) {
            entry.settled = true;
        }
    }
}

/// The place of a gauge in [`Account::gauges`].
pub(crate) fn gauge(metric: Metric) -> Option<usize> {
    [
        Metric::QueueInFlight,
        Metric::QueuePending,
        Metric::QueueBlocked,
        Metric::WorkersActive,
        Metric::QueueResting,
    ]
    .iter()
    .position(|&gauge| gauge == metric)
}

//! What an auditor notes of one task, from inputs and effects alone.

use crate::walk::setup::Setup;
use atelier_kernel::{Attempt, CallSeq, CrashPolicy, Effect, Epoch, Metric, Slot};

/// The books of one task.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) setup: Setup,
    /// The calls, by number.
    pub(crate) calls: Vec<Entry>,
    /// The workers, by slot.
    pub(crate) seats: Vec<Seat>,
    /// The highest number among calls that were sent.
    pub(crate) first_sent: Option<CallSeq>,
    /// What each gauge said since the last listener came: in flight, pending, blocked, active.
    pub(crate) gauges: [Option<u32>; 4],
    pub(crate) consecutive_crashes: u32,
    /// Workers that were ended and are not known to be gone, and since when.
    pub(crate) dying: Vec<(Slot, Epoch, f64)>,
    /// No worker is created before a backoff ends.
    pub(crate) backing_off: bool,
    pub(crate) condition: Condition,
}

/// What a task does with its calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Condition {
    Running,
    Paused,
    Halted,
    Disposed,
    /// Disposed of, and nobody can ask about it any more.
    Forgotten,
}

/// One call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) settled: bool,
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// Where it was sent, until the worker has answered or is gone.
    pub(crate) on: Option<Slot>,
}

/// One place for a worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) live: bool,
    /// It has not said that it is ready.
    pub(crate) starting: bool,
    pub(crate) epoch: Epoch,
}

impl Account {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            calls: Vec::new(),
            seats: vec![
                Seat { live: false, starting: false, epoch: Epoch(0) };
                setup.pool_size as usize
            ],
            first_sent: None,
            gauges: [None; 4],
            consecutive_crashes: 0,
            dying: Vec::new(),
            backing_off: false,
            condition: Condition::Running,
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

    /// Whether the worker lives.
    pub(crate) fn is_seated(&self, Slot(slot): Slot, epoch: Epoch) -> bool {
        self.seats.get(slot as usize).is_some_and(|seat| seat.live && seat.epoch == epoch)
    }

    /// Whether the worker lives and has not said that it is ready.
    pub(crate) fn is_starting(&self, slot: Slot, epoch: Epoch) -> bool {
        self.is_seated(slot, epoch) && self.seats[slot.0 as usize].starting
    }

    /// Whether the worker was ended and is not known to be gone.
    pub(crate) fn is_dying(&self, slot: Slot, epoch: Epoch) -> bool {
        self.dying.iter().any(|&(at, number, _)| (at, number) == (slot, epoch))
    }

    /// Books the end of the task, which nothing follows.
    pub(crate) fn end(&mut self, condition: Condition) {
        (self.condition, self.backing_off) = (condition, false);
        self.dying.clear();
    }

    /// Calls on the worker in the slot: those whose caller waits, and those that are settled.
    pub(crate) fn carried(&self, slot: Slot) -> (usize, usize) {
        let on = || self.calls.iter().filter(|entry| entry.on == Some(slot));
        let settled = on().filter(|entry| entry.settled).count();
        (on().count() - settled, settled)
    }

    /// Whether the task is known and not disposed of.
    pub(crate) fn is_usable(&self) -> bool {
        !matches!(self.condition, Condition::Disposed | Condition::Forgotten)
    }

    pub(crate) fn live(&self) -> usize {
        self.seats.iter().filter(|seat| seat.live).count()
    }

    /// Books the crash of a worker: the task backs off or has failed.
    pub(crate) fn crash(&mut self) {
        self.consecutive_crashes += 1;
        self.backing_off = self.setup.crash_policy != CrashPolicy::FailTask
            && self.consecutive_crashes <= self.setup.crash_max_retries;
        if !self.backing_off {
            self.condition = Condition::Halted;
        }
    }

    /// Whether workers that live and that die leave room for one more.
    pub(crate) fn has_room(&self) -> bool {
        self.live() + self.dying.len() < 2 * self.seats.len()
    }

    /// Books an effect that was asked for at the moment `now`. The laws look at it before.
    pub(crate) fn book(&mut self, effect: &Effect, now: f64) {
        match *effect {
            Effect::Spawn { slot, epoch, .. } => {
                self.seats[slot.0 as usize] = Seat { live: true, starting: true, epoch };
                self.backing_off = false;
            }
            Effect::GiveUp { .. } => self.crash(),
            Effect::Terminate { slot, epoch, .. } => {
                self.dying.push((slot, epoch, now));
                self.seats[slot.0 as usize].live = false;
                for entry in self.calls.iter_mut().filter(|entry| entry.on == Some(slot)) {
                    entry.on = None;
                }
            }
            Effect::Dispatch { call, slot, attempt, .. } => {
                self.first_sent = self.first_sent.max(Some(call));
                if let Some(entry) = self.entry_mut(call) {
                    (entry.on, entry.attempts) = (Some(slot), attempt.0);
                }
            }
            Effect::Resolve { call, .. } | Effect::Reject { call, .. } => {
                if let Some(entry) = self.entry_mut(call) {
                    entry.settled = true;
                }
            }
            Effect::Gauge { metric, value, .. } => {
                if let Some(at) = gauge(metric) {
                    self.gauges[at] = Some(value);
                }
            }
            _ => {}
        }
    }
}

/// The place of a gauge in [`Account::gauges`].
pub(crate) fn gauge(metric: Metric) -> Option<usize> {
    [Metric::QueueInFlight, Metric::QueuePending, Metric::QueueBlocked, Metric::WorkersActive]
        .iter()
        .position(|&gauge| gauge == metric)
}

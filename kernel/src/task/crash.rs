//! The crash policy: how often a task may crash in a row, and how long it pauses before it creates a worker again.

use crate::boundary::config::CrashPolicy;
use crate::task::limits::Limits;

/// What follows a crash.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Create the worker again after this many milliseconds.
    Restart { backoff: f64 },
    /// The task has failed.
    Halt,
}

/// The first pause between a crash and the restart; every further crash in a row doubles it.
const FIRST_BACKOFF_MS: f64 = 100.0;

/// The longest pause.
const LAST_BACKOFF_MS: f64 = 2_000.0;

/// Consecutive crashes of one task.
///
/// "Consecutive" means after a restart: a crash counts only if its worker was spawned after the last counted one, so that a
/// system which takes all idle workers at once, as iOS does, counts once.
#[derive(Debug)]
pub(crate) struct CrashLedger {
    policy: CrashPolicy,
    max_retries: u32,
    consecutive: u32,
    /// Workers that had been spawned when the last counted crash happened.
    counted_at: u64,
}

impl CrashLedger {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            policy: limits.crash_policy,
            max_retries: limits.crash_max_retries,
            consecutive: 0,
            counted_at: 0,
        }
    }

    /// The `spawned`th worker of the task has crashed, out of `spawns` so far.
    pub(crate) fn crash(&mut self, spawned: u64, spawns: u64) -> Verdict {
        if self.policy == CrashPolicy::FailTask {
            return Verdict::Halt;
        }
        if self.consecutive == 0 || spawned > self.counted_at {
            self.consecutive = self.consecutive.saturating_add(1);
            self.counted_at = spawns;
        }
        if self.consecutive > self.max_retries {
            return Verdict::Halt;
        }
        let doublings = i32::try_from(self.consecutive - 1).unwrap_or(i32::MAX);
        Verdict::Restart { backoff: (FIRST_BACKOFF_MS * 2f64.powi(doublings)).min(LAST_BACKOFF_MS) }
    }

    /// A call has succeeded, or the user starts a failed task again: the count begins anew.
    pub(crate) fn reset(&mut self) {
        self.consecutive = 0;
    }

    /// Whether a call goes back to the queue, after `crashes` of its attempts have ended with their worker's crash.
    /// The cap bounds the damage of a "poison" call that crashes every worker it runs on
    /// while others succeed beside it.
    pub(crate) fn requeues(&self, crashes: u32) -> bool {
        self.policy == CrashPolicy::RestartRequeueInFlight && crashes <= self.max_retries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::config::TaskConfig;

    fn ledger(policy: &str, retries: f64) -> CrashLedger {
        let config = TaskConfig {
            task_type: "singleton".into(),
            crash_policy: policy.into(),
            crash_max_retries: retries.into(),
            ..TaskConfig::default()
        };
        CrashLedger::new(&Limits::parse(&config).expect("a valid configuration"))
    }

    /// The crash of the only worker, which was spawned after the crash before.
    fn crash(ledger: &mut CrashLedger, spawns: &mut u64) -> Verdict {
        *spawns += 1;
        ledger.crash(*spawns, *spawns)
    }

    #[test]
    fn the_backoff_doubles_from_100_ms_to_2_s() {
        let (mut ledger, mut spawns) = (ledger("restart-fail-in-flight", 7.0), 0);
        for backoff in [100.0, 200.0, 400.0, 800.0, 1_600.0, 2_000.0, 2_000.0] {
            assert_eq!(crash(&mut ledger, &mut spawns), Verdict::Restart { backoff });
        }
        assert_eq!(crash(&mut ledger, &mut spawns), Verdict::Halt);
    }

    #[test]
    fn a_success_starts_the_count_anew() {
        let (mut ledger, mut spawns) = (ledger("restart-requeue-in-flight", 1.0), 0);
        assert_eq!(crash(&mut ledger, &mut spawns), Verdict::Restart { backoff: 100.0 });
        ledger.reset();
        assert_eq!(crash(&mut ledger, &mut spawns), Verdict::Restart { backoff: 100.0 });
        assert_eq!(crash(&mut ledger, &mut spawns), Verdict::Halt);
    }

    #[test]
    fn workers_that_crash_together_count_once() {
        let mut ledger = ledger("restart-fail-in-flight", 1.0);
        for spawned in 1..=4 {
            assert_eq!(ledger.crash(spawned, 4), Verdict::Restart { backoff: 100.0 });
        }
        assert_eq!(ledger.crash(5, 8), Verdict::Halt, "a crash after the restart");
    }

    #[test]
    fn the_first_crash_after_a_success_counts_whenever_its_worker_was_spawned() {
        let mut ledger = ledger("restart-fail-in-flight", 0.0);
        ledger.counted_at = 4;
        assert_eq!(ledger.crash(1, 4), Verdict::Halt);
    }

    #[test]
    fn fail_task_restarts_nothing() {
        assert_eq!(ledger("fail-task", 3.0).crash(1, 1), Verdict::Halt);
    }

    #[test]
    fn a_call_goes_back_to_the_queue_as_often_as_the_task_may_crash_in_a_row() {
        let requeue = ledger("restart-requeue-in-flight", 2.0);
        assert!(requeue.requeues(2) && !requeue.requeues(3));
        assert!(!ledger("restart-fail-in-flight", 2.0).requeues(0));
    }
}

//! A task's configuration as the user gave it, and the words for its choices.

use crate::boundary::name::{Named, named};

/// One field of a configuration, as the user gave it.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum RawField {
    /// Left out, or `undefined`.
    #[default]
    Missing,
    /// A JavaScript number.
    Number(f64),
    /// A string.
    Text(String),
    /// Anything else.
    Other,
}

impl From<f64> for RawField {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for RawField {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Declares the fields of a configuration with the names that users write, so that the facade can read them one by one.
macro_rules! task_config {
    ($($(#[doc = $doc:literal])* $field:ident: $name:literal,)*) => {
        /// The scheduling part of a `TaskConfig`, unchecked.
        #[derive(Clone, Debug, Default, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct TaskConfig {
            $($(#[doc = $doc])* pub $field: RawField,)*
            /// `navigator.hardwareConcurrency`, where the platform has it. Not the user's.
            pub hardware_concurrency: Option<f64>,
        }

        impl TaskConfig {
            /// The names of the fields, as users write them.
            pub const FIELDS: &'static [&'static str] = &[$($name),*];

            /// The fields, in the order of their names.
            pub fn fields(&self) -> impl Iterator<Item = &RawField> {
                [$(&self.$field),*].into_iter()
            }

            /// Reads each field by the name that users write.
            pub fn read(hardware_concurrency: Option<f64>, mut field: impl FnMut(&str) -> RawField) -> Self {
                Self { $($field: field($name),)* hardware_concurrency }
            }
        }
    };
}

task_config! {
    /// `parallel` or `singleton`.
    task_type: "type",
    /// `lazy` (default) or `eager`.
    init: "init",
    /// Default [`TaskConfig::hardware_concurrency`], or 4 where that is unknown. Ignored for a singleton.
    pool_size: "poolSize",
    /// The pool size is a range if this or the next field is present. Default 0. Ignored for a singleton.
    pool_min: "poolSize.min",
    /// Default as for `poolSize`, or `poolSize.min` if that is more. Ignored for a singleton.
    pool_max: "poolSize.max",
    /// Default none.
    max_calls_per_worker: "maxCallsPerWorker",
    /// Default none.
    timeout_ms: "timeoutMs",
    /// Default `restart-fail-in-flight`.
    crash_policy: "crashPolicy",
    /// Default 3.
    crash_max_retries: "crashMaxRetries",
    /// Default the pool size.
    max_in_flight: "maxInFlight",
    /// Default twice `maxInFlight`, or 2 for a singleton.
    max_queue_depth: "maxQueueDepth",
    /// Default `oldest-first`.
    order: "order",
    /// Default 1.
    weight: "weight",
    /// Default `block`.
    queue_policy: "queuePolicy",
    /// Default none, or 10,000 where the pool size is a range.
    idle_timeout_ms: "idleTimeoutMs",
    /// Default none.
    cancel_grace_ms: "cancelGraceMs",
    /// Default 60,000.
    start_timeout_ms: "startTimeoutMs",
}

/// Every word that a field may be.
pub fn words() -> impl Iterator<Item = &'static str> {
    fn names<T: Named>() -> impl Iterator<Item = &'static str> {
        T::NAMES.iter().map(|&(_, name)| name)
    }
    names::<TaskType>()
        .chain(names::<InitMode>())
        .chain(names::<QueuePolicy>())
        .chain(names::<Order>())
        .chain(names::<CrashPolicy>())
}

/// A field that failed validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct ConfigError {
    /// The field's name as users write it.
    pub field: &'static str,
    /// What the field may be, as the end of the sentence "… must be".
    pub allowed: &'static str,
    /// Whether the value has the right type and lies outside its range.
    pub out_of_range: bool,
}

named!(
    /// Which topology runs a task.
    TaskType {
        /// A pool of workers.
        Parallel = "parallel",
        /// One worker.
        Singleton = "singleton",
    }
);

named!(
    /// When workers are created.
    InitMode {
        /// By the first call that needs one.
        Lazy = "lazy",
        /// With the task.
        Eager = "eager",
    }
);

named!(
    /// What happens to a call that can neither start nor become pending.
    QueuePolicy {
        /// It waits until there is room.
        Block = "block",
        /// It is refused.
        Reject = "reject",
        /// It is dropped; the same as refused, under the name that load shedding knows.
        DropLatest = "drop-latest",
        /// The oldest pending call is dropped in its favor.
        DropOldest = "drop-oldest",
    }
);

named!(
    /// Which of several queued calls of one priority starts first.
    Order {
        /// The one that was queued first.
        OldestFirst = "oldest-first",
        /// The one that was queued last.
        NewestFirst = "newest-first",
    }
);

named!(
    /// What a crash does.
    CrashPolicy {
        /// The worker's calls are rejected and a new worker is started.
        RestartFailInFlight = "restart-fail-in-flight",
        /// The worker's calls go back to the front of the queue and a new worker is started.
        RestartRequeueInFlight = "restart-requeue-in-flight",
        /// The whole task fails.
        FailTask = "fail-task",
    }
);

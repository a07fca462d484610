//! The registers: one for each name that a field of an effect has.

/// Declares the registers.
macro_rules! registers {
    ($($(#[doc = $doc:literal])* $name:ident)*) => {
        /// A register, named after the field that it holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types, reason = "a register has the name of its field")]
        pub enum Register {
            $($(#[doc = $doc])* $name,)*
        }

        impl Register {
            /// Every register.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The name of its field.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// What it holds.
            pub fn doc(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($doc),*]),* }
            }
        }
    };
}

registers! {
    /// The task that the effect is about.
    task
    /// The call that the effect is about.
    call
    /// The priority of the call.
    priority
    /// Which dispatch of the call.
    attempt
    /// How often the call was dispatched.
    attempts
    /// The slot of the worker that the effect is about.
    slot
    /// Which worker of the slot.
    epoch
    /// The cancellation scope that the effect is about.
    scope
    /// The trace that the effect is about.
    trace
    /// Why the call was rejected.
    rejection
    /// The scope whose abort rejected the call.
    aborted
    /// The slot of the worker to blame for the rejection.
    blamed
    /// The metric that the effect reports.
    metric
    /// The value of the metric.
    value
    /// Why a worker was terminated.
    termination
    /// A duration in milliseconds.
    after
    /// When the call was made or the trace was opened, in milliseconds.
    started
    /// When it ended, in milliseconds.
    ended
    /// Time in the handler on the worker's clock, in milliseconds, where it was measured.
    run
    /// Time from the method call to the first item of its stream, in milliseconds, if one has arrived.
    first_item
    /// Time in queues over all attempts, in milliseconds.
    queue_wait
    /// Time in queues before the last attempt, in milliseconds.
    queue_wait_last
    /// How the call or trace ended.
    status
    /// What kind of error ended it.
    error
    /// The next deadline in milliseconds, Infinity if there is none. Written when there is no effect left.
    deadline
}

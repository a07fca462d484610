//! The names of things: small integers that mean nothing outside the kernel and its shell.

/// Declares a number that names one kind of thing and mixes with no other.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
    };
}

id!(
    /// A task of one kernel. Counts from 0 and is never reused.
    TaskId
);
id!(
    /// A call of one task. Counts from 0 per task and is never reused.
    CallSeq
);
id!(
    /// A place for a worker in a task's pool: `0..poolSize`. Callers know it as the worker index.
    Slot
);
id!(
    /// Which worker sits in a slot. Rises with every spawn, so news about an earlier worker is recognised as stale.
    Epoch
);
id!(
    /// One dispatch of a call, counting from 1. An answer carries it, so an answer to an earlier attempt is stale.
    Attempt
);
id!(
    /// A cancellation scope: a key of the user's, or one `AbortSignal`. Reused after it was closed.
    KeyId
);
id!(
    /// A trace. Counts from 0 per kernel and is never reused.
    TraceId
);

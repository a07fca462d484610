//! What an input answers: an id that the shell asked for, or a refusal. Everything else comes as an effect.

use crate::boundary::config::ConfigError;
use crate::boundary::id::{ScopeId, TaskId, TraceId};

/// The answer to an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// Nothing to say.
    None,
    /// `DefineTask`: the new task, or the first field of its configuration that failed validation.
    Task(Result<TaskId, ConfigError>),
    /// `OpenScope`: the new scope.
    Scope(ScopeId),
    /// `CloseScope`: whether the scope is forgotten.
    Closed(bool),
    /// `OpenTrace`: the new trace, and whether it is sampled.
    Trace {
        /// The trace.
        trace: TraceId,
        /// Whether it is sampled.
        sampled: bool,
    },
}

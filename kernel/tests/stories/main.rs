//! The rules of the kernel as stories: a script of inputs with the whole effect log beside it.
//!
//! The doc line of each story is the rule that it shows. `script.rs` explains how a script reads.

mod batches;
mod cancellation;
mod config;
mod crash;
mod grace;
mod lifecycle;
mod lives;
mod observability;
mod queue;
mod scopes;
mod script;
mod start;
mod streams;
mod taking;
mod terminating;
mod text;
mod timeouts;
mod turns;
mod workers;

//! The sentences of the specification as stories: a script of inputs with the whole effect log beside it.
//!
//! The doc line of each story cites the file and section that it tells. `script.rs` explains how a script reads.

#![allow(clippy::doc_markdown, reason = "doc lines quote the specification as it is written")]

mod cancellation;
mod config;
mod crash;
mod dying;
mod grace;
mod keys;
mod lifecycle;
mod observability;
mod queue;
mod script;
mod start;
mod text;
mod timeouts;
mod workers;

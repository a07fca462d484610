//! Random walks: tasks of any configuration, and inputs of every kind, stale ones included, with effects taken one by one.
//!
//! A walk is a list of words. What a word means is decided by what has happened before it: most words name a call,
//! an attempt or a worker that exists, some name one that does not, or does not any more.
#![allow(dead_code, reason = "every test target uses its own part")]
#![allow(clippy::wildcard_enum_match_arm, reason = "an observer names what it looks at")]

pub(crate) mod scene;
pub(crate) mod setup;
pub(crate) mod shell;
pub(crate) mod step;

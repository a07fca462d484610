//! Everything that crosses between the kernel and its shell.

pub(crate) mod config;
pub(crate) mod effect;
pub(crate) mod id;
pub(crate) mod name;

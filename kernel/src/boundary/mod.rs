//! Everything that crosses between the kernel and its shell: inputs and their answers, effects, the values in them, and the
//! list of all of it that the shell's own code is checked against.

pub(crate) mod answer;
pub(crate) mod config;
pub(crate) mod effect;
pub(crate) mod field;
pub(crate) mod id;
pub(crate) mod input;
pub(crate) mod list;
pub(crate) mod name;
pub(crate) mod numbers;
pub(crate) mod outbox;
pub(crate) mod outcome;
pub(crate) mod priority;
pub(crate) mod recording;
pub(crate) mod registers;

//! Containers with constant cost per operation, for calls and scopes.

pub(crate) mod sequence_map;
pub(crate) mod slab;

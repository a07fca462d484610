//! What crosses the boundary, as a list: `docs/boundary.md` and the shell's `boundary.ts` are written from it.

use crate::boundary::field::Part;
use crate::boundary::id::IDS;
use crate::boundary::outcome::{ErrorKind, Outcome, Reason, Status, Termination};
use crate::boundary::registers::Register;
use crate::telemetry::metric::Metric;

/// An input or effect.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The variant.
    pub name: &'static str,
    /// The lines of its doc comment.
    pub doc: &'static [&'static str],
    /// Its fields, in order.
    pub fields: &'static [FieldShape],
}

/// A field of an input or effect.
#[derive(Clone, Copy, Debug)]
pub struct FieldShape {
    /// The field's name.
    pub name: &'static str,
    /// Its type in Rust.
    pub ty: &'static str,
    /// The names of its numbers where a field of an input has several.
    pub numbers: &'static [&'static str],
    /// The register with its name and the numbers that it takes; none for a field of an input, which is an argument.
    pub stored: Option<(Register, &'static [Part])>,
}

/// An enum that crosses as the position of its variant.
#[derive(Clone, Copy, Debug)]
pub struct Kinds {
    /// The enum.
    pub name: &'static str,
    /// The lines of its doc comment.
    pub doc: &'static [&'static str],
    /// Its variants with the lines of their doc comments, in the order of their numbers.
    pub variants: &'static [(&'static str, &'static [&'static str])],
}

/// An enum that is in the list.
pub(crate) trait Listed {
    /// Its entry.
    const LISTED: Kinds;
}

/// Every kind of id, with what it names.
pub const ID_TYPES: &[(&str, &[&str])] = &IDS;

/// Every enum that crosses as a number.
pub const KINDS: &[Kinds] = &[
    Outcome::LISTED,
    Status::LISTED,
    ErrorKind::LISTED,
    Termination::LISTED,
    Reason::LISTED,
    Metric::LISTED,
];

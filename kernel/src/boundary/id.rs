//! The names of things: small integers that mean nothing outside the kernel and its shell.

use crate::boundary::field::{ABSENT, Field, Part, Registers};
use crate::boundary::numbers::Numbers;

/// Declares a number that names one kind of thing and mixes with no other.
macro_rules! id {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name(pub u32);

        impl $name {
            /// The type's name, which the shell's code has too, and what it names.
            pub const LISTED: (&'static str, &'static [&'static str]) =
                (stringify!($name), &[$($doc),*]);
        }

        impl Numbers for $name {
            fn write(&self, numbers: &mut Vec<f64>) {
                self.0.write(numbers);
            }

            fn read(numbers: &[f64]) -> Option<Self> {
                u32::read(numbers).map(Self)
            }
        }

        impl Field for $name {
            const PARTS: &'static [Part] = &[Part { register: None, ts: stringify!($name), optional: false }];

            fn store(self, at: usize, registers: &mut Registers) {
                registers.set(at, f64::from(self.0));
            }
        }

        impl Field for Option<$name> {
            const PARTS: &'static [Part] = &[Part { register: None, ts: stringify!($name), optional: true }];

            fn store(self, at: usize, registers: &mut Registers) {
                registers.set(at, self.map_or(ABSENT, |id| f64::from(id.0)));
            }
        }
    };
}

id!(
    /// A task of one kernel. Counts from 0 and is never reused.
    TaskId
);
id!(
    /// A call of one task. The shell counts its calls from 0; after 2^32 calls the count begins anew.
    CallSeq
);
id!(
    /// A place for a worker in a task's pool: `0..poolSize`. Callers know it as the worker index.
    Slot
);
id!(
    /// Which worker is in a slot. Rises with every spawn, so that news about an earlier worker is recognized as stale.
    Epoch
);
id!(
    /// One dispatch of a call, counting from 1. A reply carries it, so that a reply to an earlier attempt is stale.
    Attempt
);
id!(
    /// A cancellation scope: what a key or an `AbortSignal` is to the kernel. Reused after it was closed.
    ScopeId
);
id!(
    /// A trace. Counts from 0 per kernel and is never reused.
    TraceId
);

/// Every kind of id.
pub(crate) const IDS: [(&str, &[&str]); 7] = [
    TaskId::LISTED,
    CallSeq::LISTED,
    Slot::LISTED,
    Epoch::LISTED,
    Attempt::LISTED,
    ScopeId::LISTED,
    TraceId::LISTED,
];

impl CallSeq {
    /// The number of the call after this one.
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// Whether this call was submitted before the other one. Right across the wrap-around, as long as fewer than 2^31 calls
    /// lie between the two.
    pub(crate) fn is_before(self, other: Self) -> bool {
        self != other && other.0.wrapping_sub(self.0) < 1 << 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_calls_survives_the_end_of_the_numbers() {
        let last = CallSeq(u32::MAX);
        let first = last.next();
        assert_eq!(first, CallSeq(0));
        assert!(last.is_before(first) && !first.is_before(last) && !first.is_before(first));
    }
}

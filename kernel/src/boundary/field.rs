//! How a field of an effect is stored in the registers, which are the numbers that the shell reads out of the kernel's memory.

use crate::boundary::registers::Register;
use crate::time::Millis;

/// What an absent optional field reads as. Every id, kind and duration is 0 or more.
pub(crate) const ABSENT: f64 = -1.0;

/// The fields of the effect that was polled last, by [`Register`].
#[derive(Clone, Debug, PartialEq)]
pub struct Registers([f64; Register::COUNT]);

impl Default for Registers {
    fn default() -> Self {
        Self([0.0; Register::COUNT])
    }
}

impl Registers {
    /// The numbers, in the order of [`Register`].
    pub fn numbers(&self) -> &[f64] {
        &self.0
    }

    /// Stores the next deadline.
    pub fn set_deadline(&mut self, deadline: Option<Millis>) {
        self.set(Register::deadline as usize, deadline.map_or(f64::INFINITY, Millis::get));
    }

    pub(crate) fn set(&mut self, at: usize, value: f64) {
        self.0[at] = value;
    }
}

/// One number of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The register that holds it. `None`: the one with the field's own name.
    pub register: Option<Register>,
    /// Its type in the shell's code.
    pub ts: &'static str,
    /// Whether it may be absent.
    pub optional: bool,
}

/// A type that effects carry.
pub(crate) trait Field: Copy {
    /// The numbers that it takes, in the order in which the shell gets them.
    const PARTS: &'static [Part];

    /// Stores it. `at` is the register with the field's own name.
    fn store(self, at: usize, registers: &mut Registers);
}

impl Field for u32 {
    const PARTS: &'static [Part] = &[Part { register: None, ts: "number", optional: false }];

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, f64::from(self));
    }
}

impl Field for Option<f64> {
    const PARTS: &'static [Part] = &[Part { register: None, ts: "number", optional: true }];

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, self.unwrap_or(ABSENT));
    }
}

impl Field for f64 {
    const PARTS: &'static [Part] = &[Part { register: None, ts: "number", optional: false }];

    fn store(self, at: usize, registers: &mut Registers) {
        registers.set(at, self);
    }
}

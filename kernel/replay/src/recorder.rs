//! Recordings of kernels that have no JavaScript around them: those of tests.

use crate::encoding::{checksum, write_number, write_whole};
use crate::recording::{Before, Taken, or_zero};
use atelier_kernel::{Input, RecordingHeader};

/// Records the inputs of a kernel.
#[derive(Debug)]
pub struct Recorder {
    bytes: Vec<u8>,
    taken: Taken,
    before: Before,
}

impl Default for Recorder {
    fn default() -> Self {
        let bytes = RecordingHeader::own().bytes();
        Self { bytes, taken: Taken::Some(0), before: Before::default() }
    }
}

impl Recorder {
    /// Notes an input, and its moment in milliseconds. A text in a configuration that is none of its words is noted as something that
    /// is refused.
    pub fn input(&mut self, input: &Input, now: f64) {
        let (place, numbers) = input.numbers();
        self.head(place as u64 + 1);
        self.taken = Taken::Some(0);
        let Before { now: moment, fields } = &mut self.before;
        let before = std::iter::once(moment).chain(&mut fields[place]);
        let mut mask = 0;
        let mut changed = Vec::new();
        for (bit, (before, number)) in before.zip(std::iter::once(now).chain(numbers)).enumerate() {
            if number.to_bits() != before.to_bits() {
                mask |= 1 << bit;
                write_number(&mut changed, number, or_zero(*before));
                *before = number;
            }
        }
        write_whole(&mut self.bytes, mask);
        self.bytes.append(&mut changed);
    }

    /// Notes how many effects were taken since the last input.
    pub fn took(&mut self, taken: Taken) {
        self.taken = taken;
    }

    /// The recording so far.
    pub fn bytes(&self) -> Vec<u8> {
        let mut ended =
            Self { bytes: self.bytes.clone(), taken: self.taken, before: Before::default() };
        ended.head(0);
        write_whole(&mut ended.bytes, 0);
        ended.bytes.extend(checksum(&ended.bytes).to_le_bytes());
        ended.bytes
    }

    fn head(&mut self, input: u64) {
        let (way, count) = match self.taken {
            Taken::Some(0) => (0, None),
            Taken::All => (1, None),
            Taken::Some(count) => (2, Some(count)),
        };
        write_whole(&mut self.bytes, input * 3 + way);
        if let Some(count) = count {
            write_whole(&mut self.bytes, count);
        }
    }
}

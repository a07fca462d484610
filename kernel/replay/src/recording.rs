//! What a recording holds.

use crate::encoding::{checksum, read_number, read_whole};
use atelier_kernel::{Input, RecordingHeader};
use std::fmt;

/// A recording that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The inputs, in order.
    pub steps: Vec<Step>,
    /// How many effects were taken after the last one.
    pub taken: Taken,
    /// Whether the recording had become as long as it may be, so that the runtime went on without it.
    pub is_full: bool,
}

/// An input, and what came before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How many effects were taken since the input before this one.
    pub taken: Taken,
    /// When it happened, in milliseconds. A clock that gives NaN makes the kernel panic.
    pub now: f64,
    /// The inputs of the kernel.
    pub input: Input,
}

/// How many effects a shell took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// So many, of which the last one may have been the one that the kernel did not survive.
    Some(u64),
    /// All, until there was none.
    All,
}

/// The bytes cannot be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingError {
    /// They do not begin like a recording.
    NotARecording,
    /// Another version made them, or another build of this one, so its kernel may do something else.
    Version {
        /// The version.
        theirs: [u8; 3],
    },
    /// They were changed or cut off.
    Broken,
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARecording => f.write_str("These bytes are no recording of a runtime."),
            Self::Version { theirs } => {
                let ([major, minor, patch], own) = (theirs, env!("CARGO_PKG_VERSION"));
                write!(
                    f,
                    "This is a recording of kernel {major}.{minor}.{patch}, and not of this build of {own}. \
                     Replay it with the version of the package that recorded it."
                )
            }
            Self::Broken => {
                f.write_str("The recording is broken: its bytes were changed or cut off.")
            }
        }
    }
}

impl std::error::Error for RecordingError {}

/// How many bytes the checksum takes.
const CHECKSUM: usize = 4;

impl Recording {
    /// Reads a recording that this version of the kernel made.
    ///
    /// # Errors
    ///
    /// For any other bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordingError> {
        let header = RecordingHeader::read(bytes).ok_or(RecordingError::NotARecording)?;
        if header != RecordingHeader::own() {
            return Err(RecordingError::Version { theirs: header.version });
        }
        let (content, sum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(RecordingError::Broken)?;
        let mut rest = content.get(header.bytes().len()..).ok_or(RecordingError::Broken)?;
        if u32::from_le_bytes(*sum) != checksum(content) {
            return Err(RecordingError::Broken);
        }
        let mut before = Before::default();
        let mut steps = Vec::new();
        loop {
            let head = read_whole(&mut rest)?;
            let taken = match head % 3 {
                0 => Taken::Some(0),
                1 => Taken::All,
                _ => Taken::Some(read_whole(&mut rest)?),
            };
            let Some(place) = (head / 3).checked_sub(1) else {
                let is_full = read_whole(&mut rest)? == 1;
                return Ok(Self { steps, taken, is_full });
            };
            let place = usize::try_from(place).map_err(|_| RecordingError::Broken)?;
            let (now, input) = before.read(place, &mut rest)?;
            steps.push(Step { taken, now, input });
        }
    }
}

/// The numbers that others are stored as differences from: the last moment, and the fields of the last input of each kind.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) now: f64,
    pub(crate) fields: Vec<Vec<f64>>,
}

impl Default for Before {
    fn default() -> Self {
        let fields = Input::WIDTHS.iter().map(|&width| vec![f64::NAN; width]).collect();
        Self { now: 0.0, fields }
    }
}

impl Before {
    fn read(&mut self, place: usize, rest: &mut &[u8]) -> Result<(f64, Input), RecordingError> {
        let fields = self.fields.get_mut(place).ok_or(RecordingError::Broken)?;
        let changed = read_whole(rest)?;
        if changed >> (fields.len() + 1) != 0 {
            return Err(RecordingError::Broken);
        }
        let moment = std::iter::once(&mut self.now);
        for (bit, number) in moment.chain(fields.iter_mut()).enumerate() {
            if changed >> bit & 1 == 1 {
                *number = read_number(rest, or_zero(*number))?;
            }
        }
        let input = Input::from_numbers(place, fields).ok_or(RecordingError::Broken)?;
        Ok((self.now, input))
    }
}

/// What a number is stored as a difference from: the one before, or 0 if that was NaN.
pub(crate) fn or_zero(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number }
}

//! The header of a recording, which shows whether this kernel can replay it.

use crate::boundary::config::{TaskConfig, words};
use crate::boundary::input::Input;

/// What every recording begins with, and nothing else does.
const MARK: [u8; 4] = *b"atrc";

/// The beginning of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordingHeader {
    /// The version of the kernel.
    pub version: [u8; 3],
    /// Of what the kernel can record: the inputs with their fields, the fields of a configuration, and its words.
    pub fingerprint: u32,
}

impl RecordingHeader {
    /// How many bytes it has.
    pub const BYTES: usize = 11;

    /// That of recordings that this kernel can replay.
    pub fn own() -> Self {
        Self { version: version(env!("CARGO_PKG_VERSION")), fingerprint: fingerprint() }
    }

    /// Reads it off the front of a recording. `None` if the bytes are no recording.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (&version, print) = bytes.strip_prefix(&MARK)?.split_first_chunk()?;
        let fingerprint = u32::from_le_bytes(*print.first_chunk()?);
        Some(Self { version, fingerprint })
    }

    /// Its bytes.
    pub fn bytes(self) -> Vec<u8> {
        [&MARK[..], &self.version, &self.fingerprint.to_le_bytes()].concat()
    }
}

/// The three numbers of a version.
fn version(text: &str) -> [u8; 3] {
    let mut numbers = text.split(['.', '-', '+']).map(|number| number.parse().unwrap_or(u8::MAX));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

fn fingerprint() -> u32 {
    let inputs = Input::LIST.iter().flat_map(|input| {
        let fields = input.fields.iter().flat_map(|field| [field.name, field.ty]);
        std::iter::once(input.name).chain(fields)
    });
    let texts = inputs.chain(TaskConfig::FIELDS.iter().copied()).chain(words());
    // FNV-1a.
    texts
        .flat_map(|text| text.bytes().chain([0]))
        .fold(0x811c_9dc5, |print, byte| (print ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let header = RecordingHeader { version: [1, 20, 3], fingerprint: 0x0102_0304 };
        assert_eq!(RecordingHeader::read(&header.bytes()), Some(header));
        assert_eq!(RecordingHeader::read(&header.bytes()[1..]), None);
        assert_eq!(RecordingHeader::read(b"PK\x03\x04 another file"), None);
    }

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!(version("0.1.0"), [0, 1, 0]);
        assert_eq!(version("2.13.4-beta.1"), [2, 13, 4]);
    }
}

//! Numbers as bytes.

use crate::recording::RecordingError;

/// Three times twice a smaller whole number has 53 bits at most, which an `f64` holds without loss.
const SHORT: f64 = 562_949_953_421_312.0;

/// How a number is stored.
const ONES: u64 = 0;
const THOUSANDTHS: u64 = 1;
const ITSELF: u64 = 2;
const WAYS: u64 = 3;

/// FNV-1a.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, &byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Appends a whole number, seven bits in a byte, the lowest first.
pub(crate) fn write_whole(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        bytes.push(low_byte(number) | 128);
        number >>= 7;
    }
    bytes.push(low_byte(number));
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

/// Takes a whole number off the front.
pub(crate) fn read_whole(bytes: &mut &[u8]) -> Result<u64, RecordingError> {
    let mut number = 0;
    for shift in (0..53).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(RecordingError::Broken)?;
        *bytes = rest;
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Ok(number);
        }
    }
    Err(RecordingError::Broken)
}

/// Appends a number as what is to be added to another one, which must not be NaN.
pub(crate) fn write_number(bytes: &mut Vec<u8>, number: f64, from: f64) {
    let ones = number - from;
    let thousandths = in_thousandths(number) - in_thousandths(from);
    if is_short(ones) && is_same(from + ones, number) {
        write_whole(bytes, unsigned(ones) * WAYS + ONES);
    } else if is_short(thousandths)
        && is_same((in_thousandths(from) + thousandths) / 1000.0, number)
    {
        write_whole(bytes, unsigned(thousandths) * WAYS + THOUSANDTHS);
    } else {
        write_whole(bytes, ITSELF);
        bytes.extend(number.to_le_bytes());
    }
}

/// Takes a number off the front that was stored as what is to be added to another one.
pub(crate) fn read_number(bytes: &mut &[u8], from: f64) -> Result<f64, RecordingError> {
    let token = read_whole(bytes)?;
    let difference = signed(token / WAYS);
    match token % WAYS {
        ONES => Ok(from + difference),
        THOUSANDTHS => Ok((in_thousandths(from) + difference) / 1000.0),
        _ => {
            let (itself, rest) = bytes.split_first_chunk().ok_or(RecordingError::Broken)?;
            *bytes = rest;
            Ok(f64::from_le_bytes(*itself))
        }
    }
}

/// Rounds half up, as the shell does.
fn in_thousandths(number: f64) -> f64 {
    (number * 1000.0 + 0.5).floor()
}

/// Whether they are one number; 0 and −0 are not.
fn is_same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

/// Whether a number is whole and small enough for [`unsigned`], and then to be tripled, without loss.
fn is_short(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < SHORT
}

/// A short number as one from 0 on; small ones stay small.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is whole, and from 0 on"
)]
fn unsigned(number: f64) -> u64 {
    if number < 0.0 { (-2.0 * number - 1.0) as u64 } else { (2.0 * number) as u64 }
}

/// Takes back [`unsigned`].
#[expect(clippy::cast_precision_loss, reason = "a number of at most 53 bits was read")]
fn signed(number: u64) -> f64 {
    if number % 2 == 1 { -(number.div_ceil(2) as f64) } else { (number / 2) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_number_is_read_as_it_was_written() {
        let near = (-1e6..1e6_f64).prop_map(f64::round);
        let number = prop_oneof![any::<f64>(), near.clone(), near.prop_map(|n| n / 1000.0)];
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(numbers in prop::collection::vec(number, 0..20))| {
            let mut bytes = Vec::new();
            let mut from = 0.0;
            for &number in &numbers {
                write_number(&mut bytes, number, from);
                from = if number.is_nan() { 0.0 } else { number };
            }
            let mut rest = &bytes[..];
            let mut from = 0.0;
            for &number in &numbers {
                let read = read_number(&mut rest, from).expect("it was written");
                prop_assert!(read.to_bits() == number.to_bits(), "{read} for {number}");
                from = if number.is_nan() { 0.0 } else { number };
            }
            prop_assert!(rest.is_empty());
        });
    }

    #[test]
    fn the_next_call_and_a_moment_soon_after_are_short() {
        let length = |number, from| {
            let mut bytes = Vec::new();
            write_number(&mut bytes, number, from);
            bytes.len()
        };
        assert_eq!(length(123_457.0, 123_456.0), 1);
        assert_eq!(length(98_765.432, 98_763.211), 2);
        assert_eq!(length(0.1 + 0.2, 0.0), 9);
    }

    #[test]
    fn a_whole_number_that_does_not_end_is_broken() {
        for bytes in [&[][..], &[128], &[255; 20]] {
            assert_eq!(read_whole(&mut &*bytes), Err(RecordingError::Broken));
        }
    }
}

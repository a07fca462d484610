//! How one field of a configuration is validated.

use crate::boundary::config::{ConfigError, RawField};
use crate::boundary::name::Named;

/// A number, or its default.
pub(super) fn number(
    field: &'static str,
    given: &RawField,
    default: f64,
    allowed: &'static str,
    is_valid: impl Fn(f64) -> bool,
) -> Result<f64, ConfigError> {
    match given {
        RawField::Missing => Ok(default),
        RawField::Number(n) if is_valid(*n) => Ok(*n),
        RawField::Number(_) => Err(ConfigError { field, allowed, out_of_range: true }),
        RawField::Text(_) | RawField::Other => {
            Err(ConfigError { field, allowed, out_of_range: false })
        }
    }
}

/// Which durations an optional field takes.
#[derive(Clone, Copy)]
pub(super) enum Delay {
    Positive,
    PositiveOrInfinite,
    NonNegative,
}

/// A duration in milliseconds, if it is given.
pub(super) fn delay(
    field: &'static str,
    given: &RawField,
    range: Delay,
) -> Result<Option<f64>, ConfigError> {
    if *given == RawField::Missing {
        return Ok(None);
    }
    let allowed = match range {
        Delay::Positive => "a positive number of milliseconds",
        Delay::PositiveOrInfinite => "a positive number of milliseconds or Infinity",
        Delay::NonNegative => "a non-negative number of milliseconds",
    };
    let is_valid = |n: f64| match range {
        Delay::Positive => n.is_finite() && n > 0.0,
        Delay::PositiveOrInfinite => n > 0.0,
        Delay::NonNegative => n.is_finite() && n >= 0.0,
    };
    number(field, given, 0.0, allowed, is_valid).map(Some)
}

/// One of the words that name the variants of an enum.
pub(super) fn choice<T: Named>(
    field: &'static str,
    given: &RawField,
    default: Option<T>,
    allowed: &'static str,
) -> Result<T, ConfigError> {
    match (given, default) {
        (RawField::Missing, Some(default)) => Ok(default),
        (RawField::Text(text), _) => {
            T::named(text).ok_or(ConfigError { field, allowed, out_of_range: true })
        }
        (RawField::Missing | RawField::Number(_) | RawField::Other, _) => {
            Err(ConfigError { field, allowed, out_of_range: false })
        }
    }
}

//! How many workers a task may have, and how many of them stay although they are idle.

use crate::boundary::config::{ConfigError, RawField, TaskConfig, TaskType};
use crate::task::limits::fields::number;
use crate::task::limits::saturate;

/// The most workers that a task may have.
const MAX_POOL_SIZE: f64 = 1024.0;

/// The workers of a pool where the platform does not say how many processors it has.
const DEFAULT_POOL_SIZE: f64 = 4.0;

/// The workers of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PoolSize {
    pub(super) max: f64,
    /// Workers that stay although they are idle, where the size is a range.
    pub(super) min: Option<u32>,
}

impl PoolSize {
    /// Parses a number or a range. A singleton has one worker, whatever is given.
    pub(super) fn parse(task_type: TaskType, config: &TaskConfig) -> Result<Self, ConfigError> {
        let default = default_max(config.hardware_concurrency);
        match (task_type, &config.pool_min, &config.pool_max) {
            (TaskType::Singleton, ..) => Ok(Self { max: 1.0, min: None }),
            (TaskType::Parallel, RawField::Missing, RawField::Missing) => {
                let given = &config.pool_size;
                let allowed = match given {
                    RawField::Number(_) => "an integer from 1 to 1024",
                    RawField::Missing | RawField::Text(_) | RawField::Other => {
                        "an integer from 1 to 1024 or an object { min, max }"
                    }
                };
                Ok(Self { max: size("poolSize", given, default, allowed)?, min: None })
            }
            (TaskType::Parallel, min, max) => {
                let max_given = size("poolSize.max", max, default, "an integer from 1 to 1024")?;
                // Where `max` is not given, a machine with few processors gets as many workers as `min`.
                let limit = if *max == RawField::Missing { MAX_POOL_SIZE } else { max_given };
                let min = number(
                    "poolSize.min",
                    min,
                    0.0,
                    "an integer from 0 to the max of poolSize, at most 1024",
                    |n| n.fract() == 0.0 && (0.0..=limit).contains(&n),
                )?;
                Ok(Self { max: max_given.max(min), min: Some(saturate(min)) })
            }
        }
    }
}

fn size(
    field: &'static str,
    given: &RawField,
    default: f64,
    allowed: &'static str,
) -> Result<f64, ConfigError> {
    number(field, given, default, allowed, |n| {
        n.fract() == 0.0 && (1.0..=MAX_POOL_SIZE).contains(&n)
    })
}

/// One worker per processor. A platform that does not know its processors may report anything that is not positive.
fn default_max(hardware_concurrency: Option<f64>) -> f64 {
    hardware_concurrency
        .filter(|&processors| processors > 0.0)
        .map_or(DEFAULT_POOL_SIZE, |processors| processors.floor().clamp(1.0, MAX_POOL_SIZE))
}

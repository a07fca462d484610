//! A replay as text, in the words of the lists of inputs and effects. The shell's developer tools print the same.

use crate::replay::{Replay, Replayed};
use atelier_kernel::{Effect, FieldShape, Input, KINDS, RawField, Registers, TaskConfig};
use std::fmt;

impl fmt::Display for Replay {
    /// A line for each input, and indented ones for what followed from it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full = if self.is_full { ", until it was full" } else { "" };
        let (version, inputs) = (env!("CARGO_PKG_VERSION"), self.steps.len());
        writeln!(f, "A recording of kernel {version}: {inputs} inputs{full}.")?;
        for Replayed { now, input, effects } in &self.steps {
            writeln!(f, "{} {}", number(*now), of_input(input))?;
            for effect in effects {
                writeln!(f, "  {}", of_effect(*effect))?;
            }
        }
        match &self.panic {
            Some(panic) => writeln!(f, "  panic: {panic}"),
            None => Ok(()),
        }
    }
}

fn of_input(input: &Input) -> String {
    let (place, numbers) = input.numbers();
    let shape = Input::LIST[place];
    let mut rest = &numbers[..];
    let fields = if let Input::DefineTask { config } = input {
        of_config(config)
    } else {
        shape.fields.iter().flat_map(|field| of_field(field, &mut rest)).collect()
    };
    sentence(shape.name, &fields)
}

/// The numbers of a field of an input, taken off the front.
fn of_field(field: &FieldShape, rest: &mut &[f64]) -> Vec<String> {
    let own = [field.name];
    let names = if field.numbers.is_empty() { &own[..] } else { field.numbers };
    let (numbers, after) = rest.split_at(names.len());
    *rest = after;
    let fields = names.iter().zip(numbers).filter(|(_, number)| !number.is_nan());
    fields
        .filter_map(|(name, &number)| match field.ty {
            "bool" => (number == 1.0).then(|| words(name)),
            ty => Some(format!("{} {}", words(name), meaning(ty, number))),
        })
        .collect()
}

fn of_config(config: &TaskConfig) -> Vec<String> {
    let fields = TaskConfig::FIELDS.iter().zip(config.fields()).filter_map(|(name, field)| {
        let value = match field {
            RawField::Missing => return None,
            RawField::Number(given) => number(*given),
            RawField::Text(text) => text.clone(),
            RawField::Other => "other".to_owned(),
        };
        Some(format!("{} {value}", words(name)))
    });
    let processors = config.hardware_concurrency;
    fields.chain(processors.map(|n| format!("hardware concurrency {}", number(n)))).collect()
}

fn of_effect(effect: Effect) -> String {
    let mut registers = Registers::default();
    let shape = Effect::LIST[effect.store(&mut registers) as usize - 1];
    let parts = shape.fields.iter().filter_map(|field| field.stored).flat_map(|(own, parts)| {
        parts.iter().map(move |part| (part.register.unwrap_or(own), part))
    });
    let present = parts.filter_map(|(register, part)| {
        let number = registers.numbers()[register as usize];
        let is_absent = part.optional && number < 0.0;
        (!is_absent).then(|| format!("{} {}", words(register.name()), meaning(part.ts, number)))
    });
    sentence(shape.name, &present.collect::<Vec<_>>())
}

fn sentence(name: &str, fields: &[String]) -> String {
    let name = words(name);
    if fields.is_empty() { name } else { format!("{name} {}", fields.join(", ")) }
}

/// The variant of an enum, or the number itself.
fn meaning(ty: &str, value: f64) -> String {
    let ty = ty.trim_start_matches("Option<").trim_end_matches('>');
    let kinds = KINDS.iter().find(|kinds| kinds.name == ty);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let variant = kinds.and_then(|kinds| kinds.variants.get(value as usize));
    variant.map_or_else(|| number(value), |(name, _)| words(name))
}

/// `WorkerLost`, `worker_lost` and `workerLost` as `worker lost`.
fn words(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && !text.is_empty()) {
            text.push(' ');
        }
        text.extend(letter.to_lowercase().filter(|&letter| letter != '_'));
    }
    text
}

/// A number as JavaScript writes it.
fn number(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if size >= 1e21 {
        format!("{number:e}").replace('e', "e+")
    } else if size < 1e-6 {
        format!("{number:e}")
    } else {
        format!("{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_in_javascript() {
        let read: Vec<String> =
            [0.0, -0.0, 12.5, -1.0, 1e20, 1.5e21, 1e-6, 2.5e-7, f64::INFINITY, f64::NAN]
                .map(number)
                .to_vec();
        assert_eq!(
            read,
            [
                "0",
                "0",
                "12.5",
                "-1",
                "100000000000000000000",
                "1.5e+21",
                "0.000001",
                "2.5e-7",
                "Infinity",
                "NaN"
            ]
        );
    }

    #[test]
    fn a_name_reads_as_words() {
        for name in ["WorkerLost", "worker_lost", "workerLost"] {
            assert_eq!(words(name), "worker lost");
        }
    }
}

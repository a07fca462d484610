//! Inputs as numbers, which is how a recording keeps them.

use crate::boundary::config::{RawField, TaskConfig, words};

/// A type that inputs carry, as a fixed number of numbers. NaN stands for what is absent.
pub(crate) trait Numbers: Sized {
    /// The names of its numbers where it has several. One that has none is one number with the name of its field.
    const NAMES: &'static [&'static str] = &[];

    /// How many numbers it takes.
    const COUNT: usize = if Self::NAMES.is_empty() { 1 } else { Self::NAMES.len() };

    /// Appends its numbers.
    fn write(&self, numbers: &mut Vec<f64>);

    /// Reads it from as many numbers as it takes. `None` if they mean nothing.
    fn read(numbers: &[f64]) -> Option<Self>;
}

impl Numbers for f64 {
    fn write(&self, numbers: &mut Vec<f64>) {
        numbers.push(*self);
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        numbers.first().copied()
    }
}

impl Numbers for u32 {
    fn write(&self, numbers: &mut Vec<f64>) {
        numbers.push(f64::from(*self));
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        let number = *numbers.first()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "compared with it"
        )]
        let whole = number as Self;
        (f64::from(whole) == number).then_some(whole)
    }
}

impl Numbers for bool {
    fn write(&self, numbers: &mut Vec<f64>) {
        numbers.push(f64::from(u8::from(*self)));
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        match u32::read(numbers)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Numbers> Numbers for Option<T> {
    const NAMES: &'static [&'static str] = T::NAMES;

    fn write(&self, numbers: &mut Vec<f64>) {
        match self {
            Some(value) => value.write(numbers),
            None => numbers.extend(std::iter::repeat_n(f64::NAN, T::COUNT)),
        }
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        if numbers.first()?.is_nan() { Some(None) } else { T::read(numbers).map(Some) }
    }
}

/// What a field of a configuration is, as a number; a word is its place among all words after these.
#[derive(Clone, Copy)]
enum FieldKind {
    Missing,
    Number,
    Other,
    FirstWord,
}

impl Numbers for Box<TaskConfig> {
    // Each field as its kind and its number, after the number of processors.
    const COUNT: usize = 1 + 2 * TaskConfig::FIELDS.len();

    fn write(&self, numbers: &mut Vec<f64>) {
        self.hardware_concurrency.write(numbers);
        for field in self.fields() {
            let (kind, number) = match field {
                RawField::Missing => (FieldKind::Missing as usize, 0.0),
                RawField::Number(number) => (FieldKind::Number as usize, *number),
                RawField::Other => (FieldKind::Other as usize, 0.0),
                RawField::Text(text) => (
                    words()
                        .position(|word| word == text)
                        .map_or(FieldKind::Other as usize, |at| FieldKind::FirstWord as usize + at),
                    0.0,
                ),
            };
            #[expect(clippy::cast_precision_loss, reason = "there are few words")]
            numbers.extend([kind as f64, number]);
        }
    }

    fn read(numbers: &[f64]) -> Option<Self> {
        let (&processors, fields) = numbers.split_first()?;
        let mut fields = fields.chunks(2);
        let mut broken = false;
        let config = TaskConfig::read(Some(processors).filter(|n| !n.is_nan()), |_| {
            let field = fields.next().and_then(raw_field);
            broken |= field.is_none();
            field.unwrap_or_default()
        });
        (!broken).then(|| Self::new(config))
    }
}

fn raw_field(numbers: &[f64]) -> Option<RawField> {
    const MISSING: u32 = FieldKind::Missing as u32;
    const NUMBER: u32 = FieldKind::Number as u32;
    const OTHER: u32 = FieldKind::Other as u32;
    match u32::read(numbers)? {
        MISSING => Some(RawField::Missing),
        NUMBER => Some(RawField::Number(*numbers.get(1)?)),
        OTHER => Some(RawField::Other),
        word => words().nth(word as usize - FieldKind::FirstWord as usize).map(RawField::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    #[test]
    fn every_input_is_read_from_its_numbers() {
        for (place, (&width, shape)) in Input::WIDTHS.iter().zip(Input::LIST).enumerate() {
            let numbers = vec![1.0; width];
            let input = Input::from_numbers(place, &numbers);
            assert_eq!(
                input.map(|input| input.numbers()),
                Some((place, numbers)),
                "{}",
                shape.name
            );
            // The shell keeps which of them have changed in the 53 bits of a number.
            assert!(width < 53, "{} has {width} numbers", shape.name);
        }
    }

    #[test]
    fn numbers_that_mean_nothing_are_no_input() {
        for (place, &width) in Input::WIDTHS.iter().enumerate() {
            assert_eq!(Input::from_numbers(place, &vec![1.0; width + 1]), None);
            if width > 0 {
                assert_eq!(Input::from_numbers(place, &vec![1.0; width - 1]), None);
            }
        }
        assert_eq!(Input::from_numbers(Input::LIST.len(), &[]), None);
        for number in [0.5, -1.0, f64::INFINITY, f64::NAN, 4_294_967_296.0] {
            assert_eq!(u32::read(&[number]), None);
        }
        assert_eq!(bool::read(&[2.0]), None);
    }

    #[test]
    fn a_configuration_is_read_as_it_was_written_but_for_its_foreign_texts() {
        let words = words().map(RawField::from);
        let others = [RawField::Missing, RawField::Other, RawField::Number(-1.0)];
        for field in words.chain(others) {
            for hardware_concurrency in [None, Some(8.0)] {
                let config = Box::new(TaskConfig {
                    queue_policy: field.clone(),
                    hardware_concurrency,
                    ..TaskConfig::default()
                });
                let mut numbers = Vec::new();
                config.write(&mut numbers);
                assert_eq!(Numbers::read(&numbers), Some(config));
            }
        }
        let foreign =
            Box::new(TaskConfig { order: "a text of the user's".into(), ..TaskConfig::default() });
        let mut numbers = Vec::new();
        foreign.write(&mut numbers);
        let read: Box<TaskConfig> = Numbers::read(&numbers).expect("it was written");
        assert_eq!(read.order, RawField::Other);
    }

    #[test]
    fn every_enum_with_words_has_its_words_in_the_list() {
        let source = include_str!("config.rs");
        let declared: Vec<&str> = source
            .lines()
            .filter_map(|line| {
                line.trim().strip_suffix("\",")?.split_once(" = \"").map(|(_, word)| word)
            })
            .collect();
        assert_eq!(declared, words().collect::<Vec<_>>());
    }
}

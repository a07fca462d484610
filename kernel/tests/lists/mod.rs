//! What the shell's code must know of the lists to make a recording, and the developer tools to tell its story.

use crate::{arguments, camel};
use atelier_kernel::{Effect, FieldShape, Input, KINDS, RecordingHeader, TaskConfig, words};
use std::fmt::Write;

/// What the recorder needs.
fn for_the_recorder() -> String {
    let mut out = String::new();
    let inputs = Input::LIST.iter().map(|input| camel(input.name));
    constant(
        &mut out,
        "The facade's methods for the inputs, in the order of the list.",
        "INPUTS",
        inputs,
    );
    let fields = TaskConfig::FIELDS.iter().map(|&field| field.to_owned());
    constant(
        &mut out,
        "The fields of a configuration that the kernel reads.",
        "CONFIG_FIELDS",
        fields,
    );
    let words = words().map(str::to_owned);
    constant(&mut out, "The words that such a field may be.", "CONFIG_WORDS", words);
    let header = RecordingHeader::own().bytes();
    let header = header.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    write!(
        out,
        "\n/** What a recording begins with: a mark, the version of the kernel, and a fingerprint of what it can record. */\n\
         export const RECORDING_HEADER = [{header}]\n"
    )
    .expect("a string");
    out
}

fn constant(out: &mut String, doc: &str, name: &str, texts: impl Iterator<Item = String>) {
    write!(out, "\n/** {doc} */\nexport const {name} = [\n").expect("a string");
    for text in texts {
        writeln!(out, "  '{text}',").expect("a string");
    }
    out.push_str("] as const\n");
}

/// `ts/devtools/recording/lists.ts`.
pub(crate) fn typescript() -> String {
    let mut kinds: Vec<&str> = KINDS.iter().map(|kinds| kinds.name).collect();
    kinds.sort_unstable();
    let kinds = kinds.join(", ");
    let mut out = format!(
        "// Written by kernel/tests/boundary.rs from the list in kernel/src/boundary: do not edit.\n\n\
         import {{ {kinds} }} from '../../page/kernel/boundary.ts'\n\n\
         /** A field: its name, and what its number means. */\n\
         export type Field = {{\n\
         \x20 readonly name: string\n\
         \x20 /** The names of an enum's variants, each with its number. */\n\
         \x20 readonly kinds?: Readonly<Record<string, number>>\n\
         \x20 /** It is 0 or 1. */\n\
         \x20 readonly flag?: true\n\
         }}\n\n\
         /** A field of an effect, with the register that holds it. */\n\
         export type StoredField = Field & {{ readonly register: number; readonly optional?: true }}\n"
    );
    out.push_str(&for_the_recorder());
    out.push_str(
        "\n/** The fields of each input, in the order of `INPUTS`; those of a configuration have no place here. */\n\
         export const INPUT_FIELDS: readonly (readonly Field[])[] = [\n",
    );
    for input in Input::LIST {
        let fields: Vec<String> = input.fields.iter().flat_map(input_field).collect();
        writeln!(out, "  // {}\n  [{}],", input.name, fields.join(", ")).expect("a string");
    }
    out.push_str("]\n\n/** Each effect with its fields, in the order of their kinds, which count from 1. */\n");
    out.push_str("export const EFFECTS: readonly { readonly name: string; readonly fields: readonly StoredField[] }[] = [\n");
    for effect in Effect::LIST {
        writeln!(out, "  {{\n    name: '{}',\n    fields: [", camel(effect.name))
            .expect("a string");
        for (name, ts, register, optional) in effect.fields.iter().flat_map(arguments) {
            let kinds = kinds_of(ts);
            let optional = if optional { ", optional: true" } else { "" };
            writeln!(
                out,
                "      {{ name: '{name}', register: {}{optional}{kinds} }},",
                register as usize
            )
            .expect("a string");
        }
        out.push_str("    ],\n  },\n");
    }
    out.push_str("]\n");
    out
}

fn input_field(field: &FieldShape) -> Vec<String> {
    if field.ty.contains("TaskConfig") {
        return Vec::new();
    }
    if !field.numbers.is_empty() {
        return field.numbers.iter().map(|name| format!("{{ name: '{}' }}", camel(name))).collect();
    }
    let flag = if field.ty == "bool" { ", flag: true" } else { "" };
    vec![format!("{{ name: '{}'{flag}{} }}", camel(field.name), kinds_of(field.ty))]
}

/// `Outcome` and `Option<Outcome>` as the property that names the enum.
fn kinds_of(ty: &str) -> String {
    let ty = ty.trim_start_matches("Option<").trim_end_matches('>');
    let named = KINDS.iter().find(|kinds| kinds.name == ty);
    named.map_or(String::new(), |kinds| format!(", kinds: {}", kinds.name))
}

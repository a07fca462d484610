//! What crosses the boundary is written down for the shell and for readers from the kernel's own list: `boundary.ts`, the developer
//! tools' `lists.ts`, and a part of `docs/boundary.md`. `UPDATE_BOUNDARY=1 cargo test -p atelier-kernel --test boundary` writes all
//! three; without it, this test names the file that is out of date, and every input that the facade or the shell's port has
//! forgotten.

mod lists;

use atelier_kernel::{Effect, FieldShape, ID_TYPES, Input, KINDS, Part, Register, Shape};
use std::fmt::Write;
use std::path::PathBuf;

/// Effects with more arguments than this get one object.
const MOST_ARGUMENTS: usize = 6;

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Compares a file with what it must be, or writes it.
fn keep(file: &str, right: &str) {
    if std::env::var_os("UPDATE_BOUNDARY").is_some() {
        std::fs::write(path(file), right).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let now = read(file);
    let line = now.lines().zip(right.lines()).take_while(|(now, right)| now == right).count() + 1;
    assert!(
        now == right,
        "{file} is out of date from line {line} on: run \
         UPDATE_BOUNDARY=1 cargo test -p atelier-kernel --test boundary"
    );
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default();
    let rest = words.map(|word| word[..1].to_uppercase() + &word[1..]);
    let joined = first.to_owned() + &rest.collect::<String>();
    joined[..1].to_lowercase() + &joined[1..]
}

/// `WorkerLost` as `worker_lost`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// A doc comment as one paragraph, without Rust's links.
fn sentence(doc: &[&str]) -> String {
    let text = doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    text.replace("[`", "`").replace("`]", "`")
}

/// The arguments that one field becomes: name, type, register, whether it is optional.
fn arguments(field: &FieldShape) -> Vec<(String, &'static str, Register, bool)> {
    let (own, parts) = field.stored.expect("an effect's fields are stored");
    let of = |part: &Part| {
        let register = part.register.unwrap_or(own);
        (camel(register.name()), part.ts, register, part.optional)
    };
    parts.iter().map(of).collect()
}

fn type_of(ts: &str, optional: bool) -> String {
    if optional { format!("{ts} | undefined") } else { ts.to_owned() }
}

/// How the shell's code reads one argument.
fn reading(ts: &str, register: Register, optional: bool) -> String {
    let reader = match (ts, optional) {
        ("number", false) => "number",
        (_, false) => "id",
        (_, true) => "optional",
    };
    let at = register as usize;
    if ts == "number" && !optional {
        format!("registers.{reader}({at})")
    } else {
        format!("registers.{reader}<{ts}>({at})")
    }
}

fn typescript() -> String {
    let mut out = String::from(
        "// Written by kernel/tests/boundary.rs from the list in kernel/src/boundary: do not edit.\n\n\
         import type { Registers } from './registers.ts'\n",
    );
    for (name, doc) in ID_TYPES {
        write!(
            out,
            "\n/** {} */\nexport type {name} = number & {{ readonly __id: '{name}' }}\n",
            sentence(doc)
        )
        .expect("a string");
    }
    for kinds in KINDS {
        let name = kinds.name;
        write!(out, "\n/** {} */\nexport const {name} = {{\n", sentence(kinds.doc))
            .expect("a string");
        for (number, (variant, doc)) in kinds.variants.iter().enumerate() {
            write!(out, "  /** {} */\n  {variant}: {number},\n", sentence(doc)).expect("a string");
        }
        writeln!(out, "}} as const\nexport type {name} = (typeof {name})[keyof typeof {name}]")
            .expect("a string");
    }
    out.push_str("\n/** Where the next deadline is. */\n");
    writeln!(out, "export const DEADLINE = {}\n", Register::deadline as usize).expect("a string");
    writeln!(
        out,
        "/** How many registers there are. */\nexport const REGISTERS = {}",
        Register::COUNT
    )
    .expect("a string");
    for effect in Effect::LIST.iter().filter(|effect| takes_object(effect)) {
        write!(
            out,
            "\n/** What `{}` carries. */\nexport type {} = {{\n",
            camel(effect.name),
            effect.name
        )
        .expect("a string");
        for field in effect.fields {
            for (name, ts, register, optional) in arguments(field) {
                write!(
                    out,
                    "  /** {} */\n  {name}: {}\n",
                    sentence(register.doc()),
                    type_of(ts, optional)
                )
                .expect("a string");
            }
        }
        out.push_str("}\n");
    }
    out.push_str(
        "\n/** Who performs the effects. No method may throw. */\nexport type Performer = {\n",
    );
    for effect in Effect::LIST {
        let arguments: Vec<String> = if takes_object(effect) {
            vec![format!("end: {}", effect.name)]
        } else {
            effect
                .fields
                .iter()
                .flat_map(arguments)
                .map(|(name, ts, _, optional)| format!("{name}: {}", type_of(ts, optional)))
                .collect()
        };
        write!(
            out,
            "  /** {} */\n  {}({}): void\n",
            sentence(effect.doc),
            camel(effect.name),
            arguments.join(", ")
        )
        .expect("a string");
    }
    out.push_str("}\n\n/** Hands the effect in the registers to the performer. `kind` is what `poll` returned. */\nexport function perform(kind: number, registers: Registers, performer: Performer): void {\n  switch (kind) {\n");
    for (at, effect) in Effect::LIST.iter().enumerate() {
        let fields: Vec<_> = effect.fields.iter().flat_map(arguments).collect();
        let given = if takes_object(effect) {
            let members = fields.iter().map(|(name, ts, register, optional)| {
                format!("        {name}: {},\n", reading(ts, *register, *optional))
            });
            format!("{{\n{}      }}", members.collect::<String>())
        } else {
            let values =
                fields.iter().map(|(_, ts, register, optional)| reading(ts, *register, *optional));
            values.collect::<Vec<_>>().join(", ")
        };
        write!(
            out,
            "    case {}:\n      performer.{}({given})\n      break\n",
            at + 1,
            camel(effect.name)
        )
        .expect("a string");
    }
    out.push_str("  }\n}\n");
    out
}

fn takes_object(effect: &Shape) -> bool {
    effect.fields.iter().flat_map(arguments).count() > MOST_ARGUMENTS
}

/// The tables of docs/boundary.md.
fn tables() -> String {
    let mut out = String::from("## Inputs\n\n| input | fields | meaning |\n| --- | --- | --- |\n");
    for input in Input::LIST {
        let fields = input.fields.iter().map(|field| {
            format!("`{}: {}`", field.name, field.ty.replace(' ', "").replace('|', "\\|"))
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        writeln!(out, "| `{}` | {fields} | {} |", input.name, sentence(input.doc))
            .expect("a string");
    }
    out.push_str(
        "\n## Effects\n\n| effect | registers | what the shell does |\n| --- | --- | --- |\n",
    );
    for effect in Effect::LIST {
        let registers = effect
            .fields
            .iter()
            .flat_map(arguments)
            .map(|(_, _, register, _)| format!("`{}`", register.name()));
        let registers = registers.collect::<Vec<_>>().join(", ");
        writeln!(out, "| `{}` | {registers} | {} |", effect.name, sentence(effect.doc))
            .expect("a string");
    }
    out.push_str("\n## Registers\n\n| register | holds |\n| --- | --- |\n");
    for register in Register::ALL {
        writeln!(out, "| `{}` | {} |", register.name(), sentence(register.doc()))
            .expect("a string");
    }
    out
}

const BEGIN: &str = "<!-- written by kernel/tests/boundary.rs -->\n";
const END: &str = "<!-- end -->\n";

#[test]
fn the_shells_code_for_effects_is_up_to_date() {
    keep("ts/page/kernel/boundary.ts", &typescript());
}

#[test]
fn the_developer_tools_lists_are_up_to_date() {
    keep("ts/devtools/recording/lists.ts", &lists::typescript());
}

#[test]
fn the_tables_of_the_boundary_page_are_up_to_date() {
    let page = read("docs/boundary.md");
    let (before, rest) = page.split_once(BEGIN).expect("the page has a place for the tables");
    let (_, after) = rest.split_once(END).expect("the tables have an end");
    keep("docs/boundary.md", &format!("{before}{BEGIN}\n{}\n{END}{after}", tables()));
}

/// The body of a method in a source file, found by how its declaration begins; it ends where a line closes it at the same indent.
fn body<'a>(source: &'a str, declaration: &str) -> Option<&'a str> {
    let from = source.find(&format!("\n    {declaration}("))?;
    source[from..].split("\n    }\n").next()
}

#[test]
fn every_input_has_a_method_of_the_facade_and_one_of_the_port() {
    let facade =
        ["lib", "calls", "workers"].map(|file| read(&format!("kernel/wasm/src/{file}.rs")));
    let facade = facade.concat();
    let port = read("ts/page/kernel/port.ts").replace("\n  ", "\n    ");
    for Shape { name, .. } in Input::LIST {
        let method = camel(name);
        let builds = body(&facade, &format!("pub fn {}", snake(name)));
        let input = format!("Input::{name} {{");
        assert!(
            builds.is_some_and(|body| body.contains(&input)),
            "kernel/wasm/src has no method {} that inputs {name}",
            snake(name)
        );
        assert!(
            body(&port, &method)
                .is_some_and(|body| body.contains(&format!("this.#kernel.{method}("))),
            "ts/page/kernel/port.ts has no method {method} that calls the facade's"
        );
    }
}

//! Prints the story of a recording: the inputs of a runtime's kernel, and what it did.
//!
//! `cargo run -p atelier-replay -- FILE`

use atelier_replay::{Recording, replay};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(file), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: atelier-replay FILE, where FILE is a recording of a runtime");
        return ExitCode::from(2);
    };
    let replayed = std::fs::read(&file)
        .map_err(|error| error.to_string())
        .and_then(|bytes| Recording::read(&bytes).map_err(|error| error.to_string()));
    match replayed {
        Ok(recording) => {
            // Whoever reads it may stop reading, as `head` does.
            let _ = write!(std::io::stdout().lock(), "{}", replay(&recording));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

//! Reads passwords, one a line, from standard input and writes their filter to standard output.

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let mut list = Vec::new();
    if let Err(error) = io::stdin().read_to_end(&mut list) {
        eprintln!("the list cannot be read: {error}");
        return ExitCode::FAILURE;
    }
    let list = String::from_utf8_lossy(&list);
    let Some(filter) = common_passwords::make(list.lines()) else {
        eprintln!("no filter can be made of this list");
        return ExitCode::FAILURE;
    };
    match io::stdout().write_all(&filter) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the filter cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

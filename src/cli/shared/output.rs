//! Text on standard output.

use std::io::{self, Write};

use super::exit::{Exit, failed};

/// Prints text to standard output; whoever reads it may stop reading.
pub(in crate::cli) fn print(text: &[u8]) -> Exit {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(&error),
        _ => Exit::Done,
    }
}

/// Prints text and goes on.
///
/// # Errors
/// The exit code, if it cannot be printed.
pub(in crate::cli) fn say(text: &str) -> Result<(), Exit> {
    match print(text.as_bytes()) {
        Exit::Done => Ok(()),
        exit => Err(exit),
    }
}

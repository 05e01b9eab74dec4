//! Text on standard output.

use std::io::{self, Write};

use super::exit::{Exit, failed};

/// Prints text to standard output; the reader may close the pipe.
pub(in crate::cli) fn print(text: &[u8]) -> Exit {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(&error),
        _ => Exit::Done,
    }
}

/// Prints text and continues.
///
/// # Errors
/// The exit code, if it cannot be printed.
pub(in crate::cli) fn say(text: &str) -> Result<(), Exit> {
    match print(text.as_bytes()) {
        Exit::Done => Ok(()),
        exit => Err(exit),
    }
}

//! Text in one file or on standard output.

use std::io::{self, Write};
use std::path::Path;

use super::exit::{Exit, failed};
use super::host::Host;
use super::terminal::visible;
use super::values::is_dash;
use crate::report::AtomicFile;

/// The destination of a text.
pub(in crate::cli) enum Output {
    /// This file, which is claimed.
    File(AtomicFile),
    /// Standard output.
    Stdout,
}

impl Output {
    /// The file `target`, reserved before the computation, so that an error is reported first; `-` is standard output.
    ///
    /// # Errors
    /// The exit code, if the file cannot be written.
    pub(in crate::cli) fn claim(target: &Path) -> Result<Self, Exit> {
        if is_dash(target) {
            return Ok(Self::Stdout);
        }
        AtomicFile::claim(target).map(Self::File).map_err(|error| failed(&error))
    }

    /// Writes what `fill` writes. A reader of standard output may stop reading.
    ///
    /// # Errors
    /// The exit code, if it cannot be written.
    pub(in crate::cli) fn write(
        self,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Exit> {
        match self {
            Self::File(file) => file.write(|out| Ok(fill(out)?)).map_err(|error| failed(&error)),
            Self::Stdout => match Host::current().answer(fill) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failed(&error)),
                _ => Ok(()),
            },
        }
    }
}

/// Prints text to standard output, without control characters.
pub(in crate::cli) fn print(text: &[u8]) -> Exit {
    match std::str::from_utf8(text) {
        Ok(words) => print_as_is(visible(words).as_bytes()),
        Err(_) => print_as_is(text),
    }
}

/// The same of a text that may have colours, in which names are visible.
pub(in crate::cli) fn print_as_is(text: &[u8]) -> Exit {
    let printed = Output::Stdout.write(|out| out.write_all(text));
    printed.err().unwrap_or(Exit::Done)
}

/// Prints text without control characters, and continues.
///
/// # Errors
/// The exit code, if it cannot be printed.
pub(in crate::cli) fn say(text: &str) -> Result<(), Exit> {
    Output::Stdout.write(|out| out.write_all(visible(text).as_bytes()))
}

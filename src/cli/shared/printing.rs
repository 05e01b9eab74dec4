//! The output format of a command, and printing.

use clap::Args;

use super::diagnostics::Emitter;
use super::exit::Exit;
use super::output::print;
use super::terminal::{AnswerFormat, Format, Terminal};

/// The output format of a command, and the terminal settings.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Printing {
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(in crate::cli) format: Format,
    /// The terminal settings.
    #[command(flatten)]
    pub(in crate::cli) terminal: Terminal,
}

impl Printing {
    /// The format for the problems of an input.
    pub(in crate::cli) fn emitter(self) -> Emitter {
        Emitter { format: self.format, color: self.terminal.color }
    }

    /// Prints an answer, unless only errors are printed.
    pub(in crate::cli) fn print(self, text: &str) -> Exit {
        if self.terminal.quiet { Exit::Done } else { print(text.as_bytes()) }
    }
}

/// The same for commands whose answer may be part of a pull request.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct AnswerPrinting {
    /// The output format.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub(in crate::cli) format: AnswerFormat,
    /// The terminal settings.
    #[command(flatten)]
    pub(in crate::cli) terminal: Terminal,
}

impl AnswerPrinting {
    /// The format for the problems of an input.
    pub(in crate::cli) fn emitter(self) -> Emitter {
        Emitter { format: self.format.of_problems(), color: self.terminal.color }
    }

    /// Prints an answer, unless only errors are printed.
    pub(in crate::cli) fn print(self, text: &str) -> Exit {
        if self.terminal.quiet { Exit::Done } else { print(text.as_bytes()) }
    }
}

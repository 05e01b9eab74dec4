//! The form of the answer, and printing it.

use clap::Args;

use super::diagnostics::Emitter;
use super::exit::Exit;
use super::output::print;
use super::terminal::{AnswerFormat, Format, Terminal};

/// In which form a command answers, and what the terminal shows while it works.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Printing {
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(in crate::cli) format: Format,
    /// What the terminal shows.
    #[command(flatten)]
    pub(in crate::cli) terminal: Terminal,
}

impl Printing {
    /// How the problems of an input are told.
    pub(in crate::cli) fn emitter(self) -> Emitter {
        Emitter { format: self.format, color: self.terminal.color }
    }

    /// Prints an answer, unless nothing but errors is to be printed.
    pub(in crate::cli) fn print(self, text: &str) -> Exit {
        if self.terminal.quiet { Exit::Done } else { print(text.as_bytes()) }
    }
}

/// The same of commands whose answer may go into a pull request.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct AnswerPrinting {
    /// What is printed.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub(in crate::cli) format: AnswerFormat,
    /// What the terminal shows.
    #[command(flatten)]
    pub(in crate::cli) terminal: Terminal,
}

impl AnswerPrinting {
    /// How the problems of an input are told.
    pub(in crate::cli) fn emitter(self) -> Emitter {
        Emitter { format: self.format.of_problems(), color: self.terminal.color }
    }

    /// Prints an answer, unless nothing but errors is to be printed.
    pub(in crate::cli) fn print(self, text: &str) -> Exit {
        if self.terminal.quiet { Exit::Done } else { print(text.as_bytes()) }
    }
}

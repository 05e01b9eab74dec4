//! Terminal settings: quiet, progress, colours, output format.

use std::io::{self, IsTerminal, Write};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};

/// What the terminal shows while a command is at work.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Terminal {
    /// Prints only errors.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
    /// Shows no progress.
    #[arg(long)]
    pub(in crate::cli) no_progress: bool,
    /// How progress is shown on stderr.
    #[arg(long, value_enum, default_value_t = ProgressForm::Auto, conflicts_with = "no_progress")]
    pub(in crate::cli) progress: ProgressForm,
    /// Whether to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
}

impl Terminal {
    /// What is shown of the progress. Bars are for people, who see them on a terminal.
    pub(in crate::cli) fn shown_progress(self) -> ShownProgress {
        match self.progress {
            _ if self.quiet || self.no_progress => ShownProgress::Nothing,
            ProgressForm::Json => ShownProgress::Lines,
            ProgressForm::Auto if io::stderr().is_terminal() => ShownProgress::Bars,
            ProgressForm::Auto => ShownProgress::Nothing,
        }
    }
}

/// How progress is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ProgressForm {
    /// Bars on a terminal, nothing elsewhere.
    Auto,
    /// A JSON line for each per cent of a run (docs/long-work.md).
    Json,
}

/// What is shown of the progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ShownProgress {
    /// Nothing.
    Nothing,
    /// Bars for people.
    Bars,
    /// Lines of JSON for programs.
    Lines,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Text for people.
    Text,
    /// Text, with each problem of an input on one line, position first.
    Concise,
    /// JSON for programs, including the problems of an input.
    Json,
}

/// How results are printed that may go into a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AnswerFormat {
    /// Text for people.
    Text,
    /// The same, but each problem of an input in one line, its place first.
    Concise,
    /// JSON for programs, the problems of an input included.
    Json,
    /// GitHub-flavoured Markdown.
    Markdown,
}

impl AnswerFormat {
    /// How the problems of an input are told.
    pub(in crate::cli) fn of_problems(self) -> Format {
        match self {
            Self::Text | Self::Markdown => Format::Text,
            Self::Concise => Format::Concise,
            Self::Json => Format::Json,
        }
    }
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Color {
    /// On a terminal that supports them, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to use colours on `stream`; where nothing was said, as `NO_COLOR`, `CLICOLOR_FORCE`,
    /// `CLICOLOR` and `TERM` ask, in this order, and only on a terminal.
    pub(in crate::cli) fn is_on(self, stream: &impl RawStream) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        }
    }
}

/// Writes a message to standard error. Where nobody reads it, the work goes on.
pub(in crate::cli) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

//! Terminal settings: quiet, progress, colours, output format.

use std::borrow::Cow;
use std::io::{self, IsTerminal};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use terminal_size::terminal_size_of;

use crate::scenario::fill;

use super::host::Host;

/// Columns of what is printed for people.
pub(in crate::cli) const WIDTH: usize = 79;

/// The output of a command while it works.
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
    /// Which progress is shown. Bars are only for terminals.
    pub(in crate::cli) fn shown_progress(self) -> ShownProgress {
        match self.progress {
            _ if self.quiet || self.no_progress => ShownProgress::Nothing,
            ProgressForm::Json => ShownProgress::Lines,
            ProgressForm::Auto if io::stderr().is_terminal() => ShownProgress::Bars,
            ProgressForm::Auto => ShownProgress::Nothing,
        }
    }
}

/// The type of progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ProgressForm {
    /// Bars on a terminal, nothing elsewhere.
    Auto,
    /// A JSON line for each per cent of a run (docs/long-work.md).
    Json,
}

/// The progress shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ShownProgress {
    /// None.
    Nothing,
    /// Bars.
    Bars,
    /// Lines of JSON.
    Lines,
}

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Text.
    Text,
    /// Text, with each problem of an input on one line, position first.
    Concise,
    /// JSON, including the problems of an input.
    Json,
}

/// The output formats of results that may be part of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AnswerFormat {
    /// Text.
    Text,
    /// Text, with each problem of an input on one line, position first.
    Concise,
    /// JSON, including the problems of an input.
    Json,
    /// GitHub-flavoured Markdown.
    Markdown,
}

impl AnswerFormat {
    /// The format for the problems of an input.
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
    /// Whether to use colours on `stream`; by default depending on `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and `TERM`,
    /// in this order, and only on a terminal.
    pub(in crate::cli) fn is_on(self, stream: &impl RawStream) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        }
    }
}

/// The columns for messages: what `COLUMNS` says, or the terminal; `None` if neither does, as in a log.
pub(in crate::cli) fn columns() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let of_terminal = || terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    asked.or_else(of_terminal).map(|columns| columns.max(40))
}

/// Writes a message to standard error, without control characters, in lines that fit the terminal. If the reader has
/// gone, the work continues.
pub(in crate::cli) fn complain(text: &str) {
    complain_as_is(&fitted(&visible(text)));
}

/// `text` in lines that fit the terminal; the rest of a longer line is indented below it.
pub(in crate::cli) fn fitted(text: &str) -> Cow<'_, str> {
    fitted_below(text, 2)
}

/// The same, where the rest of a longer line is indented by `hang` columns more than the line.
pub(in crate::cli) fn fitted_below(text: &str, hang: usize) -> Cow<'_, str> {
    let columns = columns().unwrap_or(usize::MAX);
    if text.lines().all(|line| line.chars().count() <= columns) {
        return text.into();
    }
    let line = |line: &str| {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let below = format!("\n{indent}{:hang$}", "");
        let width = columns.saturating_sub(below.len()).max(20);
        indent.to_string() + &fill(words, width).replace('\n', &below)
    };
    let end = if text.ends_with('\n') { "\n" } else { "" };
    (text.lines().map(line).collect::<Vec<_>>().join("\n") + end).into()
}

/// Writes lines for programs to standard error, without control characters; none is broken.
pub(in crate::cli) fn complain_to_programs(lines: &str) {
    complain_as_is(&visible(lines));
}

/// The same of a text with colours, in which names are visible.
pub(in crate::cli) fn complain_as_is(text: &str) {
    Host::current().complain(text);
}

/// `text` with control characters as escapes, valid in JSON too, so that no name of a file affects the terminal.
pub(in crate::cli) fn visible(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| c.is_control() && !['\n', '\t', '\r'].contains(&c);
    if !text.contains(is_harmful) {
        return text.into();
    }
    let shown = |c: char| {
        if is_harmful(c) { format!("\\u{:04x}", u32::from(c)) } else { String::from(c) }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_visible() {
        assert_eq!(visible("a\u{1b}[31m\u{7}\u{9b}\tb\r\n"), "a\\u001b[31m\\u0007\\u009b\tb\r\n");
        assert!(matches!(visible("Zürich\n"), Cow::Borrowed(_)));
    }
}

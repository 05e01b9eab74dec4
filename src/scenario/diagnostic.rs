//! Diagnostics: a problem in an input, its position, and a suggestion.

use std::fmt::{self, Write as _};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code, such as `unknown-key`.
    pub code: &'static str,
    /// Its position, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What was expected there.
    pub expected: String,
    /// A suggestion, if there is one.
    pub help: Option<String>,
    /// The entry of the scenario reference, such as `docs/scenario.md#site.count`.
    pub reference: Option<Box<str>>,
}

impl Diagnostic {
    /// A problem with `code` at `span`.
    pub fn new(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (message, expected) = (printable(&message.into()), expected.into());
        Self { code, span, message, expected, help: None, reference: None }
    }

    /// The same with a suggestion.
    #[must_use]
    pub fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The same in a text that begins `bytes` before its own.
    #[must_use]
    pub fn moved_by(mut self, bytes: usize) -> Self {
        self.span = self.span.start + bytes..self.span.end + bytes;
        self
    }

    /// The same with an entry of the reference.
    #[must_use]
    pub fn with_reference(mut self, reference: String) -> Self {
        self.reference = Some(reference.into());
        self
    }
}

/// `text` with control characters escaped, so that none reaches a terminal.
fn printable(text: &str) -> String {
    let shown =
        |c: char| if is_control(c) { c.escape_default().collect() } else { String::from(c) };
    text.chars().map(shown).collect()
}

/// Whether a character may affect a terminal: all control characters except line feed and tab.
pub(super) fn is_control(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// A problem in the form for programs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DiagnosticRecord<'a> {
    /// The file's name as given, or the layer: another file, `environment` or `--set`.
    pub file: &'a str,
    /// Its first line, from 1.
    pub line: usize,
    /// Its first column in characters, from 1.
    pub column: usize,
    /// The line on which it ends.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
    /// Its code.
    pub code: &'static str,
    /// What is wrong.
    pub message: &'a str,
    /// What was expected there.
    pub expected: &'a str,
    /// A suggestion, if there is one.
    pub help: Option<&'a str>,
    /// The entry of the scenario reference.
    pub reference: Option<&'a str>,
}

/// A part of a text that does not belong to the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// Its name: another file's name, or a description.
    pub name: String,
    /// Where it begins.
    pub start: usize,
}

/// All problems of one text, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file's name as given.
    pub file: String,
    /// The text, with those of other layers behind it; or an excerpt.
    pub text: String,
    /// The parts after the file's own text.
    pub parts: Vec<TextPart>,
    /// The number of its first line: 1, unless it is an excerpt.
    pub first_line: usize,
    /// The first problems, in the order of the text.
    pub list: Vec<Diagnostic>,
    /// The number of further problems.
    pub more: usize,
}

/// What stands before a note, below line numbers of up to four digits.
const NOTE: &str = "     = note: ";

/// `text` in lines of at most `columns`, where neither a word nor what is between two back quotes, such as a command, is
/// broken.
pub(crate) fn fill(text: &str, columns: usize) -> String {
    const HELD: char = '\u{a0}';
    let mut is_quoted = false;
    let hold = |c: char| {
        is_quoted ^= c == '`';
        if is_quoted && c == ' ' { HELD } else { c }
    };
    let held: String = text.chars().map(hold).collect();
    let options = textwrap::Options::new(columns)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&held, options).replace(HELD, " ")
}

/// The maximum number of problems of an input that are listed; the others are counted.
pub(super) const TOLD: usize = 20;

impl Diagnostics {
    /// The problems of the whole `text` of the file named `file`.
    pub fn of_file(file: &str, text: impl Into<String>, mut list: Vec<Diagnostic>) -> Self {
        list.sort_by(|a, b| (a.span.start, a.code).cmp(&(b.span.start, b.code)));
        list.dedup();
        let more = list.len().saturating_sub(TOLD);
        list.truncate(TOLD);
        let (text, parts) = (text.into(), Vec::new());
        Self { file: file.into(), text, parts, first_line: 1, list, more }
    }

    /// The number of problems.
    pub fn count(&self) -> usize {
        self.list.len() + self.more
    }

    /// The same of an excerpt that begins with line `first_line`.
    #[must_use]
    pub fn from_line(self, first_line: usize) -> Self {
        Self { first_line, ..self }
    }

    /// Line and column of a problem in its part of the text, from 1.
    pub fn position(&self, problem: &Diagnostic) -> (usize, usize) {
        self.line_and_column(problem.span.start)
    }

    pub(super) fn line_and_column(&self, at: usize) -> (usize, usize) {
        let (_, part) = self.part_at(at);
        self.place_in(&part, at)
    }

    /// Line and column, from 1, of a byte of a part.
    fn place_in(&self, part: &Range<usize>, at: usize) -> (usize, usize) {
        let before = &self.text[part.start..at.clamp(part.start, part.end)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let first_line = if part.start == 0 { self.first_line } else { 1 };
        (before.matches('\n').count() + first_line, before[line_start..].chars().count() + 1)
    }

    /// The name of the part that contains `at`, and its position.
    pub(super) fn part_at(&self, at: usize) -> (&str, Range<usize>) {
        let number = self.parts.iter().take_while(|part| part.start <= at).count();
        let end = self.parts.get(number).map_or(self.text.len(), |next| next.start);
        match number.checked_sub(1) {
            Some(number) => (&self.parts[number].name, self.parts[number].start..end),
            None => (&self.file, 0..end),
        }
    }

    /// The name of the part in which all problems are; the file's name if they are in several parts.
    pub fn origin(&self) -> &str {
        let mut names = self.list.iter().map(|problem| self.part_at(problem.span.start).0);
        let first = names.next().unwrap_or(&self.file);
        if self.more == 0 && names.all(|name| name == first) { first } else { &self.file }
    }

    /// All problems in the form for programs.
    pub fn records(&self) -> impl Iterator<Item = DiagnosticRecord<'_>> {
        self.list.iter().map(|problem| {
            let (file, part) = self.part_at(problem.span.start);
            let (line, column) = self.place_in(&part, problem.span.start);
            let (end_line, end_column) = self.place_in(&part, problem.span.end);
            DiagnosticRecord {
                file,
                line,
                column,
                end_line,
                end_column,
                code: problem.code,
                message: &problem.message,
                expected: &problem.expected,
                help: problem.help.as_deref(),
                reference: problem.reference.as_deref(),
            }
        })
    }

    /// All problems with their lines of text.
    pub fn render(&self, color: bool) -> String {
        self.render_within(color, None)
    }

    /// The same, in lines of at most `columns` but for those of the text itself: what is expected becomes a note where it
    /// does not fit beside the mark.
    pub fn render_within(&self, color: bool, columns: Option<usize>) -> String {
        let fill = |text: &str, before: &str| match columns {
            Some(columns) => fill(text, columns.saturating_sub(before.len()).max(20)),
            None => text.into(),
        };
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for problem in &self.list {
            let title = fill(&format!("{} [{}]", problem.message, problem.code), "error: ");
            let (name, part) = self.part_at(problem.span.start);
            let end = problem.span.end.clamp(part.start, part.end) - part.start;
            let start = (problem.span.start.max(part.start) - part.start).min(end);
            let expected = format!("expected {}", problem.expected);
            // The label stands behind the last character that it is about, and that behind the number of the line.
            let (line, column) = self.place_in(&part, problem.span.end);
            let width = line.to_string().len() + 4 + column + expected.chars().count();
            let has_room = columns.is_none_or(|columns| width <= columns);
            let mark = AnnotationKind::Primary.span(start..end);
            let snippet = Snippet::source(&self.text[part.clone()])
                .line_start(if part.start == 0 { self.first_line } else { 1 })
                .path(printable(name))
                .annotation(if has_room { mark.label(expected.clone()) } else { mark });
            let mut group = Level::ERROR.primary_title(title).element(snippet);
            if !has_room {
                group = group.element(Level::NOTE.message(fill(&expected, NOTE)));
            }
            if let Some(help) = &problem.help {
                group = group.element(Level::HELP.message(fill(help, NOTE)));
            }
            if let Some(reference) = &problem.reference {
                group = group.element(Level::HELP.message(format!("see {reference}")));
            }
            out.push_str(&renderer.render(&[group]));
            out.push_str("\n\n");
        }
        if self.more > 0 {
            let _ = write!(out, "and {} more\n\n", self.more);
        }
        out
    }
}

impl std::error::Error for Diagnostics {}

impl fmt::Display for Diagnostics {
    /// One line for each problem: `file:line:column: message; expected …; help`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.list {
            let (line, column) = self.position(problem);
            let (file, _) = self.part_at(problem.span.start);
            write!(f, "{file}:{line}:{column}: error[{}]: ", problem.code)?;
            write!(f, "{}: expected {}", problem.message, problem.expected)?;
            if let Some(help) = &problem.help {
                write!(f, "; {help}")?;
            }
            writeln!(f)?;
        }
        if self.more > 0 {
            writeln!(f, "{}: and {} more", self.file, self.more)?;
        }
        Ok(())
    }
}

/// `did you mean …` with the name of `names` nearest to `written`, if one is near.
pub fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest_names(written, names, 1).first().map(|name| format!("did you mean `{name}`?"))
}

/// The same for a problem in addition to `problems`, unless the listing is full already: the search may be long.
pub(super) fn nearest_if_shown<'a>(
    written: &str,
    names: impl Iterator<Item = &'a str>,
    problems: &[Diagnostic],
) -> Option<String> {
    if problems.len() < 2 * TOLD { nearest(written, names) } else { None }
}

/// Longer words are not searched for a misspelt name.
const LONGEST_WORD: usize = 200;

/// At most `most` of `names` that are near to `written`, the nearest first.
pub fn nearest_names<'a>(
    written: &str,
    names: impl Iterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    if written.len() > LONGEST_WORD {
        return Vec::new();
    }
    let length = written.chars().count();
    let alone = without_number(written);
    let distance = |name: &str| {
        // Names are near if they share most of their letters, and at least one.
        let most = (1 + name.len() / 3).min(name.chars().count().saturating_sub(1));
        if alone.as_deref() == Some(name) {
            return Some(0);
        }
        // The distance of two words is at least the difference of their lengths.
        let is_long = name.len() > LONGEST_WORD || name.chars().count().abs_diff(length) > most;
        let distance = (!is_long).then(|| strsim::damerau_levenshtein(written, name))?;
        Some(distance).filter(|distance| *distance <= most)
    };
    let mut near: Vec<(usize, &str)> =
        names.filter_map(|name| Some((distance(name)?, name))).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(most).map(|(_, name)| name).collect()
}

/// `b-001/ua-1` as `b/ua-1`: the site of a group of one has no number.
fn without_number(name: &str) -> Option<String> {
    let (site, rest) = name.find('/').map_or((name, ""), |at| name.split_at(at));
    let (group, number) = site.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| format!("{group}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_most_letters_in_common_are_near() {
        let names = ["b", "r", "hq", "b/ua-1", "branch-001/ua-1", "server.slots"];
        for (written, near) in [
            ("server.slot", Some("server.slots")),
            ("b-001/ua-1", Some("b/ua-1")),
            ("b-001", Some("b")),
            ("branch/ua-1", Some("branch-001/ua-1")),
            ("hqq", Some("hq")),
            // A single letter has nothing in common with another one.
            ("x", None),
            ("zz", None),
        ] {
            assert_eq!(
                nearest_names(written, names.into_iter(), 1).first().copied(),
                near,
                "{written}"
            );
        }
    }
}

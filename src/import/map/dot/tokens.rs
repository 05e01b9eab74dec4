//! The tokens of DOT.

use std::ops::Range;

use crate::scenario::Diagnostic;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// An identifier, a number, a string or a piece of HTML.
    Word(String),
    Sign(&'static str),
}

/// All tokens of a file with their positions, and its length.
pub(super) struct Tokens {
    pub(super) list: Vec<(Token, Range<usize>)>,
    pub(super) end: usize,
}

const SIGNS: [&str; 11] = ["--", "->", "{", "}", "[", "]", "=", ";", ",", ":", "+"];

impl Tokens {
    pub(super) fn of(text: &str) -> Result<Self, Diagnostic> {
        let mut list = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let is_line_start = at == 0 || text[..at].ends_with('\n');
            let wrong = |message: &str, expected: &str| {
                Diagnostic::new("syntax", at..at + c.len_utf8(), message, expected)
            };
            let length = if c.is_whitespace() {
                c.len_utf8()
            } else if rest.starts_with("//") || (c == '#' && is_line_start) {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").ok_or_else(|| wrong("a comment without an end", "`*/`"))? + 2
            } else if c == '"' {
                let (word, length) = quoted(rest)
                    .ok_or_else(|| wrong("a string without an end", "`\"` at its end"))?;
                list.push((Token::Word(word), at..at + length));
                length
            } else if c == '<' {
                let length =
                    html(rest).ok_or_else(|| wrong("HTML without an end", "`>` at its end"))?;
                list.push((Token::Word(rest[1..length - 1].into()), at..at + length));
                length
            } else if let Some(number) = numeral(rest) {
                list.push((Token::Word(rest[..number].into()), at..at + number));
                number
            } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                list.push((Token::Sign(sign), at..at + sign.len()));
                sign.len()
            } else {
                let length =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                if length == 0 {
                    return Err(wrong(
                        "unexpected character",
                        "a name, a string or a symbol of DOT",
                    ));
                }
                list.push((Token::Word(rest[..length].into()), at..at + length));
                length
            };
            at += length;
        }
        Ok(Self { list, end: text.len() })
    }
}

/// The string at the beginning of `text` and its length.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((word, at + 1)),
            '\\' => match characters.next()?.1 {
                '"' => word.push('"'),
                'n' | 'l' | 'r' => word.push('\n'),
                '\n' => {}
                other => word.extend(['\\', other]),
            },
            _ => word.push(c),
        }
    }
    None
}

fn html(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// The length of the numeral at the beginning of `text`; a numeral followed by a letter is none.
fn numeral(text: &str) -> Option<usize> {
    let body = text.strip_prefix('-').unwrap_or(text);
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let length = text.len() - body.len()
        + body.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(body.len());
    let is_ended = !text[length..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (is_ended || text.starts_with('-')).then_some(length)
}

//! Common functions of the XML readers.

use std::borrow::Cow;
use std::ops::Range;

use roxmltree::{Document, Error, Node};

use crate::scenario::Diagnostic;

/// `text` with spaces instead of a document type that only names an external file: it is never fetched, and positions
/// do not change. A document type that defines entities is kept, and refused.
pub(super) fn without_doctype(text: &str) -> Cow<'_, str> {
    let Some(start) = text.find("<!DOCTYPE") else { return text.into() };
    let Some(length) = text[start..].find('>') else { return text.into() };
    let doctype = &text[start..=start + length];
    if doctype.contains('[') {
        return text.into();
    }
    let blanks = doctype.chars().flat_map(|c| {
        let blank = if c == '\n' { '\n' } else { ' ' };
        std::iter::repeat_n(blank, c.len_utf8())
    });
    let blank: String = blanks.collect();
    format!("{}{blank}{}", &text[..start], &text[start + length + 1..]).into()
}

/// Parses `text`; `expected` describes the expected content.
///
/// # Errors
/// The position of the XML error.
pub(super) fn parse<'t>(text: &'t str, expected: &str) -> Result<Document<'t>, Vec<Diagnostic>> {
    Document::parse(text).map_err(|error| vec![no_xml(text, &error, expected)])
}

fn no_xml(text: &str, error: &Error, expected: &str) -> Diagnostic {
    let position = error.pos();
    let line_start: usize = text
        .split_inclusive('\n')
        .take(position.row.saturating_sub(1) as usize)
        .map(str::len)
        .sum();
    let line = text[line_start..].lines().next().unwrap_or_default();
    let column = line.chars().take((position.col as usize).saturating_sub(1));
    let at = line_start + column.map(char::len_utf8).sum::<usize>();
    Diagnostic::new("syntax", at..at, error.to_string(), expected)
}

/// Whether an element has a name, in any namespace: some programs omit it.
pub(super) trait NamedInAnyNamespace<'a, 't: 'a>: Sized {
    fn is_called(&self, name: &str) -> bool;
    /// The children with that name.
    fn all_called(&self, name: &'a str) -> impl Iterator<Item = Node<'a, 't>>;
    /// The first child with that name.
    fn first_called(&self, name: &'a str) -> Option<Node<'a, 't>> {
        self.all_called(name).next()
    }
}

impl<'a, 't: 'a> NamedInAnyNamespace<'a, 't> for Node<'a, 't> {
    fn is_called(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }

    fn all_called(&self, name: &'a str) -> impl Iterator<Item = Node<'a, 't>> {
        self.children().filter(move |child| child.is_called(name))
    }
}

/// The position of the opening tag of an element.
pub(super) fn opening(element: Node<'_, '_>) -> Range<usize> {
    let all = element.range();
    let text = &element.document().input_text()[all.clone()];
    let length = text.find(['>', '\n']).map_or(text.len(), |at| at + 1);
    all.start..all.start + length
}

/// A required attribute of an element; a missing one is reported.
pub(super) fn needed(element: Node<'_, '_>, key: &str, problems: &mut Vec<Diagnostic>) -> String {
    element.attribute(key).map_or_else(
        || {
            let message = format!("this {} has no `{key}`", element.tag_name().name());
            let expected = format!("{key}=\"…\"");
            problems.push(Diagnostic::new("missing-key", opening(element), message, expected));
            String::new()
        },
        str::to_string,
    )
}

/// The text of an element and of all its descendants.
pub(super) fn text_of(element: Node<'_, '_>) -> String {
    let texts = element.descendants().filter(Node::is_text).filter_map(|node| node.text());
    texts.collect::<String>().trim().to_string()
}

//! Parses the format of the product's files: sections in brackets, entries `key=value`, comments after `;` or `#`.

use std::ops::Range;

/// The entries of a file.
#[derive(Debug, Default)]
pub(super) struct Ini<'t> {
    pub(super) entries: Vec<Entry<'t>>,
    /// The lines that are neither entry nor section nor comment.
    pub(super) strays: Vec<&'t str>,
}

/// An entry with its position.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// Its section; empty above the first.
    pub(super) section: &'t str,
    pub(super) key: &'t str,
    pub(super) value: &'t str,
    pub(super) value_span: Range<usize>,
    pub(super) key_span: Range<usize>,
}

impl<'t> Ini<'t> {
    /// Parses `text`, which may have any content.
    pub(super) fn read(text: &'t str) -> Self {
        let mut ini = Self::default();
        let (mut section, mut at) = ("", 0);
        for whole in text.split_inclusive('\n') {
            let start = at;
            at += whole.len();
            let line = whole.trim();
            if line.is_empty() || line.starts_with([';', '#']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name.trim();
                continue;
            }
            let Some((key, value)) = whole.split_once('=') else {
                ini.strays.push(line);
                continue;
            };
            let key_span = trimmed(key, start);
            let value_span = trimmed(value, start + key.len() + 1);
            ini.entries.push(Entry {
                section,
                key: &text[key_span.clone()],
                value: &text[value_span.clone()],
                value_span,
                key_span,
            });
        }
        ini
    }
}

/// The position of `part`, which begins at `start`, without surrounding spaces.
fn trimmed(part: &str, start: usize) -> Range<usize> {
    let begins = start + part.len() - part.trim_start().len();
    begins..begins + part.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_their_section_and_their_place() {
        let text = "; a comment\r\n[ One ]\r\n key = a = b \r\nstray\n[Two]\nempty=\n=x";
        let ini = Ini::read(text);
        let found: Vec<_> =
            ini.entries.iter().map(|entry| (entry.section, entry.key, entry.value)).collect();
        assert_eq!(found, [("One", "key", "a = b"), ("Two", "empty", ""), ("Two", "", "x")]);
        assert_eq!(ini.strays, ["stray"]);
        let first = &ini.entries[0];
        assert_eq!(&text[first.value_span.clone()], "a = b");
        assert_eq!(&text[first.key_span.clone()], "key");
    }
}

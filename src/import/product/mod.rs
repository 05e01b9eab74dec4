//! Converts the product's own files to keys of a scenario: the catalogue that every source publishes (`server.ini`),
//! and the settings of the server (`ofcscan.ini`).
//!
//! The result is a partial scenario, an overlay. Lines that correspond to no key are counted and named.

mod catalogue;
mod found;
mod ini;
mod settings;

use std::collections::BTreeMap;
use std::path::Path;

use super::account::{counted, listed};
use super::{ImportError, Imported};
use crate::scenario::{Diagnostic, Diagnostics, decode};
pub use found::ProductRules;
use ini::Ini;

/// A type of product file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductFile {
    /// `server.ini`, the catalogue of a source.
    Catalogue,
    /// `ofcscan.ini`, the settings of the server.
    Settings,
}

/// The maximum size of a file: the product's files have 16 kB to a few hundred kB.
const LARGEST: usize = 4_000_000;

/// The partial scenario of the file in `bytes`.
///
/// # Errors
/// All problems of the file, each with its position; a file without any known entry is an error, too.
pub fn from_product_file(
    which: ProductFile,
    bytes: &[u8],
    file: &Path,
    rules: &ProductRules,
) -> Result<Imported, ImportError> {
    let shown = file.display().to_string();
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let refuse =
        |text: String, list| ImportError::of(vec![Diagnostics::of_file(&shown, text, list)]);
    if bytes.len() > LARGEST {
        let message = format!("{} bytes, more than {LARGEST}", bytes.len());
        let problem = Diagnostic::new("too-large", 0..0, message, which.expected());
        return Err(refuse(String::new(), vec![problem]));
    }
    let decoded =
        decode(bytes, &shown, None).map_err(|problems| ImportError::of(vec![problems]))?;
    let ini = Ini::read(&decoded.text);
    let mut found = match which {
        ProductFile::Catalogue => catalogue::read(&ini, rules),
        ProductFile::Settings => settings::read(&ini),
    };
    if found.problems.is_empty() && found.text.is_empty() {
        let message = "this file has no known entry";
        found.problems.push(Diagnostic::new("unknown-format", 0..0, message, which.expected()));
    }
    if !found.problems.is_empty() {
        return Err(refuse(decoded.text, found.problems));
    }
    let mut account = vec![format!("{name}: {}", which.title())];
    account.extend(decoded.read_as.map(|encoding| format!("{name}: read as {encoding}")));
    account.extend(found.read.iter().map(|line| format!("{name}: read: {line}")));
    let unread = names(found.unread.iter().map(String::as_str));
    if !unread.is_empty() {
        let count = counted(found.unread.len(), "entry", "entries");
        let all = listed(unread.iter().map(String::as_str));
        account.push(format!("{name}: not read: {count}: {all}"));
    }
    if !ini.strays.is_empty() {
        let count = counted(ini.strays.len(), "line", "lines");
        let all = listed(ini.strays.iter().copied());
        account.push(format!("{name}: not read: {count} without `=`: {all}"));
    }
    let notes: Vec<String> = found.notes.iter().map(|note| format!("{name}: {note}")).collect();
    let flag = which.flag();
    let head = format!("# From the product's own file by `updraft init {flag}`.\n");
    let about: Vec<String> = notes.iter().map(|note| format!("# {note}\n")).collect();
    let about = about.concat();
    Ok(Imported { text: format!("{head}{about}\n{}", found.text), notes, account })
}

impl ProductFile {
    fn title(self) -> &'static str {
        match self {
            Self::Catalogue => "the catalogue of an update source",
            Self::Settings => "settings of the server",
        }
    }

    /// The flag for such a file.
    fn flag(self) -> &'static str {
        match self {
            Self::Catalogue => "--from-server-ini",
            Self::Settings => "--from-ofcscan-ini",
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Catalogue => {
                "a server.ini, with entries such as `P.48020000=path,version,bytes` of known components \
                 (--component P.48020000=\"Smart Scan Agent Pattern\" names others)"
            }
            Self::Settings => {
                "an ofcscan.ini, with entries such as `Send_Notify_Thread_Number=20` in [INI_SERVER_SECTION]"
            }
        }
    }
}

/// The distinct names, in the order of the file, with their counts.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order = Vec::new();
    for name in all {
        let count = counts.entry(name).or_default();
        if *count == 0 {
            order.push(name);
        }
        *count += 1;
    }
    let shown = |name: &&str| match counts[*name] {
        1 => (*name).to_string(),
        count => format!("{name} ({count})"),
    };
    order.iter().map(shown).collect()
}

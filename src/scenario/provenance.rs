//! The source of each value that is not the default.

use super::document::Document;
use super::keys;
use super::layers::Texts;

/// A value that is not the default.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Given {
    /// Its dotted key; for one of several tables with the table's name or number.
    pub key: String,
    /// The value as written, on one line.
    pub value: String,
    /// `FILE:LINE`, `environment`, `--set`, or the product version whose default it is.
    pub source: String,
}

/// All such values, in the order of the table of keys.
pub(super) fn read(document: &Document<'_>, texts: &Texts, file: &str) -> Vec<Given> {
    let lines = texts.lines();
    let mut all = Vec::new();
    for section in keys::SECTIONS {
        for (number, fields) in document.sections(section).iter().enumerate() {
            let of_several = section.repeated().then(|| match fields.text_if_any("name") {
                Some(name) if !name.is_empty() => name,
                _ => number.to_string(),
            });
            let is_known = |key: &str| section.repeated() && key == "name";
            for (key, span) in fields.differing().into_iter().filter(|(key, _)| !is_known(key)) {
                let parts = [section.name.to_string(), of_several.clone().unwrap_or_default()];
                let parts = parts.into_iter().filter(|part| !part.is_empty());
                let key_parts: Vec<String> = parts.chain([key.to_string()]).collect();
                let words: Vec<&str> = texts.all[span.clone()].split_whitespace().collect();
                let source = match lines.place(span.start) {
                    (Some(name @ ("environment" | "--set")), _) => name.to_string(),
                    (name, line) => format!("{}:{line}", name.unwrap_or(file)),
                };
                all.push(Given { key: key_parts.join("."), value: words.join(" "), source });
            }
            for (key, default, product) in fields.of_product() {
                let key = format!("{}.{key}", section.name);
                let source = format!("default of {product}");
                all.push(Given { key, value: default.into(), source });
            }
        }
    }
    all
}

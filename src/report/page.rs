//! The common part of all pages: head, style, content security policy, embedded data.
//!
//! A page is one self-contained file. Templates escape all names, the JSON block contains no `<`, and the content
//! security policy allows only the scripts and styles of updraft.

mod pictures;

use std::fmt::Write as _;

use std::error::Error;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::{Environment, HtmlEscape, Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::atomic_directory::{AtomicDirectory, ReportError};

pub(super) use pictures::pictures;

/// The name of its file.
pub const PAGE: &str = "report.html";

/// The head of every page; one that has `pictures` may show them.
const HEAD: &str = include_str!("../../assets/page/head.html");
/// The cautions and the command of many points.
const POINTS: &str = include_str!("../../assets/page/points.html");
/// uPlot 1.6.32, and our own script.
pub(super) const STYLE: &str = concat!(
    include_str!("../../assets/vendor/uplot/uPlot.min.css"),
    include_str!("../../assets/page/page.css"),
);

/// Writes a page, if it could be rendered, into its folder.
pub(super) fn put(
    page: Result<String, Box<dyn Error>>,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    let page = page.map_err(|cause| ReportError::at(&folder.target().join(PAGE), cause))?;
    folder.write(PAGE, page.as_bytes())
}

/// The page rendered from `template` with `content`, our style and `script`, and a content security policy that permits
/// only these.
pub(super) fn fill(
    template: &str,
    script: &str,
    content: Value,
) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_filter("code", code);
    environment.add_template("head.html", HEAD)?;
    environment.add_template("points.html", POINTS)?;
    environment.add_template(PAGE, template)?;
    environment.get_template(PAGE)?.render(context! {
        style_hash => Value::from_safe_string(hash(STYLE)),
        script_hash => Value::from_safe_string(hash(script)),
        style => Value::from_safe_string(STYLE.into()),
        script => Value::from_safe_string(script.into()),
        ..content
    })
}

/// A text whose parts between backticks are shown as code; all of it is escaped. Backticks without a partner
/// stay as they are.
fn code(text: &str) -> Value {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return Value::from(text);
    }
    let mut marked = String::new();
    for (place, part) in parts.into_iter().enumerate() {
        let (open, close) = if place.is_multiple_of(2) { ("", "") } else { ("<code>", "</code>") };
        let _ = write!(marked, "{open}{}{close}", HtmlEscape(part));
    }
    Value::from_safe_string(marked)
}

/// Data for the scripts, as the text of a script element, which only a `<` could end or turn into a comment.
pub(super) fn json(data: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(data)?.replace('<', "\\u003c"))
}

/// The hash by which a content security policy permits an inline block.
pub(super) fn hash(block: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(block)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_mark_code_and_everything_is_escaped() {
        let told = |text: &str| {
            let content = context! { text };
            fill("{{ text|code }}", "", content).expect("a page")
        };
        assert_eq!(told("set `a.b<c>`, or <b>"), "set <code>a.b&lt;c&gt;</code>, or &lt;b&gt;");
        assert_eq!(told("one ` alone <"), "one ` alone &lt;");
        assert_eq!(told(""), "");
    }
}

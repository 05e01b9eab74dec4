//! Plots embedded in a page.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::{Value, context};

use crate::report::draw::Picture;

/// The maximum size of embedded pictures in bytes; the others are separate files.
const MOST: usize = 600_000;

/// The pictures embedded in a page, and the names of those that are not: those that its scripts draw, and those beyond
/// the maximum size.
pub(in crate::report) fn pictures(all: &[Picture]) -> (Vec<Value>, Vec<String>) {
    let (mut embedded, mut beside) = (Vec::new(), Vec::new());
    let mut room = MOST;
    for picture in all {
        let (kind, content) = picture.smaller();
        let data = BASE64_STANDARD.encode(content);
        if picture.is_interactive || data.len() > room {
            beside.push(picture.name.clone());
            continue;
        }
        room -= data.len();
        let (name, caption) = (picture.name.as_str(), picture.caption.as_str());
        let [kind, data] = [kind.into(), data].map(Value::from_safe_string);
        embedded.push(context! { name, caption, kind, data });
    }
    (embedded, beside)
}

//! A finished plot as SVG and PNG.

/// A drawing in both formats.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// As SVG.
    pub svg: String,
    /// As PNG.
    pub png: Vec<u8>,
    /// As PDF, if it was asked for.
    pub pdf: Option<Vec<u8>>,
}

/// A picture in both formats.
#[derive(Debug)]
pub(in crate::report) struct Picture {
    /// Its file's name, without the extension.
    pub(in crate::report) name: String,
    /// Its caption.
    pub(in crate::report) caption: String,
    /// Whether a page draws the same with scripts.
    pub(in crate::report) is_interactive: bool,
    pub(in crate::report) drawing: Drawing,
}

impl Picture {
    /// A drawing with its name and its caption.
    pub(in crate::report) fn new(name: String, caption: String, drawing: Drawing) -> Self {
        Self { name, caption, is_interactive: false, drawing }
    }

    /// The media type and the content of its smaller format.
    pub(in crate::report) fn smaller(&self) -> (&'static str, &[u8]) {
        let Drawing { svg, png, .. } = &self.drawing;
        if png.len() < svg.len() { ("image/png", png) } else { ("image/svg+xml", svg.as_bytes()) }
    }
}

//! A finished plot as SVG and PNG.

/// A drawing in both formats.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// As SVG.
    pub svg: String,
    /// As PNG.
    pub png: Vec<u8>,
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
    pub(in crate::report) svg: String,
    pub(in crate::report) png: Vec<u8>,
}

impl Picture {
    /// A drawing with its name and its caption.
    pub(in crate::report) fn new(
        name: String,
        caption: String,
        Drawing { svg, png }: Drawing,
    ) -> Self {
        Self { name, caption, is_interactive: false, svg, png }
    }

    /// The media type and the content of its smaller format.
    pub(in crate::report) fn smaller(&self) -> (&'static str, &[u8]) {
        if self.png.len() < self.svg.len() {
            ("image/png", &self.png)
        } else {
            ("image/svg+xml", self.svg.as_bytes())
        }
    }
}

//! The formats of lists of transfers, recognised by their content.

use crate::import::{kind_name, looks_like_requests};

/// A format of lists of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowFormat {
    /// A table with a header, its cells separated by this byte.
    Table(u8),
    /// The CSV output of nfdump: `nfdump -o csv`.
    Nfdump,
    /// An access log: W3C extended, as IIS writes it, or the combined form of nginx and Apache.
    Requests,
    /// A flow file of HPCC for ns-3: the number of flows, then a line for each.
    FlowList,
}

impl FlowFormat {
    /// The format of a file that begins with `beginning`; flows of nfdump are a table until its header is read.
    ///
    /// # Errors
    /// The kind of file that it is, if no list of transfers begins so, and how it can be converted.
    pub(super) fn recognise(
        beginning: &[u8],
    ) -> Result<Self, (&'static str, Option<&'static str>)> {
        let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
        let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let Some(first) = lines.find(|line| !line.is_empty()) else { return Ok(Self::Table(b',')) };
        if looks_like_requests(text) {
            return Ok(Self::Requests);
        }
        if first.iter().all(u8::is_ascii_digit) {
            return Ok(Self::FlowList);
        }
        if let Some(kind) = kind_name(beginning) {
            return Err(kind);
        }
        let cells = |delimiter: u8| first.split(|byte| *byte == delimiter).count();
        let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| cells(*byte));
        let delimiter = delimiter.expect("one of three");
        Ok(Self::Table(delimiter))
    }

    /// The name of the format for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table(_) => "a table of transfers",
            Self::Nfdump => "flows of nfdump (CSV)",
            Self::Requests => "an access log",
            Self::FlowList => "a flow file of HPCC (ns-3)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_content() {
        let cases: [(&str, FlowFormat); 6] = [
            ("id,start_s,from,to,bytes\n", FlowFormat::Table(b',')),
            ("id;start_s;from;to;bytes\n", FlowFormat::Table(b';')),
            ("\u{feff}id\tstart_s\tfrom\tto\tbytes\n", FlowFormat::Table(b'\t')),
            ("#Software: IIS\n#Fields: date time c-ip sc-bytes\n", FlowFormat::Requests),
            (
                "10.0.0.1 - - [02/Nov/2026:09:00:00 +0000] \"GET /x HTTP/1.1\" 200 5\n",
                FlowFormat::Requests,
            ),
            ("2\n0 1 3 100 1000 2.0\n", FlowFormat::FlowList),
        ];
        for (text, format) in cases {
            assert_eq!(FlowFormat::recognise(text.as_bytes()), Ok(format), "{text}");
        }
        let refused = FlowFormat::recognise(b"\x1f\x8b\x08\x00").expect_err("gzip");
        assert_eq!(refused.0, "a gzip archive");
        for wide in [&b"\xff\xfei\0d\0,\0"[..], b"\xfe\xff\0i\0d\0,"] {
            assert_eq!(FlowFormat::recognise(wide).expect_err("UTF-16").0, "a text in UTF-16");
        }
    }
}

//! Reads the lines of a log, one in memory at a time, with a maximum length.

use std::io::{self, BufRead};

use crate::units::SimDuration;

/// The maximum length of a line; the rest of a longer one is dropped.
const LONGEST: usize = 1 << 16;

/// A line, and how it ends.
pub(crate) struct Line<'a> {
    /// Without its line end.
    pub(crate) text: &'a [u8],
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Whether it has a line end: the last line of a truncated file has none.
    pub(crate) is_whole: bool,
}

/// Calls `each` with every line of `input`.
pub(crate) fn for_each_line(
    mut input: impl BufRead,
    mut each: impl FnMut(&Line<'_>),
) -> io::Result<()> {
    let (mut kept, mut number) = (Vec::with_capacity(1 << 10), 0);
    loop {
        kept.clear();
        let (mut is_whole, mut is_end) = (false, false);
        while !is_whole && !is_end {
            let some = input.fill_buf()?;
            let end = some.iter().position(|byte| *byte == b'\n');
            let part = &some[..end.unwrap_or(some.len())];
            let room = LONGEST.saturating_sub(kept.len()).min(part.len());
            kept.extend_from_slice(&part[..room]);
            (is_whole, is_end) = (end.is_some(), some.is_empty());
            let taken = part.len() + usize::from(is_whole);
            input.consume(taken);
        }
        if is_end && kept.is_empty() {
            return Ok(());
        }
        number += 1;
        let text = kept.strip_suffix(b"\r").unwrap_or(&kept);
        let text =
            if number == 1 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
        each(&Line { text, number, is_whole });
        if is_end {
            return Ok(());
        }
    }
}

/// `N` parts of `text` between `separator`; missing parts are empty, further ones are dropped.
pub(super) fn parts<const N: usize>(text: &[u8], separator: u8) -> [&[u8]; N] {
    let mut all = text.split(|byte| *byte == separator);
    std::array::from_fn(|_| all.next().unwrap_or_default())
}

/// The `N` parts of `text` between `separator`; `None` if there are more or fewer.
pub(super) fn exactly<const N: usize>(text: &[u8], separator: u8) -> Option<[&[u8]; N]> {
    let all = text.split(|byte| *byte == separator);
    (all.clone().count() == N).then(|| parts(text, separator))
}

/// `text` as a whole number.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
    })
}

/// `text` as a whole number of milliseconds.
pub(super) fn millis(text: &[u8]) -> Option<SimDuration> {
    number(text)?.checked_mul(1_000_000).map(SimDuration::from_nanos)
}

/// `text` as a decimal number of seconds.
pub(super) fn seconds(text: &[u8]) -> Option<SimDuration> {
    billionths(text).map(SimDuration::from_nanos)
}

/// `text` as a decimal number, in billionths; further digits are dropped.
pub(super) fn billionths(text: &[u8]) -> Option<u64> {
    const DIGITS: usize = 9;
    let point = text.iter().position(|byte| *byte == b'.');
    let (whole, part) = text.split_at(point.unwrap_or(text.len()));
    let part = part.get(1..).unwrap_or_default();
    let mut digits = [b'0'; DIGITS];
    let shown = part.len().min(DIGITS);
    digits[..shown].copy_from_slice(&part[..shown]);
    if !part.iter().all(u8::is_ascii_digit) {
        return None;
    }
    number(whole)?.checked_mul(1_000_000_000)?.checked_add(number(&digits)?)
}

/// `text` as an IPv4 address.
pub(super) fn address(text: &[u8]) -> Option<std::net::Ipv4Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_and_the_last_may_have_no_end() {
        let mut seen = Vec::new();
        let long = "x".repeat(LONGEST + 5);
        let text = format!("\u{feff}one\r\n\n{long}\nlast");
        // A buffer smaller than a line.
        let input = io::BufReader::with_capacity(7, text.as_bytes());
        for_each_line(input, |line| seen.push((line.number, line.text.len(), line.is_whole)))
            .expect("memory can be read");
        assert_eq!(seen, [(1, 3, true), (2, 0, true), (3, LONGEST, true), (4, 4, false)]);
    }

    #[test]
    fn numbers_contain_only_digits() {
        assert_eq!(
            [number(b"1234629645"), number(b""), number(b"-1"), number(b"1x")],
            [Some(1_234_629_645), None, None, None]
        );
        let read = [&b"8.000000"[..], b"0.5", b"12", b".5", b"1.x"].map(seconds);
        let [eight, half, twelve] = [8_000, 500, 12_000].map(|n| Some(SimDuration::from_millis(n)));
        assert_eq!(read, [eight, half, twelve, None, None]);
        assert_eq!(millis(b"8000"), eight);
        // More than 584 years.
        assert_eq!([millis(b"9999999999999999999"), seconds(b"99999999999")], [None, None]);
        assert_eq!(billionths(b"1.000000001"), Some(1_000_000_001));
        assert_eq!(parts::<3>(b"a,,c,d", b','), [&b"a"[..], b"", b"c"]);
    }
}

//! A flow file of HPCC for ns-3: the number of flows, then `from to group port bytes start` of each.
//!
//! Source: `flow.txt` of the HPCC simulator (alibaba-edu/High-Precision-Congestion-Control).

use std::io::{self, BufRead};

use super::collection::{Collection, Flow, Start, Wrong};
use crate::import::for_each_line;
use crate::units::decimal::{Scaled, parse_scaled};
use crate::units::{Bytes, SimTime};

const EXPECTED: &str = "from to group port bytes start_s, such as 0 1 3 100 100000 2.0";

pub(super) fn read(
    input: impl BufRead,
    file: &str,
    into: &mut Collection<'_, '_>,
) -> io::Result<()> {
    into.account.ignored = vec!["group".into(), "port".into()];
    let (mut stated, mut found) = (None, 0_u64);
    for_each_line(input, |line| {
        let text = String::from_utf8_lossy(line.text.trim_ascii()).into_owned();
        if text.is_empty() || text.starts_with('#') {
            return;
        }
        if stated.is_none() {
            stated = text.parse::<u64>().ok();
            return;
        }
        found += 1;
        let read = flow(&text, into).and_then(|flow| into.add_numbered(flow));
        if let Err(wrong) = read {
            into.note_line(file, &text, line.number, wrong);
        }
    })?;
    if stated != Some(found) {
        let stated = stated.map_or("no number".into(), |number| number.to_string());
        let message = format!("{stated} of flows in the first line, and {found} flows");
        into.note_line(
            file,
            "",
            1,
            Wrong::value(message, "as many flows as the first line states"),
        );
    }
    Ok(())
}

fn flow(text: &str, into: &Collection<'_, '_>) -> Result<Flow, Wrong> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let &[from, to, _group, _port, bytes, start] = &words[..] else {
        return Err(Wrong::value(format!("a line with {} words", words.len()), EXPECTED));
    };
    let number =
        |text: &str, scale| parse_scaled(text, scale).map_err(|why| Wrong::value(why, EXPECTED));
    let held = |number: Scaled| {
        u64::try_from(number.nearest).map_err(|_| Wrong::value("too large", EXPECTED))
    };
    let bytes = number(bytes, 1)?;
    if !bytes.is_whole {
        return Err(Wrong::value("a fraction of a byte", "a whole number of bytes"));
    }
    Ok(Flow {
        start: Start::After(SimTime::from_nanos(held(number(start, 1_000_000_000)?)?)),
        from: into.node(from)?,
        to: into.node(to)?,
        bytes: Bytes::new(held(bytes)?),
        rate_cap: None,
    })
}

//! Delta debugging: the fewest lines of a text that still have a property.

/// The text without every table and line that is not needed for `fails` to hold. Tables (from a line that begins with
/// `[` to the next one) are dropped first, then lines, until no more can be dropped.
pub(crate) fn shrink(text: &str, fails: &mut dyn FnMut(&str) -> bool) -> String {
    let mut best = text.to_string();
    loop {
        let before = best.clone();
        for split in [tables, lines] {
            best = drop_parts(&split(&best), fails);
        }
        if best == before {
            return best;
        }
    }
}

/// Drops ever smaller runs of parts (Zeller and Hildebrandt's ddmin without its complements).
fn drop_parts(parts: &[String], fails: &mut dyn FnMut(&str) -> bool) -> String {
    let mut kept = parts.to_vec();
    let mut run = kept.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < kept.len() {
            let end = (at + run).min(kept.len());
            let rest = [&kept[..at], &kept[end..]].concat();
            if fails(&rest.concat()) {
                kept = rest;
            } else {
                at = end;
            }
        }
        if run == 1 {
            return kept.concat();
        }
        run = run.div_ceil(2);
    }
}

fn tables(text: &str) -> Vec<String> {
    let mut tables = vec![String::new()];
    for line in text.lines() {
        if line.starts_with('[') {
            tables.push(String::new());
        }
        let table = tables.last_mut().expect("there is one");
        table.push_str(line);
        table.push('\n');
    }
    tables
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_does_not_matter_is_dropped() {
    let text = "name = 1\n[a]\nx = 1\ny = 2\n[[b]]\nz = 3\n[[b]]\nz = 4\n";
    let mut tried = 0;
    let small = shrink(text, &mut |text| {
        tried += 1;
        text.contains("y = 2") && text.contains("z = 4")
    });
    assert_eq!(small, "y = 2\nz = 4\n");
    assert!(tried < 60, "{tried}");
}

//! The number of Update Agents for each site by the vendors' published rules.
//!
//! No rule considers the links. Each is applied literally to a site that is its own segment; fractions are truncated as
//! the source states (N/300 + 1 is a whole number of computers).

use super::Numbers;
use super::placement::Place;

/// A published rule of thumb.
#[derive(Debug)]
pub struct RuleOfThumb {
    /// Its short name.
    pub name: &'static str,
    /// Its content, in our words.
    pub says: &'static str,
    /// Its source.
    pub source: &'static str,
    at: fn(Segment) -> u64,
}

/// The inputs of the rules.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// The number of computers.
    computers: u64,
    /// Whether the server is elsewhere.
    is_remote: bool,
    /// Whether there are other segments.
    has_others: bool,
}

/// The rules, by vendor.
pub const RULES_OF_THUMB: [RuleOfThumb; 8] = [
    RuleOfThumb {
        name: "trend-micro",
        says: "one for every 250 computers of a remote site, rounded up: an Update Agent serves 250 at once",
        source: "Trend Micro, Apex One: Update Agent system requirements (UAG-1)",
        at: |segment| if segment.is_remote { segment.computers.div_ceil(250) } else { 0 },
    },
    RuleOfThumb {
        name: "kaspersky",
        says: "below 10 computers none, up to 100 one, above N/10,000 + 1 (a single segment: none below 300)",
        source: "Kaspersky Security Center, number of distribution points, acceptable (support.kaspersky.com 154282)",
        at: |segment| kaspersky(segment, segment.computers / 10_000 + 1),
    },
    RuleOfThumb {
        name: "kaspersky-recommended",
        says: "the same, above N/5,000 + 2",
        source: "Kaspersky Security Center, number of distribution points, recommended (support.kaspersky.com 154282)",
        at: |segment| kaspersky(segment, segment.computers / 5_000 + 2),
    },
    RuleOfThumb {
        name: "kaspersky-workstations",
        says: "the same on ordinary workstations, above N/300 + 1 and at least 3",
        source: "Kaspersky Security Center, number of distribution points, workstations (support.kaspersky.com 154282)",
        at: |segment| kaspersky(segment, (segment.computers / 300 + 1).max(3)),
    },
    RuleOfThumb {
        name: "symantec",
        says: "a Group Update Provider at each remote site of 10 to 10,000 computers, none below",
        source: "Broadcom, Symantec Endpoint Protection: Group Update Provider sizing",
        at: |segment| {
            if segment.is_remote && segment.computers >= 10 {
                segment.computers.div_ceil(10_000)
            } else {
                0
            }
        },
    },
    RuleOfThumb {
        name: "bigfix",
        says: "a relay for every 1,000 computers of a remote site, rounded up",
        source: "IBM BigFix: relay capacity (swg21506098)",
        at: |segment| if segment.is_remote { segment.computers.div_ceil(1_000) } else { 0 },
    },
    RuleOfThumb {
        name: "configmgr",
        says: "a distribution point on a server for every 4,000 computers of a remote site, rounded up",
        source: "Microsoft, Configuration Manager 2007 capacity planning: standard distribution points",
        at: |segment| if segment.is_remote { segment.computers.div_ceil(4_000) } else { 0 },
    },
    RuleOfThumb {
        name: "configmgr-branch",
        says: "the same for branch distribution points on workstations: one for every 100",
        source: "Microsoft, Configuration Manager 2007 capacity planning: branch distribution points",
        at: |segment| if segment.is_remote { segment.computers.div_ceil(100) } else { 0 },
    },
];

fn kaspersky(segment: Segment, large: u64) -> u64 {
    match segment.computers {
        _ if !segment.has_others && segment.computers < 300 => 0,
        0..10 => 0,
        10..=100 if segment.has_others => 1,
        _ => large,
    }
}

impl RuleOfThumb {
    /// The number that the rule puts at each place, at most the number of computers there.
    pub fn numbers(&self, places: &[Place]) -> Numbers {
        let number = |place: &Place| {
            let segment = Segment {
                computers: place.agents,
                is_remote: place.above.is_some(),
                has_others: places.len() > 1,
            };
            u32::try_from((self.at)(segment)).unwrap_or(u32::MAX).min(place.room)
        };
        places.iter().map(number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> impl Fn(u64, bool) -> u64 {
        let found = RULES_OF_THUMB.iter().find(|rule| rule.name == name).expect("a rule");
        |computers, is_remote| (found.at)(Segment { computers, is_remote, has_others: true })
    }

    #[test]
    fn the_published_examples_come_out() {
        // Kaspersky: 10,000 → 2 or 4, 50,000 → 6 or 12; workstations 900 → 4, 3,000 → 11.
        let (few, many) = (rule("kaspersky"), rule("kaspersky-recommended"));
        assert_eq!([few(10_000, true), few(50_000, true)], [2, 6]);
        assert_eq!([many(10_000, true), many(50_000, true)], [4, 12]);
        let small = rule("kaspersky-workstations");
        assert_eq!([9, 10, 101, 900, 3_000].map(|n| small(n, true)), [0, 1, 3, 4, 11]);
        let symantec = rule("symantec");
        assert_eq!([9, 10, 10_000, 10_001].map(|n| symantec(n, true)), [0, 1, 1, 2]);
        assert_eq!(symantec(500, false), 0, "the server is there");
        assert_eq!([0, 1, 250, 251].map(|n| rule("trend-micro")(n, true)), [0, 1, 1, 2]);
        assert_eq!([1_000, 1_001].map(|n| rule("bigfix")(n, true)), [1, 2]);
        assert_eq!([0, 1, 4_000, 4_001].map(|n| rule("configmgr")(n, true)), [0, 1, 1, 2]);
        assert_eq!([0, 1, 100, 101].map(|n| rule("configmgr-branch")(n, true)), [0, 1, 1, 2]);
        assert_eq!(rule("configmgr-branch")(500, false), 0, "the server is there");
    }

    #[test]
    fn a_single_segment_needs_none_below_300() {
        let alone = Segment { computers: 299, is_remote: false, has_others: false };
        assert_eq!(kaspersky(alone, 7), 0);
        assert_eq!(kaspersky(Segment { computers: 300, ..alone }, 7), 7);
    }
}

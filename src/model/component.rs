//! Distributed content: content kinds, scan methods and the component catalogue (CMP-1..4).

use std::fmt;

use crate::ids::{Column, ComponentId};
use crate::units::Bytes;

/// One of the three kinds of content that a source can host (CMP-4), in the order in which one
/// update fetches them (CMP-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum ContentKind {
    /// Configuration files ("domain settings").
    Settings,
    /// Pattern files, engines and drivers.
    Components,
    /// Agent programs and hot fixes.
    Programs,
}

impl ContentKind {
    /// All kinds in the order of one update (CMP-5).
    pub const IN_ORDER: [Self; 3] = [Self::Settings, Self::Components, Self::Programs];
}

/// A set of content kinds (CMP-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct KindSet(u8);

impl KindSet {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// All three kinds.
    pub const ALL: Self = Self(0b111);
    /// Components only.
    pub const COMPONENTS: Self = Self(1 << ContentKind::Components as u8);

    /// The set with only `kind`.
    pub const fn only(kind: ContentKind) -> Self {
        Self(1 << kind as u8)
    }

    /// Whether `kind` is in the set.
    pub const fn has(self, kind: ContentKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `kind` added if `wanted`.
    #[must_use]
    pub const fn with_if(self, kind: ContentKind, wanted: bool) -> Self {
        if wanted { Self(self.0 | 1 << kind as u8) } else { self }
    }

    /// Kinds in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Kinds in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Kinds of this set that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The kinds in the set, in the order of one update (CMP-5).
    pub fn in_order(self) -> impl Iterator<Item = ContentKind> {
        ContentKind::IN_ORDER.into_iter().filter(move |kind| self.has(*kind))
    }
}

/// The scan method of an agent, which determines its patterns (CMP-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum ScanMethod {
    /// All patterns on the agent.
    #[default]
    Conventional,
    /// A small agent pattern; the rest is queried from a smart protection source.
    Smart,
}

impl fmt::Display for ScanMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conventional => "conventional",
            Self::Smart => "smart",
        })
    }
}

/// The category of a component by which "agents only update" restricts it (CMP-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum ComponentKind {
    /// A pattern file.
    Pattern,
    /// An engine.
    Engine,
    /// A driver.
    Driver,
}

impl fmt::Display for ComponentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pattern => "pattern",
            Self::Engine => "engine",
            Self::Driver => "driver",
        })
    }
}

/// The number of incrementals of each release (DUP-2), and so the maximum distance in releases that an incremental
/// covers.
pub const INCREMENTALS: u16 = 14;

/// The sizes of all incrementals of a release, starting with the one from one release back.
pub type ListedSizes = [Bytes; INCREMENTALS as usize];

/// Sizes of a component's incrementals (CMP-8): the listed ones, else `base + releases spanned × step`; at most the
/// full file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct IncrementalSize {
    /// The base size.
    pub base: Bytes,
    /// The additional size for each release spanned.
    pub step: Bytes,
    /// Listed sizes, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<ListedSizes>,
}

impl IncrementalSize {
    /// The size of an incremental that spans `span` releases, 1 to [`INCREMENTALS`].
    pub fn of(&self, span: u16) -> Bytes {
        let place = usize::from(span.clamp(1, INCREMENTALS) - 1);
        self.listed.map_or(self.base + self.step.times(span.into()), |sizes| sizes[place])
    }
}

/// One component of the catalogue (CMP-1).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Component {
    /// The vendor's name.
    pub name: String,
    /// Pattern, engine or driver.
    pub kind: ComponentKind,
    /// Whether agents with conventional scan get it (CMP-2).
    pub conventional: bool,
    /// Whether agents with smart scan get it (CMP-2).
    pub smart: bool,
    /// Transfer size of the full file.
    pub full: Bytes,
    /// Sizes of its incrementals, if it takes part in component duplication (CMP-3).
    pub incremental: Option<IncrementalSize>,
    /// Releases per 1,000 days, which determine the version of an outdated agent.
    pub releases_per_1000_days: u32,
    /// The source of its sizes and cadence: document numbers, or [`ASSUMPTION`].
    pub source: &'static str,
}

impl Component {
    /// Whether agents of `scan` get this component (CMP-2).
    pub fn goes_to(&self, scan: ScanMethod) -> bool {
        match scan {
            ScanMethod::Conventional => self.conventional,
            ScanMethod::Smart => self.smart,
        }
    }
}

/// All components of a run.
pub type Catalogue = Column<ComponentId, Component>;

/// A row of the vendor's catalogue: name, category, scan methods (conventional, smart), size of the full file,
/// incremental step (0: sent whole, CMP-3), releases per 1,000 days, source of sizes and cadence.
type Row = (&'static str, ComponentKind, bool, bool, u64, u64, u32, &'static str);

/// The source of a size or cadence that no document states.
pub const ASSUMPTION: &str = "assumption";

use ComponentKind::{Driver, Engine, Pattern};

/// The 20 components that server and agents download (CMP-1), with the six that have incrementals
/// (CMP-3). Sizes of the Smart Scan Agent Pattern and the Virus Pattern are Trend Micro's figures
/// of August 2023 (KA-0000628), their cadence KA-1308939 and KA-1106350; those of incrementals in
/// [`LISTED`] are published; the other sizes are assumptions of ours.
const VENDOR_CATALOGUE: [Row; 20] = [
    (
        "Smart Scan Agent Pattern",
        Pattern,
        false,
        true,
        22_000_000,
        3_000,
        1000,
        "KA-0000628, KA-1308939; incrementals: server.ini of May 2021",
    ),
    ("Virus Pattern", Pattern, true, false, 48_000_000, 60_000, 1000, "KA-0000628, KA-1106350"),
    ("Virus Scan Engine", Engine, true, true, 3_000_000, 0, 10, ASSUMPTION),
    ("Virus Scan Driver", Driver, true, true, 400_000, 0, 10, ASSUMPTION),
    ("IntelliTrap Pattern", Pattern, true, true, 600_000, 0, 33, ASSUMPTION),
    ("IntelliTrap Exception Pattern", Pattern, true, true, 400_000, 4_000, 140, ASSUMPTION),
    ("Virus Cleanup Engine", Engine, true, true, 1_500_000, 0, 10, ASSUMPTION),
    ("Virus Cleanup Template", Pattern, true, true, 1_200_000, 10_000, 140, ASSUMPTION),
    ("Spyware Pattern", Pattern, true, true, 2_500_000, 20_000, 140, ASSUMPTION),
    ("Spyware Scan Engine", Engine, true, true, 1_000_000, 0, 10, ASSUMPTION),
    (
        "Spyware Active-monitoring Pattern",
        Pattern,
        true,
        false,
        3_000_000,
        20_000,
        140,
        "cadence: OfficeScan help; sizes: assumption",
    ),
    ("Common Firewall Driver", Driver, true, true, 500_000, 0, 5, ASSUMPTION),
    ("Common Firewall Pattern", Pattern, true, true, 300_000, 0, 33, ASSUMPTION),
    ("URL Filtering Engine", Engine, true, true, 900_000, 0, 5, ASSUMPTION),
    ("Behavior Monitoring Driver", Driver, true, true, 500_000, 0, 5, ASSUMPTION),
    ("Behavior Monitoring Core Service", Engine, true, true, 2_000_000, 0, 5, ASSUMPTION),
    ("Behavior Monitoring Configuration Pattern", Pattern, true, true, 200_000, 0, 33, ASSUMPTION),
    ("Behavior Monitoring Detection Pattern", Pattern, true, true, 800_000, 0, 33, ASSUMPTION),
    ("Digital Signature Pattern", Pattern, true, true, 1_500_000, 0, 33, ASSUMPTION),
    ("Policy Enforcement Pattern", Pattern, true, true, 300_000, 0, 33, ASSUMPTION),
];

/// Incrementals with published sizes, in bytes, starting with the one from one release back (CMP-8): those of the Smart
/// Scan Agent Pattern in the catalogue `server.ini` of 5 May 2021 (version 16.683.00; `toread.txt` of the repository
/// Anthony-T-N/Smart_Scan_Pattern_Extractor-URL_Builder). They have a step where a larger revision falls in between.
const LISTED: [(&str, [u64; INCREMENTALS as usize]); 1] = [(
    "Smart Scan Agent Pattern",
    [
        3_090, 4_413, 4_427, 4_513, 6_075, 7_041, 8_414, 167_307, 166_631, 166_875, 166_657,
        205_198, 205_907, 204_709,
    ],
)];

/// The vendor's catalogue (CMP-1). It does not include the Smart Scan Pattern, which only smart protection sources
/// download.
pub fn vendor_catalogue() -> Catalogue {
    VENDOR_CATALOGUE
        .iter()
        .map(|&(name, kind, conventional, smart, full, step, releases_per_1000_days, source)| {
            Component {
                name: name.into(),
                kind,
                conventional,
                smart,
                full: Bytes::new(full),
                incremental: (step > 0).then(|| {
                    let listed = LISTED.iter().find(|(listed, _)| *listed == name);
                    let listed = listed.map(|(_, sizes)| sizes.map(Bytes::new));
                    IncrementalSize { base: Bytes::ZERO, step: Bytes::new(step), listed }
                }),
                releases_per_1000_days,
                source,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cmp_1_the_catalogue_has_twenty_components_and_no_smart_scan_pattern() {
        let catalogue = vendor_catalogue();
        assert_eq!(catalogue.len(), 20);
        assert!(catalogue.iter().all(|c| c.name != "Smart Scan Pattern"));
    }

    #[test]
    fn cmp_2_each_scan_method_gets_its_own_patterns() {
        let catalogue = vendor_catalogue();
        let missing = |scan| -> Vec<String> {
            catalogue.iter().filter(|c| !c.goes_to(scan)).map(|c| c.name.clone()).collect()
        };
        assert_eq!(missing(ScanMethod::Conventional), ["Smart Scan Agent Pattern"]);
        assert_eq!(
            missing(ScanMethod::Smart),
            ["Virus Pattern", "Spyware Active-monitoring Pattern"]
        );
    }

    #[test]
    fn cmp_3_six_components_have_incrementals() {
        let with: Vec<String> = vendor_catalogue()
            .iter()
            .filter(|c| c.incremental.is_some())
            .map(|c| c.name.clone())
            .collect();
        assert_eq!(
            with,
            [
                "Smart Scan Agent Pattern",
                "Virus Pattern",
                "IntelliTrap Exception Pattern",
                "Virus Cleanup Template",
                "Spyware Pattern",
                "Spyware Active-monitoring Pattern",
            ]
        );
    }

    #[test]
    fn cmp_4_three_kinds_are_switched_separately() {
        let set = KindSet::NONE
            .with_if(ContentKind::Components, true)
            .with_if(ContentKind::Settings, false)
            .with_if(ContentKind::Programs, true);
        assert!(set.has(ContentKind::Components) && set.has(ContentKind::Programs));
        assert!(!set.has(ContentKind::Settings));
        assert_eq!(KindSet::ALL.minus(set), KindSet::only(ContentKind::Settings));
        assert!(set.minus(KindSet::ALL).is_empty());
    }

    #[test]
    fn cmp_5_one_update_takes_settings_then_components_then_programs() {
        assert_eq!(KindSet::ALL.in_order().collect::<Vec<_>>(), ContentKind::IN_ORDER);
    }
}

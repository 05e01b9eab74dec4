//! Product versions: presets of the settings in which they differ.

/// Defaults of one product version that differ from the table of keys.
#[derive(Debug)]
pub struct Preset {
    /// The version's name.
    pub name: &'static str,
    /// Table, key and default.
    pub defaults: &'static [(&'static str, &'static str, &'static str)],
    /// The number in the addresses of its `ActiveUpdate` (SRC-4).
    pub active_update: &'static [u32],
}

/// Until build 12902 of Apex One an Update Agent that no agent uses as a source mirrored too (DUP-10).
const IDLE_MIRRORS: (&str, &str, &str) = ("update_agents", "idle_mirrors", "true");

/// All versions, oldest first. Sources: `OfficeScan` 10 Administrator's Guide (standard source,
/// 700 MB of disk for an Update Agent); KA-0005241 (mirroring); KB 1034989 (addresses of `ActiveUpdate` for
/// 11.0 and XG, of which Apex One still knows that of XG). The current revision of that article states other requirements
/// of Update Agents than that of 2019, for the same product.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "officescan-10",
        defaults: &[
            ("sources", "standard_source", "\"privilege-or-first-entry\""),
            ("update_agents", "needed_disk", "\"700 MB\""),
            IDLE_MIRRORS,
        ],
        active_update: &[10],
    },
    Preset { name: "officescan-10.6", defaults: &[IDLE_MIRRORS], active_update: &[10] },
    Preset { name: "officescan-11", defaults: &[IDLE_MIRRORS], active_update: &[11] },
    Preset { name: "officescan-xg", defaults: &[IDLE_MIRRORS], active_update: &[12] },
    Preset { name: "apex-one", defaults: &[], active_update: &[12, 14] },
    Preset {
        name: "apex-one-current",
        defaults: &[
            ("update_agents", "needed_disk", "\"2 GB\""),
            ("update_agents", "capacity_by", "\"uplink\""),
        ],
        active_update: &[12, 14],
    },
];

/// Their names.
pub const PRODUCTS: &[&str] = &[
    "officescan-10",
    "officescan-10.6",
    "officescan-11",
    "officescan-xg",
    "apex-one",
    "apex-one-current",
];

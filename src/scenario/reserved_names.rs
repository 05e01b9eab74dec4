//! Names that mean something in every scenario.

/// The parts of every company, by their names in `[[fault]]`.
pub(super) const PARTS: [&str; 5] =
    ["server", "active-update", "proxy", "smart-protection", "agents"];

/// The places of every company.
const PLACES: [&str; 2] = ["internet", "headquarters"];

/// The value of `via` of sites without a link.
pub(super) const NO_LINK: &str = "none";

/// Whether `name` means a part or a place of every company, so that nothing else may have it.
pub(super) fn is_reserved(name: &str) -> bool {
    PARTS.into_iter().chain(PLACES).any(|reserved| reserved == name)
}

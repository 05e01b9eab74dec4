//! What one update fetches, and in which order (CMP-5 to CMP-7).

use crate::model::component::{Component, ComponentKind, ContentKind, KindSet, ScanMethod};
use crate::model::settings::UpdateScope;

/// The kinds of content that an agent asks for: components always, settings and programs when it
/// has learned in its status exchange with the server that there is something new (an assumption),
/// programs only if it may update everything (CMP-7).
pub fn wanted(scope: UpdateScope, new_settings: bool, new_program: bool) -> KindSet {
    let may_upgrade = scope == UpdateScope::Everything;
    KindSet::COMPONENTS
        .with_if(ContentKind::Settings, new_settings)
        .with_if(ContentKind::Programs, new_program && may_upgrade)
}

/// Whether an agent gets `component`: by its scan method (CMP-2) and by what it may update (CMP-7).
pub fn gets(component: &Component, scan: ScanMethod, scope: UpdateScope) -> bool {
    let in_scope = scope != UpdateScope::PatternsOnly || component.kind == ComponentKind::Pattern;
    in_scope && component.goes_to(scan)
}

/// The next kind of those `left` in one update: settings, components, programs (CMP-5).
pub fn next_kind(left: KindSet) -> Option<ContentKind> {
    left.in_order().next()
}

/// How many releases of `component` an agent lacks that is `behind` daily releases behind (an
/// assumption: each component's releases are evenly spaced, and the last one is due at the end).
pub fn lag(component: &Component, behind: u16) -> u16 {
    let releases = u32::from(behind) * component.releases_per_1000_days / 1000;
    u16::try_from(releases).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::component::vendor_catalogue;

    #[test]
    fn cmp_5_kinds_come_in_their_order_and_each_by_itself() {
        assert_eq!(next_kind(KindSet::ALL), Some(ContentKind::Settings));
        let without_settings = KindSet::ALL.minus(KindSet::only(ContentKind::Settings));
        assert_eq!(next_kind(without_settings), Some(ContentKind::Components));
        assert_eq!(next_kind(KindSet::NONE), None);
    }

    #[test]
    fn cmp_7_agents_only_update_what_they_may() {
        let catalogue = vendor_catalogue();
        let count =
            |scope| catalogue.iter().filter(|c| gets(c, ScanMethod::Conventional, scope)).count();
        assert_eq!(count(UpdateScope::Everything), 19);
        assert_eq!(count(UpdateScope::NoPrograms), 19);
        assert_eq!(count(UpdateScope::PatternsOnly), 11);
        assert_eq!(wanted(UpdateScope::Everything, true, true), KindSet::ALL);
        assert_eq!(wanted(UpdateScope::Everything, false, false), KindSet::COMPONENTS);
        assert!(!wanted(UpdateScope::NoPrograms, true, true).has(ContentKind::Programs));
    }

    #[test]
    fn an_agent_lags_less_in_components_that_are_seldom_released() {
        let catalogue = vendor_catalogue();
        let of = |name: &str, behind| {
            lag(catalogue.iter().find(|c| c.name == name).expect("in the catalogue"), behind)
        };
        assert_eq!(of("Virus Pattern", 20), 20);
        assert_eq!(of("Spyware Pattern", 20), 2);
        assert_eq!(of("Virus Scan Engine", 20), 0);
    }
}

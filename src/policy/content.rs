//! The content that one update fetches, and its order (CMP-5 to CMP-7, SCH-2, SCH-6, SRV-6, NTF-11).

use crate::model::component::{Component, ComponentKind, ContentKind, KindSet, ScanMethod};
use crate::model::settings::{SettingsCheck, UpdateScope};
use crate::model::trigger::Trigger;
use crate::units::Bytes;

/// The inputs of the decision which content an agent requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Why it updates.
    pub trigger: Trigger,
    /// *Agents only update* (CMP-7); everything for an Update Agent that hosts programs.
    pub scope: UpdateScope,
    /// Whether it requests settings and programs always, or only when the server has news.
    pub check: SettingsCheck,
    /// Whether the server has newer settings.
    pub new_settings: bool,
    /// Whether the server has a newer program.
    pub new_program: bool,
    /// Whether settings are due in a scheduled update (SCH-2).
    pub settings_due: bool,
}

/// The content kinds that an agent requests: components always, except for *Notify All Agents*, which is about settings
/// (NTF-11); settings in any manual update or poll (SCH-6, SRV-6); otherwise settings and programs when the server has
/// news, or always (an assumption); in a scheduled update settings only if due (SCH-2); programs only if it may update
/// everything (CMP-7).
pub fn wanted(wish: &Wish) -> KindSet {
    let always = wish.check == SettingsCheck::Always;
    let settings = always || wish.new_settings;
    let programs = (always || wish.new_program) && gets_programs(wish.scope);
    let with = |settings, programs| {
        KindSet::COMPONENTS
            .with_if(ContentKind::Settings, settings)
            .with_if(ContentKind::Programs, programs)
    };
    match wish.trigger {
        Trigger::NotifyAll => KindSet::only(ContentKind::Settings),
        Trigger::Manual | Trigger::UpdateNow | Trigger::Poll => with(true, false),
        Trigger::Schedule => with(settings && wish.settings_due, programs),
        Trigger::Notification | Trigger::Restart | Trigger::Retry => with(settings, programs),
    }
}

/// Whether an agent gets programs and hot fixes (CMP-7).
pub fn gets_programs(scope: UpdateScope) -> bool {
    scope == UpdateScope::Everything
}

/// Whether a scheduled update on day `today` also fetches settings: *configurations only once per day* omits them after
/// the first (SCH-2).
pub fn settings_due(taken_on: Option<u32>, today: u32, once_per_day: bool) -> bool {
    !once_per_day || taken_on != Some(today)
}

/// Whether an agent gets `component`, depending on its scan method (CMP-2) and on what it may update (CMP-7).
pub fn gets(component: &Component, scan: ScanMethod, scope: UpdateScope) -> bool {
    let in_scope = scope != UpdateScope::PatternsOnly || component.kind == ComponentKind::Pattern;
    in_scope && component.goes_to(scan)
}

/// The next kind of those `left` in one update: settings, components, programs (CMP-5); in a poll components first
/// (SRV-6).
pub fn next_kind(left: KindSet, trigger: Trigger) -> Option<ContentKind> {
    if trigger == Trigger::Poll && left.has(ContentKind::Components) {
        return Some(ContentKind::Components);
    }
    left.in_order().next()
}

/// The remaining bytes of a content of `size` when `kept` bytes of the same content arrived before the last transfer
/// was interrupted, if transfers are resumed (SRC-8).
pub fn rest_of(size: Bytes, kept: Bytes, resumes: bool) -> Bytes {
    if resumes { size.saturating_sub(kept) } else { size }
}

/// The number of releases of `component` that an agent lacks when it is `behind` daily releases behind (an assumption:
/// each component's releases are evenly spaced, and the last one is due at the end).
pub fn lag(component: &Component, behind: u16) -> u16 {
    let releases = u32::from(behind) * component.releases_per_1000_days / 1000;
    u16::try_from(releases).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::component::vendor_catalogue;

    fn wish(trigger: Trigger) -> Wish {
        Wish {
            trigger,
            scope: UpdateScope::Everything,
            check: SettingsCheck::News,
            new_settings: false,
            new_program: false,
            settings_due: true,
        }
    }

    #[test]
    fn cmp_5_kinds_come_in_their_order_and_each_by_itself() {
        let next = |left| next_kind(left, Trigger::Notification);
        assert_eq!(next(KindSet::ALL), Some(ContentKind::Settings));
        let without_settings = KindSet::ALL.minus(KindSet::only(ContentKind::Settings));
        assert_eq!(next(without_settings), Some(ContentKind::Components));
        assert_eq!(next(KindSet::NONE), None);
    }

    #[test]
    fn srv_6_a_poll_fetches_components_and_then_settings() {
        let wanted = wanted(&wish(Trigger::Poll));
        assert_eq!(wanted, KindSet::COMPONENTS.with_if(ContentKind::Settings, true));
        assert_eq!(next_kind(wanted, Trigger::Poll), Some(ContentKind::Components));
        let left = wanted.minus(KindSet::COMPONENTS);
        assert_eq!(next_kind(left, Trigger::Poll), Some(ContentKind::Settings));
    }

    #[test]
    fn sch_2_settings_once_a_day_and_components_each_time() {
        let mut taken_on = None;
        let mut taken = 0;
        for hour in 0..48 {
            let today = hour / 24;
            if settings_due(taken_on, today, true) {
                (taken_on, taken) = (Some(today), taken + 1);
            }
            assert!(settings_due(taken_on, today, false));
        }
        assert_eq!(taken, 2);
        let due = |settings_due| Wish {
            settings_due,
            check: SettingsCheck::Always,
            ..wish(Trigger::Schedule)
        };
        assert!(wanted(&due(true)).has(ContentKind::Settings));
        assert!(!wanted(&due(false)).has(ContentKind::Settings));
    }

    #[test]
    fn sch_6_updates_by_hand_fetch_components_and_settings() {
        let both = KindSet::COMPONENTS.with_if(ContentKind::Settings, true);
        assert_eq!(wanted(&wish(Trigger::Manual)), both);
        assert_eq!(wanted(&wish(Trigger::UpdateNow)), both);
    }

    #[test]
    fn ntf_11_notify_all_is_about_settings() {
        let settings = KindSet::only(ContentKind::Settings);
        assert_eq!(wanted(&wish(Trigger::NotifyAll)), settings);
    }

    #[test]
    fn src_8_a_resumed_transfer_moves_only_the_rest() {
        let rest = |resumes| rest_of(Bytes::new(100), Bytes::new(60), resumes).count();
        assert_eq!((rest(true), rest(false)), (40, 100));
    }

    #[test]
    fn cmp_7_agents_only_update_what_they_may() {
        let catalogue = vendor_catalogue();
        let count =
            |scope| catalogue.iter().filter(|c| gets(c, ScanMethod::Conventional, scope)).count();
        assert_eq!(count(UpdateScope::Everything), 19);
        assert_eq!(count(UpdateScope::NoPrograms), 19);
        assert_eq!(count(UpdateScope::PatternsOnly), 11);
        let quiet = wish(Trigger::Notification);
        assert_eq!(wanted(&quiet), KindSet::COMPONENTS);
        let news = Wish { new_settings: true, new_program: true, ..quiet };
        assert_eq!(wanted(&news), KindSet::ALL);
        let narrow = Wish { scope: UpdateScope::NoPrograms, ..news };
        assert!(!wanted(&narrow).has(ContentKind::Programs));
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

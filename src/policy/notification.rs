//! Notifications: who is notified, when, how often and by whom (NTF-1 to NTF-12, SRV-7, NET-3).

use crate::model::company::ListedSource;
use crate::model::component::ContentKind;
use crate::model::settings::{
    NotificationSettings, NotifiedBy, ToldWhileBusy, WhenNotifierIsOff, WhenSourceIsLost,
};
use crate::model::trigger::{Message, Trigger};
use crate::policy::attempt::AttemptFailure;
use crate::policy::topology::Roles;
use crate::units::{SimDuration, SimTime};

/// An agent that may be notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether the computer is on.
    pub online: bool,
    /// Whether the agent is in Independent mode.
    pub independent: bool,
    /// Whether it is behind NAT, which notifications do not pass (NET-3).
    pub behind_nat: bool,
}

/// Whether `target` is notified of an update: online agents if the trigger is on (NTF-1), Independent and offline ones
/// only if they are included (NTF-2); never one behind NAT (NET-3).
pub fn is_notified(target: Target, settings: &NotificationSettings) -> bool {
    let reachable = target.online && !target.independent;
    settings.on_update && !target.behind_nat && (reachable || settings.include_offline)
}

/// Why a command at the console skips an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkippedByOrder {
    /// It is off (SCH-4).
    Off,
    /// It is in Independent mode (NTF-2).
    Independent,
    /// It is behind NAT (NET-3).
    BehindNat,
}

/// Whether a command at the console skips `target`, and why (SCH-6, NTF-11): the server gives commands to agents that
/// are online, that it can connect to, and that are not in Independent mode.
pub fn skipped_by_order(target: Target) -> Option<SkippedByOrder> {
    if target.behind_nat {
        Some(SkippedByOrder::BehindNat)
    } else if target.independent {
        Some(SkippedByOrder::Independent)
    } else if !target.online {
        Some(SkippedByOrder::Off)
    } else {
        None
    }
}

/// Whether the server requests a scan of an agent after an update (NTF-5): if the update was triggered by a notification or
/// a restart and fetched components, the option is on, and the agent is not in Independent mode.
pub fn scans_now(
    trigger: Trigger,
    success: bool,
    independent: bool,
    settings: &NotificationSettings,
) -> bool {
    let by_event = matches!(trigger, Trigger::Notification | Trigger::Restart);
    settings.scan_now && by_event && success && !independent
}

/// Whether an agent that is notified while it is updating begins one more update afterwards (NTF-12).
pub fn remembers(reading: ToldWhileBusy) -> bool {
    reading == ToldWhileBusy::Remember
}

/// A batch of the query-filter throttle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The number of agents that may still be notified in it.
    pub left: u32,
    /// The start of the next batch.
    pub next: SimTime,
}

/// The batch in force at `now`: the present one, or a new one once its time has come (SRV-7); without a throttle, one
/// without limit.
pub fn batch_at(now: SimTime, batch: Batch, settings: &NotificationSettings) -> Batch {
    match settings.batch {
        None => Batch { left: u32::MAX, next: SimTime::NEVER },
        Some(size) if now >= batch.next => {
            Batch { left: size, next: now.saturating_add(settings.batch_interval) }
        }
        Some(_) => batch,
    }
}

/// The delay from the last of `attempts` unanswered notifications to the next one, if there is one (NTF-3).
/// Notifications due to a schedule or to a preceding update are sent once: an agent that is off misses them (SCH-4,
/// NTF-5).
pub fn next_attempt(
    message: Message,
    attempts: u8,
    settings: &NotificationSettings,
) -> Option<SimDuration> {
    let is_repeated = !matches!(message, Message::Scheduled | Message::ScanNow);
    (is_repeated && attempts < settings.attempts).then_some(settings.interval)
}

/// Whether an agent that restarts and connects, or regains its lost connection, updates at once (NTF-4): if it missed
/// something and the trigger is on; Independent agents never do.
pub fn updates_on_restart(
    outdated: bool,
    independent: bool,
    settings: &NotificationSettings,
) -> bool {
    settings.on_restart && outdated && !independent
}

/// Whether an agent has missed an update if an attempt fails so while the server cannot be reached; see
/// [`updates_on_restart`].
pub fn misses_update(failure: AttemptFailure, settings: &NotificationSettings) -> bool {
    let is_lost = matches!(failure, AttemptFailure::Broken | AttemptFailure::Unreachable(_));
    is_lost && settings.when_source_is_lost == WhenSourceIsLost::Reconnect
}

/// The notification queue as one pass sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// The number of records ahead of the first Update Agent's.
    pub update_agents_ahead: Option<u64>,
    /// The number of records ahead of the first agent's.
    pub agents_ahead: Option<u64>,
    /// Update Agents that have neither answered nor been given up: queued, being notified, or waiting for a retry.
    pub update_agents_remaining: u64,
}

/// The record to take next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The first Update Agent's.
    UpdateAgent,
    /// The first agent's.
    Agent,
    /// None at present.
    Nobody,
}

/// The record that a pass takes: among those that it examines (NTF-7), an Update Agent's first; once at most *Update
/// Agent threshold* of them remain, in order of arrival (NTF-6). If more remain, but none of them is among the examined
/// records or waiting for a retry, agents proceed: a pass knows only the records that it examines.
pub fn next_record(view: QueueView, settings: &NotificationSettings) -> Pick {
    let seen = |ahead: Option<u64>| {
        ahead.is_some_and(|ahead| settings.scan_limit.is_none_or(|limit| ahead < u64::from(limit)))
    };
    let few_remain = view.update_agents_remaining <= u64::from(settings.ua_threshold);
    let out_of_sight = view.update_agents_ahead.is_some() && !seen(view.update_agents_ahead);
    if few_remain && view.agents_ahead == Some(0) {
        Pick::Agent
    } else if seen(view.update_agents_ahead) {
        Pick::UpdateAgent
    } else if seen(view.agents_ahead) && (few_remain || out_of_sight) {
        Pick::Agent
    } else {
        Pick::Nobody
    }
}

/// Whether a record of this age expires (NTF-7), whether it is queued or waits for its retry.
pub fn has_expired(age: SimDuration, settings: &NotificationSettings) -> bool {
    age > settings.record_lifetime
}

/// How long a notifier thread is busy with one agent (NTF-8).
pub fn thread_time(answered: bool, settings: &NotificationSettings) -> SimDuration {
    if answered { settings.connect_time } else { settings.connect_timeout }
}

/// Who notifies an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notifier {
    /// The server.
    Server,
    /// An Update Agent, by its number.
    UpdateAgent(usize),
}

/// Who notifies an agent of an update, and which Update Agent it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Teller {
    /// The notifier.
    pub notifier: Notifier,
    /// The Update Agent that must have obtained the update first, or have used up its time.
    pub after: Option<usize>,
}

/// The conditions under which an Update Agent is a source, and so a notifier, of one content kind for one agent.
#[expect(clippy::struct_excessive_bools, reason = "independent conditions of one decision")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotifierView {
    /// It is not the agent itself.
    pub is_another: bool,
    /// It hosts this kind of content (UAG-3).
    pub hosts: bool,
    /// It has the disk space to obtain and serve (UAG-2).
    pub has_disk: bool,
    /// An address of the agent's family reaches it, or a proxy does (NET-1).
    pub is_of_right_family: bool,
    /// The entry of the list leads to it (UAG-5).
    pub is_at_its_address: bool,
    /// It is on, and the server has not given it up.
    pub is_up: bool,
}

/// Whether an Update Agent notifies an agent of new content (NTF-10): if it is a source of it for that agent. One that
/// is off or was given up does so only if nobody takes its place.
pub fn is_notifier(view: NotifierView, when_off: WhenNotifierIsOff) -> bool {
    view.is_another
        && view.hosts
        && view.has_disk
        && view.is_of_right_family
        && view.is_at_its_address
        && (view.is_up || when_off == WhenNotifierIsOff::Nobody)
}

/// The Update Agent that notifies an agent with this list of content of `kind`: the first usable source, if that is an
/// Update Agent (NTF-10). `ActiveUpdate` and other update sources are no sources of
/// settings and programs.
pub fn first_notifier(
    list: &[ListedSource],
    kind: ContentKind,
    mut is_notifier: impl FnMut(usize) -> bool,
) -> Option<usize> {
    for source in list {
        match *source {
            ListedSource::UpdateAgent(index) if is_notifier(index) => return Some(index),
            ListedSource::Server => return None,
            ListedSource::ActiveUpdate
            | ListedSource::ForeignActiveUpdate
            | ListedSource::Other(_)
                if kind == ContentKind::Components =>
            {
                return None;
            }
            ListedSource::UpdateAgent(_)
            | ListedSource::ActiveUpdate
            | ListedSource::ForeignActiveUpdate
            | ListedSource::Other(_) => {}
        }
    }
    None
}

/// Who notifies an agent whose first usable source is the Update Agent `first` (NTF-10): that Update Agent, or the
/// server if the setting says so and Update Agents update from it; the server if no Update Agent is usable; nobody if
/// agents check on their own.
pub fn teller(first: Option<usize>, roles: Roles, notified_by: NotifiedBy) -> Option<Teller> {
    let by_server = roles.server_notifies.then_some(Notifier::Server);
    match first {
        Some(index) if roles.update_agents_serve => match (notified_by, roles.update_agents_look) {
            (NotifiedBy::Server, false) => {
                by_server.map(|notifier| Teller { notifier, after: Some(index) })
            }
            _ => Some(Teller { notifier: Notifier::UpdateAgent(index), after: None }),
        },
        _ => by_server.map(|notifier| Teller { notifier, after: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::TopologyOption;
    use crate::policy::topology::roles;

    fn settings() -> NotificationSettings {
        NotificationSettings::default()
    }

    #[test]
    fn ntf_1_online_agents_are_told_if_the_trigger_is_on() {
        let online = Target { online: true, independent: false, behind_nat: false };
        assert!(is_notified(online, &settings()));
        assert!(!is_notified(online, &NotificationSettings { on_update: false, ..settings() }));
    }

    #[test]
    fn ntf_2_independent_and_offline_agents_only_if_included() {
        let included = NotificationSettings { include_offline: true, ..settings() };
        for target in [
            Target { online: false, independent: false, behind_nat: false },
            Target { online: true, independent: true, behind_nat: false },
        ] {
            assert!(!is_notified(target, &settings()));
            assert!(is_notified(target, &included));
        }
    }

    #[test]
    fn net_3_nobody_behind_nat_is_notified() {
        let hidden = Target { online: true, independent: false, behind_nat: true };
        let included = NotificationSettings { include_offline: true, ..settings() };
        assert!(!is_notified(hidden, &included) && skipped_by_order(hidden).is_some());
        assert!(skipped_by_order(Target { behind_nat: false, ..hidden }).is_none());
    }

    #[test]
    fn ntf_5_scan_now_follows_an_event_triggered_update_that_succeeded() {
        use Trigger::{Manual, Notification, NotifyAll, Poll, Restart, Schedule, UpdateNow};
        let on = NotificationSettings { scan_now: true, ..settings() };
        for trigger in [Notification, Restart] {
            for (success, independent, expected) in
                [(true, false, true), (false, false, false), (true, true, false)]
            {
                assert_eq!(scans_now(trigger, success, independent, &on), expected);
                assert!(!scans_now(trigger, success, independent, &settings()));
            }
        }
        for trigger in [Manual, NotifyAll, Poll, Schedule, UpdateNow] {
            assert!(!scans_now(trigger, true, false, &on), "{trigger:?}");
        }
    }

    #[test]
    fn ntf_12_who_is_told_while_busy_remembers_it_or_not() {
        assert!(remembers(ToldWhileBusy::Remember) && !remembers(ToldWhileBusy::Ignore));
    }

    #[test]
    fn srv_7_a_thousand_agents_in_batches_of_five_take_fifty_minutes() {
        let throttled = NotificationSettings { batch: Some(5), ..settings() };
        let (mut now, mut batch) = (SimTime::START, Batch::default());
        for _ in 0..1_000 {
            batch = batch_at(now, batch, &throttled);
            if batch.left == 0 {
                now = batch.next;
                batch = batch_at(now, batch, &throttled);
            }
            batch.left -= 1;
        }
        assert_eq!(
            batch.next,
            SimTime::from_secs(3_000),
            "the last batch is over after 50 minutes"
        );
        assert_eq!(batch_at(now, Batch::default(), &settings()).left, u32::MAX);
    }

    #[test]
    fn ntf_3_five_attempts_fifteen_minutes_apart() {
        let mut at = vec![0];
        let mut attempts = 1;
        while let Some(delay) = next_attempt(Message::Update, attempts, &settings()) {
            at.push(at.last().unwrap() + delay.as_nanos() / 60_000_000_000);
            attempts += 1;
        }
        assert_eq!(at, [0, 15, 30, 45, 60]);
        assert_eq!(next_attempt(Message::Scheduled, 1, &settings()), None);
        assert_eq!(next_attempt(Message::ScanNow, 1, &settings()), None);
    }

    #[test]
    fn ntf_4_an_agent_that_loses_its_source_misses_an_update() {
        let wait =
            NotificationSettings { when_source_is_lost: WhenSourceIsLost::Wait, ..settings() };
        assert!(misses_update(AttemptFailure::Broken, &settings()));
        assert!(!misses_update(AttemptFailure::Broken, &wait));
        assert!(!misses_update(AttemptFailure::Stale, &settings()));
    }

    #[test]
    fn ntf_4_a_missed_update_is_fetched_on_restart_if_the_trigger_is_on() {
        let off = NotificationSettings { on_restart: false, ..settings() };
        assert!(updates_on_restart(true, false, &settings()));
        assert!(!updates_on_restart(false, false, &settings()));
        assert!(!updates_on_restart(true, true, &settings()));
        assert!(!updates_on_restart(true, false, &off));
    }

    #[test]
    fn ntf_6_agents_start_once_few_enough_update_agents_remain() {
        let waiting = |remaining| QueueView {
            update_agents_ahead: None,
            agents_ahead: Some(0),
            update_agents_remaining: remaining,
        };
        let at_50 = NotificationSettings { ua_threshold: 50, ..settings() };
        for (remaining, settings, pick) in [
            (0, settings(), Pick::Agent),
            (1, settings(), Pick::Nobody),
            (50, at_50, Pick::Agent),
            (51, at_50, Pick::Nobody),
        ] {
            assert_eq!(next_record(waiting(remaining), &settings), pick, "{remaining} remain");
        }
    }

    #[test]
    fn ntf_6_once_few_remain_the_queue_keeps_its_order() {
        let at_50 = NotificationSettings { ua_threshold: 50, ..settings() };
        let view = |update_agents_ahead, agents_ahead, update_agents_remaining| QueueView {
            update_agents_ahead: Some(update_agents_ahead),
            agents_ahead: Some(agents_ahead),
            update_agents_remaining,
        };
        assert_eq!(next_record(view(5, 0, 51), &at_50), Pick::UpdateAgent);
        assert_eq!(next_record(view(5, 0, 50), &at_50), Pick::Agent);
        assert_eq!(next_record(view(0, 50, 50), &at_50), Pick::UpdateAgent);
    }

    #[test]
    fn ntf_7_a_pass_sees_the_first_thousand_records() {
        let view = |update_agents_ahead| QueueView {
            update_agents_ahead: Some(update_agents_ahead),
            agents_ahead: Some(0),
            update_agents_remaining: 1,
        };
        let all = NotificationSettings { scan_limit: None, ..settings() };
        assert_eq!(next_record(view(999), &settings()), Pick::UpdateAgent);
        assert_eq!(next_record(view(1_000), &settings()), Pick::Agent);
        assert_eq!(next_record(view(1_499), &all), Pick::UpdateAgent);
    }

    #[test]
    fn ntf_7_records_expire() {
        assert!(!has_expired(SimDuration::from_hours(24), &settings()));
        assert!(has_expired(SimDuration::from_hours(25), &settings()));
    }

    #[test]
    fn ntf_8_a_silent_agent_keeps_a_thread_busy_longer() {
        assert_eq!(thread_time(true, &settings()), SimDuration::from_millis(500));
        assert_eq!(thread_time(false, &settings()), SimDuration::from_secs(20));
    }

    #[test]
    fn ntf_10_who_tells_an_update_agents_agents() {
        use TopologyOption::{Direct, Server, ServerUa, Ua};
        let told = |notifier, after| Some(Teller { notifier, after });
        let by_ua = told(Notifier::UpdateAgent(3), None);
        let by_server = told(Notifier::Server, None);
        let table = [
            (ServerUa, Some(3), NotifiedBy::UpdateAgent, by_ua),
            (ServerUa, Some(3), NotifiedBy::Server, told(Notifier::Server, Some(3))),
            (ServerUa, None, NotifiedBy::UpdateAgent, by_server),
            (Ua, Some(3), NotifiedBy::Server, by_ua),
            (Ua, None, NotifiedBy::UpdateAgent, by_server),
            (Server, None, NotifiedBy::UpdateAgent, by_server),
            (Direct, None, NotifiedBy::UpdateAgent, None),
        ];
        for (option, first, by, expected) in table {
            assert_eq!(teller(first, roles(option), by), expected, "{option:?} {by:?}");
        }
    }

    #[test]
    fn ntf_10_the_first_usable_source_tells() {
        use ContentKind::{Components, Settings};
        use ListedSource::{ActiveUpdate, Server, UpdateAgent};
        let table: [(&[ListedSource], ContentKind, Option<usize>); 7] = [
            (&[UpdateAgent(1), UpdateAgent(2)], Components, Some(2)),
            (&[UpdateAgent(1)], Components, None),
            (&[UpdateAgent(2), UpdateAgent(4)], Components, Some(2)),
            (&[UpdateAgent(1), Server, UpdateAgent(2)], Components, None),
            (&[ActiveUpdate, UpdateAgent(2)], Components, None),
            (&[ActiveUpdate, UpdateAgent(2)], Settings, Some(2)),
            (&[], Settings, None),
        ];
        for (list, kind, expected) in table {
            assert_eq!(first_notifier(list, kind, |index| index % 2 == 0), expected, "{list:?}");
        }
    }

    #[test]
    fn ntf_10_who_is_no_source_tells_nobody() {
        use WhenNotifierIsOff::{Next, Nobody};
        let usable = NotifierView {
            is_another: true,
            hosts: true,
            has_disk: true,
            is_of_right_family: true,
            is_at_its_address: true,
            is_up: true,
        };
        assert!(is_notifier(usable, Next) && is_notifier(usable, Nobody));
        for lacking in [
            NotifierView { is_another: false, ..usable },
            NotifierView { hosts: false, ..usable },
            NotifierView { has_disk: false, ..usable },
            NotifierView { is_of_right_family: false, ..usable },
            NotifierView { is_at_its_address: false, ..usable },
        ] {
            assert!(!is_notifier(lacking, Next) && !is_notifier(lacking, Nobody), "{lacking:?}");
        }
        let off = NotifierView { is_up: false, ..usable };
        assert!(!is_notifier(off, Next) && is_notifier(off, Nobody));
    }
}

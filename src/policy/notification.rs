//! Who is told, when, how often and by whom (NTF-1 to NTF-4, NTF-6 to NTF-8, NTF-10). *Scan Now*
//! (NTF-5), the clean-up of the queue (NTF-9) and *Notify All Agents* (NTF-11) have no code yet.

use crate::model::company::ListedSource;
use crate::model::settings::{NotificationSettings, NotifiedBy};
use crate::policy::topology::Roles;
use crate::units::SimDuration;

/// Somebody who may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether the computer is on.
    pub online: bool,
    /// Whether the agent is in Independent mode.
    pub independent: bool,
}

/// Whether `target` is told of an update: online agents if the trigger is on (NTF-1), Independent
/// and offline ones only if they are included (NTF-2).
pub fn is_notified(target: Target, settings: &NotificationSettings) -> bool {
    let reachable = target.online && !target.independent;
    settings.on_update && (reachable || settings.include_offline)
}

/// How long after the last of `attempts` unanswered notifications was sent the next one is, if ever
/// (NTF-3).
pub fn next_attempt(attempts: u8, settings: &NotificationSettings) -> Option<SimDuration> {
    (attempts < settings.attempts).then_some(settings.interval)
}

/// Whether an agent that restarts and connects updates at once (NTF-4): if it missed something and
/// the trigger is on; Independent agents never by this trigger.
pub fn updates_on_restart(
    outdated: bool,
    independent: bool,
    settings: &NotificationSettings,
) -> bool {
    settings.on_restart && outdated && !independent
}

/// The notification queue as one pass sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// How many records are ahead of the first Update Agent's.
    pub update_agents_ahead: Option<u64>,
    /// How many records are ahead of the first agent's.
    pub agents_ahead: Option<u64>,
    /// Update Agents that are queued or wait to be told again.
    pub update_agents_remaining: u64,
}

/// Whose record is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The first Update Agent's.
    UpdateAgent,
    /// The first agent's.
    Agent,
    /// Nobody's yet.
    Nobody,
}

/// The record that a pass takes: of those it looks at (NTF-7) an Update Agent's first; once at most
/// *Update Agent threshold* of them remain, whoever came first (NTF-6). Where more remain than that
/// but none among the records looked at and none waiting there to be told again, agents go on: a
/// pass knows only what it sees.
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

/// Whether a record that has been queued for so long expires (NTF-7).
pub fn has_expired(queued_for: SimDuration, settings: &NotificationSettings) -> bool {
    queued_for > settings.record_lifetime
}

/// How long a notifier thread is busy with one agent (NTF-8).
pub fn thread_time(answered: bool, settings: &NotificationSettings) -> SimDuration {
    if answered { settings.connect_time } else { settings.connect_timeout }
}

/// Who tells an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notifier {
    /// The server.
    Server,
    /// An Update Agent, by its number.
    UpdateAgent(usize),
}

/// Who tells an agent whose first matching source is `first_match` (NTF-10): its Update Agent, or the
/// server where the switch says so and Update Agents update from it; the server where no Update
/// Agent matches; nobody where agents look by themselves.
pub fn notifier_of(
    first_match: Option<ListedSource>,
    roles: Roles,
    notified_by: NotifiedBy,
) -> Option<Notifier> {
    let server = roles.server_notifies.then_some(Notifier::Server);
    match first_match {
        Some(ListedSource::UpdateAgent(index)) if roles.update_agents_serve => {
            match (notified_by, roles.update_agents_look) {
                (NotifiedBy::Server, false) => server,
                _ => Some(Notifier::UpdateAgent(index)),
            }
        }
        _ => server,
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
        let online = Target { online: true, independent: false };
        assert!(is_notified(online, &settings()));
        assert!(!is_notified(online, &NotificationSettings { on_update: false, ..settings() }));
    }

    #[test]
    fn ntf_2_independent_and_offline_agents_only_if_included() {
        let included = NotificationSettings { include_offline: true, ..settings() };
        for target in [
            Target { online: false, independent: false },
            Target { online: true, independent: true },
        ] {
            assert!(!is_notified(target, &settings()));
            assert!(is_notified(target, &included));
        }
    }

    #[test]
    fn ntf_3_five_attempts_fifteen_minutes_apart() {
        let mut at = vec![0];
        let mut attempts = 1;
        while let Some(delay) = next_attempt(attempts, &settings()) {
            at.push(at.last().unwrap() + delay.as_nanos() / 60_000_000_000);
            attempts += 1;
        }
        assert_eq!(at, [0, 15, 30, 45, 60]);
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
        let matched = Some(ListedSource::UpdateAgent(3));
        let by_ua = Some(Notifier::UpdateAgent(3));
        let by_server = Some(Notifier::Server);
        let table = [
            (ServerUa, matched, NotifiedBy::UpdateAgent, by_ua),
            (ServerUa, matched, NotifiedBy::Server, by_server),
            (ServerUa, None, NotifiedBy::UpdateAgent, by_server),
            (Ua, matched, NotifiedBy::Server, by_ua),
            (Ua, None, NotifiedBy::UpdateAgent, by_server),
            (Server, None, NotifiedBy::UpdateAgent, by_server),
            (Direct, Some(ListedSource::ActiveUpdate), NotifiedBy::UpdateAgent, None),
        ];
        for (option, first, by, expected) in table {
            assert_eq!(notifier_of(first, roles(option), by), expected, "{option:?} {by:?}");
        }
    }
}

//! Who is told, when, how often and by whom (NTF-1 to NTF-11, SRV-7, NET-3).

use crate::model::company::ListedSource;
use crate::model::settings::{NotificationSettings, NotifiedBy};
use crate::policy::topology::Roles;
use crate::units::{SimDuration, SimTime};

/// Somebody who may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether the computer is on.
    pub online: bool,
    /// Whether the agent is in Independent mode.
    pub independent: bool,
    /// Whether NAT is before it, through which no notification reaches it (NET-3).
    pub behind_nat: bool,
}

/// Whether `target` is told of an update: online agents if the trigger is on (NTF-1), Independent
/// and offline ones only if they are included (NTF-2); never one behind NAT (NET-3).
pub fn is_notified(target: Target, settings: &NotificationSettings) -> bool {
    let reachable = target.online && !target.independent;
    settings.on_update && !target.behind_nat && (reachable || settings.include_offline)
}

/// Whether an order from the console reaches `target` (SCH-6, NTF-11): it must be online and not in
/// Independent mode, to which the server gives no orders.
pub fn is_ordered(target: Target) -> bool {
    target.online && !target.independent && !target.behind_nat
}

/// Whether *Scan Now* follows an update (NTF-5): if it brought components and the trigger is on, and
/// not for Independent agents.
pub fn scans_now(success: bool, independent: bool, settings: &NotificationSettings) -> bool {
    settings.scan_now && success && !independent
}

/// A batch of the query-filter throttle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// How many of it may still be told.
    pub left: u32,
    /// When the next one begins.
    pub next: SimTime,
}

/// The batch in force at `now`: the present one, or a new one once its time has come (SRV-7);
/// without a throttle one without end.
pub fn batch_at(now: SimTime, batch: Batch, settings: &NotificationSettings) -> Batch {
    match settings.batch {
        None => Batch { left: u32::MAX, next: SimTime::NEVER },
        Some(size) if now >= batch.next => {
            Batch { left: size, next: now.saturating_add(settings.batch_interval) }
        }
        Some(_) => batch,
    }
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
        assert!(!is_notified(hidden, &included) && !is_ordered(hidden));
        assert!(is_ordered(Target { behind_nat: false, ..hidden }));
    }

    #[test]
    fn ntf_5_scan_now_follows_success_but_not_for_independent_agents() {
        let on = NotificationSettings { scan_now: true, ..settings() };
        let table = [(true, false, true), (false, false, false), (true, true, false)];
        for (success, independent, expected) in table {
            assert_eq!(scans_now(success, independent, &on), expected);
            assert!(!scans_now(success, independent, &settings()));
        }
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

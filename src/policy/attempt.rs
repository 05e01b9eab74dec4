//! Why an attempt at a source fails, and its cost (SRC-8).

use super::reachability::{NoWay, Way};
use crate::model::settings::SourceSettings;
use crate::units::SimDuration;

/// Why an attempt at a source failed (SRC-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttemptFailure {
    /// No answer until the connect time-out.
    Unreachable(Unreachable),
    /// The source uses another version of the Internet Protocol (NET-1).
    WrongFamily,
    /// The source, or the proxy in front of it, answers and refuses the agent.
    Refused(Refusal),
    /// The source does not host the requested content (UAG-3).
    NotHosted,
    /// The transfer broke.
    Broken,
    /// The session took too long.
    TimedOut,
    /// The agent's own computer was switched off during the session (NET-5).
    CutOff,
    /// The source is older than the server, and that counts as a failure (SRC-9).
    Stale,
}

/// Why a source does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unreachable {
    /// The source is off or down.
    Off,
    /// The list entry names an address that the source no longer has (UAG-5).
    AddressChanged,
    /// The proxy on the route is down (NET-2).
    ProxyDown,
    /// The client has wrong settings of the Internet proxy (NET-2).
    WrongProxy,
    /// A link on the route is down, or there is no route (NET-4).
    NoRoute,
}

/// Why an agent is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The source serves its maximum number of requests (UAG-1).
    NoPlace,
    /// The source lacks the free disk space to serve (UAG-2).
    DiskFull,
    /// All connections of the proxy are taken (NET-2).
    ProxyFull,
}

/// The conditions between an agent and a source.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked by its own rule")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptView {
    /// The route there.
    pub way: Result<Way, NoWay>,
    /// Whether the source is up.
    pub is_up: bool,
    /// Whether the list entry leads to it (UAG-5).
    pub entry_leads_there: bool,
    /// Whether the network has that route.
    pub has_route: bool,
    /// Whether the source has the disk space to serve (UAG-2).
    pub has_disk: bool,
    /// Whether the proxy accepts one more connection.
    pub proxy_has_place: bool,
}

/// The obstacle between an agent and a source, if any: first those that the agent detects itself, then those that
/// prevent any answer, then refusals (NET-1, NET-2, NET-4, UAG-2, UAG-5, SRC-8).
pub fn obstacle(view: &AttemptView) -> Option<AttemptFailure> {
    use AttemptFailure::{Refused, Unreachable as Silent};
    match view.way {
        Err(NoWay::Family) => Some(AttemptFailure::WrongFamily),
        _ if !view.entry_leads_there => Some(Silent(Unreachable::AddressChanged)),
        Err(NoWay::ProxyDown) => Some(Silent(Unreachable::ProxyDown)),
        Err(NoWay::WrongProxy) => Some(Silent(Unreachable::WrongProxy)),
        Ok(_) if !view.is_up => Some(Silent(Unreachable::Off)),
        Ok(_) if !view.has_route => Some(Silent(Unreachable::NoRoute)),
        Ok(Way::ByProxy) if !view.proxy_has_place => Some(Refused(Refusal::ProxyFull)),
        Ok(_) if !view.has_disk => Some(Refused(Refusal::DiskFull)),
        Ok(_) => None,
    }
}

impl AttemptFailure {
    /// Its name in timelines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreachable(Unreachable::Off) => "unreachable: it is off",
            Self::Unreachable(Unreachable::AddressChanged) => {
                "unreachable: its list entry has an old address"
            }
            Self::Unreachable(Unreachable::ProxyDown) => "unreachable: the proxy is down",
            Self::Unreachable(Unreachable::WrongProxy) => "unreachable: wrong proxy settings",
            Self::Unreachable(Unreachable::NoRoute) => "unreachable: a link on the route is down",
            Self::WrongFamily => "of another address family",
            Self::Refused(Refusal::NoPlace) => "refused: no place",
            Self::Refused(Refusal::DiskFull) => "refused: its disk is full",
            Self::Refused(Refusal::ProxyFull) => "refused: the proxy is full",
            Self::NotHosted => "does not host the requested content",
            Self::Broken => "transfer broken",
            Self::TimedOut => "timed out",
            Self::CutOff => "interrupted: its own computer is switched off",
            Self::Stale => "older than the server",
        }
    }

    /// The rule that causes the failure, in addition to SRC-8.
    pub const fn rule(self) -> Option<&'static str> {
        match self {
            Self::Unreachable(Unreachable::Off) | Self::Broken | Self::TimedOut => None,
            Self::Unreachable(Unreachable::AddressChanged) => Some("UAG-5"),
            Self::Unreachable(Unreachable::ProxyDown | Unreachable::WrongProxy)
            | Self::Refused(Refusal::ProxyFull) => Some("NET-2"),
            Self::Unreachable(Unreachable::NoRoute) => Some("NET-4"),
            Self::WrongFamily => Some("NET-1"),
            Self::Refused(Refusal::NoPlace) => Some("UAG-1"),
            Self::Refused(Refusal::DiskFull) => Some("UAG-2"),
            Self::NotHosted => Some("UAG-3"),
            Self::CutOff => Some("NET-5"),
            Self::Stale => Some("SRC-9"),
        }
    }

    /// The delay until the agent tries its next source (SRC-8).
    pub fn delay(self, settings: &SourceSettings) -> SimDuration {
        match self {
            Self::Unreachable(_) => settings.unreachable_after,
            Self::Refused(_) => settings.refused_after,
            Self::WrongFamily | Self::NotHosted | Self::TimedOut | Self::CutOff | Self::Stale => {
                SimDuration::ZERO
            }
            Self::Broken => settings.broken_after,
        }
    }
}

/// How often an agent that has found no source still tries again by itself: the number `left` after its last retry, or all
/// if another trigger began the update (SRC-5).
pub fn retries_left(left: Option<u32>, settings: &SourceSettings) -> u32 {
    left.map_or(settings.retries, |left| left.min(settings.retries))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: AttemptView = AttemptView {
        way: Ok(Way::Straight),
        is_up: true,
        entry_leads_there: true,
        has_route: true,
        has_disk: true,
        proxy_has_place: true,
    };

    #[test]
    fn src_8_each_obstacle_is_told_apart_with_its_rule() {
        let by_proxy = Ok(Way::ByProxy);
        let cases = [
            (FREE, None),
            (AttemptView { proxy_has_place: false, ..FREE }, None),
            (AttemptView { is_up: false, ..FREE }, Some(("unreachable: it is off", None))),
            (
                AttemptView { entry_leads_there: false, is_up: false, ..FREE },
                Some(("unreachable: its list entry has an old address", Some("UAG-5"))),
            ),
            (
                AttemptView { way: Err(NoWay::ProxyDown), ..FREE },
                Some(("unreachable: the proxy is down", Some("NET-2"))),
            ),
            (
                AttemptView { way: Err(NoWay::WrongProxy), is_up: false, ..FREE },
                Some(("unreachable: wrong proxy settings", Some("NET-2"))),
            ),
            (
                AttemptView { has_route: false, has_disk: false, ..FREE },
                Some(("unreachable: a link on the route is down", Some("NET-4"))),
            ),
            (
                AttemptView { way: Err(NoWay::Family), entry_leads_there: false, ..FREE },
                Some(("of another address family", Some("NET-1"))),
            ),
            (
                AttemptView { has_disk: false, ..FREE },
                Some(("refused: its disk is full", Some("UAG-2"))),
            ),
            (
                AttemptView { way: by_proxy, proxy_has_place: false, ..FREE },
                Some(("refused: the proxy is full", Some("NET-2"))),
            ),
        ];
        for (view, expected) in cases {
            let found = obstacle(&view).map(|failure| (failure.name(), failure.rule()));
            assert_eq!(found, expected, "{view:?}");
        }
    }

    #[test]
    fn src_8_each_failure_takes_its_time() {
        let settings = SourceSettings::default();
        let cases = [
            (AttemptFailure::Unreachable(Unreachable::AddressChanged), 30),
            (AttemptFailure::Unreachable(Unreachable::Off), 30),
            (AttemptFailure::Refused(Refusal::DiskFull), 1),
            (AttemptFailure::Refused(Refusal::NoPlace), 1),
            (AttemptFailure::NotHosted, 0),
            (AttemptFailure::Broken, 30),
        ];
        for (failure, seconds) in cases {
            assert_eq!(failure.delay(&settings), SimDuration::from_secs(seconds), "{failure:?}");
        }
    }
}

//! Faults, and their effect on the agents.

use updraft::ids::{AgentId, RowId, SiteId, SourceId};
use updraft::model::settings::TopologyOption::{Server, ServerUa};
use updraft::model::trigger::Trigger;
use updraft::policy::attempt::{AttemptFailure, Refusal, Unreachable};
use updraft::simulation::Fact;
use updraft::simulation::state::{SERVER, update_agent_source};
use updraft::units::{Bytes, SimDuration, SimTime};

use crate::cases::world::{Timeline, World, minute};
use updraft::scenario::{Overrides, Scenario};

const UPDATE_AGENT: AgentId = AgentId(0);
const AGENT: AgentId = AgentId(1);

/// A branch with an Update Agent and an agent.
fn branch(more: &str) -> World {
    World::of(&format!(
        r#"
duration = "6 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
bandwidth = "10 Mbit/s"
update_agents = 1
{more}
"#
    ))
}

/// The server notifies the agent, too, a minute after the Update Agent.
const TOLD_BY_SERVER: &str =
    "[notification]\nnotified_by = \"server\"\nthreads = 1\nconnect_time = \"1 min\"";

const SETTINGS_AT_30: &str = "[[release]]\nname = \"one\"\nat = \"30 min\"\nsettings = true";

/// The sources that `agent` tried, and how each failed attempt ended.
fn attempts(story: &Timeline<'_>) -> Vec<(SourceId, Option<AttemptFailure>)> {
    let mut all: Vec<(SourceId, Option<AttemptFailure>)> = Vec::new();
    for (_, fact) in story.facts() {
        match *fact {
            Fact::Asked { agent: AGENT, source, .. } => all.push((source, None)),
            Fact::AttemptFailed { agent: AGENT, failure, .. } => {
                all.last_mut().expect("asked before").1 = Some(failure);
            }
            _ => {}
        }
    }
    all
}

/// What an Update Agent stores, and which sources its agent tries.
fn disk(more: &str) -> (usize, Vec<(SourceId, Option<AttemptFailure>)>) {
    let release = "[[release]]\nname = \"one\"\nat = \"30 min\"\ncomponents = [\"Virus Pattern\"]";
    let world = branch(&format!("{more}\n{TOLD_BY_SERVER}\n{release}"));
    let story = world.run(ServerUa);
    assert!([UPDATE_AGENT, AGENT].iter().all(|agent| story.simulation.is_up_to_date(*agent)));
    let stocked = story.each(|fact| matches!(fact, Fact::UpdateAgentStocked(_)).then_some(()));
    (stocked.len(), attempts(&story))
}

/// UAG-2: with the required free disk space an Update Agent stores and serves; without it, it updates itself as any
/// agent does, stores nothing, and serves no agent.
#[test]
fn uag_2_an_update_agent_needs_its_free_disk() {
    let ua = update_agent_source(0);
    let free = |disk: &str| format!("[update_agents]\nfree_disk = \"{disk}\"");
    let full = |until: &str| {
        format!(
            "[[fault]]\nat = \"branch/ua-1\"\nwhat = \"disk-full\"\nfrom = \"20 min\"\n\
             to = \"{until}\""
        )
    };
    let turned_away = vec![(ua, Some(AttemptFailure::Refused(Refusal::DiskFull))), (SERVER, None)];
    assert_eq!(disk(&free("300 MB")), (1, vec![(ua, None)]));
    assert_eq!(disk(&free("299 MB")), (0, turned_away.clone()));
    assert_eq!(disk(&full("50 min")), (1, vec![(ua, None)]));
    // It stores at 5 h what it got for itself before.
    assert_eq!(disk(&full("5 h")), (1, turned_away));
}

/// UAG-5: an Update Agent has a new address: an entry by host name still leads there, one by address does not until the
/// list is corrected.
#[test]
fn uag_5_an_entry_by_address_breaks_until_the_list_is_mended() {
    let ua = update_agent_source(0);
    let run = |listed_by: &str, mended: &str| {
        let world = branch(&format!(
            "[sources]\nlisted_by = \"{listed_by}\"\n{SETTINGS_AT_30}\n[[fault]]\n\
             at = \"branch/ua-1\"\nwhat = \"address-change\"\nfrom = \"10 min\"\nto = \"{mended}\""
        ));
        attempts(&world.run(ServerUa))
    };
    assert_eq!(run("host-name", "5 h"), [(ua, None)]);
    let broken =
        [(ua, Some(AttemptFailure::Unreachable(Unreachable::AddressChanged))), (SERVER, None)];
    assert_eq!(run("address", "5 h"), broken);
    assert_eq!(run("address", "20 min"), [(ua, None)]);
}

/// One agent that fetches 48 MB over 1 Mbit/s from 60 min on; the link is cut from 63 min on for an
/// hour.
fn cut(more: &str) -> World {
    World::of(&format!(
        r#"
duration = "12 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 1
bandwidth = "1 Mbit/s"
[agents]
releases_behind = 20
scheduled = "100 %"
schedule = "every 3 h"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
{more}
"#
    ))
}

const CUT: &str = "[[fault]]\nat = \"branch\"\nfrom = \"63 min\"\nto = \"123 min\"";

fn protected(story: &Timeline<'_>) -> SimTime {
    let found = story.all(|fact| matches!(fact, Fact::UpToDate(_)).then_some(()));
    found.last().expect("it is protected").0
}

fn broken(story: &Timeline<'_>) -> Vec<SimTime> {
    let broken = story.all(|fact| match fact {
        Fact::AttemptFailed { failure: AttemptFailure::Broken, .. } => Some(()),
        _ => None,
    });
    broken.into_iter().map(|(at, ())| at).collect()
}

/// NET-4: transfers over a link that fails break, or wait until it is repaired and end so much later.
#[test]
fn net_4_transfers_over_a_cut_link_break_or_wait() {
    let untroubled = cut("");
    let untroubled = protected(&untroubled.run(Server));
    assert!((minute(66)..minute(69)).contains(&untroubled));

    let stalled = cut(&format!("{CUT}\n[sources]\nlink_failure = \"stall\""));
    let story = stalled.run(Server);
    assert_eq!(broken(&story), []);
    assert_eq!(protected(&story), untroubled + SimDuration::from_mins(60));

    let aborted = cut(CUT);
    let story = aborted.run(Server);
    assert_eq!(broken(&story), [minute(63)]);
    let quits =
        story.each(|fact| matches!(fact, Fact::Quit { is_missing: true, .. }).then_some(()));
    assert_eq!(quits.len(), 1);
    // It finds its connection again by 124 min and begins anew (NTF-4).
    assert!((minute(129)..minute(133)).contains(&protected(&story)));
}

/// NET-4: a transfer is rerouted; without another route it breaks.
#[test]
fn net_4_a_transfer_is_rerouted_if_there_is_another_way() {
    let reroute = format!("{CUT}\n[sources]\nlink_failure = \"reroute\"");
    let world = cut(&reroute);
    assert_eq!(broken(&world.run(Server)), [minute(63)]);

    let mut world = cut(&reroute);
    let [hq, branch] = [0, 1].map(|site| world.drawn.company.sites[SiteId::from_index(site)].node);
    let wan = world.drawn.wan.last().copied().expect("the branch's link");
    let link = world.drawn.topology.link(wan);
    let slower = SimDuration::from_millis(50);
    let second = world.drawn.topology.add_link(hq, branch, link.bandwidth, slower);
    let story = world.run(Server);
    assert_eq!(broken(&story), []);
    // Two minutes of it or more were carried by the first route, the rest by the second, and nothing was lost.
    let carried = |link: updraft::ids::LinkId| story.simulation.network().carried(link.forward());
    assert!(carried(wan) > Bytes::new(15_000_000) && carried(second) > Bytes::new(25_000_000));
    let untroubled = protected(&cut("").run(Server));
    let late = protected(&story).since(untroubled);
    assert!(late < SimDuration::from_secs(1), "{late}");
}

/// NET-4: background traffic takes half of the link in the second hour of the day, in which the fetch begins and ends,
/// and nothing of it in the first.
#[test]
fn net_4_others_take_their_share_in_their_hours() {
    let taken = |hour: u32| {
        let share =
            format!("[[background]]\nsites = \"branch\"\nhours = [{hour}]\nshare = \"50 %\"");
        protected(&cut(&share).run(Server)).since(minute(60)).as_secs_f64()
    };
    let ratio = taken(1) / taken(0);
    assert!((1.95..2.05).contains(&ratio), "{ratio}");
}

/// What arrived of the pattern before and after the cut.
fn parts(resumes: bool) -> (Bytes, Bytes) {
    let world = cut(&format!("{CUT}\n[sources]\nresumes = {resumes}"));
    let story = world.run(Server);
    let before = story.each(|fact| match fact {
        Fact::Interrupted { bytes, .. } => Some(bytes),
        _ => None,
    });
    let after = story.each(|fact| match fact {
        Fact::Fetched { bytes, .. } => Some(bytes),
        _ => None,
    });
    assert_eq!((before.len(), after.len()), (1, 1));
    (before[0], after[0])
}

/// SRC-8: a broken transfer starts over, or is resumed where it stopped.
#[test]
fn src_8_a_broken_transfer_is_resumed_or_begins_anew() {
    let (before, after) = parts(false);
    let (same_before, rest) = parts(true);
    assert!(before > Bytes::ZERO);
    assert_eq!(before, same_before);
    assert_eq!(before + rest, after);
}

/// SRC-8: a session that exceeds its time-out ends, and the next source follows. Twenty agents share an uplink that is
/// fast enough for the Update Agent's own session.
#[test]
fn src_8_a_visit_times_out_and_the_next_source_follows() {
    let crowd = |timeout: &str| {
        let world = World::of(&format!(
            r#"
duration = "6 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 21
bandwidth = "10 Mbit/s"
update_agents = 1
[update_agents]
uplink = "100 kbit/s"
[sources]
visit_timeout = "{timeout}"
{SETTINGS_AT_30}
"#
        ));
        let story = world.run(ServerUa);
        assert!((0..21).all(|agent| story.simulation.is_up_to_date(AgentId(agent))));
        attempts(&story)
    };
    let ua = update_agent_source(0);
    let timed_out = [(ua, Some(AttemptFailure::TimedOut)), (SERVER, None)];
    assert_eq!(crowd("1 min"), timed_out);
    assert_eq!(crowd("0 s"), [(ua, None)]);
}

/// SRC-8: each cause has its delay, after which the next source is tried.
#[test]
fn src_8_turning_away_takes_its_time() {
    let world = branch(&format!(
        "[sources]\nrefused_after = \"7 s\"\n[update_agents]\nfree_disk = \"1 MB\"\n\
         {TOLD_BY_SERVER}\n{SETTINGS_AT_30}"
    ));
    let story = world.run(ServerUa);
    let asked = story.all(|fact| match fact {
        Fact::Asked { agent: AGENT, .. } => Some(()),
        _ => None,
    });
    let [(first, ()), (second, ())] = asked[..] else { panic!("{asked:?}") };
    assert_eq!(second.since(first), SimDuration::from_secs(7));
}

/// NTF-4: an agent that restarts while the server is down, or the link to it is cut, connects within a minute of the
/// repair, and fetches what it missed; an agent that has been switched off again by then does not.
#[test]
fn ntf_4_who_restarts_during_an_outage_connects_after_it() {
    let rounds = |fault: &str| {
        let world = World::of(&format!(
            r#"
duration = "24 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "office"
agents = 1
bandwidth = "10 Mbit/s"
presence = "office-hours"
[working_day]
arrival = "08:00"
leaving = "17:00"
[[release]]
name = "one"
at = "30 min"
settings = true
{fault}
"#
        ));
        let story = world.run(Server);
        story.all(|fact| match fact {
            Fact::RoundBegan { trigger, .. } => Some(trigger),
            _ => None,
        })
    };
    let fault = |at: &str, to: &str| {
        format!("[[fault]]\nat = \"{at}\"\nfrom = \"Mon 07:00\"\nto = \"Mon {to}\"")
    };
    let at = |hour: u64| vec![(minute(60 * hour), Trigger::Restart)];
    assert_eq!(rounds(""), at(8));
    for part in ["server", "office"] {
        assert_eq!(rounds(&fault(part, "07:30")), at(8), "{part}");
        let [(connected, Trigger::Restart)] = rounds(&fault(part, "10:00"))[..] else {
            panic!("{part}: one round");
        };
        assert!((minute(600)..=minute(601)).contains(&connected), "{part}: {connected}");
        assert_eq!(rounds(&fault(part, "18:00")), [], "{part}");
    }
}

/// NTF-4: whose transfer breaks because the server or the link to it fails quits, and fetches what it
/// missed as its connection is back. It is told at 60 min, both fail at 63 min and are back at 123 min.
#[test]
fn ntf_4_whose_source_is_lost_connects_after_the_repair() {
    for at in ["branch", "server"] {
        let fault = format!("[[fault]]\nat = \"{at}\"\nfrom = \"63 min\"\nto = \"123 min\"");
        let spread = "[notification]\nreconnect_spread = \"0 s\"\n[agents]\nreleases_behind = 20";
        let world = World::of(&format!(
            r#"
duration = "150 min"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 1
bandwidth = "1 Mbit/s"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
{fault}
{spread}
"#
        ));
        let story = world.run(Server);
        assert_eq!(broken(&story), [minute(63)], "{at}");
        let began = story.all(|fact| match fact {
            Fact::RoundBegan { trigger, .. } => Some(trigger),
            _ => None,
        });
        assert_eq!(began[1..], [(minute(123), Trigger::Restart)], "{at}");
        assert!((minute(129)..minute(132)).contains(&protected(&story)), "{at}");
    }
}

/// SRV-1, DUP-5: a server that fails while it downloads or generates has nothing new to offer until its next check
/// after the repair.
#[test]
fn srv_1_a_server_that_fails_while_it_updates_begins_anew() {
    let stocked = |from: &str| {
        let world = World::of(&format!(
            r#"
duration = "6 h"
[headquarters]
agents = 1
internet_bandwidth = "1 Mbit/s"
[server]
generation_time = "1 min"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
[[fault]]
at = "server"
from = "{from}"
to = "90 min"
"#
        ));
        let story = world.run(Server);
        let stocked = story.all(|fact| matches!(fact, Fact::ServerStocked { .. }).then_some(()));
        assert!(story.simulation.is_up_to_date(AgentId(0)));
        stocked.into_iter().map(|(at, ())| at).collect::<Vec<_>>()
    };
    // It downloads for less than a minute from 60 min on, and then generates for six.
    let untroubled = stocked("89 min")[0].since(minute(60));
    assert!((6 * 60..7 * 60).contains(&(untroubled.as_nanos() / 1_000_000_000)));
    for from in ["3601 s", "65 min"] {
        assert_eq!(stocked(from), [minute(120) + untroubled], "down from {from}");
    }
}

/// A fault has one kind of time: keys of the other kind are not ignored.
#[test]
fn a_fault_is_given_by_times_or_by_rates() {
    let problem = |times: &str| {
        let text = format!(
            "name = \"x\"\nduration = \"4 h\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"1 Gbit/s\"\n[[fault]]\nat = \"server\"\n{times}"
        );
        let read = Scenario::parse(&text, "x.toml", &Overrides::default());
        read.err().map(|problems| problems.list[0].code)
    };
    assert_eq!(problem("from = \"1 h\""), None);
    assert_eq!(problem("from = \"1 h\"\nto = \"2 h\""), None);
    assert_eq!(problem("every = \"1 h\"\nlasts = \"5 min\""), None);
    assert_eq!(problem("from = \"1 h\"\nlasts = \"5 min\""), Some("bad-time"));
    assert_eq!(problem("from = \"1 h\"\nto = \"2 h\"\nlasts = \"5 min\""), Some("bad-time"));
    assert_eq!(problem("every = \"1 h\"\nlasts = \"5 min\"\nto = \"2 h\""), Some("bad-time"));
}

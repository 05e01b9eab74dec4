//! No agent that is on, reachable and notified stays outdated without a known cause.

use std::collections::{BTreeMap, BTreeSet};

use updraft::ids::{AgentId, RowId};
use updraft::model::settings::ToldWhileBusy;
use updraft::model::trigger::CommandKind;
use updraft::policy::content;
use updraft::simulation::state::SERVER;
use updraft::simulation::{Fact, Simulation};
use updraft::units::SimTime;

use super::law::Facts;

/// Checks the end of a run with `facts`. An agent that answered a notification after the server had its last news, and
/// lacks some of them, is still updating, waits for a slot while none is free, or failed, quit, was interrupted or found
/// a source without them.
///
/// # Panics
/// If an agent was notified, and nothing explains why it is outdated.
pub(crate) fn hold(simulation: &mut Simulation<'_>, facts: &Facts) {
    // A notification to fetch settings is no reason to fetch components.
    let commands = &simulation.company().commands;
    if commands.iter().any(|command| command.kind == CommandKind::NotifyAll) {
        return;
    }
    let news = facts.iter().rev().find_map(|(at, fact)| {
        let is_news =
            matches!(fact, Fact::ServerStocked { .. } | Fact::Released(_) | Fact::WaveBegan { .. });
        is_news.then_some(*at)
    });
    let ignores = simulation.company().settings.agent.told_while_busy == ToldWhileBusy::Ignore;
    let mut told: BTreeMap<AgentId, SimTime> = BTreeMap::new();
    let mut busy: BTreeSet<AgentId> = BTreeSet::new();
    for (at, fact) in facts {
        match *fact {
            Fact::RoundBegan { agent, .. } => {
                let _ = busy.insert(agent);
            }
            Fact::RoundEnded(agent) => {
                let _ = busy.remove(&agent);
            }
            _ => {}
        }
        if news.is_some_and(|news| *at <= news) {
            continue;
        }
        match *fact {
            // An agent that ignores notifications while busy was not notified (NTF-12).
            Fact::Notified { agent, answered: true, message, .. }
                if message.trigger().is_some() && !(ignores && busy.contains(&agent)) =>
            {
                let _ = told.insert(agent, *at);
            }
            // Each of these is a cause, or excludes the agent.
            Fact::AttemptFailed { agent, .. }
            | Fact::Interrupted { agent, .. }
            | Fact::Quit { agent, .. }
            | Fact::WentOff(agent)
            | Fact::RolledBack(agent)
            | Fact::ReturnedToImage(agent)
            | Fact::NoLongerTold { agent, .. }
            | Fact::ChangedScope(agent)
            | Fact::SwitchedScan(agent) => {
                let _ = told.remove(&agent);
            }
            // A round with another trigger, or one that found an older source, has its own facts.
            Fact::Fetched { agent, source, .. } | Fact::IndexFetched { agent, source, .. }
                if source != SERVER =>
            {
                let _ = told.remove(&agent);
            }
            _ => {}
        }
    }
    for (agent, at) in told {
        if simulation.standing(agent).is_some()
            || simulation.awaits_other_desktops(agent)
            || simulation.awaits_slot(agent)
            || !lacks_what_server_has(simulation, agent)
        {
            continue;
        }
        let reachable = simulation.agents()[agent].online && simulation.is_reachable(SERVER, agent);
        assert!(
            !reachable,
            "law told: {agent:?} was told at {at}, and lacks what the server has at the end, {}",
            simulation.now()
        );
    }
}

/// Whether the server offers a component that an agent is to get and lacks.
fn lacks_what_server_has(simulation: &Simulation<'_>, agent: AgentId) -> bool {
    let company = simulation.company();
    let (scan, scope) = (simulation.agents()[agent].scan, simulation.settings_of(agent).scope);
    let held = simulation.held_back(agent);
    let offers = &simulation.sources()[SERVER].repository.offers;
    company.catalogue.rows().any(|(id, component)| {
        let own = simulation.agents().versions(agent)[id.index()];
        content::gets(component, scan, scope) && own < offers[id].latest && !held.has(id)
    })
}

//! Non-persistent desktops, which return to an image at each log-off (assumption).

use crate::ids::AgentId;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::Revisions;

impl Simulation<'_> {
    /// A desktop that is switched off loses everything that was downloaded to it: it has the contents of its image again.
    /// An Update Agent keeps its contents.
    pub(super) fn return_to_image(&mut self, agent: AgentId) {
        let Some(behind) = self.settings_of(agent).image else { return };
        if self.update_agents.serves(agent) {
            return;
        }
        let before = self.holding(agent);
        self.agents.install_image(self.company, agent, behind);
        self.agents.revisions.set(agent, Revisions::default());
        self.kept.forget_all(agent);
        self.reconsider(agent, before, Fact::ReturnedToImage(agent));
        self.follow_settings(agent);
    }
}

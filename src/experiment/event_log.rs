//! The content of the product's own logs for one run.

use std::sync::atomic::AtomicBool;

use super::replicate::Experiment;
use super::run::Run;
use crate::measure::event_log::{EventLog, RunLog};
use crate::model::settings::TopologyOption;
use crate::random::Streams;

impl Experiment<'_> {
    /// The log of the run of `option` with the draws of `replication` (from 1), which is repeated exactly; `None` if
    /// `stop` was set before the end.
    pub fn event_log(
        &self,
        option: TopologyOption,
        replication: u32,
        stop: &AtomicBool,
    ) -> Option<RunLog> {
        let streams = Streams::new(self.seed, replication - 1);
        let scenario = self.scenario_of(replication);
        let drawn = scenario.sample(&streams);
        let mut run = Run::new(scenario, &drawn, option, streams);
        let mut log = EventLog::default();
        run.finish(&mut log, stop, |_, _| {})?;
        Some(log.finish(&mut run.simulation))
    }
}

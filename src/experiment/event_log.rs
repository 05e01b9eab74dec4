//! The content of the product's own logs for one run.

use std::sync::atomic::{AtomicBool, Ordering};

use super::replicate::Experiment;
use crate::measure::event_log::{EventLog, RunLog};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::simulation::Simulation;
use crate::units::SimTime;

/// How many moments pass between two looks at the flag.
const MOMENTS: u32 = 1024;

impl Experiment<'_> {
    /// The log of the run of `option` with the draws of `replication` (from 1), which is repeated to the last bit;
    /// `None` if `stop` was raised before its end.
    pub fn event_log(
        &self,
        option: TopologyOption,
        replication: u32,
        stop: &AtomicBool,
    ) -> Option<RunLog> {
        let streams = Streams::new(self.seed, replication - 1);
        let drawn = self.scenario.sample(&streams);
        let (topology, transport) = (&drawn.topology, self.scenario.transport);
        let mut simulation = Simulation::new(&drawn.company, topology, transport, option, streams);
        let mut log = EventLog::default();
        let end = SimTime::START + self.scenario.duration;
        let (mut next, mut moments) = (SimTime::START, 0_u32);
        while next <= end {
            moments = moments.wrapping_add(1);
            if moments.is_multiple_of(MOMENTS) && stop.load(Ordering::Relaxed) {
                return None;
            }
            simulation.run_until(next, &mut log);
            log.look(&mut simulation);
            next = simulation.next_moment();
        }
        simulation.run_until(end, &mut log);
        Some(log.finish(&mut simulation))
    }
}

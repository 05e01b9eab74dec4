//! Comparison of the current rates with those of the reference solver.

use crate::network::flows::class::Class;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::reference::{Demand, levels};
use crate::network::transfers::Network;

impl Network {
    /// Compares the settled rates with those of the reference solver, which is slow. Returns no difference while a
    /// change of this instant has not been settled.
    ///
    /// # Errors
    /// The first difference, which is a defect of this program.
    pub fn check_against_reference(&self) -> Result<(), String> {
        if self.is_unsettled() {
            return Ok(());
        }
        let state = &self.state;
        let capacities: Vec<u64> = state.channels.iter().map(|channel| channel.capacity).collect();
        let demands: Vec<Demand> = state.classes.rows.iter().map(Class::demand).collect();
        let right = levels(&capacities, &demands);
        for ((id, class), level) in state.classes.rows.rows().zip(&right.demands) {
            let (rate, expected) = (state.rate(id), class.rate(*level));
            if class.members > 0 && rate != expected {
                return Err(format!("{id:?} gets {rate} quanta a member, not {expected}"));
            }
        }
        for ((id, channel), level) in state.channels.rows().zip(&right.channels) {
            let load = self.load_in_quanta(id);
            let crossing = demands.iter().zip(&right.demands);
            let crossing = crossing.filter(|(demand, _)| demand.path.contains(&(id.0 as usize)));
            let expected = crossing
                .map(|(demand, level)| u128::from(demand.members) * u128::from(demand.rate(*level)))
                .sum::<u128>();
            if load != expected || load > u128::from(channel.capacity) {
                return Err(format!("{id:?} carries {load} quanta, not {expected}"));
            }
            let (level, expected) = (state.channel_level(id), level.unwrap_or(UNLIMITED));
            if level != expected {
                return Err(format!("{id:?} is saturated at level {level}, not {expected}"));
            }
        }
        Ok(())
    }
}

//! The plots of runs.

mod busiest_links;
mod carried;
mod plan;
mod plot;
mod protection;
mod server;

use super::results::Results;
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::draw::write_drawing;
pub(in crate::report) use plan::interval;
use plot::Plot;

/// All pictures.
pub const PLOTS: &[&dyn Plot] = &[
    &protection::Protection,
    &carried::Carried,
    &server::ServerEgress,
    &server::ServerQueue,
    &busiest_links::BusiestLinks,
    &plan::Risk,
    &plan::TradeOff,
];

/// Draws all pictures.
pub(in crate::report) fn write(
    results: &Results<'_>,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    for plot in PLOTS.iter().filter(|plot| plot.applies(results)) {
        let path = folder.target().join(plot.name());
        let drawing = plot.draw(results).map_err(|cause| ReportError::at(&path, cause))?;
        write_drawing(plot.name(), &drawing, &results.record.plots, folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! The prices of a scenario.

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys;
use crate::model::cost::Prices;

/// The prices, if the scenario has any; prices of bandwidth apply only with `[cost]`.
pub(super) fn read(document: &Document<'_>, problems: &mut Vec<Diagnostic>) -> Option<Prices> {
    let fields = document.section(&keys::COST_OF_YEAR);
    let is_there = document.has(&keys::COST_OF_YEAR);
    let wanted = "[cost], for whose sum it counts";
    let headquarters = document.section(&keys::HEADQUARTERS);
    headquarters.check_meaning("internet_price_per_mbps", is_there, wanted, problems);
    let sites = document.sections(&keys::SITE).iter();
    for links in sites.chain(document.sections(&keys::WAN_LINK)) {
        links.check_meaning("price_per_mbps", is_there, wanted, problems);
    }
    is_there.then(|| Prices {
        update_agent: fields.count("update_agent_per_year"),
        mbps: fields.count("mbps_per_month"),
        per_gb: fields.maybe_count("per_gb"),
        agent_hour: fields.count("per_agent_hour"),
        runs: fields.maybe_count("runs_per_year"),
    })
}

//! The smallest number of Update Agents that meets a target, and their sites.
//!
//! A *day* is one replication. A candidate passes if every target is met on the required share of days. The search
//! compares all candidates on the same few days; its result is then verified on days that the search has not used, which
//! removes the selection bias.

mod answer;
mod cheapest;
mod confidence;
mod load_attribution;
mod outcome;
mod placement;
mod question;
mod ranking;
mod rules_of_thumb;
mod search;
mod search_space;
mod survival;
mod target;
mod trial;

pub use cheapest::{Cheapest, Floor};
pub use confidence::misses_allowed;
pub use load_attribution::{LoadAttribution, Offload, SiteLoad};
pub use outcome::{Choice, Closest, Plan};
pub use placement::{
    Place, TooManyEntries, places, served_from, update_agents_at, with_backups_at,
    with_update_agents_at,
};
pub use question::{Goal, Method, Question, Setting};
pub use rules_of_thumb::{RULES_OF_THUMB, RuleOfThumb};
pub use search::{Found, TrialOutcome};
pub use search_space::{Numbers, SearchSpace};
pub use survival::Survival;
pub use target::{Side, Target, contradiction};
pub use trial::{Halt, LongestWait, PlanDay, Probe, Trial};

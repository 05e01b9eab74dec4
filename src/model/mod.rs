//! The nouns of the domain: components, versions, sites, agents, sources, settings; their only behaviour is that of
//! values.
//!
//! The vendor's terms keep the vendor's meaning: *server* (the OfficeScan or Apex One server), *agent* (a protected
//! computer), *Update Agent* (an agent that serves others), *ActiveUpdate* (the vendor's server, AU), *customized
//! update source list*, *incremental*. Our own terms are: *site* (agents behind one router), *release* (an instant at
//! which contents get a new version), *round* (one attempt of an agent to become current), *slot* (one of the server's
//! maximum client connections), *repository* (the content that a source offers).

pub mod address_range;
pub mod addressing;
pub mod calendar;
pub mod change;
pub mod company;
pub mod component;
pub mod cost;
pub mod fault;
pub mod metric;
pub mod observation;
pub mod other_source;
pub mod presence;
pub mod reach;
pub mod readings;
mod release_scope;
pub mod settings;
pub mod smart_protection;
pub mod tariff;
mod topology_option;
pub mod totals;
pub mod trigger;
pub mod version;
pub mod wave;

pub use release_scope::ReleaseScope;

//! What runs say: the recommendation, the comparison of options, the causes of waiting and the curves. No files.

pub mod causes;
pub mod comparison;
#[cfg(test)]
pub(crate) mod fixture;
mod initial_window;
pub mod live;
mod outcome;
pub mod quantities;
mod recommendation;
pub mod series;
mod sliders;
pub mod window;

pub use initial_window::{after_release, first_runs, intervals, protection_window, server_window};
pub use outcome::Outcome;
pub use recommendation::{Recommendation, recommend};
pub use sliders::{Slider, sliders};

//! Numbers out: what one run yields, ready to be written. Nothing here reads files or draws.

pub mod run;

//! The library: rules, laws, closed forms, published numbers, and the order of the layers.

mod architecture;
mod bounds;
mod break_even;
mod calibration_study;
mod cases;
mod catalogue;
mod causes;
mod estimates;
mod keys;
mod laws;
mod lessons;
mod levers;
mod links;
mod network;
mod one_run;
mod plan_exhaustive;
mod published;
mod readers;
mod recommended;
mod recommended_companies;
mod reference;
mod rules;
mod schema;
mod sources;
mod statistics;
mod words;

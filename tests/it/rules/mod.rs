//! The rules: the table that says where each stands, and rules that only a run shows.

mod causes;
mod meetings;
mod processes;
mod slots;
mod table;

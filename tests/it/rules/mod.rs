//! The rules: the table of their implementations, and rules that only a run shows.

mod causes;
mod meetings;
mod processes;
mod recovery;
mod slots;
mod table;

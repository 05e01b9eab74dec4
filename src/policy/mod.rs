//! Questions: what the product's rules say, as pure functions. A view goes in, a value comes out;
//! nothing here changes anything, knows an engine or keeps a clock, and chance is a `Draw` handed in.
//!
//! | question | module | rules |
//! |---|---|---|
//! | which way do updates take? | [`topology`] | TOP-1 to TOP-4 |
//! | what does one update fetch, in which order? | [`content`] | CMP-5 to CMP-7 |
//! | full file or incremental? | [`duplication`] | DUP-3 to DUP-9, DUP-11 |
//! | which source next? | [`source_order`] | SRC-1 to SRC-8, UAG-4 |
//! | who is told, when, by whom? | [`notification`] | NTF-1 to NTF-4, NTF-6 to NTF-8, NTF-10 |
//! | when does it look? | [`schedule`] | SRV-1, SCH-2, SCH-3, SCH-5 |
//! | may one more connect? | [`admission`] | SRV-2, SRV-4, UAG-1, UAG-2 |
//! | when is a report processed? | [`reports`] | SRV-5 |
//! | who is on? | [`presence`] | NET-5 |
//!
//! CMP-1 to CMP-4, CMP-8, DUP-1 and DUP-2 are properties of the nouns and stand in
//! [`crate::model::component`] and [`crate::model::version`]; UAG-3 and UAG-7 are fields of them.

pub mod admission;
pub mod content;
pub mod duplication;
pub mod notification;
pub mod presence;
pub mod reports;
pub mod schedule;
pub mod source_order;
pub mod topology;

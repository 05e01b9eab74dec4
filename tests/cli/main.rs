//! The program from outside: commands, files, exit codes, and output.

#[cfg(unix)]
mod action;
mod bad_input;
mod calibrate;
mod check;
mod common_flags;
mod company_page;
#[cfg(unix)]
mod control_characters;
mod diff;
mod drawn_again;
mod embedded;
mod ensemble;
mod explain;
mod flow_logs;
mod import;
#[cfg(target_os = "linux")]
mod interruption;
mod layers;
mod live;
mod logs;
#[cfg(unix)]
mod opening;
mod overwriting;
mod pipes;
mod plan;
mod progress;
mod releases;
mod replay;
mod replications;
mod report;
mod scenarios;
mod sensitivity;
mod small;
mod subjects;
mod sweep;
mod tables;
mod thresholds;
mod transcripts;
mod unmeasured;
mod verify;
#[cfg(unix)]
mod watch;
mod what_if;
#[expect(dead_code, reason = "only the lists are needed; the program does the rest")]
#[path = "../it/network/workloads.rs"]
mod workloads;

//! Diagnostics of inputs: text on stderr, JSON on stdout.

use std::io;

use serde_json::json;

use super::exit::Exit;
use super::output::print;
use super::terminal::{Color, Format, columns, complain, complain_as_is, complain_to_programs};
use crate::answer::quantities::counted;
use crate::replay::TransferError;
use crate::scenario::{Diagnostics, LoadError};

/// The destination and format of diagnostics.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Emitter {
    /// The output format.
    pub(in crate::cli) format: Format,
    /// Whether to use colours.
    pub(in crate::cli) color: Color,
}

impl Emitter {
    /// Reports why a scenario or a network could not be read, and returns the exit code.
    pub(in crate::cli) fn tell_load_error(self, error: &LoadError) -> Exit {
        match error {
            LoadError::Invalid(problems) => self.tell_problems(problems),
            LoadError::Unreadable(..) => tell_unreadable(error),
        }
    }

    /// Reports the problems of one input, and returns the exit code.
    pub(in crate::cli) fn tell_problems(self, problems: &Diagnostics) -> Exit {
        let count = counted(problems.count(), "problem");
        let summary = format!("{count} in {}", problems.origin());
        self.tell(std::slice::from_ref(problems), &summary)
    }

    /// Reports why a list of transfers could not be read, and returns the exit code.
    pub(in crate::cli) fn tell_transfer_error(self, file: &str, error: &TransferError) -> Exit {
        match error {
            TransferError::Invalid { shown, rows } => {
                self.tell(shown, &format!("{} in {file}", counted(*rows, "wrong row")))
            }
            TransferError::Unreadable(..) => tell_unreadable(error),
        }
    }

    /// Reports all problems with a summary, and returns the exit code.
    pub(in crate::cli) fn tell(self, all: &[Diagnostics], summary: &str) -> Exit {
        match self.format {
            Format::Text => {
                let color = self.color.is_on(&io::stderr());
                for problems in all {
                    complain_as_is(&problems.render_within(color, columns()));
                }
                complain(&format!("{summary}\n"));
            }
            Format::Concise => {
                for problems in all {
                    complain_to_programs(&problems.to_string());
                }
            }
            Format::Json => {
                let records: Vec<_> = all.iter().flat_map(Diagnostics::records).collect();
                let answer = json!({ "valid": false, "summary": summary, "problems": records });
                let printed = print(format!("{answer:#}\n").as_bytes());
                if printed != Exit::Done {
                    return printed;
                }
            }
        }
        Exit::Invalid
    }
}

fn tell_unreadable(error: &dyn std::error::Error) -> Exit {
    complain(&format!("error: {error}\n"));
    Exit::Failed
}

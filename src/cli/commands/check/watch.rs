//! `check --watch`: checks again whenever a file is saved.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, thread};

use crate::cli::shared::exit::Exit;
use crate::cli::shared::interruption::Interruption;

/// The polling interval. Files are compared by content: scenarios are small, and comparisons of times are unreliable
/// with some editors, links and network drives.
const EVERY: Duration = Duration::from_millis(150);

/// Runs `check` now and whenever the content of `files` has changed, until a signal.
pub(super) fn repeat(files: &[PathBuf], interruption: &Interruption, check: impl Fn()) -> Exit {
    loop {
        // A change during the check is noticed after it.
        let checked = contents(files);
        check();
        if !has_changed(files, &checked, interruption) {
            return interruption.exit();
        }
    }
}

/// Waits until the content of the files differs from `checked` and is stable, because an editor may still be writing.
/// Returns whether this was before a signal.
fn has_changed(files: &[PathBuf], checked: &Contents, interruption: &Interruption) -> bool {
    let mut before = checked.clone();
    while !interruption.is_asked() {
        thread::sleep(EVERY);
        let now = contents(files);
        if now != *checked && now == before {
            return true;
        }
        before = now;
    }
    false
}

/// The content of each file; empty if it cannot be read.
type Contents = Vec<Option<Vec<u8>>>;

fn contents(files: &[PathBuf]) -> Contents {
    files.iter().map(|file| fs::read(file).ok()).collect()
}

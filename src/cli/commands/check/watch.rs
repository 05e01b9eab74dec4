//! `check --watch`: checks again whenever a file is saved.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, thread};

use crate::cli::shared::exit::Exit;
use crate::cli::shared::interruption::Interruption;

/// How often the files are looked at. They are read whole: scenarios are small, and what editors, links
/// and network drives do to times and names does not matter then.
const EVERY: Duration = Duration::from_millis(150);

/// Carries out `check` now and whenever what `files` say has changed, until a signal asks to end.
pub(super) fn repeat(files: &[PathBuf], interruption: &Interruption, check: impl Fn()) -> Exit {
    loop {
        // What is saved during the check is looked at after it.
        let checked = contents(files);
        check();
        if !has_changed(files, &checked, interruption) {
            return interruption.exit();
        }
    }
}

/// Waits until the files say something else than in `checked`, and have said so for a while: an editor
/// may be at it. Whether that came before a signal.
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

/// What each file says; nothing where it cannot be read.
type Contents = Vec<Option<Vec<u8>>>;

fn contents(files: &[PathBuf]) -> Contents {
    files.iter().map(|file| fs::read(file).ok()).collect()
}

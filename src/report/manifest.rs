//! What the manifests of all results folders share: file name, program, kind, listed files.

use std::collections::BTreeSet;

use serde_json::Value;

/// Whose manifests these are.
pub(super) const PROGRAM: &str = "updraft";

/// What the manifest of a sweep says it is of.
pub(super) const SWEEP: &str = "sweep";

/// The same of a sensitivity analysis.
pub(super) const SENSITIVITY: &str = "sensitivity";

/// The same of a calibration.
pub(super) const CALIBRATION: &str = "calibration";

/// The name of its file.
pub const NAME: &str = "manifest.json";

/// The names of all files of the folder that a manifest belongs to; `None` if it is none of ours.
pub(super) fn files(manifest: &[u8]) -> Option<BTreeSet<String>> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    if manifest["program"] != PROGRAM {
        return None;
    }
    let listed = manifest["files_blake3"].as_object()?.keys().cloned();
    Some(listed.chain([NAME.into()]).collect())
}

/// What a manifest says it is of, if it is of none that `run` and its like write.
pub(super) fn kind(manifest: &[u8]) -> Option<String> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    manifest["kind"].as_str().map(String::from)
}

/// The hash of a file's content.
pub(super) fn hash(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

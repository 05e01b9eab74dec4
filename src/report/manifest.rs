//! The common part of the manifests of all results folders: file name, program, type, listed files.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The program that wrote the manifest.
pub(super) const PROGRAM: &str = "updraft";

/// The type in the manifest of a sweep.
pub(super) const SWEEP: &str = "sweep";

/// The type of a sensitivity analysis.
pub(super) const SENSITIVITY: &str = "sensitivity";

/// The type of a calibration.
pub(super) const CALIBRATION: &str = "calibration";

/// The name of its file.
pub const NAME: &str = "manifest.json";

/// The names of all files of the folder of a manifest; `None` if it is not a manifest of updraft.
pub(super) fn files(manifest: &[u8]) -> Option<BTreeSet<String>> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    if manifest["program"] != PROGRAM {
        return None;
    }
    let listed = manifest["files_blake3"].as_object()?.keys().cloned();
    Some(listed.chain([NAME.into()]).collect())
}

/// The type in a manifest, unless it was written by `run` or a similar command.
pub(super) fn kind(manifest: &[u8]) -> Option<String> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    manifest["kind"].as_str().map(String::from)
}

/// The hashes of the files in a manifest, if it can be read.
pub(super) fn hashes(manifest: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut manifest: Value = serde_json::from_slice(manifest).ok()?;
    serde_json::from_value(manifest["files_blake3"].take()).ok()
}

/// The hash of a file's content.
pub(super) fn hash(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

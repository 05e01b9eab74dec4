//! The components, with the scenario's changes (CMP-1, CMP-3, CMP-8).

use super::diagnostic::{Diagnostic, nearest};
use super::document::Document;
use super::keys;
use crate::model::component::{Catalogue, ListedSizes, vendor_catalogue};
use crate::units::Bytes;

/// The vendor's catalogue with the scenario's changes.
pub(super) fn read(document: &Document<'_>, problems: &mut Vec<Diagnostic>) -> Catalogue {
    let mut catalogue = vendor_catalogue();
    for fields in document.sections(&keys::COMPONENT) {
        let name = fields.text("name");
        if !fields.has("name") {
            continue;
        }
        let Some(id) = catalogue.ids().find(|id| catalogue[*id].name == name) else {
            problems.push(unknown_component(&name, fields.span_of("name"), &catalogue));
            continue;
        };
        let component = &mut catalogue[id];
        let full = fields.maybe_bytes("full");
        let (base, step) =
            (fields.maybe_bytes("incremental_base"), fields.maybe_bytes("incremental_step"));
        let sizes = fields.amounts("incremental_sizes").map(|sizes| listed(&sizes));
        let is_changed = base.is_some() || step.is_some() || sizes.is_some();
        if full.is_some() || is_changed {
            component.source = "the scenario, over the catalogue";
        }
        component.full = full.unwrap_or(component.full);
        match &mut component.incremental {
            Some(size) if is_changed => {
                size.base = base.unwrap_or(size.base);
                size.step = step.unwrap_or(size.step);
                size.listed = sizes;
            }
            None if is_changed => problems.push(Diagnostic::new(
                "no-incrementals",
                fields.span.clone(),
                format!("`{name}` has no incrementals"),
                "one of the six components with incrementals (CMP-3)",
            )),
            _ => {}
        }
    }
    catalogue
}

/// The sizes of all incrementals: the last size given applies to all those from farther back.
fn listed(written: &[Bytes]) -> ListedSizes {
    let last = written.last().copied().unwrap_or_default();
    std::array::from_fn(|place| written.get(place).copied().unwrap_or(last))
}

pub(super) fn unknown_component(
    name: &str,
    span: std::ops::Range<usize>,
    catalogue: &Catalogue,
) -> Diagnostic {
    let names: Vec<&str> = catalogue.iter().map(|component| component.name.as_str()).collect();
    let message = format!("there is no component `{name}`");
    Diagnostic::new("unknown-name", span, message, "a component of the catalogue (CMP-1)")
        .with_help(nearest(name, names.into_iter()))
}

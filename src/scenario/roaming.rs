//! Where roaming computers come up.

use std::collections::BTreeSet;

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::groups::{Group, GroupNames};
use super::keys;
use super::reader::Fields;
use super::sources::site_names;

/// The online pattern of computers that are never switched on, by its index in the table of keys.
const ALWAYS_ON: u64 = 0;

/// Reports roaming without effect, and names in `roams_to` that are no sites.
pub(super) fn check(
    document: &Document<'_>,
    (groups, names): (&[Group], &GroupNames),
    problems: &mut Vec<Diagnostic>,
) {
    let single = [&keys::HEADQUARTERS, &keys::AGENTS_SECTION].map(|of| document.section(of));
    let lists = [&keys::SITE, &keys::GROUP].map(|of| document.sections(of));
    let all: Vec<&Fields> = single.into_iter().chain(lists.into_iter().flatten()).collect();
    let are_switched_on = all.iter().any(|fields| {
        let parts = fields.parts("presence").unwrap_or_default();
        !fields.are_sound(&["presence"]) || parts.iter().any(|part| part.from > ALWAYS_ON)
    });
    let roams = all.iter().any(|fields| fields.mentions("roaming"));
    for fields in &all {
        let wanted = "a `presence` by which computers are switched on";
        fields.check_meaning("roaming", are_switched_on, wanted, problems);
        fields.check_meaning("roams_to", roams, "`roaming` in addition", problems);
    }
    let written: Vec<_> = all.iter().flat_map(|fields| fields.texts("roams_to")).collect();
    if written.is_empty() || !names.are_sure {
        return;
    }
    let sites: BTreeSet<String> = site_names(groups).into_iter().collect();
    for (name, span) in written {
        if names.number(&name).is_none() && !sites.contains(&name) {
            let message = format!("there is no site `{name}`");
            let help = nearest_if_shown(&name, sites.iter().map(String::as_str), problems);
            let expected = "a site or a group of sites";
            let problem = Diagnostic::new("unknown-name", span, message, expected);
            problems.push(problem.with_help(help));
        }
    }
}

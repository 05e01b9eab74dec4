//! Templates: small commented scenarios that run unchanged.

use crate::scenario::nearest;

/// A scenario to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// A description of one line.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

impl Template {
    /// The file with the scenario named `name`, with `-` for characters that a name may not have; under its own name if
    /// nothing is left.
    pub fn named(&self, name: &str) -> String {
        let allowed = |sign: char| sign.is_ascii_alphanumeric() || "-_".contains(sign);
        let name: String =
            name.chars().map(|sign| if allowed(sign) { sign } else { '-' }).collect();
        let name = name.trim_matches('-');
        let name = if name.is_empty() { self.name } else { name };
        self.text.replacen(&format!("name = \"{}\"", self.name), &format!("name = \"{name}\""), 1)
    }
}

/// All templates.
pub const TEMPLATES: [Template; 3] = [
    Template {
        name: "single-site",
        about: "one place with fast links: time to protection, and load of the server's network card",
        text: include_str!("../../assets/templates/single-site.toml"),
    },
    Template {
        name: "branch-offices",
        about: "headquarters and branches on slow links, an Update Agent in each",
        text: include_str!("../../assets/templates/branch-offices.toml"),
    },
    Template {
        name: "retail-chain",
        about: "many small stores behind regional hubs, whose Update Agents serve the stores below",
        text: include_str!("../../assets/templates/retail-chain.toml"),
    },
];

/// The template with that name.
///
/// # Errors
/// The message with the available ones, the nearest name first.
pub fn template(name: &str) -> Result<&'static Template, String> {
    TEMPLATES.iter().find(|template| template.name == name).ok_or_else(|| {
        let names = TEMPLATES.map(|template| template.name);
        let help =
            nearest(name, names.into_iter()).map_or(String::new(), |help| format!("; {help}"));
        format!("there is no template `{name}`: expected one of {}{help}", names.join(", "))
    })
}

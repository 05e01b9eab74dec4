//! The product's own files as inputs of `init`: applied to its result, or written as an overlay.

use std::path::PathBuf;

use clap::Args;

use crate::import::{ImportError, Imported, ProductFile, ProductRules, from_product_file};
use crate::scenario::{Diagnostics, Layers, Scenario};

/// The product's own files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files of the product")]
pub(super) struct ProductArguments {
    /// The catalogue that an update source publishes: sizes of components and of their incrementals.
    #[arg(long, value_name = "FILE")]
    from_server_ini: Option<PathBuf>,
    /// The settings of the server: those of its notification queue.
    #[arg(long, value_name = "FILE")]
    from_ofcscan_ini: Option<PathBuf>,
    /// Names the component of an entry of the catalogue, such as P.48020000="Smart Scan Agent Pattern".
    #[arg(long, value_name = "ENTRY=COMPONENT", value_parser = entry, requires = "from_server_ini")]
    component: Vec<(String, String)>,
    /// Writes only these files' values, as an overlay for any scenario (--overlay).
    #[arg(long, requires = "product", conflicts_with_all = ["template", "from_inventory", "from_topology"])]
    pub(super) as_overlay: bool,
}

/// Partial scenarios from the product's files, with the names of the files.
pub(super) struct ProductLayers(Vec<(String, Imported)>);

impl ProductArguments {
    /// The files, in the order in which they are laid over.
    fn files(&self) -> impl Iterator<Item = (ProductFile, &PathBuf)> {
        let catalogue = self.from_server_ini.iter().map(|path| (ProductFile::Catalogue, path));
        let settings = self.from_ofcscan_ini.iter().map(|path| (ProductFile::Settings, path));
        catalogue.chain(settings)
    }

    /// Reads the files; `read` returns their bytes, `tell` reports problems.
    pub(super) fn layers<E>(
        &self,
        read: impl Fn(&PathBuf) -> Result<Vec<u8>, E>,
        tell: impl Fn(&ImportError) -> E,
    ) -> Result<ProductLayers, E> {
        let rules = ProductRules { components: self.component.clone() };
        let of = |(which, path): (ProductFile, &PathBuf)| {
            let bytes = read(path)?;
            let said =
                from_product_file(which, &bytes, path, &rules).map_err(|error| tell(&error))?;
            Ok((format!("what {} says", path.display()), said))
        };
        Ok(ProductLayers(self.files().map(of).collect::<Result<_, _>>()?))
    }
}

impl ProductLayers {
    /// `begun` with the layers applied, or only the layers if it `is_overlay`.
    pub(super) fn over(
        self,
        begun: Imported,
        shown: &str,
        is_overlay: bool,
    ) -> Result<Imported, Box<Diagnostics>> {
        if self.0.is_empty() {
            return Ok(begun);
        }
        let overlays = self.0.iter().map(|(name, layer)| (name.clone(), layer.text.clone()));
        let layers = Layers { overlays: overlays.collect(), ..Layers::default() };
        let joined = Scenario::parse_with(&begun.text, shown, &layers).map_err(Box::new)?;
        let own = if is_overlay { Imported { text: String::new(), ..begun } } else { begun };
        let Imported { text: _, mut notes, mut account } = own;
        let mut alone = Vec::new();
        for (_, layer) in self.0 {
            notes.extend(layer.notes);
            account.extend(layer.account);
            alone.push(layer.text);
        }
        let text = if is_overlay { alone.join("") } else { joined.toml };
        Ok(Imported { text, notes, account })
    }
}

/// Splits `ENTRY=COMPONENT`.
fn entry(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((entry, component)) if !entry.trim().is_empty() && !component.trim().is_empty() => {
            Ok((entry.trim().into(), component.trim().into()))
        }
        _ => Err("ENTRY=COMPONENT, such as P.48020000=\"Smart Scan Agent Pattern\"".into()),
    }
}

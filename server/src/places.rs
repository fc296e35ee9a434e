//! Where addresses are, by a file of the operator's in the MaxMind DB format
//! (<https://maxmind.github.io/MaxMind-DB/>). It is read into memory at the start; nobody else is asked.

use domain::{
    language::Language,
    person::DisplayName,
    place::{Place, Places},
};
use maxminddb::{LookupResult, MaxMindDbError, PathElement, Reader};
use std::{fmt, net::IpAddr, path::Path};

/// The file.
pub struct GeoDatabase(Reader<Vec<u8>>);

/// What the file says of an address.
type Found<'a> = LookupResult<'a, Vec<u8>>;

impl GeoDatabase {
    /// Reads a file.
    pub fn open(path: &Path) -> Result<Self, MaxMindDbError> {
        Reader::open_readfile(path).map(Self)
    }
}

impl fmt::Debug for GeoDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GeoDatabase").finish_non_exhaustive()
    }
}

impl Places for GeoDatabase {
    fn find(&self, address: IpAddr, language: Language) -> Option<Place> {
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let place = Place {
            city: name(&found, "city", language),
            country: name(&found, "country", language),
        };
        (place != Place::default()).then_some(place)
    }
}

/// The name of a part, in English where there is none in the language.
fn name(found: &Found<'_>, part: &str, language: Language) -> Option<String> {
    // Files name Chinese by its country.
    let other = match language {
        Language::Chinese => "zh-CN",
        Language::English
        | Language::German
        | Language::French
        | Language::Spanish
        | Language::Portuguese
        | Language::Japanese
        | Language::Arabic => "en",
    };
    [language.as_str(), other, "en"].into_iter().find_map(|tag| {
        let path = [part, "names", tag].map(PathElement::Key);
        let name: Option<String> = found.decode_path(&path).ok()?;
        // Others wrote the file: what would turn the page around is no name.
        DisplayName::parse(&name?).ok().map(String::from)
    })
}

#[cfg(test)]
mod tests;

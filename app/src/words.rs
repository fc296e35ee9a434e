//! The words of the pages and mails, in Fluent files below `locales/`, one folder for each language.
//!
//! A language's files are read when somebody first needs them; what a language lacks is said in English. Values put into
//! a message are plain text; whoever builds markup of it escapes. See <https://projectfluent.org>.

pub(crate) mod inert;
mod pattern;

pub(crate) use pattern::Pattern;

use domain::language::Language;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::tz::TimeZone;
use rust_embed::RustEmbed;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/locales"]
struct Files;

type Bundle = FluentBundle<FluentResource>;

/// Stands in for a value that the caller puts into the message as markup.
const SLOT: &str = "\u{fffc}";

/// The words of one language, and where the clock stands for who reads them.
#[derive(Clone)]
pub struct Words {
    language: Language,
    zone: TimeZone,
}

impl From<Language> for Words {
    fn from(language: Language) -> Self {
        Self {
            language,
            zone: TimeZone::UTC,
        }
    }
}

impl Words {
    /// The words of the best language there is for a BCP 47 tag.
    pub fn for_locale(tag: Option<&str>) -> Self {
        tag.and_then(Language::of_tag).unwrap_or_default().into()
    }

    /// The words of another language for the same reader.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The same words for who lives in the time zone of this name (IANA), where there is one.
    #[must_use]
    pub fn in_zone(self, name: Option<&str>) -> Self {
        let zone = name.and_then(|name| TimeZone::get(name).ok());
        Self {
            zone: zone.unwrap_or(TimeZone::UTC),
            ..self
        }
    }

    /// The language of the words.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The time zone of times of day.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Where lines begin, for `dir`.
    pub fn direction(&self) -> &'static str {
        if self.language.is_right_to_left() {
            "rtl"
        } else {
            "ltr"
        }
    }

    /// The message `key`.
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The message `key` with values.
    pub fn with(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, inert::value(value)))
            .collect();
        self.format(key, Some(&args))
    }

    /// What stands before and after the value `name` in the message `key`, whose other values are `values`.
    pub fn around(
        &self,
        key: &str,
        name: &'static str,
        values: &[(&'static str, FluentValue<'_>)],
    ) -> (String, String) {
        let mut args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, inert::value(value)))
            .collect();
        args.set(name, SLOT);
        let text = self.format(key, Some(&args));
        match text.split_once(SLOT) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (text, String::new()),
        }
    }

    /// Items one after the other.
    pub(crate) fn list(&self, items: &[String]) -> String {
        self.pairs().join(items)
    }

    /// The same for many lists.
    pub(crate) fn pairs(&self) -> Pattern {
        self.pattern("list-pair", &["before", "next"])
    }

    /// A number with two decimals.
    pub(crate) fn decimal(&self, number: f64) -> String {
        format!("{number:.2}").replace('.', &self.get("decimal-mark"))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundles = [self.language, Language::English].map(bundle);
        let mut found = bundles
            .into_iter()
            .filter_map(|bundle| Some((bundle, bundle.get_message(key)?.value()?)));
        // A key without a message shows as itself; a test sees to it that there is none.
        let Some((bundle, pattern)) = found.next() else {
            return key.to_owned();
        };
        bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

/// The messages of a language, read once.
fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::English));
    static GERMAN: LazyLock<Bundle> = LazyLock::new(|| read(Language::German));
    static FRENCH: LazyLock<Bundle> = LazyLock::new(|| read(Language::French));
    static SPANISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::Spanish));
    static PORTUGUESE: LazyLock<Bundle> = LazyLock::new(|| read(Language::Portuguese));
    static JAPANESE: LazyLock<Bundle> = LazyLock::new(|| read(Language::Japanese));
    static CHINESE: LazyLock<Bundle> = LazyLock::new(|| read(Language::Chinese));
    static ARABIC: LazyLock<Bundle> = LazyLock::new(|| read(Language::Arabic));
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
        Language::Portuguese => &PORTUGUESE,
        Language::Japanese => &JAPANESE,
        Language::Chinese => &CHINESE,
        Language::Arabic => &ARABIC,
    }
}

fn read(language: Language) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![language.as_str().parse().unwrap_or_default()]);
    // Hosts, codes and names are written from left to right; between words of the other direction they stand apart.
    bundle.set_use_isolating(language.is_right_to_left());
    for (_, file) in files(language) {
        let resource = FluentResource::try_new(file).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The files of a language and their names.
fn files(language: Language) -> impl Iterator<Item = (String, String)> {
    let folder = format!("{}/", language.as_str());
    Files::iter().filter_map(move |path| {
        let name = path.strip_prefix(&folder)?.to_owned();
        let text = String::from_utf8(Files::get(&path)?.data.into_owned()).ok()?;
        Some((name, text))
    })
}

#[cfg(test)]
mod tests;

//! The languages of pages and mails: a closed set, and the choice among it (RFC 4647 §3.4, RFC 9110 §12.5.4).
//!
//! Whatever a browser, an app or an account names is only matched against the set: no tag of theirs goes further. Which
//! of them is asked first is not decided here, and the words are elsewhere.

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// Tags of one list that are looked at.
const MAX_TAGS: usize = 16;
/// Bytes of one tag (RFC 5646 §4.4.1).
const MAX_TAG_BYTES: usize = 35;
/// Bytes of one list that are looked at.
const MAX_LIST_BYTES: usize = 512;

static TAGS: LazyLock<Vec<LanguageIdentifier>> = LazyLock::new(|| {
    let tags = Language::ALL.map(Language::as_str);
    tags.iter().filter_map(|tag| tag.parse().ok()).collect()
});

/// A language there are words in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Language {
    #[default]
    English,
    German,
    French,
    Spanish,
    /// As it is written in Brazil.
    Portuguese,
    Japanese,
    /// In simplified characters.
    Chinese,
    Arabic,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 8] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Portuguese,
        Self::Japanese,
        Self::Chinese,
        Self::Arabic,
    ];

    /// Its tag (BCP 47).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt-BR",
            Self::Japanese => "ja",
            Self::Chinese => "zh-Hans",
            Self::Arabic => "ar",
        }
    }

    /// What those who read it call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Portuguese => "Português (Brasil)",
            Self::Japanese => "日本語",
            Self::Chinese => "简体中文",
            Self::Arabic => "العربية",
        }
    }

    /// Whether it is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        match self {
            Self::Arabic => true,
            Self::English
            | Self::German
            | Self::French
            | Self::Spanish
            | Self::Portuguese
            | Self::Japanese
            | Self::Chinese => false,
        }
    }

    /// The language with exactly this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == tag)
    }

    /// The language that a tag such as `de-CH` is best answered in.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::first_of([tag].into_iter())
    }

    /// The language for `ui_locales` (OpenID Connect Core §3.1.2.1): tags separated by spaces, the best one first.
    pub fn of_list(tags: &str) -> Option<Self> {
        Self::first_of(bounded(tags).split(' '))
    }

    /// The language for the header `Accept-Language`.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut ranges: Vec<(&str, f32)> = bounded(header)
            .split(',')
            .take(MAX_TAGS)
            .filter_map(weighed)
            .collect();
        ranges.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        Self::first_of(ranges.into_iter().map(|(range, _)| range))
    }

    fn first_of<'a>(tags: impl Iterator<Item = &'a str>) -> Option<Self> {
        let wanted: Vec<LanguageIdentifier> = tags
            .take(MAX_TAGS)
            .filter(|tag| tag.len() <= MAX_TAG_BYTES)
            .filter_map(|tag| tag.parse().ok())
            .filter(|tag: &LanguageIdentifier| !tag.language.is_empty())
            .collect();
        let found = negotiate_languages(&wanted, &TAGS, None, NegotiationStrategy::Lookup);
        Self::parse(&found.first()?.to_string())
    }
}

/// A language range and how much it is wanted; `None` where it is not, or where that makes no sense.
fn weighed(range: &str) -> Option<(&str, f32)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let weight = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        Some(weight) => weight.parse().ok()?,
        None => 1.0,
    };
    (weight > 0.0 && weight <= 1.0).then_some((tag, weight))
}

/// The part of a list that is looked at.
fn bounded(list: &str) -> &str {
    list.get(..list.floor_char_boundary(MAX_LIST_BYTES))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;

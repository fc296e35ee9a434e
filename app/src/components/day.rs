//! Moments in words. Times of day are those of the reader's time zone where it is known and say which that is; else they
//! are in UTC, and say so. Digits are Latin in every language, as in the codes that people type.

use crate::words::{Pattern, Words};
use domain::clock::Timestamp;
use jiff::{Zoned, civil::Date, tz::TimeZone};
use std::collections::BTreeMap;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Moments in words for a page with many of them: what they share is worked out once.
pub(crate) struct Moments<'a> {
    words: &'a Words,
    minute: Pattern,
    days: BTreeMap<Date, String>,
}

impl<'a> Moments<'a> {
    /// In these words.
    pub(crate) fn new(words: &'a Words) -> Self {
        Self {
            words,
            minute: words.pattern("date-time", &["date", "time", "zone"]),
            days: BTreeMap::new(),
        }
    }

    /// The day.
    pub(crate) fn day(&mut self, at: Timestamp) -> String {
        self.written(&local(at, self.words.zone())).clone()
    }

    /// The day and the minute.
    pub(crate) fn minute(&mut self, at: Timestamp) -> String {
        let clock = local(at, self.words.zone());
        let (time, zone) = (time(&clock), zone(&clock));
        let day = self.written(&clock).clone();
        self.minute.with(&[&day, &time, &zone])
    }

    fn written(&mut self, at: &Zoned) -> &String {
        let words = self.words;
        let written = || date(at, words);
        self.days.entry(at.date()).or_insert_with(written)
    }
}

fn local(at: Timestamp, zone: &TimeZone) -> Zoned {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    at.to_zoned(zone.clone())
}

/// The day.
pub(crate) fn day(at: Timestamp, w: &Words) -> String {
    date(&local(at, w.zone()), w)
}

fn date(at: &Zoned, w: &Words) -> String {
    w.with(
        "date",
        &[
            ("day", at.day().to_string().into()),
            ("month", at.month().into()),
            ("year", at.year().to_string().into()),
        ],
    )
}

/// The day and the minute.
pub(crate) fn minute(at: Timestamp, w: &Words) -> String {
    Moments::new(w).minute(at)
}

fn time(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// The zone as its people abbreviate it, or how far it is from UTC where they do not.
fn zone(at: &Zoned) -> String {
    let name = at.strftime("%Z").to_string();
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name
    } else {
        format!("UTC{}", at.strftime("%:z"))
    }
}

/// The moment for machines.
pub(crate) fn machine(at: Timestamp) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    at.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::language::Language;
    use std::time::Duration;

    /// 21 November 2026, 23:05 UTC.
    fn evening() -> Timestamp {
        Timestamp::from_seconds(1_795_302_300)
    }

    fn told(language: Language, zone: Option<&str>) -> String {
        let told = minute(evening(), &Words::from(language).in_zone(zone));
        told.chars()
            .filter(|c| !matches!(c, '\u{200f}' | '\u{2068}' | '\u{2069}'))
            .collect()
    }

    #[test]
    fn days_and_times_are_written_as_in_the_language() {
        for (language, text) in [
            (Language::English, "21 November 2026, 23:05 UTC"),
            (Language::German, "21. November 2026, 23:05 UTC"),
            (Language::French, "21 novembre 2026 à 23:05 UTC"),
            (Language::Spanish, "21 de noviembre de 2026, 23:05 UTC"),
            (Language::Portuguese, "21 de novembro de 2026, 23:05 UTC"),
            (Language::Japanese, "2026年11月21日 23:05 UTC"),
            (Language::Chinese, "2026年11月21日 23:05 UTC"),
            (Language::Arabic, "21 نوفمبر 2026، 23:05 UTC"),
        ] {
            assert_eq!(told(language, None), text);
        }
    }

    #[test]
    fn a_time_is_told_in_the_zone_of_who_reads_it_and_in_utc_where_that_is_not_known() {
        for (zone, text) in [
            ("Europe/Berlin", "22 November 2026, 00:05 CET"),
            ("America/Sao_Paulo", "21 November 2026, 20:05 UTC-03:00"),
            ("Asia/Kathmandu", "22 November 2026, 04:50 UTC+05:45"),
            ("Mars/Olympus", "21 November 2026, 23:05 UTC"),
            ("../../etc/passwd", "21 November 2026, 23:05 UTC"),
        ] {
            assert_eq!(told(Language::English, Some(zone)), text);
        }
        let summer = evening() - Duration::from_secs(150 * 86_400);
        let words = Words::from(Language::English).in_zone(Some("Europe/Berlin"));
        assert_eq!(minute(summer, &words), "25 June 2026, 01:05 CEST");
    }
}

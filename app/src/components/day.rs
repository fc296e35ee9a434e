//! Moments in words. Times of day are in UTC, and say so: the server does not know where the reader is.

use crate::words::Words;
use domain::clock::Timestamp;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

fn utc(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The day.
pub(crate) fn day(at: Timestamp, w: &Words) -> String {
    let at = utc(at);
    w.with(
        "date",
        &[
            ("day", at.day().to_string().into()),
            ("month", u8::from(at.month()).into()),
            ("year", at.year().to_string().into()),
        ],
    )
}

/// The day and the minute.
pub(crate) fn minute(at: Timestamp, w: &Words) -> String {
    let clock = utc(at);
    let time = format!("{:02}:{:02}", clock.hour(), clock.minute());
    w.with("date-time", &[("date", day(at, w).into()), ("time", time.into())])
}

/// The moment for machines.
pub(crate) fn machine(at: Timestamp) -> String {
    utc(at).format(&Rfc3339).unwrap_or_default()
}

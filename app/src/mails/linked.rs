//! The mails about identities at other providers.

use super::{Draft, Part, finish};
use crate::words::Words;
use domain::{mail::Mail, outbound::Addressee};

/// One was linked.
pub(super) fn linked(to: &Addressee<'_>, provider: &str) -> Mail {
    let words = Words::for_locale(to.locale);
    let w = |key: &str| said(&words, to, key, provider);
    let draft = Draft {
        subject: w("mail-linked-subject"),
        preview: w("mail-linked-preview"),
        title: w("mail-linked-title"),
        parts: vec![
            Part::Text(w("mail-linked-text")),
            Part::Text(w("mail-linked-not-you")),
        ],
    };
    finish(to, &words, &draft)
}

/// One was removed.
pub(super) fn unlinked(to: &Addressee<'_>, provider: &str) -> Mail {
    let words = Words::for_locale(to.locale);
    let w = |key: &str| said(&words, to, key, provider);
    let draft = Draft {
        subject: w("mail-unlinked-subject"),
        preview: w("mail-unlinked-preview"),
        title: w("mail-unlinked-title"),
        parts: vec![
            Part::Text(w("mail-unlinked-text")),
            Part::Text(w("mail-second-factor-not-you")),
        ],
    };
    finish(to, &words, &draft)
}

fn said(words: &Words, to: &Addressee<'_>, key: &str, provider: &str) -> String {
    let values = [("host", to.issuer_host.into()), ("provider", provider.into())];
    words.with(key, &values)
}

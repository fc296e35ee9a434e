//! The mails about identities at other providers.

use super::{Draft, Part, finish, with};
use crate::words::Words;
use domain::{mail::Mail, outbound::Addressee};

/// Asks somebody who comes through a provider to prove an address; whether it has an account makes no difference.
pub(super) fn prove(to: &Addressee<'_>, code: &str, provider: &str) -> Mail {
    let words = Words::for_locale(to.locale);
    let w = |key: &str| with(&words, to, key, code);
    let draft = Draft {
        subject: w("mail-address-subject"),
        preview: w("mail-confirm-preview"),
        title: said(&words, to, "mail-arrival-title", provider),
        parts: vec![
            Part::Text(w("mail-address-code")),
            Part::Code(code.to_owned()),
            Part::Text(said(&words, to, "mail-arrival-how", provider)),
            Part::Small(format!("{} {}", w("mail-address-end"), w("mail-address-ignore"))),
        ],
    };
    finish(to, &words, &draft)
}

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

//! Every page in every state, filled with text that would do harm if it were taken for markup.

use crate::{
    components::pager::{self, Pager},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::{Assets, Frame, Script},
    pages::*,
    words::Words,
};
use domain::{
    clock::Timestamp,
    consent::Validity,
    federation::Mark,
    language::Language,
    passkey::Keeper,
    person::PasswordPolicy,
    secret::Digest,
    services::{account::Detail, passwords::OwnPassword},
    stores::{Guards, PasswordFacts},
    theme::Theme,
};
use std::{cell::Cell, collections::BTreeMap};

const HOSTILE: &str = "x\"'><script>alert(1)</script><img src=x onerror=alert(1)>&{ $y }</title></pre>";

pub(super) fn frame(script: bool) -> Frame {
    let makes_passkeys = script.then(|| HOSTILE.into());
    let script = script.then(|| Script {
        js: "/pkg/signet.js".into(),
        wasm: "/pkg/signet.wasm".into(),
    });
    Frame {
        nonce: "bm9uY2U".into(),
        words: Words::for_locale(None),
        prefix: "/realms/acme".into(),
        here: format!("/login?{HOSTILE}"),
        host: "id.example.org".into(),
        theme: Theme::default(),
        assets: Assets {
            stylesheet: "/style.css".into(),
            script,
        },
        request_id: Some(HOSTILE.into()),
        until: None,
        makes_passkeys,
    }
}

/// What else somebody may have written: a direction turned around and never turned back, letters that look like others
/// with nothing between them that can be seen, characters of four bytes, and a line that does not end.
pub(super) const OTHERS: [&str; 4] = [
    "invoice\u{202e}\u{2067}fdp.exe\u{2069}\u{2069}",
    "\u{0430}\u{0440}\u{0440}\u{04cf}\u{0435}\u{200b}.com",
    "\u{1d56c}\u{1d589}\u{1d586} \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{10330}\u{fffff}",
    LONG,
];
const LONG: &str = include_str!("long.txt");

/// What a language and a time zone may have been said to be.
fn said(language: Option<Language>) -> account::profile::preferences::Said {
    account::profile::preferences::Said {
        language,
        zone: text(),
    }
}

thread_local! {
    static WRITTEN: Cell<&'static str> = const { Cell::new(HOSTILE) };
}

/// Every page where somebody wrote `text`.
pub(super) fn pages_with(text: &'static str) -> Vec<Page> {
    WRITTEN.set(text);
    let pages = every_page();
    WRITTEN.set(HOSTILE);
    pages
}

pub(super) fn text() -> String {
    WRITTEN.get().to_owned()
}

fn app() -> App {
    App {
        name: text(),
        host: text(),
        home: Some(format!("https://app.example.com/{HOSTILE}")),
        policy: Some(format!("https://app.example.com/privacy?{HOSTILE}")),
        terms: None,
        pictured: Some("garden".parse().expect("a client_id")),
        unreviewed: false,
        theme: Theme::default(),
    }
}

fn person() -> Person {
    Person {
        name: text(),
        email: text(),
    }
}

/// An error at a field, or at none where `field` is empty.
pub(super) fn error(kind: UiErrorKind, field: &str) -> Option<UiError> {
    let error = UiError::new(kind, text());
    Some(if field.is_empty() { error } else { error.at(field) })
}

pub(super) fn sign_in(step: sign_in::Step, error: Option<UiError>) -> Page {
    let done = Some(sign_in::Done::Password);
    Page::SignIn(sign_in::SignInPage {
        interaction: text(),
        app: Some(app()),
        step,
        passkeys: true,
        known: sign_in::Known {
            last_method: Some(domain::acr::Method::MailedCode),
            accounts: true,
        },
        offer: offer(),
        done,
        error,
    })
}

fn provider(mark: Mark, last_used: bool) -> federated::Button {
    federated::Button {
        id: text(),
        label: text(),
        mark,
        last_used,
    }
}

fn offer() -> federated::Offer {
    federated::Offer {
        buttons: vec![provider(Mark::Google, true), provider(Mark::Plain, false)],
        of_domain: Some((provider(Mark::GitHub, false), text())),
        waits: Some(text()),
        undated: Some(text()),
    }
}

fn linked(items: bool, error: Option<UiError>) -> Page {
    let item = |usable, used| account::linked::Item {
        id: text(),
        provider: text(),
        mark: Mark::Google,
        usable,
        label: Some(text()),
        groups: vec![text()],
        about: vec![(text(), text())],
        administers: usable,
        linked: Timestamp::from_micros(0),
        used,
    };
    let items = match items {
        true => vec![item(true, Some(Timestamp::from_micros(0))), item(false, None)],
        false => Vec::new(),
    };
    Page::Linked(account::linked::LinkedPage {
        items,
        providers: vec![provider(Mark::GitHub, false)],
        done: Some(account::linked::Done::Linked),
        error,
    })
}

fn passkeys(at: Timestamp) -> account::security::passkeys::Section {
    let item = |(name, keeper): (Option<String>, _), used| account::security::passkeys::Item {
        id: text(),
        credential: text(),
        name,
        provider: Some(text()),
        keeper,
        synced: true,
        created: at,
        used,
    };
    account::security::passkeys::Section {
        relying_party: Some(text()),
        handle: text(),
        recent: true,
        items: vec![
            item((Some(text()), Some(Keeper::Yubico)), Some(at)),
            item((None, None), None),
        ],
        done: Some(account::security::passkeys::Done::Added),
    }
}

fn agreement() -> crate::components::agreement::Agreement {
    crate::components::agreement::Agreement {
        terms: Some((text(), text())),
        privacy: Some(text()),
    }
}

fn work() -> crate::components::work::Work {
    crate::components::work::Work {
        ticket: text(),
        at_once: true,
    }
}

fn worked_for() -> Option<UiError> {
    let error = error(UiErrorKind::Busy { retry_after: 20 }, "")?;
    Some(UiError {
        work: Some(text()),
        ..error
    })
}

fn login_code(by: login_code::By, error: Option<UiError>) -> Page {
    Page::LoginCode(login_code::LoginCode {
        interaction: Some(text()),
        app: Some(app()),
        by,
        error,
    })
}

fn proven_address(step: proven_address::Step, error: Option<UiError>) -> Page {
    Page::ProvenAddress(proven_address::ProvenAddress {
        interaction: text(),
        app: Some(app()),
        provider: text(),
        step,
        error,
    })
}

fn address(step: account::security::address::Step) -> account::security::address::Section {
    account::security::address::Section { email: text(), step }
}

fn mailed_link(elsewhere: bool) -> login_code::By {
    login_code::By::Link {
        token: text(),
        email: text(),
        elsewhere,
    }
}

fn device(step: device::Step, error: Option<UiError>) -> Page {
    Page::Device(device::DevicePage { step, error })
}

fn confirming() -> device::Step {
    device::Step::Confirm(Box::new(device::Waiting {
        interaction: text(),
        code: text(),
        app: app(),
        person: person(),
        scopes: vec!["openid".into(), text()],
        described: [(text(), text())].into(),
        address: Some(text()),
        elsewhere: true,
        user_agent: Some(text()),
        at: Timestamp::from_seconds(1_795_236_000),
    }))
}

fn known_app(unreviewed: bool) -> App {
    App {
        name: "Garden".into(),
        host: "garden.example.com".into(),
        unreviewed,
        ..app()
    }
}

/// The consent page of an app that did or did not register itself.
pub(super) fn consent_of(unreviewed: bool) -> Page {
    Page::Consent(consent::ConsentPage {
        interaction: text(),
        app: known_app(unreviewed),
        person: person(),
        required: vec!["openid".into()],
        before: Vec::new(),
        optional: Vec::new(),
        declined: Vec::new(),
        described: Default::default(),
        validity: Validity::default(),
        to_loopback: unreviewed,
        error: None,
    })
}

/// The consent page of an app that was allowed the profile for a day, and asks for the address now.
pub(super) fn consent_for_more() -> Page {
    let Page::Consent(page) = consent_of(false) else {
        unreachable!("it is the consent page");
    };
    Page::Consent(consent::ConsentPage {
        before: vec!["profile".into()],
        optional: vec!["email".into()],
        validity: Validity::Day,
        ..page
    })
}

/// The same, of an app that asks as well for what the person left out before.
pub(super) fn consent_for_what_was_left_out() -> Page {
    let Page::Consent(page) = consent_for_more() else {
        unreachable!("it is the consent page");
    };
    Page::Consent(consent::ConsentPage {
        optional: vec!["email".into(), "phone".into()],
        declined: vec!["phone".into()],
        ..page
    })
}

/// The consent page of an app with a look of its own.
pub(super) fn themed_consent() -> Page {
    let Page::Consent(mut page) = consent_of(false) else {
        unreachable!("it is the consent page");
    };
    page.app.theme = Theme {
        logo: Some(Digest::of("app")),
        accent: "#7a0019".parse().ok(),
        ..Theme::default()
    };
    Page::Consent(page)
}

pub(super) fn identifier() -> sign_in::Step {
    sign_in::Step::Identifier { typed: text() }
}

/// The device page of such an app, which asks for a scope of an API.
pub(super) fn device_of(unreviewed: bool) -> Page {
    let device::Step::Confirm(mut waiting) = confirming() else {
        unreachable!("it waits for a decision");
    };
    waiting.app = known_app(unreviewed);
    waiting.scopes = vec!["openid".into(), "orders:read".into()];
    waiting.described = [("orders:read".into(), "See your orders".into())].into();
    device(device::Step::Confirm(waiting), None)
}

fn done_with_device(allowed: bool) -> device::Step {
    device::Step::Done {
        app: Some(text()),
        allowed,
    }
}

fn sign_in_pages() -> Vec<Page> {
    let identifier = || sign_in::Step::Identifier { typed: text() };
    let password = || sign_in::Step::Password { identifier: text() };
    vec![
        sign_in(identifier(), None),
        sign_in(identifier(), error(UiErrorKind::InvalidInput, "identifier")),
        sign_in(password(), None),
        sign_in(password(), error(UiErrorKind::Rejected, "password")),
        sign_in(
            password(),
            error(UiErrorKind::Busy { retry_after: 9 }, "password"),
        ),
        Page::ChooseAccount(choose_account::ChooseAccount {
            interaction: text(),
            app: Some(app()),
            people: vec![(text(), person())],
            signed_out: vec![(text(), text())],
        }),
        Page::Consent(consent::ConsentPage {
            interaction: text(),
            app: app(),
            person: person(),
            required: vec!["openid".into()],
            before: vec!["profile".into(), text()],
            optional: vec!["email".into(), text()],
            declined: vec![text()],
            described: [("email".into(), text())].into(),
            validity: Validity::Day,
            to_loopback: true,
            error: error(UiErrorKind::InvalidInput, ""),
        }),
        device(device::Step::Code { typed: text() }, None),
        device(
            device::Step::Code { typed: text() },
            error(UiErrorKind::InvalidInput, "code"),
        ),
        device(confirming(), None),
        device(confirming(), error(UiErrorKind::InvalidInput, "")),
        device(done_with_device(true), None),
        device(done_with_device(false), None),
        Page::Logout(logout::Logout {
            app: Some(app()),
            person: Some(person()),
            hidden: vec![(text(), text())],
        }),
        Page::SignedOut(logout::SignedOut {
            back: Some((text(), text())),
            frames: Vec::new(),
        }),
        Page::SignedOut(logout::SignedOut {
            back: Some((text(), text())),
            frames: vec![text()],
        }),
        Page::FormPost(sent_form()),
        Page::Leaving(leaving::Leaving {
            host: text(),
            way: leaving::Way::Link(text()),
        }),
        Page::Leaving(leaving::Leaving {
            host: text(),
            way: leaving::Way::Form(sent_form()),
        }),
    ]
}

fn sent_form() -> form_post::FormPost {
    form_post::FormPost {
        action: text(),
        fields: vec![(text(), text())],
    }
}

fn account_making_pages() -> Vec<Page> {
    let verify = |by, error| {
        Page::VerifyEmail(verify_email::VerifyEmail {
            interaction: Some(text()),
            app: Some(app()),
            by,
            error,
        })
    };
    let forgot = |step, error| {
        Page::ForgotPassword(forgot_password::ForgotPassword {
            interaction: Some(text()),
            app: None,
            step,
            error,
        })
    };
    vec![
        Page::SignUp(sign_up::SignUpPage {
            interaction: Some(text()),
            app: Some(app()),
            email: text(),
            name: text(),
            policy: PasswordPolicy::STANDARD,
            work: work(),
            agreement: agreement(),
            offer: offer(),
            error: error(UiErrorKind::InvalidInput, "email"),
        }),
        Page::Terms(terms::TermsPage {
            interaction: text(),
            app: Some(app()),
            person: person(),
            agreement: agreement(),
            error: error(UiErrorKind::InvalidInput, ""),
        }),
        verify(
            verify_email::By::Code {
                flow: text(),
                to: Some(text()),
                resent: true,
            },
            error(UiErrorKind::Rejected, "code"),
        ),
        verify(
            verify_email::By::Link {
                token: text(),
                choice: None,
            },
            None,
        ),
        verify(
            verify_email::By::Link {
                token: text(),
                choice: Some(verify_email::Choice {
                    needed: false,
                    name: text(),
                    policy: PasswordPolicy::STANDARD,
                }),
            },
            error(UiErrorKind::InvalidInput, "new_password"),
        ),
        forgot(
            forgot_password::Step::Ask {
                typed: text(),
                work: work(),
            },
            error(UiErrorKind::InvalidInput, "identifier"),
        ),
        forgot(forgot_password::Step::Sent { to: Some(text()) }, None),
        forgot(forgot_password::Step::Sent { to: None }, None),
        Page::ResetPassword(reset_password::ResetPassword {
            token: text(),
            elsewhere: true,
            policy: PasswordPolicy::STANDARD,
            error: error(UiErrorKind::InvalidInput, "new_password"),
        }),
        Page::PasskeyOffer(passkey_offer::PasskeyOffer {
            interaction: text(),
            app: Some(app()),
            error: error(UiErrorKind::Rejected, ""),
        }),
        Page::RestoreEmail(restore_email::RestoreEmail {
            token: text(),
            email: text(),
            policy: PasswordPolicy::STANDARD,
            error: error(UiErrorKind::InvalidInput, "new_password"),
        }),
        login_code(
            login_code::By::Code {
                flow: text(),
                to: Some(text()),
                resent: true,
            },
            error(UiErrorKind::Rejected, "code"),
        ),
        login_code(login_code::By::Asking, worked_for()),
        login_code(mailed_link(true), None),
        login_code(mailed_link(false), None),
        proven_address(
            proven_address::Step::Address { typed: text() },
            error(UiErrorKind::InvalidInput, "email"),
        ),
        proven_address(proven_address::Step::Address { typed: text() }, worked_for()),
        proven_address(
            proven_address::Step::Code {
                flow: text(),
                to: text(),
                resent: true,
            },
            error(UiErrorKind::Rejected, "code"),
        ),
        Page::Setup(setup::Setup {
            token: text(),
            email: text(),
            issuer: text(),
            policy: PasswordPolicy::STANDARD,
            error: None,
        }),
    ]
}

fn own_password(at: Timestamp, recent: bool) -> account::security::password::Section {
    let present = PasswordFacts {
        set_at: at,
        needs_second_factor: true,
    };
    account::security::password::Section {
        email: text(),
        own: OwnPassword {
            present: recent.then_some(present),
            can_be_removed: recent,
            policy: PasswordPolicy::ENTERPRISE,
        },
        recent,
    }
}

fn enrolment(
    passkey: Option<enrolment::PasskeyWay>,
    codes: Option<Vec<String>>,
    error: Option<UiError>,
) -> Page {
    Page::Enrolment(enrolment::EnrolmentPage {
        interaction: text(),
        app: Some(app()),
        insists: true,
        passkey,
        adding: None,
        codes,
        error,
    })
}

fn account_pages() -> Vec<Page> {
    let at = Timestamp::from_seconds(1_795_236_000);
    let session = |here| account::sessions::Session {
        id: text(),
        here,
        user_agent: Some(text()),
        place: Some(text()),
        address: Some(text()),
        since: at,
        seen: at,
        apps: vec![text(), text()],
    };
    let trusted = || account::security::trusted_devices::Trusted {
        id: text(),
        user_agent: Some(text()),
        since: at,
        used: at,
        until: at,
    };
    let app = account::apps::Connected {
        client_id: text(),
        app: app(),
        open: Some(format!("https://app.example.com/start?{HOSTILE}")),
        scopes: vec!["openid".into(), "offline_access".into(), text()],
        allowed: vec!["openid".into(), "offline_access".into(), text()],
        keeps_access: true,
        granted: at,
        used: at,
    };
    vec![
        linked(true, None),
        linked(false, error(UiErrorKind::Rejected, "")),
        Page::Profile(account::profile::ProfilePage {
            name: text(),
            details: Detail::ALL.map(|detail| (detail, text())).into(),
            preferences: said(None),
            picture: account::profile::picture::Shown {
                told: true,
                path: Some("/pictures/name.png".to_owned()),
            },
            email: text(),
            confirmed: false,
            version: 3,
            last_sign_in: at,
            user_agent: Some(text()),
            guards: Guards {
                passkeys: 2,
                authenticator: true,
                recovery_codes: 2,
                password_set_at: Some(at),
            },
            saved: true,
            error: error(UiErrorKind::InvalidInput, "name"),
        }),
        Page::Security(account::security::SecurityPage {
            passkeys: passkeys(at),
            address: address(account::security::address::Step::Ask { typed: text() }),
            password: own_password(at, true),
            authenticator: account::security::authenticator::Section {
                present: Some((at, Some(at))),
                adding: Some(account::security::authenticator::Adding {
                    key: text(),
                    uri: text(),
                }),
            },
            recovery_codes: Some(account::security::recovery_codes::Section {
                left: 3,
                new: Some(vec![text(), text()]),
            }),
            trusted_devices: vec![trusted(), trusted()],
            done: None,
            error: error(UiErrorKind::Rejected, "code"),
        }),
        Page::Security(account::security::SecurityPage {
            passkeys: passkeys(at),
            address: address(account::security::address::Step::Code {
                flow: text(),
                to: Some(text()),
            }),
            password: own_password(at, false),
            authenticator: account::security::authenticator::Section {
                present: Some((at, None)),
                adding: None,
            },
            recovery_codes: Some(account::security::recovery_codes::Section { left: 9, new: None }),
            trusted_devices: Vec::new(),
            done: Some("trusted-done"),
            error: None,
        }),
        Page::SecondFactor(second_factor::SecondFactorPage {
            interaction: text(),
            app: Some(self::app()),
            with: second_factor::With::App,
            remember: true,
            error: error(UiErrorKind::Rejected, "code"),
        }),
        enrolment(
            Some(enrolment::PasskeyWay::Use),
            None,
            error(UiErrorKind::Rejected, ""),
        ),
        enrolment(Some(enrolment::PasskeyWay::Make), None, None),
        enrolment(None, Some(vec![text(), text()]), None),
        Page::Enrolment(enrolment::EnrolmentPage {
            interaction: text(),
            app: None,
            insists: false,
            passkey: None,
            adding: Some(account::security::authenticator::Adding {
                key: text(),
                uri: text(),
            }),
            codes: None,
            error: error(UiErrorKind::Rejected, "code"),
        }),
        Page::SecondFactor(second_factor::SecondFactorPage {
            interaction: text(),
            app: None,
            with: second_factor::With::RecoveryCode,
            remember: false,
            error: None,
        }),
        Page::Profile(account::profile::ProfilePage {
            name: String::new(),
            details: Detail::ALL.map(|detail| (detail, text())).into(),
            preferences: said(Some(Language::German)),
            picture: account::profile::picture::Shown::default(),
            email: text(),
            confirmed: true,
            version: 3,
            last_sign_in: at,
            user_agent: None,
            guards: Guards {
                passkeys: 2,
                authenticator: true,
                recovery_codes: 2,
                password_set_at: Some(at),
            },
            saved: false,
            error: error(UiErrorKind::InvalidInput, "street_address"),
        }),
        Page::Sessions(account::sessions::Sessions {
            sessions: vec![session(true), session(false)],
            pager: pager(),
            ended: true,
        }),
        Page::Sessions(account::sessions::Sessions {
            sessions: vec![session(true)],
            pager: Pager::default(),
            ended: false,
        }),
        Page::Apps(account::apps::Apps {
            apps: vec![
                app.clone(),
                account::apps::Connected {
                    keeps_access: false,
                    ..app
                },
            ],
            pager: pager(),
            described: BTreeMap::from([(text(), text())]),
            done: Some("apps-narrowed"),
        }),
        Page::Apps(account::apps::Apps {
            apps: Vec::new(),
            pager: Pager::default(),
            described: BTreeMap::new(),
            done: None,
        }),
    ]
}

/// In the middle of a list.
fn pager() -> Pager {
    Pager {
        after: Some(text()),
        next: Some(text()),
        shown: Some(pager::Shown {
            skipped: 25,
            count: 25,
            total: 103,
        }),
    }
}

fn care_pages() -> Vec<Page> {
    use account::{activity, privacy};
    let at = Timestamp::from_seconds(1_795_236_000);
    let happened = |user_agent, address| activity::Happened {
        what: text(),
        at,
        user_agent,
        place: Some(text()),
        address,
    };
    let events = vec![
        happened(Some(text()), Some(text())),
        happened(None, Some(text())),
        happened(None, None),
    ];
    let asked = activity::Asked {
        after: Some(text()),
        ..activity::Asked::default()
    };
    let privacy = |recent, sure, error| {
        Page::Privacy(privacy::Privacy {
            recent,
            sure,
            policy: Some(text()),
            error,
        })
    };
    vec![
        Page::Activity(activity::Activity {
            events,
            asked: asked.clone(),
            next: Some(text()),
        }),
        Page::Activity(activity::Activity {
            events: Vec::new(),
            asked,
            next: None,
        }),
        Page::Activity(activity::Activity {
            events: Vec::new(),
            asked: activity::Asked::default(),
            next: None,
        }),
        privacy(true, false, None),
        privacy(false, true, Some(UiError::new(UiErrorKind::Rejected, text()))),
        Page::RestoreAccount(restore_account::RestoreAccount::Left),
        Page::RestoreAccount(restore_account::RestoreAccount::Offered {
            token: text(),
            until: at,
            error: Some(UiError::new(UiErrorKind::TryAgain, text())),
        }),
    ]
}

fn preview(of: &str, words: &str) -> Page {
    let fields = Fields::new(vec![(of.into(), words.into()), ("radius".into(), text())]);
    Page::ThemePreview(theme_preview::ThemePreview::read(
        &fields,
        &Words::for_locale(None),
    ))
}

fn tool_pages() -> Vec<Page> {
    let at = Timestamp::from_seconds(1_795_236_000);
    let mail = mailbox::MailSummary {
        href: text(),
        subject: text(),
        to: text(),
        at,
    };
    let decoded = |signature| playground::Decoded {
        token: playground::TokenKind::IdToken,
        header: text(),
        claims: text(),
        signature,
    };
    let step = |kind| playground::Step {
        kind,
        status: Some(text()),
        ok: true,
        request: Some(text()),
        response: Some(text()),
        decoded: vec![
            decoded(playground::Signature::Valid { kid: text() }),
            decoded(playground::Signature::Invalid),
        ],
    };
    vec![
        preview("accent", "#ffcc00"),
        preview("radius", "2"),
        Page::Mailbox(mailbox::Mailbox { mails: vec![mail] }),
        Page::Mailbox(mailbox::Mailbox { mails: Vec::new() }),
        Page::MailboxMail(mailbox::MailboxMail {
            subject: text(),
            to: text(),
            at,
            codes: vec![text()],
            links: vec![text()],
            html_href: text(),
            text: text(),
            list_href: text(),
        }),
        Page::Playground(playground::Playground {
            steps: vec![
                step(playground::StepKind::Discovery),
                step(playground::StepKind::TokenRequest),
            ],
            next: playground::Act::ALL.to_vec(),
            error: error(UiErrorKind::TryAgain, ""),
        }),
    ]
}

fn messages() -> Vec<Page> {
    use message::MessageKind::*;
    let kinds = [
        AppRefused,
        BadRequest,
        Expired,
        Forbidden,
        LinkRefused,
        NotFound,
        SignedOut,
        TooMany { retry_after: 3 },
        Unavailable,
    ];
    kinds.map(|kind| Page::Message(message::Message { kind })).into()
}

pub(super) fn every_page() -> Vec<Page> {
    let pages = [
        sign_in_pages(),
        account_making_pages(),
        account_pages(),
        care_pages(),
        tool_pages(),
        messages(),
    ];
    pages.into_iter().flatten().collect()
}

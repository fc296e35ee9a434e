use super::*;
use crate::{Words, frame, mails::Writer, pages::sign_in::Step};
use domain::{
    clock::{Clock, Timestamp},
    ephemeral::{Ephemeral as _, RealmEphemeral},
    event::Actor,
    federation::Upstreams,
    id::RealmId,
    issuer::{Issuer, Origin},
    login_session::RequestOrigin,
    realm::{Realm, RealmName},
    realm_context::{RealmContext, RealmSettings, RevocationList},
    secret::Digest,
    services::{Act, Ports, Services},
    signing_key::KeyRing,
    stores::{RealmStores, Stores as _},
    testing::{
        CollectedEvents, CollectedRefusals, FakeHttp, FakeJudge, FakeWebAuthn, FixedClock, MemoryEphemeral,
        MemoryStores, SeededRandom,
    },
    theme::Theme,
};
use fakes::Empty;
use std::sync::Arc;

mod fakes;

fn realm(empty: &Arc<Empty>, clock: &Arc<FixedClock>) -> RealmContext {
    let origin = Origin::parse("https://id.example.org").unwrap();
    let name: RealmName = "acme".parse().unwrap();
    let issuer = Issuer::new(&origin, &name);
    let created_at = clock.now();
    let id = RealmId::generate(created_at, &SeededRandom::new(9));
    let others = MemoryStores::default().in_realm(id);
    RealmContext {
        realm: Realm {
            id,
            name,
            created_at,
            require_pushed_authorization_requests: false,
            theme: Theme::default(),
        },
        origin,
        issuer,
        settings: RealmSettings::default(),
        stores: RealmStores {
            users: empty.clone(),
            clients: empty.clone(),
            sessions: empty.clone(),
            browsers: empty.clone(),
            consents: empty.clone(),
            logos: others.logos,
            authorizations: empty.clone(),
            devices: empty.clone(),
            mailed_codes: empty.clone(),
            registration_tokens: empty.clone(),
            keys: empty.clone(),
            events: empty.clone(),
            ..others
        },
        ephemeral: RealmEphemeral {
            codes: empty.clone(),
            interactions: empty.clone(),
            limits: empty.clone(),
            replays: empty.clone(),
            proofs: empty.clone(),
            pushed: empty.clone(),
            ..MemoryEphemeral::new(clock.clone()).in_realm(id)
        },
        keys: KeyRing::new(Vec::new(), Vec::new()),
        revocations: RevocationList::default(),
    }
}

fn somebody() -> RequestContext {
    let empty = Arc::new(Empty::default());
    let clock = Arc::new(FixedClock::new(Timestamp::from_seconds(1_795_236_000)));
    let realm = Arc::new(realm(&empty, &clock));
    let ports = Ports {
        clock,
        random: Arc::new(SeededRandom::new(1)),
        hasher: empty.clone(),
        password_judge: Arc::new(FakeJudge),
        sealer: empty,
        mail_writer: Arc::new(Writer),
        event_queue: Arc::new(CollectedEvents::default()),
        http: Arc::new(FakeHttp::default()),
        web_authn: Arc::new(FakeWebAuthn::default()),
        refusals: Arc::new(CollectedRefusals::default()),
        upstreams: Upstreams::default(),
    };
    RequestContext {
        act: Act {
            realm,
            actor: Actor::Anonymous,
            origin: RequestOrigin::default(),
            locale: None,
        },
        services: Arc::new(Services::new(ports)),
        sessions: Vec::new(),
        remembered: crate::Remembered::default(),
        browser: Digest::of("this browser"),
        devices: Vec::new(),
        makes_passkeys: false,
        changes: crate::SessionChanges::default(),
        words: Words::for_locale(None),
        waits: crate::Waits::default(),
        places: None,
    }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    Fields::new(
        pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
    )
}

async fn interaction(cx: &RequestContext) -> String {
    let Ok(Shown::SeeOther(to)) = show("/login", &Fields::default(), cx).await else {
        panic!("no way on")
    };
    to.strip_prefix("/realms/acme/login?interaction=")
        .unwrap()
        .to_owned()
}

async fn refused(path: &str, form: &[(&str, &str)], cx: &RequestContext) -> (u16, Page) {
    match submit(path, &fields(form), cx).await {
        Submitted::Again { status, page, .. } => (status, *page),
        Submitted::Next(next) => panic!("went on to {}", next.to),
    }
}

async fn done(path: &str, form: &[(&str, &str)], cx: &RequestContext) -> String {
    match submit(path, &fields(form), cx).await {
        Submitted::Next(next) => next.to,
        Submitted::Again { status, .. } => panic!("{status}"),
    }
}

#[tokio::test]
async fn signing_in_asks_who_then_for_the_password_and_keeps_what_was_typed() {
    let cx = somebody();
    let id = interaction(&cx).await;
    let to = done(
        "/login",
        &[("interaction", &id), ("identifier", " ada@example.org ")],
        &cx,
    )
    .await;
    assert_eq!(to, format!("/realms/acme/login?interaction={id}"));
    let Ok(Shown::Page(page)) = show("/login", &fields(&[("interaction", &id)]), &cx).await else {
        panic!("no page")
    };
    let Page::SignIn(page) = *page else {
        panic!("another page")
    };
    let expected = Step::Password {
        identifier: "ada@example.org".into(),
    };
    assert_eq!(page.step, expected);
    let form = [
        ("interaction", id.as_str()),
        ("identifier", "ada@example.org"),
        ("password", "wrong and secret"),
    ];
    let (status, page) = refused("/login", &form, &cx).await;
    let Page::SignIn(page) = page else {
        panic!("another page")
    };
    assert_eq!((status, &page.step), (403, &expected));
    assert_eq!(page.error.as_ref().unwrap().field.as_deref(), Some("password"));
    assert!(!frame_of(Page::SignIn(page)).contains("wrong and secret"));
    assert!(cx.changes.take().is_empty());
}

fn frame_of(page: Page) -> String {
    let frame = crate::Frame {
        nonce: "n".into(),
        words: Words::for_locale(None),
        prefix: "/realms/acme".into(),
        here: "/login".into(),
        host: "id.example.org".into(),
        theme: Theme::default(),
        assets: crate::Assets {
            stylesheet: "/style.css".into(),
            script: None,
        },
        request_id: None,
        until: None,
        makes_passkeys: None,
    };
    frame::render(page, &frame)
}

#[tokio::test]
async fn an_empty_field_is_said_at_that_field() {
    let cx = somebody();
    let id = interaction(&cx).await;
    for (form, field) in [
        (vec![("identifier", "  ")], "identifier"),
        (vec![("identifier", "ada"), ("password", "")], "password"),
    ] {
        let form: Vec<_> = form.into_iter().chain([("interaction", id.as_str())]).collect();
        let (status, page) = refused("/login", &form, &cx).await;
        assert_eq!(status, 422);
        assert!(frame_of(page).contains(&format!("id=\"{field}-error\"")));
    }
}

#[tokio::test]
async fn another_browser_or_a_made_up_request_gets_a_calm_page() {
    let cx = somebody();
    let id = interaction(&cx).await;
    let other = RequestContext {
        browser: Digest::of("another browser"),
        ..cx.clone()
    };
    for (id, cx) in [(id.as_str(), &other), ("nonsense", &cx), ("", &cx)] {
        for form in [
            vec![("interaction", id), ("identifier", "ada")],
            vec![("interaction", id), ("identifier", "ada"), ("password", "x")],
            vec![("interaction", id), ("session", "new")],
        ] {
            let (status, page) = refused("/login", &form, cx).await;
            assert_eq!((status, page.status()), (410, 410));
            assert!(frame_of(page).contains("href=\"/realms/acme/login\""));
        }
        let (status, _) = refused("/consent", &[("interaction", id), ("decision", "allow")], cx).await;
        assert_eq!(status, 410);
    }
}

#[tokio::test]
async fn signing_up_goes_on_to_the_code_and_keeps_what_was_typed() {
    let cx = somebody();
    let form = [
        ("email", "ada@example.org"),
        ("name", "Ada"),
        ("new_password", "correct horse battery"),
    ];
    let to = done("/sign-up", &form, &cx).await;
    assert!(
        to.starts_with("/realms/acme/verify-email?flow=") && to.ends_with("&to=a%2A%2A%2A%40example.org"),
        "{to}"
    );
    let form = [
        ("email", "ada@example.org"),
        ("name", "Ada"),
        ("new_password", "short secret"),
    ];
    let (status, page) = refused("/sign-up", &form, &cx).await;
    let html = frame_of(page);
    assert_eq!(status, 422);
    assert!(
        html.contains("id=\"new_password-error\"") && html.contains("value=\"ada@example.org\""),
        "{html}"
    );
    assert!(html.contains("value=\"Ada\"") && !html.contains("short secret"));
}

#[tokio::test]
async fn the_answer_to_a_forgotten_password_tells_nothing() {
    let cx = somebody();
    let to = done("/forgot-password", &[("identifier", "nobody@example.org")], &cx).await;
    assert_eq!(to, "/realms/acme/forgot-password?sent=n%2A%2A%2A%40example.org");
    let sent = fields(&[("sent", "call +1 555 now")]);
    let Ok(Shown::Page(page)) = show("/forgot-password", &sent, &cx).await else {
        panic!("no page")
    };
    assert!(!frame_of(*page).contains("555"));
}

#[tokio::test]
async fn only_the_acts_of_a_page_are_done_there() {
    let cx = somebody();
    for path in PAGES {
        let acts = PAGES.into_iter().flat_map(acts_of).chain(&["nothing"]);
        let others = acts.filter(|act| !act.is_empty() && !acts_of(path).contains(act));
        for act in others {
            let (status, _) = refused(path, &[("act", *act), ("flow", "x")], &cx).await;
            assert_eq!(status, 404, "{path} {act}");
        }
    }
}

#[tokio::test]
async fn a_wrong_code_is_asked_again_and_a_dead_link_is_not() {
    let cx = somebody();
    let form = [
        ("email", "ada@example.org"),
        ("name", "Ada"),
        ("new_password", "correct horse battery"),
    ];
    let to = done("/sign-up", &form, &cx).await;
    let flow = to.split("flow=").nth(1).unwrap().split('&').next().unwrap();
    let (status, page) = refused("/verify-email", &[("flow", flow), ("code", "123 456")], &cx).await;
    let html = frame_of(page);
    assert_eq!(status, 403);
    assert!(html.contains("id=\"code-error\"") && !html.contains("123 456"));
    let to = done("/verify-email", &[("flow", flow), ("act", "resend")], &cx).await;
    assert!(to.ends_with("&resent=1"), "{to}");
    for path in ["/verify-email", "/reset-password", "/setup"] {
        let new_password = "correct horse battery";
        let form = [
            ("token", "dead"),
            ("new_password", new_password),
            ("email", "ada@example.org"),
        ];
        let (_, page) = refused(path, &form, &cx).await;
        assert!(matches!(page, Page::Message(_)), "{path}");
        assert!(show(path, &fields(&[("token", "dead")]), &cx).await.is_err());
    }
}

#[tokio::test]
async fn the_account_asks_to_sign_in_first() {
    let cx = somebody();
    for path in [
        "/account",
        "/account/apps",
        "/account/security",
        "/account/sessions",
    ] {
        let Ok(Shown::SeeOther(to)) = show(path, &Fields::default(), &cx).await else {
            panic!("{path}")
        };
        assert!(to.starts_with("/realms/acme/login?interaction="), "{to}");
        let (status, page) = refused(
            path,
            &[("name", "x"), ("session", "others"), ("client_id", "x")],
            &cx,
        )
        .await;
        assert_eq!((status, page.status()), (401, 401));
    }
}

#[tokio::test]
async fn every_listed_path_is_routed_and_no_other() {
    let cx = somebody();
    for path in PAGES {
        let routed = match show(path, &Fields::default(), &cx).await {
            Ok(_) => true,
            Err(error) => error.kind != crate::UiErrorKind::NotFound,
        };
        assert!(routed, "{path}");
    }
    let error = show("/nowhere", &Fields::default(), &cx).await.err().unwrap();
    assert_eq!(error.kind.status(), 404);
    assert_eq!(refused("/nowhere", &[], &cx).await.0, 404);
}

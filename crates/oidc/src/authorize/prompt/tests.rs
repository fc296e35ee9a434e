use super::*;
use crate::fixtures::{now, signed_in};
use domain::acr::Method;

fn ask(prompt: &str, max_age: Option<u64>) -> Ask<'static> {
    Ask {
        prompt: Prompt::parse_set(prompt).unwrap(),
        max_age: max_age.map(Duration::from_secs),
        subject: None,
        login_hint: None,
        acr: None,
        from_anybody: false,
    }
}

fn nobody() -> InteractionState {
    InteractionState::AwaitingSignIn { identifier: None }
}

fn chose(person: &SignedInUser, fresh: bool) -> InteractionState {
    InteractionState::SignedIn {
        session: person.session().id,
        fresh,
    }
}

fn scopes(text: &str) -> ScopeSet {
    text.parse().unwrap()
}

#[test]
fn prompt_is_a_set_and_none_stands_alone() {
    assert_eq!(
        Prompt::parse_set("consent login"),
        Some([Prompt::Login, Prompt::Consent].into())
    );
    for refused in [
        "none login",
        "login none",
        "create none",
        "create login",
        "select_account create",
        "Login",
        "login,consent",
    ] {
        assert_eq!(Prompt::parse_set(refused), None, "{refused}");
    }
}

#[test]
fn s3_1_2_1_who_before_anybody_did_anything() {
    use ErrorCode::{AccountSelectionRequired, LoginRequired};
    let (ada, bob) = (
        signed_in("ada@example.com", 100),
        signed_in("bob@example.com", 100),
    );
    let none: &[SignedInUser] = &[];
    let one = std::slice::from_ref(&ada);
    let two = &[ada.clone(), bob];
    for (prompt, max_age, sessions, expected) in [
        ("", None, none, Who::SignIn),
        ("", None, one, Who::Person(&ada)),
        ("", None, two, Who::SelectAccount),
        ("", Some(100), one, Who::Person(&ada)),
        ("", Some(99), one, Who::SignIn),
        ("", Some(0), one, Who::SignIn),
        ("consent", None, one, Who::Person(&ada)),
        ("login", None, one, Who::SignIn),
        ("login", None, two, Who::SignIn),
        ("select_account", None, none, Who::SignIn),
        ("select_account", None, one, Who::SelectAccount),
        ("login select_account", None, one, Who::SelectAccount),
        ("none", None, none, Who::Fail(LoginRequired)),
        ("none", None, one, Who::Person(&ada)),
        ("none", None, two, Who::Fail(AccountSelectionRequired)),
        ("none", Some(99), one, Who::Fail(LoginRequired)),
        ("none", Some(0), one, Who::Fail(LoginRequired)),
    ] {
        assert_eq!(
            who(&ask(prompt, max_age), sessions, &nobody(), now()),
            expected,
            "{prompt} {max_age:?}"
        );
    }
}

#[test]
fn s3_1_2_1_who_after_a_choice_or_a_sign_in() {
    let ada = signed_in("ada@example.com", 100);
    let sessions = &[ada.clone(), signed_in("bob@example.com", 100)];
    for (prompt, max_age, fresh, expected) in [
        ("", None, false, Who::Person(&ada)),
        ("select_account", None, false, Who::Person(&ada)),
        ("login", None, false, Who::SignIn),
        ("login", None, true, Who::Person(&ada)),
        ("", Some(0), false, Who::SignIn),
        ("", Some(0), true, Who::Person(&ada)),
        ("", Some(50), false, Who::SignIn),
        ("", Some(50), true, Who::Person(&ada)),
        ("login select_account", None, false, Who::SignIn),
    ] {
        let state = chose(&ada, fresh);
        assert_eq!(
            who(&ask(prompt, max_age), sessions, &state, now()),
            expected,
            "{prompt} {max_age:?} {fresh}"
        );
    }
    // A session that ended meanwhile counts for nothing, nor does the freshness it had.
    let bob_only = &sessions[1..];
    assert_eq!(
        who(&ask("login", None), bob_only, &chose(&ada, true), now()),
        Who::SignIn
    );
    let denied = InteractionState::Denied;
    assert_eq!(
        who(&ask("", None), sessions, &denied, now()),
        Who::Fail(ErrorCode::AccessDenied)
    );
}

#[test]
fn s3_1_2_2_the_hinted_person_or_nobody() {
    let (ada, bob) = (signed_in("ada@example.com", 1), signed_in("bob@example.com", 1));
    let sessions = &[ada.clone(), bob.clone()];
    let hinted = |prompt| Ask {
        subject: Some(Hinted::Account(bob.user().id)),
        ..ask(prompt, None)
    };
    assert_eq!(
        who(&hinted("none"), sessions, &nobody(), now()),
        Who::Person(&bob)
    );
    assert_eq!(
        who(&hinted("none"), &sessions[..1], &nobody(), now()),
        Who::Fail(ErrorCode::LoginRequired)
    );
    assert_eq!(who(&hinted(""), &sessions[..1], &nobody(), now()), Who::SignIn);
    assert_eq!(
        who(&hinted(""), sessions, &chose(&ada, true), now()),
        Who::Fail(ErrorCode::LoginRequired)
    );
    let by_address = Ask {
        login_hint: Some(" BOB@example.com"),
        ..ask("none", None)
    };
    assert_eq!(who(&by_address, sessions, &nobody(), now()), Who::Person(&bob));
}

#[test]
fn s3_1_2_4_permission() {
    let ada = signed_in("ada@example.com", 1);
    let requested = scopes("openid email profile");
    let decided = |allowed, declined| Consent {
        user_id: ada.user().id,
        client_id: "web".parse().unwrap(),
        scopes: scopes(allowed),
        declined: scopes(declined),
        granted_at: now(),
        updated_at: now(),
        expires_at: None,
    };
    let (all, less) = (decided("openid email profile", ""), decided("openid email", ""));
    let none_left = decided("openid email", "profile");
    let given = |just_now| Permission::Granted {
        scopes: requested.clone(),
        just_now,
    };
    let smaller = Permission::Granted {
        scopes: scopes("openid email"),
        just_now: None,
    };
    let required = Permission::Fail(ErrorCode::ConsentRequired);
    for (prompt, party, before, expected) in [
        ("", Party::Third, None, Permission::Ask),
        ("", Party::Third, Some(&less), Permission::Ask),
        ("", Party::Third, Some(&all), given(None)),
        ("", Party::First, None, given(None)),
        ("consent", Party::First, None, Permission::Ask),
        ("consent", Party::Third, Some(&all), Permission::Ask),
        ("none", Party::Third, None, required.clone()),
        ("none", Party::Third, Some(&less), required),
        ("none", Party::Third, Some(&all), given(None)),
        ("", Party::Third, Some(&none_left), smaller.clone()),
        ("none", Party::Third, Some(&none_left), smaller),
        ("consent", Party::Third, Some(&none_left), Permission::Ask),
        ("none", Party::First, None, given(None)),
    ] {
        let question = Question {
            person: &ada,
            party,
            requested: &requested,
            decided_before: before,
        };
        assert_eq!(
            permission(&ask(prompt, None), &question, &nobody()),
            expected,
            "{prompt} {party:?} {before:?}"
        );
    }
}

#[test]
fn approval_counts_for_who_gave_it_and_for_what_was_ticked() {
    let (ada, bob) = (signed_in("ada@example.com", 1), signed_in("bob@example.com", 1));
    let approved = |by: &SignedInUser, text| InteractionState::Approved {
        session: by.session().id,
        fresh: false,
        scopes: scopes(text),
        validity: Validity::UntilRemoved,
    };
    let decide = |requested: &str, state| {
        let requested = scopes(requested);
        let question = Question {
            person: &ada,
            party: Party::Third,
            requested: &requested,
            decided_before: None,
        };
        permission(&ask("consent", None), &question, &state)
    };
    let granted = |text| Permission::Granted {
        scopes: scopes(text),
        just_now: Some(Validity::UntilRemoved),
    };
    assert_eq!(
        decide("openid email", approved(&ada, "openid email")),
        granted("openid email")
    );
    assert_eq!(decide("openid email", approved(&ada, "")), granted("openid"));
    assert_eq!(
        decide("openid email", approved(&ada, "email admin")),
        granted("openid email")
    );
    assert_eq!(
        decide("email", approved(&ada, "")),
        Permission::Fail(ErrorCode::AccessDenied)
    );
    assert_eq!(
        decide("openid email", approved(&bob, "openid email")),
        Permission::Ask
    );
}

#[test]
fn create_leads_to_the_sign_up_until_somebody_is_chosen() {
    let ada = signed_in("ada@example.com", 100);
    let sessions = std::slice::from_ref(&ada);
    for prompt in ["create", "create consent"] {
        assert_eq!(who(&ask(prompt, None), sessions, &nobody(), now()), Who::SignUp);
        assert_eq!(who(&ask(prompt, None), &[], &nobody(), now()), Who::SignUp);
        // Who signs up, and who signs in after all.
        for fresh in [true, false] {
            let chosen = who(&ask(prompt, None), sessions, &chose(&ada, fresh), now());
            assert_eq!(chosen, Who::Person(&ada));
        }
    }
}

/// Somebody who proved nothing: of no class at all.
fn unproven() -> SignedInUser {
    proven_by(Vec::new())
}

fn proven_by(methods: Vec<Method>) -> SignedInUser {
    let ada = signed_in("ada@example.com", 1);
    let session = domain::login_session::LoginSession {
        methods,
        ..ada.session().clone()
    };
    let idle = Duration::from_secs(3_600);
    session.signed_in(ada.user().clone(), now(), idle).unwrap()
}

#[test]
fn rfc9470_s5_a_class_that_was_not_reached_is_tried_for_and_insisted_on_if_essential() {
    use ErrorCode::{LoginRequired, UnmetAuthenticationRequirements as Unmet};
    let (strong, weak) = (signed_in("ada@example.com", 1), unproven());
    let acr = |essential, classes: &[Acr]| AcrRequest {
        classes: classes.iter().copied().collect(),
        essential,
    };
    let (asked, insisted) = (acr(false, &[Acr::OneFactor]), acr(true, &[Acr::OneFactor]));
    let (one, two) = (acr(true, &[Acr::OneFactor]), acr(true, &[Acr::TwoFactors]));
    let strongest = proven_by(vec![Method::Password, Method::Totp]);
    let (unknown, impossible) = (acr(false, &[]), acr(true, &[]));
    for (acr, prompt, person, state, expected) in [
        (&insisted, "", &strong, nobody(), Who::Person(&strong)),
        (&insisted, "", &weak, nobody(), Who::Stronger(&weak)),
        (&insisted, "", &weak, chose(&weak, false), Who::Stronger(&weak)),
        (&insisted, "login", &weak, nobody(), Who::SignIn),
        (&insisted, "", &weak, chose(&weak, true), Who::Stronger(&weak)),
        (&insisted, "none", &weak, nobody(), Who::Fail(LoginRequired)),
        (&asked, "", &weak, nobody(), Who::Stronger(&weak)),
        (&asked, "", &weak, chose(&weak, true), Who::Stronger(&weak)),
        (&asked, "none", &weak, nobody(), Who::Person(&weak)),
        (&two, "", &strong, nobody(), Who::Stronger(&strong)),
        (&one, "", &strongest, nobody(), Who::Person(&strongest)),
        (&two, "", &strongest, nobody(), Who::Person(&strongest)),
        (&unknown, "", &weak, nobody(), Who::Person(&weak)),
        (&impossible, "", &strong, nobody(), Who::Fail(Unmet)),
        (&impossible, "none", &strong, nobody(), Who::Fail(Unmet)),
    ] {
        let ask = Ask {
            acr: Some(acr),
            ..ask(prompt, None)
        };
        let sessions = std::slice::from_ref(person);
        assert_eq!(
            who(&ask, sessions, &state, now()),
            expected,
            "{acr:?} {prompt} {state:?}"
        );
    }
}

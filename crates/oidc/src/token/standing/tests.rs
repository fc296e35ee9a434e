use super::*;
use crate::fixtures::{now, signed_in};
use domain::{
    client::Status,
    id::AuthorizationId,
    testing::{SeededRandom, a_client},
};
use std::time::Duration;

const IDLE: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);

/// Everything the standing depends on, with nothing wrong.
struct Scene {
    authorization: Authorization,
    client: Client,
    user: User,
    session: Option<LoginSession>,
}

fn scene(scopes: &str) -> Scene {
    let person = signed_in("ada@example.com", 0);
    let client = a_client().build();
    let authorization = Authorization {
        id: AuthorizationId::generate(now(), &SeededRandom::new(1)),
        user_id: person.user().id,
        client_id: client.id.clone(),
        login_session_id: person.session().id,
        scopes: scopes.parse().unwrap(),
        authenticated_at: now(),
        methods: Vec::new(),
        nonce: None,
        terms: domain::authorization::Terms::default(),
        created_at: now(),
        revoked_at: None,
        expires_at: None,
    };
    Scene {
        authorization,
        client,
        user: person.user().clone(),
        session: Some(person.session().clone()),
    }
}

/// What is found out about a scene in which `wrong` went wrong; empty if it stands.
fn found(scopes: &str, wrong: impl FnOnce(&mut Scene)) -> String {
    let mut scene = scene(scopes);
    wrong(&mut scene);
    let standing = Standing {
        authorization: &scene.authorization,
        client: &scene.client,
        user: &scene.user,
        login_session: scene.session.as_ref(),
    };
    match standing.check(now(), IDLE) {
        Ok(()) => String::new(),
        Err(error) => format!("{error:?}"),
    }
}

fn session(scene: &mut Scene) -> &mut LoginSession {
    scene.session.as_mut().unwrap()
}

#[test]
fn whatever_is_withdrawn_takes_the_approval_with_it_online_or_offline() {
    for scopes in ["openid", "openid offline_access"] {
        assert_eq!(found(scopes, |_| {}), "");
        let revoked = found(scopes, |s| s.authorization.revoked_at = Some(now()));
        assert_eq!(revoked, "AuthorizationRevoked");
        let ended = found(scopes, |s| s.authorization.expires_at = Some(now()));
        assert_eq!(ended, "AuthorizationRevoked");
        let ending = found(scopes, |s| s.authorization.expires_at = Some(now() + SECOND));
        assert_eq!(ending, "");
        assert_eq!(found(scopes, |s| s.user.status = Status::Disabled), "UserRefused");
        assert_eq!(
            found(scopes, |s| s.user.not_before = now() + SECOND),
            "UserRefused"
        );
        let withdrawn = found(scopes, |s| s.client.not_before = now() + SECOND);
        assert_eq!(withdrawn, "ClientWithdrawn");
    }
}

#[test]
fn what_was_approved_at_the_moment_of_a_withdrawal_came_after_it() {
    assert_eq!(found("openid", |s| s.client.not_before = now()), "");
    assert_eq!(found("openid offline_access", |s| s.user.not_before = now()), "");
}

#[test]
fn core_s11_only_offline_access_outlives_the_session() {
    let endings: [fn(&mut Scene); 4] = [
        |s| s.session = None,
        |s| session(s).ended_at = Some(now()),
        |s| session(s).expires_at = now(),
        |s| session(s).last_seen_at = now() - IDLE,
    ];
    for ending in endings {
        assert_eq!(found("openid", ending), "SessionEnded");
        assert_eq!(found("openid offline_access", ending), "");
    }
}

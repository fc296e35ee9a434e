use crate::subject::{MINUTE, Subject, at_once, next};
use domain::{
    authorization::{Authorization, Begun, ConsentRule},
    client::{Client, Status},
    consent::Consent,
    id::LoginSessionId,
    login_session::LoginSession,
    mail::{MailedCodePurpose, MailedProof},
    stores::{Alongside, EndSessions},
    testing::{a_client, a_user},
    user::User,
};

struct Scene {
    user: User,
    client: Client,
    session: LoginSession,
}

async fn scene(s: &Subject) -> Scene {
    let (user, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&user).await;
    Scene {
        user,
        client,
        session,
    }
}

/// What becomes of `approval`; whatever it is, the row and what goes with it are there or neither is.
async fn begin(s: &Subject, approval: &Authorization, consent: ConsentRule) -> Begun {
    let note = s.note();
    let authorizations = s.here().authorizations;
    let begun = authorizations
        .begin(approval, consent, note.with())
        .await
        .unwrap();
    let stored = authorizations.find(approval.id).await.unwrap();
    assert_eq!(stored.is_some(), begun == Begun::Stored);
    assert_eq!(s.took_place(&note).await, begun == Begun::Stored);
    begun
}

async fn allow(s: &Subject, scene: &Scene, scopes: &str) {
    let consent = Consent {
        user_id: scene.user.id,
        client_id: scene.client.id.clone(),
        scopes: scopes.parse().unwrap(),
        declined: Default::default(),
        granted_at: s.now(),
        updated_at: s.now(),
        expires_at: None,
    };
    let consents = s.here().consents;
    consents.allow(&consent, Alongside::default()).await.unwrap();
}

pub async fn what_still_stands_begins(s: Subject) {
    let scene = scene(&s).await;
    let approval = s.approval(&scene.client, &scene.session, "openid email");
    assert_eq!(begin(&s, &approval, ConsentRule::NotNeeded).await, Begun::Stored);
    allow(&s, &scene, "openid email profile").await;
    let approval = s.approval(&scene.client, &scene.session, "openid email");
    assert_eq!(begin(&s, &approval, ConsentRule::MustCover).await, Begun::Stored);
}

pub async fn a_session_that_signs_nobody_in_begins_nothing(s: Subject) {
    let scene = scene(&s).await;
    let approval = |session: &LoginSession| s.approval(&scene.client, session, "openid offline_access");
    let unknown = LoginSession {
        id: LoginSessionId::generate(s.now(), &s.random),
        ..scene.session.clone()
    };
    let other = s
        .register(a_user().number(2).email("bob@example.com").build())
        .await;
    let of_another = LoginSession {
        id: s.session(&other).await.id,
        ..scene.session.clone()
    };
    for session in [&unknown, &of_another] {
        assert_eq!(
            begin(&s, &approval(session), ConsentRule::NotNeeded).await,
            Begun::SignedOut
        );
    }

    // Signed out, as by "sign out everywhere" while the request was under way.
    let here = s.here();
    here.sessions
        .end(scene.user.id, EndSessions::All, s.moment(), Alongside::default())
        .await
        .unwrap();
    let ended = begin(&s, &approval(&scene.session), ConsentRule::NotNeeded).await;
    assert_eq!(ended, Begun::SignedOut);

    // A new password: sessions begun with the old one are stored late and end nothing by themselves.
    let before = s.approval(&scene.client, &scene.session, "openid").created_at;
    s.clock.advance(MINUTE);
    let code = s.mailed(&scene.user, MailedCodePurpose::ResetPassword, "r");
    here.mailed_codes.send(&code, Alongside::default()).await.unwrap();
    let (proof, hash) = (MailedProof::Link { link: code.link }, next("$new"));
    here.mailed_codes
        .reset_password(proof, &hash, s.moment(), Alongside::default())
        .await
        .unwrap();
    let late = LoginSession {
        id: LoginSessionId::generate(s.now(), &s.random),
        created_at: before,
        ..scene.session.clone()
    };
    here.sessions.begin(&late, Alongside::default()).await.unwrap();
    assert_eq!(
        begin(&s, &approval(&late), ConsentRule::NotNeeded).await,
        Begun::SignedOut
    );

    // A disabled account, with a session stored after it was disabled.
    let set_status = |status| {
        here.users
            .set_status(scene.user.id, status, s.moment(), Alongside::default())
    };
    set_status(Status::Disabled).await.unwrap();
    let session = s.session(&scene.user).await;
    assert_eq!(
        begin(&s, &approval(&session), ConsentRule::NotNeeded).await,
        Begun::SignedOut
    );
    set_status(Status::Active).await.unwrap();
    assert_eq!(
        begin(&s, &approval(&session), ConsentRule::NotNeeded).await,
        Begun::Stored
    );
    let elsewhere = s.elsewhere().authorizations;
    let approval = approval(&session);
    let begun = elsewhere.begin(&approval, ConsentRule::NotNeeded, Alongside::default());
    assert_eq!(
        begun.await.unwrap(),
        Begun::SignedOut,
        "another realm has no such session"
    );
}

pub async fn a_client_disabled_meanwhile_begins_nothing(s: Subject) {
    let scene = scene(&s).await;
    let early = s.approval(&scene.client, &scene.session, "openid");
    let clients = s.here().clients;
    s.clock.advance(MINUTE);
    let set_status = |status| clients.set_status(&scene.client.id, status, s.moment(), Alongside::default());
    set_status(Status::Disabled).await.unwrap();
    let now = s.approval(&scene.client, &scene.session, "openid");
    assert_eq!(
        begin(&s, &now, ConsentRule::NotNeeded).await,
        Begun::ClientWithdrawn
    );
    set_status(Status::Active).await.unwrap();
    assert_eq!(
        begin(&s, &early, ConsentRule::NotNeeded).await,
        Begun::ClientWithdrawn,
        "what was looked at before it was disabled stays refused"
    );
    assert_eq!(begin(&s, &now, ConsentRule::NotNeeded).await, Begun::Stored);
    clients
        .delete(&scene.client.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    let gone = s.approval(&scene.client, &scene.session, "openid");
    assert_eq!(
        begin(&s, &gone, ConsentRule::NotNeeded).await,
        Begun::ClientWithdrawn
    );
}

pub async fn consent_withdrawn_meanwhile_begins_nothing(s: Subject) {
    let scene = scene(&s).await;
    let approval = || s.approval(&scene.client, &scene.session, "openid email");
    assert_eq!(
        begin(&s, &approval(), ConsentRule::MustCover).await,
        Begun::ConsentWithdrawn
    );
    allow(&s, &scene, "openid").await;
    assert_eq!(
        begin(&s, &approval(), ConsentRule::MustCover).await,
        Begun::ConsentWithdrawn,
        "it covers less"
    );
    allow(&s, &scene, "email").await;
    assert_eq!(
        begin(&s, &approval(), ConsentRule::MustCover).await,
        Begun::Stored
    );
    let consents = s.here().consents;
    consents
        .revoke(scene.user.id, &scene.client.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(
        begin(&s, &approval(), ConsentRule::MustCover).await,
        Begun::ConsentWithdrawn
    );
    assert_eq!(
        begin(&s, &approval(), ConsentRule::NotNeeded).await,
        Begun::Stored
    );
}

pub async fn of_a_sign_out_and_an_approval_at_once_none_survives(s: Subject) {
    let scene = scene(&s).await;
    let approvals: Vec<_> = (0..20)
        .map(|_| s.approval(&scene.client, &scene.session, "openid"))
        .collect();
    let (user, moment) = (scene.user.id, s.moment());
    let here = s.here();
    at_once(21, |number| {
        let (here, approval) = (here.clone(), approvals.get(number).cloned());
        async move {
            match approval {
                Some(approval) => {
                    here.authorizations
                        .begin(&approval, ConsentRule::NotNeeded, Alongside::default())
                        .await
                        .unwrap();
                }
                None => {
                    here.sessions
                        .end(user, EndSessions::All, moment, Alongside::default())
                        .await
                        .unwrap();
                }
            }
        }
    })
    .await;
    for approval in &approvals {
        assert!(!s.lives(approval).await);
    }
}

//! Acts on the same rows at the same time, as if they had come one after the other.

use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    client::{ClientSecret, ClientType},
    consent::Consent,
    id::ClientSecretId,
    mail::MailedCodePurpose,
    secret::Digest,
    stores::{Alongside, EndSessions},
    testing::a_client,
};

pub async fn consents_given_at_once_are_all_kept(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let now = s.now();
    let scopes = ["openid", "email", "profile", "phone", "address", "offline_access"];
    let allowed = at_once(scopes.len(), |number| {
        let consents = s.here().consents;
        let consent = Consent {
            user_id: ada.id,
            client_id: client.id.clone(),
            scopes: scopes[number].parse().unwrap(),
            declined: Default::default(),
            granted_at: now,
            updated_at: now,
            expires_at: None,
        };
        async move { consents.allow(&consent, Alongside::default()).await }
    });
    for allowed in allowed.await {
        allowed.unwrap();
    }
    let kept = s.here().consents.find(ada.id, &client.id).await.unwrap().unwrap();
    assert_eq!(kept.scopes, scopes.join(" ").parse().unwrap());
}

pub async fn of_ten_secrets_made_at_once_two_stay(s: Subject) {
    let client = s.client(a_client().build()).await;
    s.clock.advance(MINUTE);
    let until = s.now() + MINUTE;
    let made = at_once(10, |number| {
        let (clients, id) = (s.here().clients, client.id.clone());
        let new = ClientSecret {
            id: ClientSecretId::generate(s.now(), &s.random),
            digest: Digest::of(format!("secret {number}")),
            created_at: s.now(),
            expires_at: None,
        };
        async move {
            clients
                .rotate_secret(&id, &new, until, Alongside::default())
                .await
        }
    });
    for made in made.await {
        assert!(made.unwrap());
    }
    let kept = s.here().clients.find(&client.id).await.unwrap().unwrap();
    let ClientType::Confidential { secrets, .. } = &kept.oidc().client_type else {
        panic!("a confidential client")
    };
    assert_eq!(secrets.len(), 2);
}

pub async fn a_session_is_ended_once(s: Subject) {
    let ada = s.ada().await;
    for _ in 0..3 {
        s.session(&ada).await;
    }
    let ended = at_once(10, |_| {
        let (sessions, moment, note) = (s.here().sessions, s.moment(), s.note());
        async move { sessions.end(ada.id, EndSessions::All, moment, note.with()).await }
    });
    let ended = ended.await.into_iter().flat_map(Result::unwrap);
    assert_eq!(ended.count(), 3, "each is told to one caller");
    while s.all().sequence_events(100).await.unwrap() > 0 {}
    assert_eq!(s.all().events_for("log", 100).await.unwrap().len(), 1);
}

pub async fn of_two_codes_sent_at_once_one_is_good(s: Subject) {
    let (ada, mailed) = (s.ada().await, s.here().mailed_codes);
    for round in 0..20 {
        let codes = ["a", "b"].map(|name| format!("{name}{round}"));
        let codes = codes.map(|code| s.mailed(&ada, MailedCodePurpose::ResetPassword, &code));
        let sent = at_once(2, |number| {
            let (mailed, code) = (mailed.clone(), codes[number].clone());
            async move { mailed.send(&code, Alongside::default()).await }
        });
        for sent in sent.await {
            sent.unwrap();
        }
        let mut good = 0;
        for code in &codes {
            let found = mailed.find_by_link(&code.link, s.now()).await.unwrap();
            good += usize::from(found.is_some());
        }
        assert_eq!(good, 1, "in round {round}");
    }
}

use crate::subject::{MINUTE, Subject};
use domain::{
    client::ClientSecret, id::ClientSecretId, mail::MailedCodePurpose, secret::Digest, stores::Alongside,
    testing::a_client,
};

pub async fn what_expired_is_swept_and_the_rest_stays(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let here = s.here();
    let session = s.session(&ada).await;
    let authorization = s.authorization(&client, &session, "openid").await;
    let tokenless = s.authorization(&client, &session, "openid").await;
    let token = s.token(&authorization, "t");
    let mut lasting = s.token(&authorization, "lasting");
    lasting.expires_at = s.now() + 60 * 24 * 30 * MINUTE;
    for token in [&token, &lasting] {
        here.authorizations
            .record(token, Alongside::default())
            .await
            .unwrap();
    }
    here.browsers
        .save(&Digest::of("c"), b"x", s.now() + MINUTE)
        .await
        .unwrap();
    let code = s.mailed(&ada, MailedCodePurpose::ConfirmEmail, "c");
    here.mailed_codes.send(&code, Alongside::default()).await.unwrap();
    let new = ClientSecret {
        id: ClientSecretId::generate(s.now(), &s.random),
        digest: Digest::of("new"),
        created_at: s.now() + MINUTE,
        expires_at: None,
    };
    here.clients
        .rotate_secret(&client.id, &new, s.now() + MINUTE, Alongside::default())
        .await
        .unwrap();
    for (text, minutes) in [("a", 60), ("lasting", 120)] {
        let mut access = s.access_token(&client, None, text);
        access.expires_at = s.now() + minutes * MINUTE;
        here.access_tokens
            .record(&access, Alongside::default())
            .await
            .unwrap();
    }
    here.authorizations
        .revoke(tokenless.id, s.moment(), Alongside::default())
        .await
        .unwrap();

    let all = s.all();
    assert_eq!(all.sweep(s.now(), 100).await.unwrap(), 0, "nothing has expired");
    s.clock.advance(61 * MINUTE);
    let mut swept = 0;
    loop {
        match all.sweep(s.now(), 1).await.unwrap() {
            0 => break,
            some => swept += some,
        }
    }
    assert_eq!(
        swept, 7,
        "session, token, access token, browser, code, secret and revocation"
    );
    let lasts = here.access_tokens.find(&Digest::of("lasting")).await.unwrap();
    assert!(lasts.is_some());
    assert!(here.sessions.list(ada.id).await.unwrap().is_empty());
    assert!(
        here.authorizations
            .find_refresh_token(&token.digest)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        here.authorizations
            .find_refresh_token(&lasting.digest)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        here.mailed_codes
            .last_sent(ada.id, MailedCodePurpose::ConfirmEmail)
            .await
            .unwrap(),
        None
    );
    assert!(
        here.authorizations.find(tokenless.id).await.unwrap().is_some(),
        "access tokens may be around"
    );
    s.clock.advance(60 * 24 * 8 * MINUTE);
    assert_eq!(all.sweep(s.now(), 100).await.unwrap(), 2);
    assert_eq!(here.authorizations.find(tokenless.id).await.unwrap(), None);
    assert!(s.lives(&authorization).await);
    assert!(here.users.find(ada.id).await.unwrap().is_some());
}

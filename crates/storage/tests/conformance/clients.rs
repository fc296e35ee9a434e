use crate::subject::{MINUTE, Subject};
use domain::{
    change::{Changed, Revoked},
    client::{
        Client, ClientAuthMethod, ClientKeys, ClientMetadata, ClientProtocol, ClientSecret, ClientType,
        LogoutUri, RequestObjectSigning, Status, SubjectType,
    },
    id::ClientSecretId,
    secret::Digest,
    signing_key::SigningAlgorithm,
    stores::{Alongside, PageRequest, StoreError},
    testing::a_client,
};

fn secrets(client: &Client) -> &[ClientSecret] {
    match &client.oidc().client_type {
        ClientType::Confidential { secrets, .. } => secrets,
        ClientType::Public => &[],
    }
}

fn describe(metadata: &mut ClientMetadata) {
    let uri = |text: &str| text.parse().unwrap();
    metadata.keys = ClientKeys::Inline(serde_json::json!({"keys": []}));
    metadata.request_object_signing_alg = Some(RequestObjectSigning::Unsigned);
    metadata.subject_type = SubjectType::Pairwise {
        sector: "app.example.com".to_owned(),
    };
    metadata.backchannel_logout = Some(LogoutUri {
        uri: uri("https://app.example.com/ended?from=signet"),
        session_required: true,
    });
    metadata.request_uris = vec![uri("https://app.example.com/request.jwt#1")];
    metadata.contacts = vec!["Ada 'Lovelace' <ada@example.com>".to_owned()];
}

pub async fn a_client_is_stored_as_it_was(s: Subject) {
    let mut odd = a_client()
        .id("odd~1")
        .public()
        .first_party()
        .without_pkce()
        .disabled();
    odd = odd
        .id_token_alg(SigningAlgorithm::EdDsa)
        .redirect_uri("com.example.app:/cb?a='b'")
        .grants(&[]);
    let mut odd = odd.metadata(describe).build();
    odd.application
        .allowed_origins
        .insert("https://spa.example.com".to_owned());
    for client in [a_client().build(), odd] {
        let note = s.note();
        s.here().clients.create(&client, note.with()).await.unwrap();
        assert!(s.took_place(&note).await);
        assert_eq!(
            s.here().clients.find(&client.id).await.unwrap(),
            Some(client.clone())
        );
        let last = s.changes().await.pop().unwrap();
        assert_eq!((last.realm, last.changed), (s.realm, Changed::Client(client.id)));
    }
    assert_eq!(
        s.here().clients.find(&"nobody".parse().unwrap()).await.unwrap(),
        None
    );
}

pub async fn an_id_is_taken_once(s: Subject) {
    s.client(a_client().build()).await;
    let note = s.note();
    let second = a_client().secret(Digest::of("x")).build();
    let taken = s.here().clients.create(&second, note.with()).await;
    assert!(matches!(taken, Err(StoreError::Conflict)));
    assert!(!s.took_place(&note).await);
    let kept = s.here().clients.find(&second.id).await.unwrap();
    assert_eq!(kept, Some(a_client().build()));
}

pub async fn pages_of_clients_follow_one_another(s: Subject) {
    for id in ["c", "a", "e", "b", "d"] {
        s.client(a_client().id(id).build()).await;
    }
    let clients = s.here().clients;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = clients.list(&PageRequest::new(after, 2)).await.unwrap();
        assert!(page.items.iter().all(|client| secrets(client).len() == 1));
        seen.extend(page.items.iter().map(|client| client.id.to_string()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
}

pub async fn two_secrets_at_most(s: Subject) {
    let client = s.client(a_client().build()).await;
    let clients = s.here().clients;
    for text in ["second", "third"] {
        s.clock.advance(MINUTE);
        let new = ClientSecret {
            id: ClientSecretId::generate(s.now(), &s.random),
            digest: Digest::of(text),
            created_at: s.now(),
            expires_at: None,
        };
        let (until, note) = (s.now() + MINUTE, s.note());
        assert!(
            clients
                .rotate_secret(&client.id, &new, until, note.with())
                .await
                .unwrap()
        );
        assert!(s.took_place(&note).await);
        let found = clients.find(&client.id).await.unwrap().unwrap();
        let [newest, other] = secrets(&found) else {
            panic!("two secrets")
        };
        assert_eq!(newest, &new);
        assert_eq!(other.expires_at, Some(until));
    }
    let found = clients.find(&client.id).await.unwrap().unwrap();
    assert_eq!(secrets(&found)[1].digest, Digest::of("second"));
    let unused = secrets(&found)[0].clone();
    let public = s.client(a_client().id("public").public().build()).await;
    let note = s.note();
    assert!(
        !clients
            .rotate_secret(&public.id, &unused, s.now(), note.with())
            .await
            .unwrap()
    );
    assert!(
        !clients
            .rotate_secret(&"nobody".parse().unwrap(), &unused, s.now(), note.with())
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
}

pub async fn disabling_a_client_revokes_what_it_holds(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let authorization = s
        .authorization(&client, &s.session(&ada).await, "offline_access")
        .await;
    let clients = s.here().clients;
    let note = s.note();
    assert!(
        clients
            .set_status(&client.id, Status::Disabled, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(s.took_place(&note).await);
    let found = clients.find(&client.id).await.unwrap().unwrap();
    assert_eq!((found.status, found.not_before), (Status::Disabled, s.now()));
    assert!(!s.lives(&authorization).await);
    assert!(s.is_revoked(Revoked::Client(client.id.clone())).await);
    assert!(
        s.changes()
            .await
            .iter()
            .any(|change| change.changed == Changed::Client(client.id.clone()))
    );
    assert!(
        clients
            .set_status(&client.id, Status::Active, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    let note = s.note();
    assert!(
        !clients
            .set_status(
                &"nobody".parse().unwrap(),
                Status::Active,
                s.moment(),
                note.with()
            )
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
}

pub async fn deleting_a_client_takes_what_depends_on_it(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let authorization = s.authorization(&client, &s.session(&ada).await, "openid").await;
    let (here, note) = (s.here(), s.note());
    assert!(
        here.clients
            .delete(&client.id, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(s.took_place(&note).await);
    assert_eq!(here.clients.find(&client.id).await.unwrap(), None);
    assert_eq!(here.authorizations.find(authorization.id).await.unwrap(), None);
    assert!(s.is_revoked(Revoked::Client(client.id.clone())).await);
    let note = s.note();
    assert!(
        !here
            .clients
            .delete(&client.id, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
    s.client(client).await;
}

pub async fn clients_of_one_realm_are_not_in_another(s: Subject) {
    let client = s.client(a_client().build()).await;
    let clients = s.elsewhere().clients;
    let none = Alongside::default;
    assert_eq!(clients.find(&client.id).await.unwrap(), None);
    assert!(
        clients
            .list(&PageRequest::new(None, 10))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        !clients
            .set_status(&client.id, Status::Disabled, s.moment(), none())
            .await
            .unwrap()
    );
    assert!(
        !clients
            .rotate_secret(&client.id, &secrets(&client)[0], s.now(), none())
            .await
            .unwrap()
    );
    assert!(!clients.delete(&client.id, s.moment(), none()).await.unwrap());
    assert_eq!(
        s.here().clients.find(&client.id).await.unwrap(),
        Some(client.clone())
    );
    clients.create(&client, none()).await.unwrap();
}

pub async fn replacing_a_registration_keeps_what_is_not_the_clients(s: Subject) {
    let old = s.client(a_client().build()).await;
    let clients = s.here().clients;
    clients
        .set_status(&old.id, Status::Disabled, s.moment(), Alongside::default())
        .await
        .unwrap();
    let old = clients.find(&old.id).await.unwrap().unwrap();
    let mut new = a_client()
        .secret(Digest::of("another"))
        .redirect_uri("https://new.example.com/cb");
    new = new
        .grants(&[])
        .scopes("openid")
        .id_token_alg(SigningAlgorithm::EdDsa);
    let mut new = new.without_pkce().metadata(describe).build();
    new.application.name = domain::person::DisplayName::parse("New").unwrap();
    let note = s.note();
    assert!(clients.update(&new, note.with()).await.unwrap());
    assert!(s.took_place(&note).await);
    let last = s.changes().await.pop().unwrap();
    assert_eq!(
        (last.realm, last.changed),
        (s.realm, Changed::Client(new.id.clone()))
    );
    let found = clients.find(&new.id).await.unwrap().unwrap();
    assert_eq!(secrets(&found), secrets(&old), "it keeps using them");
    let expected = Client {
        status: old.status,
        not_before: old.not_before,
        created_at: old.created_at,
        ..new.clone()
    };
    assert_eq!(found.application, expected.application);
    assert_eq!(
        (found.status, found.not_before, found.created_at),
        (Status::Disabled, old.not_before, old.created_at)
    );
    assert_eq!(found.oidc().redirect_uris, new.oidc().redirect_uris);
    assert_eq!(found.oidc().metadata, new.oidc().metadata);
    assert_eq!(
        (
            &found.oidc().grants,
            &found.oidc().scopes,
            found.oidc().pkce,
            found.oidc().id_token_alg
        ),
        (
            &new.oidc().grants,
            &new.oidc().scopes,
            new.oidc().pkce,
            new.oidc().id_token_alg
        )
    );
    let unknown = a_client().id("unknown").build();
    let note = s.note();
    assert!(!clients.update(&unknown, note.with()).await.unwrap());
    assert!(!s.took_place(&note).await);
    assert!(!s.elsewhere().clients.update(&new, note.with()).await.unwrap());
}

pub async fn secrets_change_with_the_way_a_client_authenticates(s: Subject) {
    let clients = s.here().clients;
    let first = s.client(a_client().build()).await;
    let public = a_client().public().build();
    assert!(clients.update(&public, Alongside::default()).await.unwrap());
    let found = clients.find(&first.id).await.unwrap().unwrap();
    assert_eq!(found.oidc().client_type, ClientType::Public);
    let again = a_client().secret(Digest::of("another")).build();
    assert!(clients.update(&again, Alongside::default()).await.unwrap());
    let found = clients.find(&first.id).await.unwrap().unwrap();
    assert_eq!(found.oidc().client_type, again.oidc().client_type);
    let by_key = ClientType::Confidential {
        method: ClientAuthMethod::PrivateKeyJwt,
        secrets: Vec::new(),
    };
    let mut keyed = again;
    let ClientProtocol::Oidc(oidc) = &mut keyed.protocol;
    oidc.client_type = by_key.clone();
    assert!(clients.update(&keyed, Alongside::default()).await.unwrap());
    let found = clients.find(&first.id).await.unwrap().unwrap();
    assert_eq!(found.oidc().client_type, by_key);
}

use super::*;
use crate::{
    client::{RequestObjectSigning, SubjectType},
    services::scene::Scene,
    testing::a_client,
    web_uri::WebUri,
};
use futures::executor::block_on;

fn uri(text: &str) -> WebUri {
    text.parse().unwrap()
}

/// What becomes of a client that is described.
fn described(client: Client, description: ClientDescription) -> Result<Client, ClientError> {
    block_on(async {
        let scene = Scene::new();
        let clients = &scene.act.realm.stores.clients;
        clients.create(&client, Alongside::default()).await.unwrap();
        let service = &scene.services.clients;
        assert!(service.update(&scene.act, &client.id, description).await?);
        let events = scene.memory.events(scene.act.realm.realm.id);
        let updated = EventKind::ClientUpdated {
            client: client.id.clone(),
        };
        assert_eq!(events.last().unwrap().kind, updated);
        Ok(clients.find(&client.id).await.unwrap().unwrap())
    })
}

#[test]
fn what_is_said_is_changed_and_nothing_else() {
    let before = a_client().metadata(|metadata| metadata.client_uri = Some(uri("https://app.example.com")));
    let before = before.build();
    let said = ClientDescription {
        name: Some("Orchard".to_owned()),
        party: Some(Party::First),
        scope: Some("openid".to_owned()),
        request_uris: Some(vec![uri("https://app.example.com/request")]),
        initiate_login_uri: Some(Some(uri("https://app.example.com/start"))),
        backchannel_logout_uri: Some(Some(uri("https://app.example.com/ended"))),
        policy_uri: Some(Some(uri("https://app.example.com/privacy"))),
        client_uri: Some(None),
        id_token_alg: Some(SigningAlgorithm::EdDsa),
        userinfo_alg: Some(Some(SigningAlgorithm::Rs256)),
        request_object_alg: Some(Some(RequestObjectSigning::Unsigned)),
        dpop_bound: Some(true),
        require_pushed_authorization_requests: Some(true),
        slim_id_token: Some(true),
        exchange_from: Some(["other".parse().unwrap()].into()),
        ..ClientDescription::default()
    };
    let after = described(before.clone(), said).unwrap();
    assert_eq!(after.application.name.as_str(), "Orchard");
    assert_eq!(after.application.party, Party::First);
    let (old, new) = (before.oidc(), after.oidc());
    assert_eq!(
        (new.scopes.to_string(), new.id_token_alg),
        ("openid".to_owned(), SigningAlgorithm::EdDsa)
    );
    assert_eq!(
        (&new.client_type, &new.redirect_uris, &new.grants, new.pkce),
        (&old.client_type, &old.redirect_uris, &old.grants, old.pkce)
    );
    let metadata = &new.metadata;
    assert_eq!(
        metadata.initiate_login_uri,
        Some(uri("https://app.example.com/start"))
    );
    assert_eq!(metadata.request_uris, [uri("https://app.example.com/request")]);
    assert!(metadata.backchannel_logout.as_ref().unwrap().session_required);
    assert_eq!((&metadata.client_uri, &metadata.tos_uri), (&None, &None));
    assert_eq!(
        metadata.userinfo_signed_response_alg,
        Some(SigningAlgorithm::Rs256)
    );
    assert_eq!(
        metadata.request_object_signing_alg,
        Some(RequestObjectSigning::Unsigned)
    );
    assert!(metadata.dpop_bound_access_tokens && metadata.slim_id_token);
    assert!(metadata.require_pushed_authorization_requests);
    assert_eq!(metadata.exchange.subject_clients.len(), 1);
    // What is not said stays, what is said to be nothing goes.
    let back = ClientDescription {
        userinfo_alg: Some(None),
        request_object_alg: Some(None),
        dpop_bound: Some(false),
        ..ClientDescription::default()
    };
    let back = described(after, back).unwrap();
    let metadata = &back.oidc().metadata;
    assert_eq!(metadata.userinfo_signed_response_alg, None);
    assert_eq!(metadata.request_object_signing_alg, None);
    assert!(!metadata.dpop_bound_access_tokens && metadata.slim_id_token);
}

#[test]
fn what_does_not_fit_together_changes_nothing() {
    let refused = |said: ClientDescription| described(a_client().build(), said).unwrap_err();
    let http = uri("http://app.example.com/x");
    let name = Some(String::new());
    assert!(matches!(
        refused(ClientDescription {
            name,
            ..Default::default()
        }),
        ClientError::Name
    ));
    let redirect_uris = Some(Vec::new());
    let said = ClientDescription {
        redirect_uris,
        ..Default::default()
    };
    assert!(matches!(refused(said), ClientError::NoRedirectUri));
    let redirect_uris = Some(vec!["http://elsewhere.example/cb".to_owned()]);
    let said = ClientDescription {
        redirect_uris,
        ..Default::default()
    };
    assert!(matches!(refused(said), ClientError::RedirectUri(_)));
    let initiate_login_uri = Some(Some(http.clone()));
    let said = ClientDescription {
        initiate_login_uri,
        ..Default::default()
    };
    assert!(matches!(refused(said), ClientError::NotHttps));
    let request_uris = Some(vec![http.clone()]);
    let said = ClientDescription {
        request_uris,
        ..Default::default()
    };
    assert!(matches!(refused(said), ClientError::NotHttps));
    let frontchannel_logout_uri = Some(Some(uri("https://elsewhere.example/out")));
    let said = ClientDescription {
        frontchannel_logout_uri,
        ..Default::default()
    };
    assert!(matches!(refused(said), ClientError::LogoutUri(_)));
}

#[test]
fn core_s8_1_a_sector_is_named_or_that_of_the_one_host() {
    let pairwise = |sector: Option<&str>, redirect_uris: &[&str]| {
        let said = ClientDescription {
            redirect_uris: Some(redirect_uris.iter().copied().map(str::to_owned).collect()),
            subject: Some(SubjectChoice::Pairwise {
                sector: sector.map(str::to_owned),
            }),
            ..ClientDescription::default()
        };
        described(a_client().build(), said).map(|client| client.oidc().metadata.subject_type.clone())
    };
    let sector = |host: &str| SubjectType::Pairwise {
        sector: host.to_owned(),
    };
    let (one, two) = ("https://a.example.com/cb", "https://b.example.com/cb");
    assert_eq!(
        pairwise(None, &[one, "https://a.example.com:8443/x"]).unwrap(),
        sector("a.example.com")
    );
    assert_eq!(
        pairwise(Some("example.com"), &[one, two]).unwrap(),
        sector("example.com")
    );
    for (named, uris) in [
        (None, &[one, two][..]),
        (None, &[one, "com.example.app:/cb"]),
        (Some("example.com/path"), &[one]),
        (Some(""), &[one]),
        (Some("Example.com"), &[one]),
    ] {
        assert!(
            matches!(pairwise(named, uris), Err(ClientError::NoSector)),
            "{named:?} {uris:?}"
        );
    }
}

#[test]
fn nobody_describes_a_client_that_is_not_there() {
    block_on(async {
        let scene = Scene::new();
        let id = "nobody".parse().unwrap();
        let said = ClientDescription::default();
        let updated = scene.services.clients.update(&scene.act, &id, said).await;
        assert!(!updated.unwrap());
    });
}

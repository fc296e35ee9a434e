//! RFC 7591 and OpenID Connect Dynamic Client Registration 1.0: what clients may register for themselves.

use crate::fixture::{
    ClientKey, Idp, RelyingParty, Request, VERIFIER, an_application, assert_refused, basic, told, with,
};
use domain::{
    client::{ClientAlgorithm, ClientType, GrantType, Party, PkceRequirement},
    client_registration::RegistrationMode,
    outbound::{FetchError, Fetched},
    testing::a_user,
};
use oidc::dpop::ProofHeader;
use oidc::{authorize::AuthorizeError, jose::TokenType, registration::RegistrationError, token};
use serde_json::{Value, json};

#[tokio::test]
async fn s3_2_1_the_answer_has_every_registered_value_with_its_defaults() {
    let idp = Idp::open_to_all(|_| {}).await;
    let told = idp
        .registered(&json!({"redirect_uris": ["https://garden.example.com/cb"], "unheard_of": {"x": 1}}))
        .await;
    let expected = json!({
        "client_id": told.id(),
        "client_id_issued_at": idp.now().seconds(),
        "client_secret": told.text("client_secret"),
        "client_secret_expires_at": 0,
        "registration_access_token": told.token(),
        "registration_client_uri": format!("{}/register/{}", idp.issuer(), told.id()),
        "client_name": "garden.example.com",
        "application_type": "web",
        "redirect_uris": ["https://garden.example.com/cb"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": told.text("scope"),
        "id_token_signed_response_alg": "RS256",
        "subject_type": "public",
        "require_auth_time": false,
        "require_pushed_authorization_requests": false,
        "dpop_bound_access_tokens": false,
    });
    assert_eq!(told.0, expected);
    let stored = idp.stored_client(told.id()).await.unwrap();
    assert_eq!(stored.application.party, Party::Third);
    assert_eq!(stored.oidc().pkce, PkceRequirement::Optional, "it has a secret");
    let kept = format!(
        "{stored:?}{}",
        serde_json::to_string(&stored.oidc().metadata).unwrap()
    );
    assert!(!kept.contains(told.token()) && !kept.contains(told.text("client_secret")));
}

#[tokio::test]
async fn s2_every_member_is_registered_and_told_as_it_was_sent() {
    let idp = Idp::open_to_all(|_| {}).await;
    let key = ClientKey::new(ClientAlgorithm::Es256).await;
    let home = "https://garden.example.com";
    let sent = json!({
        "client_name": "Garden", "client_name#de": "Garten",
        "application_type": "web",
        "redirect_uris": [format!("{home}/cb"), format!("{home}/other?x=1")],
        "post_logout_redirect_uris": [format!("{home}/bye")],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "email openid",
        "jwks": key.jwks(),
        "subject_type": "pairwise",
        "id_token_signed_response_alg": "EdDSA",
        "userinfo_signed_response_alg": "RS256",
        "introspection_signed_response_alg": "ES256",
        "request_object_signing_alg": "none",
        "request_uris": [format!("{home}/request.jwt#abc")],
        "default_max_age": 3_600,
        "require_auth_time": true,
        "default_acr_values": ["urn:example:acr"],
        "initiate_login_uri": format!("{home}/start"),
        "backchannel_logout_uri": format!("{home}/back"),
        "backchannel_logout_session_required": true,
        "frontchannel_logout_uri": format!("{home}/front"),
        "frontchannel_logout_session_required": false,
        "client_uri": home, "logo_uri": format!("{home}/logo.png"),
        "policy_uri": format!("{home}/privacy"), "tos_uri": format!("{home}/terms"),
        "contacts": ["ada@example.com"],
        "dpop_bound_access_tokens": true,
        "require_pushed_authorization_requests": true,
        "software_id": "garden", "software_version": "1.2",
    });
    let told = idp.registered(&sent).await;
    for (name, value) in sent.as_object().unwrap() {
        match name.as_str() {
            "client_name#de" => assert_eq!(told.0.get(name), None),
            name => assert_eq!(&told.0[name], value, "{name}"),
        }
    }
    assert_eq!(told.0.get("client_secret"), None, "it proves itself with its key");
}

#[tokio::test]
async fn s3_1_a_registered_client_signs_people_in() {
    let idp = Idp::open_to_all(|_| {}).await;
    let told = idp
        .registered(&with("id_token_signed_response_alg", json!("ES256")))
        .await;
    let rp = RelyingParty::new(&idp, idp.stored_client(told.id()).await.unwrap());
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let header = basic(told.id(), told.text("client_secret"));
    let client = rp.proves(Some(&header), &[]).await.unwrap();
    let parameters = rp.redemption(&code).parameters();
    let tokens = token::respond(
        &idp.protocol,
        &idp.act(),
        &client,
        &parameters,
        ProofHeader::Absent,
    )
    .await
    .unwrap();
    let (header, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(
        (&header["alg"], &claims["aud"]),
        (&json!("ES256"), &json!(told.id()))
    );
    assert!(tokens.refresh_token().is_some());
    assert!(rp.proves(Some(&basic(told.id(), "secret")), &[]).await.is_err());
}

#[tokio::test]
async fn rfc9700_s2_1_1_public_clients_use_pkce_and_confidential_ones_may() {
    let idp = Idp::open_to_all(|_| {}).await;
    let public = idp
        .registered(&with("token_endpoint_auth_method", json!("none")))
        .await;
    assert_eq!(public.0.get("client_secret"), None);
    let confidential = idp.registered(&an_application()).await;
    let browser = idp.signed_in(a_user()).await;
    let asks = async |id: &str| {
        let rp = RelyingParty::new(&idp, idp.stored_client(id).await.unwrap());
        idp.authorize(&rp.request_without_pkce(), &browser).await
    };
    let answer = asks(public.id()).await.held().1.response();
    assert_refused!(answer, AuthorizeError::ChallengeMissing, "invalid_request");
    asks(confidential.id()).await.consent();
    assert_eq!(VERIFIER.len(), 43);
}

#[tokio::test]
async fn s3_nothing_is_registered_while_it_is_off() {
    let idp = Idp::start().await;
    let refused = idp.register(&an_application()).await;
    assert!(matches!(refused, Err(RegistrationError::Off)));
    let token = idp.initial_token(None, None).await;
    let body = an_application().to_string();
    let refused = idp.register_with(Some(&token), body.as_bytes()).await;
    assert!(matches!(refused, Err(RegistrationError::Off)));
}

#[tokio::test]
async fn s3_an_initial_access_token_registers_as_often_as_it_says() {
    let idp = Idp::start_with(|settings| settings.registration.mode = RegistrationMode::Token).await;
    let body = an_application().to_string();
    let try_with = async |token: Option<&str>| idp.register_with(token, body.as_bytes()).await;
    assert_refused!(
        try_with(None).await,
        RegistrationError::TokenMissing,
        "invalid_token"
    );
    let (once, short) = (
        idp.initial_token(None, Some(1)).await,
        idp.initial_token(Some(60), None).await,
    );
    // What cannot be registered costs no use.
    let refused = idp.register_with(Some(&once), b"{}").await;
    assert_refused!(refused, RegistrationError::RedirectUri(_), "invalid_redirect_uri");
    let registered = told(try_with(Some(&once)).await);
    for wrong in [
        &once[..],
        "x",
        registered.token(),
        registered.text("client_secret"),
    ] {
        let refused = try_with(Some(wrong)).await;
        assert_refused!(refused, RegistrationError::TokenUnknown, "invalid_token");
    }
    assert!(try_with(Some(&short)).await.is_ok() && try_with(Some(&short)).await.is_ok());
    idp.wait(900);
    for wrong in [&short, ""] {
        let refused = try_with(Some(wrong)).await;
        assert_refused!(refused, RegistrationError::TokenUnknown, "invalid_token");
    }
    let acme = idp.realm("acme");
    let elsewhere = acme.initial_token(None, None).await;
    let refused = try_with(Some(&elsewhere)).await;
    assert_refused!(refused, RegistrationError::TokenUnknown, "invalid_token");
}

#[tokio::test]
async fn s5_registrations_from_one_network_are_limited_where_anybody_may() {
    let idp = Idp::open_to_all(|policy| policy.per_hour = 2).await;
    let body = an_application().to_string();
    let from = async |address: &str| {
        let act = idp.act_from(address);
        oidc::registration::register(&idp.protocol, &act, None, body.as_bytes()).await
    };
    for _ in 0..2 {
        assert!(from("192.0.2.7").await.is_ok());
    }
    assert!(matches!(
        from("192.0.2.7").await,
        Err(RegistrationError::TooMany { retry_after }) if retry_after.as_secs() == 3_600
    ));
    assert!(from("192.0.2.8").await.is_ok());
    idp.wait(3_600);
    assert!(from("192.0.2.7").await.is_ok());
}

#[tokio::test]
async fn s2_redirect_uris_fit_the_type_of_the_application() {
    let idp = Idp::open_to_all(|_| {}).await;
    let web = [
        "https://garden.example.com/cb",
        "https://garden.example.com/cb?a=b",
        "https://[2001:db8::1]/cb",
    ];
    let native = [
        "com.example.garden:/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:8080/cb",
        "http://[::1]/cb",
        "http://localhost:3000/cb",
    ];
    let neither = [
        "http://garden.example.com/cb",
        "https://localhost/cb",
        "https://127.0.0.1/cb",
        "https://garden.example.com/cb#x",
        "https://garden.example.com/cb#",
        "https://ada@garden.example.com/cb",
        "https://*.example.com/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "garden:/cb",
        "/cb",
        "",
    ];
    for application_type in ["web", "native"] {
        for uri in web.iter().chain(&native).chain(&neither) {
            let fits = match application_type {
                "web" => web.contains(uri),
                _ => native.contains(uri) || web.contains(uri),
            };
            let mut document = with("redirect_uris", json!([uri]));
            document["application_type"] = json!(application_type);
            match idp.register(&document).await {
                Ok(_) => assert!(fits, "{application_type} {uri}"),
                Err(error) => {
                    assert!(!fits, "{application_type} {uri}");
                    assert_eq!(error.code().as_str(), "invalid_redirect_uri");
                    let said = error.description().unwrap();
                    assert!(uri.is_empty() || !said.contains(uri), "{said}");
                }
            }
        }
    }
    for none in [
        json!([]),
        json!("https://garden.example.com/cb"),
        json!([1]),
        json!(null),
    ] {
        let refused = idp.register(&with("redirect_uris", none)).await;
        assert_refused!(refused, RegistrationError::RedirectUri(_), "invalid_redirect_uri");
    }
}

#[tokio::test]
async fn oidcc_redirect_uri_query_ok_mismatch_added_and_regfrag() {
    let idp = Idp::open_to_all(|_| {}).await;
    let registered = idp
        .registered(&with(
            "redirect_uris",
            json!(["https://garden.example.com/cb?foo=bar"]),
        ))
        .await;
    let rp = RelyingParty::new(&idp, idp.stored_client(registered.id()).await.unwrap());
    let browser = idp.signed_in(a_user()).await;
    idp.authorize(&rp.request(), &browser).await.consent();
    for wrong in [
        "https://garden.example.com/cb",
        "https://garden.example.com/cb?foo=baz",
        "https://garden.example.com/cb?foo=bar&x=y",
    ] {
        let request = rp.request().with("redirect_uri", wrong);
        assert!(idp.authorize(&request, &browser).await.page().is_err(), "{wrong}");
    }
    let fragment = idp
        .register(&with(
            "redirect_uris",
            json!(["https://garden.example.com/cb#foo"]),
        ))
        .await;
    assert_refused!(
        fragment,
        RegistrationError::RedirectUri(_),
        "invalid_redirect_uri"
    );
}

#[tokio::test]
async fn oidcc_registration_logo_policy_and_tos_uri_are_told_and_checked() {
    let idp = Idp::open_to_all(|_| {}).await;
    for name in ["client_uri", "logo_uri", "policy_uri", "tos_uri"] {
        for good in [
            "https://garden.example.com/x",
            "http://localhost:8080/x",
            "http://[::1]/x",
        ] {
            let told = idp.registered(&with(name, json!(good))).await;
            assert_eq!(told.text(name), good);
        }
        for bad in [
            json!("http://garden.example.com/x"),
            json!("javascript:alert(1)"),
            json!("data:text/html,x"),
            json!("/x"),
            json!(1),
            json!(""),
            json!(format!("https://garden.example.com/{}", "x".repeat(2_048))),
        ] {
            let refused = idp.register(&with(name, bad)).await;
            assert_refused!(refused, RegistrationError::Metadata(_), "invalid_client_metadata");
        }
    }
}

#[tokio::test]
async fn oidcc_3rd_party_init_login_nohttps_is_refused() {
    let idp = Idp::open_to_all(|_| {}).await;
    let start = "https://garden.example.com/start";
    let told = idp.registered(&with("initiate_login_uri", json!(start))).await;
    assert_eq!(told.text("initiate_login_uri"), start);
    for plain in ["http://garden.example.com/start", "http://localhost/start"] {
        let refused = idp.register(&with("initiate_login_uri", json!(plain))).await;
        assert_refused!(
            refused,
            RegistrationError::Metadata("initiate_login_uri"),
            "invalid_client_metadata"
        );
    }
}

#[tokio::test]
async fn oidcc_registration_jwks_uri_and_keys_that_are_public_and_one_or_the_other() {
    let idp = Idp::open_to_all(|_| {}).await;
    let key = ClientKey::new(ClientAlgorithm::Es256).await;
    let uri = "https://garden.example.com/jwks.json";
    let told = idp.registered(&with("jwks_uri", json!(uri))).await;
    assert_eq!(told.text("jwks_uri"), uri);
    let mut both = with("jwks_uri", json!(uri));
    both["jwks"] = key.jwks();
    let mut private = key.jwks();
    private["keys"][0]["d"] = json!("AAAA");
    let mut by_key = an_application();
    by_key["token_endpoint_auth_method"] = json!("private_key_jwt");
    for wrong in [
        both,
        with("jwks", private),
        with("jwks", json!({"keys": [{"kty": "oct", "k": "AAAA"}]})),
        with("jwks", json!({"keys": []})),
        with("jwks", json!([])),
        with("jwks_uri", json!("http://garden.example.com/jwks.json")),
        by_key,
    ] {
        let refused = idp.register(&wrong).await;
        assert_refused!(refused, RegistrationError::Metadata(_), "invalid_client_metadata");
    }
}

const SECTOR: &str = "https://sector.example.com/uris.json";

fn in_sector(uris: &[&str]) -> Value {
    let mut document = with("redirect_uris", json!(uris));
    document["subject_type"] = json!("pairwise");
    document["sector_identifier_uri"] = json!(SECTOR);
    document
}

#[tokio::test]
async fn oidcc_registration_sector_uri_lists_the_redirect_uris_and_names_the_sector() {
    let idp = Idp::open_to_all(|_| {}).await;
    let uris = ["https://one.example.com/cb", "https://two.example.net/cb"];
    idp.http
        .answer_with(SECTOR, "application/json", json!([uris[1], uris[0]]).to_string());
    let mut known_as = Vec::new();
    let browser = idp.signed_in(a_user()).await;
    for uris in [&uris[..], &uris[..1]] {
        let told = idp.registered(&in_sector(uris)).await;
        assert_eq!(told.text("sector_identifier_uri"), SECTOR);
        let stored = idp.stored_client(told.id()).await.unwrap();
        let rp = RelyingParty::new(&idp, stored);
        let code = rp.code(&browser).await;
        let header = basic(told.id(), told.text("client_secret"));
        let client = rp.proves(Some(&header), &[]).await.unwrap();
        let parameters = rp.redemption(&code).parameters();
        let tokens = token::respond(
            &idp.protocol,
            &idp.act(),
            &client,
            &parameters,
            ProofHeader::Absent,
        )
        .await;
        let tokens = tokens.unwrap();
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        known_as.push(claims["sub"].clone());
    }
    assert_eq!(known_as[0], known_as[1]);
    // Without it, the redirect URIs must agree on a host (Core §8.1).
    let mut without = in_sector(&uris);
    without["sector_identifier_uri"] = Value::Null;
    let refused = idp.register(&without).await;
    assert_refused!(refused, RegistrationError::Metadata(_), "invalid_client_metadata");
}

#[tokio::test]
async fn oidcc_registration_sector_bad_is_refused() {
    let idp = Idp::open_to_all(|_| {}).await;
    let uri = "https://one.example.com/cb";
    let say = |body: &str| idp.http.answer_with(SECTOR, "application/json", body.to_owned());
    let refused = async |document: Value| {
        assert_refused!(
            idp.register(&document).await,
            RegistrationError::Metadata("sector_identifier_uri"),
            "invalid_client_metadata"
        );
    };
    for body in ["[\"https://one.example.com/\"]", "[]", "{}", "[1]", "", "\"x\""] {
        say(body);
        refused(in_sector(&[uri])).await;
        let mut public = in_sector(&[uri]);
        public["subject_type"] = json!("public");
        refused(public).await;
    }
    idp.http.answer(SECTOR, Err(FetchError::TooSlow));
    refused(in_sector(&[uri])).await;
    let missing = Fetched {
        status: 404,
        body: format!("[\"{uri}\"]").into_bytes(),
        ..Fetched::default()
    };
    idp.http.answer(SECTOR, Ok(missing));
    refused(in_sector(&[uri])).await;
    let mut plain = in_sector(&[uri]);
    plain["sector_identifier_uri"] = json!("http://sector.example.com/uris.json");
    refused(plain).await;
    say(&format!("[\"{uri}\"]"));
    idp.registered(&in_sector(&[uri])).await;
}

#[tokio::test]
async fn s2_what_is_malformed_unsupported_or_does_not_fit_is_refused() {
    let idp = Idp::open_to_all(|_| {}).await;
    let long = "x".repeat(2_049);
    for (name, value) in [
        ("client_name", json!("")),
        ("client_name", json!("x".repeat(101))),
        ("application_type", json!("desktop")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("grant_types", json!(["implicit"])),
        ("grant_types", json!([])),
        ("grant_types", json!("authorization_code")),
        ("grant_types", json!(["client_credentials"])),
        ("grant_types", json!(["refresh_token"])),
        ("response_types", json!(["token"])),
        ("response_types", json!(["code", "code id_token"])),
        ("response_types", json!([])),
        ("scope", json!("openid admin")),
        ("scope", json!("open\"id")),
        ("subject_type", json!("secret")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("userinfo_signed_response_alg", json!("none")),
        ("introspection_signed_response_alg", json!("none")),
        ("request_object_signing_alg", json!("HS256")),
        ("token_endpoint_auth_signing_alg", json!("HS256")),
        ("id_token_encrypted_response_alg", json!("RSA-OAEP")),
        ("introspection_encrypted_response_alg", json!("RSA-OAEP")),
        ("userinfo_encrypted_response_alg", json!("RSA-OAEP")),
        ("request_object_encryption_alg", json!("RSA-OAEP")),
        ("default_max_age", json!(-1)),
        ("default_max_age", json!("60")),
        ("require_auth_time", json!("true")),
        ("contacts", json!("ada@example.com")),
        ("contacts", json!([long])),
        ("contacts", json!(vec!["ada@example.com"; 51])),
        ("request_uris", json!(["http://garden.example.com/r"])),
        (
            "post_logout_redirect_uris",
            json!(["http://garden.example.com/bye"]),
        ),
        (
            "backchannel_logout_uri",
            json!("https://garden.example.com/back#x"),
        ),
        (
            "frontchannel_logout_uri",
            json!("https://elsewhere.example.com/front"),
        ),
        (
            "frontchannel_logout_uri",
            json!("https://garden.example.com:444/front"),
        ),
        ("software_id", json!("a\nb")),
    ] {
        let mut document = with(name, value.clone());
        if name == "grant_types" && value == json!(["refresh_token"]) {
            document["response_types"] = json!(["code"]);
        }
        let refused = idp.register(&document).await;
        let error = refused.map(|_| format!("{name}: {value}")).unwrap_err();
        assert_eq!(
            error.code().as_str(),
            "invalid_client_metadata",
            "{name}: {value}"
        );
    }
    let mut public = with("grant_types", json!(["client_credentials"]));
    public["token_endpoint_auth_method"] = json!("none");
    public["response_types"] = json!([]);
    let lenient = Idp::open_to_all(|policy| policy.grants = GrantType::ALL.into()).await;
    let refused = lenient.register(&public).await;
    assert_refused!(
        refused,
        RegistrationError::Metadata("grant_types"),
        "invalid_client_metadata"
    );
    public["token_endpoint_auth_method"] = json!("client_secret_post");
    let told = lenient.registered(&public).await;
    assert_eq!(told.0.get("response_types"), None);
}

#[tokio::test]
async fn s3_1_the_body_is_one_json_object_of_bounded_size_that_names_no_member_twice() {
    let idp = Idp::open_to_all(|_| {}).await;
    let twice = br#"{"redirect_uris":["https://a.example.com/"],"redirect_uris":["https://b.example.com/"]}"#;
    let large = with("x", json!("x".repeat(65_536))).to_string();
    for body in [&b"[]"[..], b"", b"{", b"null", b"{} {}", twice, large.as_bytes()] {
        let refused = idp.register_with(None, body).await;
        assert_refused!(refused, RegistrationError::NotAnObject, "invalid_client_metadata");
    }
}

#[tokio::test]
async fn s5_the_operator_bounds_hosts_scopes_and_grants() {
    let idp = Idp::open_to_all(|policy| {
        policy.redirect_hosts = vec!["example.com".to_owned()];
        policy.scopes = Some("openid garden".parse().unwrap());
        policy.grants = [GrantType::AuthorizationCode].into();
    })
    .await;
    let alone = |uri: &str| json!({"redirect_uris": [uri]});
    for good in ["https://example.com/cb", "https://garden.example.com/cb"] {
        let told = idp.registered(&alone(good)).await;
        assert_eq!(told.text("scope"), "garden openid");
    }
    for bad in [
        "https://example.net/cb",
        "https://notexample.com/cb",
        "https://example.com.evil.example/cb",
    ] {
        let refused = idp.register(&alone(bad)).await;
        assert_refused!(refused, RegistrationError::RedirectUri(_), "invalid_redirect_uri");
        let mut leaving = alone("https://example.com/cb");
        leaving["post_logout_redirect_uris"] = json!([bad]);
        let refused = idp.register(&leaving).await;
        assert_refused!(
            refused,
            RegistrationError::Metadata("post_logout_redirect_uris"),
            "invalid_client_metadata"
        );
    }
    let refused = idp.register(&an_application()).await;
    assert_refused!(
        refused,
        RegistrationError::Metadata("grant_types"),
        "invalid_client_metadata"
    );
}

#[tokio::test]
async fn discovery_s3_the_endpoint_is_advertised_only_where_it_is() {
    let advertised = |idp: &Idp| serde_json::to_value(oidc::discovery::metadata(&idp.realm)).unwrap();
    let off = Idp::start().await;
    assert_eq!(advertised(&off).get("registration_endpoint"), None);
    let open = Idp::open_to_all(|_| {}).await;
    let document = advertised(&open);
    assert_eq!(
        document["registration_endpoint"],
        format!("{}/register", open.issuer())
    );
    for (member, name) in [
        (
            "token_endpoint_auth_method",
            "token_endpoint_auth_methods_supported",
        ),
        ("subject_type", "subject_types_supported"),
        (
            "id_token_signed_response_alg",
            "id_token_signing_alg_values_supported",
        ),
    ] {
        for value in document[name].as_array().unwrap() {
            let mut sent = with(member, value.clone());
            sent["jwks_uri"] = json!("https://garden.example.com/jwks.json");
            assert_eq!(open.registered(&sent).await.0[member], *value);
        }
    }
}

#[tokio::test]
async fn s2_what_a_client_registers_makes_it_neither_first_party_nor_silent() {
    let idp = Idp::open_to_all(|_| {}).await;
    let mut document = an_application();
    for name in [
        "first_party",
        "party",
        "trusted",
        "status",
        "allowed_origins",
        "registered",
    ] {
        document[name] = json!("first");
    }
    let told = idp.registered(&document).await;
    let stored = idp.stored_client(told.id()).await.unwrap();
    assert_eq!(stored.application.party, Party::Third);
    assert!(stored.application.allowed_origins.is_empty());
    assert!(matches!(
        stored.oidc().client_type,
        ClientType::Confidential { .. }
    ));
    let rp = RelyingParty::new(&idp, stored);
    let browser = idp.signed_in(a_user()).await;
    let silent: Request = rp.request().and("prompt", "none");
    let answer = idp.authorize(&silent, &browser).await.response();
    assert_refused!(answer, AuthorizeError::Unmet(_), "consent_required");
    idp.authorize(&rp.request(), &browser).await.consent();
}

#[tokio::test]
async fn s2_a_web_application_may_be_on_the_machine_of_who_develops_it_where_the_provider_is_too() {
    let local = [
        "http://localhost:3000/cb",
        "http://127.0.0.1:3000/cb",
        "http://[::1]/cb",
        "https://localhost/cb",
    ];
    let elsewhere = [
        "http://garden.example.com/cb",
        "garden:/cb",
        "http://localhost.example.com/cb",
    ];
    for developed in [true, false] {
        let idp = Idp::open_to_all(|policy| policy.developed = developed).await;
        for uri in local.iter().chain(&elsewhere) {
            let registered = idp.register(&with("redirect_uris", json!([uri]))).await;
            assert_eq!(registered.is_ok(), developed && local.contains(uri), "{uri}");
        }
    }
}

//! The command line as processes beside a running server: felt at once, and any number at the same time.

use crate::support::{
    Browser, RelyingParty,
    installation::{Installation, document},
    relying_party::userinfo,
};
use domain::{
    event::{Actor, EventKind},
    stores::Stores as _,
};
use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

pub const ADA: &str = "ada@example.com";
/// How soon a running server must know what another process did.
const FELT: Duration = Duration::from_secs(1);

/// Asks again until this is the answer; how soon it must come counts from now.
pub async fn felt<T: PartialEq + Debug>(mut ask: impl AsyncFnMut() -> T, expected: T) {
    let since = Instant::now();
    loop {
        let answer = ask().await;
        if answer == expected {
            return;
        }
        assert!(since.elapsed() < FELT, "still {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn authorize(browser: &mut Browser, rp: &RelyingParty) -> u16 {
    browser.get(&rp.authorize_url(&[])).await.status.as_u16()
}

pub fn text<'a>(document: &'a serde_json::Value, name: &str) -> &'a str {
    document[name].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_made_or_refused_by_another_process_is_known_at_once() {
    let here = Installation::new();
    let _server = here.serve();
    let mut browser = here.browser();
    let rp = here.client();
    felt(async || authorize(&mut browser, &rp).await, 303).await;
    here.run(&["client", "disable", &rp.id]);
    felt(async || authorize(&mut browser, &rp).await, 400).await;
    here.run(&["client", "enable", &rp.id]);
    felt(async || authorize(&mut browser, &rp).await, 303).await;
    let listed = here.run(&["client", "list"]);
    assert_eq!(listed["items"][0]["client_id"], rp.id.as_str());
    assert_eq!(listed["next"], serde_json::Value::Null);
    here.run(&["client", "delete", &rp.id]);
    felt(async || authorize(&mut browser, &rp).await, 400).await;
    assert!(
        here.refused(&["client", "disable", &rp.id])
            .contains("no such client")
    );
    assert!(here.refused(&["user", "delete", ADA]).contains("no such user"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_never_redirected_needs_no_redirect_uri() {
    let here = Installation::new();
    let _server = here.serve();
    let mut browser = here.browser();
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let create = [
        "client", "create", "--name", "TV", "--type", "public", "--grant", grant,
    ];
    let made = here.run(&create);
    assert_eq!(made.get("client_secret"), None);
    let asked = browser
        .post("/device/code", &[("client_id", text(&made, "client_id"))])
        .await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let refused = here.refused(&["client", "create", "--name", "Web", "--type", "public"]);
    assert!(refused.contains("redirect URI"), "{refused}");
}

#[test]
fn what_apps_may_be_told_of_somebody_is_given_as_json_or_in_a_file() {
    let here = Installation::new();
    let claims = serde_json::json!({ "nickname": "Ada", "address": { "locality": "London" } });
    let file = here.path("claims.json");
    std::fs::write(&file, claims.to_string()).unwrap();
    let create =
        |email, claims: &str| ["user", "create", "--email", email, "--claims", claims].map(str::to_owned);
    for (email, given) in [
        ("ada@example.com", claims.to_string()),
        ("bob@example.com", file.display().to_string()),
    ] {
        here.run(&create(email, &given).each_ref().map(String::as_str));
    }
    let listed = here.run(&["user", "list"]);
    for user in listed["items"].as_array().unwrap() {
        assert_eq!(user["claims"], claims);
    }
    for (wrong, why) in [
        (r#"{"phone_number_verified":true}"#, "phone_number_verified"),
        (r#"{"birthdate":"yesterday"}"#, "not a date"),
        ("{", "not a JSON object"),
        ("missing.json", "cannot be read"),
    ] {
        let said = here.refused(&create("eve@example.com", wrong).each_ref().map(String::as_str));
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn an_api_is_registered_listed_and_deleted() {
    let here = Installation::new();
    let rs = here.client();
    let audience = "https://orders.example.com";
    let made = here.run(&[
        "api",
        "create",
        "--audience",
        audience,
        "--name",
        "Orders",
        "--scope",
        "orders:read=See orders = all",
        "orders:write=Change orders",
        "--access-token-lifetime",
        "300",
        "--alg",
        "EdDSA",
        "--format",
        "opaque",
        "--introspection-client",
        &rs.id,
    ]);
    assert_eq!(made["audience"], audience);
    let listed = here.run(&["api", "list"]);
    let expected = serde_json::json!({
        "id": made["id"],
        "audience": audience,
        "name": "Orders",
        "scopes": {"orders:read": "See orders = all", "orders:write": "Change orders"},
        "access_token_lifetime": 300,
        "alg": "EdDSA",
        "format": "opaque",
        "introspection_clients": [rs.id],
    });
    assert_eq!(listed["items"], serde_json::json!([expected]));
    let again = ["api", "create", "--audience", audience, "--name", "Orders"];
    assert!(here.refused(&again).contains("taken"));
    assert_eq!(here.run(&["api", "delete", audience])["deleted"], true);
    assert!(here.refused(&["api", "delete", audience]).contains("no such api"));
}

#[test]
fn a_client_id_may_begin_like_an_option() {
    let here = Installation::new();
    for arguments in [
        &["client", "disable", "-6rT"][..],
        &["client", "delete", "--rT"],
        &["session", "list", "--client", "-6rT"],
    ] {
        assert!(
            here.refused(arguments).contains("no such client"),
            "{arguments:?}"
        );
    }
    let rotate = ["client", "rotate-secret", "-6rT"];
    assert!(here.refused(&rotate).contains("no such confidential client"));
    let list = ["client", "list", "--after", "-6rT"];
    assert_eq!(here.run(&list)["next"], serde_json::Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_consents_are_listed_and_ended() {
    let here = Installation::new();
    let _server = here.serve();
    let ada = here.person(ADA);
    let rp = here.client();
    let mut browser = here.browser();
    let online = [("scope", "openid")];
    let code = rp
        .authorize(&mut browser, ADA, &online)
        .await
        .redirect_parameters()["code"]
        .clone();
    let bound = rp.redeem(&mut browser, &code).await.json();
    let offline = rp.tokens(&mut browser, ADA).await;

    let sessions = here.run(&["session", "list", "--user", ADA, "--client", &rp.id]);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
    assert_eq!(sessions["items"][0]["user_id"], ada["id"]);
    assert_eq!(sessions["next"], serde_json::Value::Null);
    assert!(here.refused(&["session", "end"]).contains("say which"));
    assert!(
        here.refused(&["session", "list", "--client", "x"])
            .contains("no such client")
    );
    assert!(
        here.refused(&["session", "list", "--user", "x"])
            .contains("no such user")
    );
    let id = text(&sessions["items"][0], "id");
    assert_eq!(here.run(&["session", "end", id])["ended"], 1);
    felt(
        async || {
            userinfo(&mut browser, text(&bound, "access_token"))
                .await
                .status
                .as_u16()
        },
        401,
    )
    .await;
    assert_ne!(browser.get("/account").await.status, 200);
    let kept = userinfo(&mut browser, text(&offline, "access_token")).await;
    assert_eq!(
        kept.status, 200,
        "what was allowed with offline_access outlives the session"
    );
    assert!(here.refused(&["session", "end", id]).contains("no such session"));
    assert_eq!(here.run(&["session", "end", "--user", ADA])["ended"], 0);

    let consents = here.run(&["consent", "list", "--user", ADA]);
    assert_eq!(consents["items"][0]["client_id"], rp.id.as_str());
    assert!(here.refused(&["consent", "revoke"]).contains("say whose"));
    assert_eq!(here.run(&["consent", "revoke", "--client", &rp.id])["revoked"], 1);
    felt(
        async || {
            userinfo(&mut browser, text(&offline, "access_token"))
                .await
                .status
                .as_u16()
        },
        401,
    )
    .await;
    let refused = rp.refresh(&mut browser, text(&offline, "refresh_token")).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let none = here.run(&["consent", "list"]);
    assert!(none["items"].as_array().unwrap().is_empty());
    assert_eq!(
        here.run(&["consent", "revoke", "--user", ADA, "--client", &rp.id])["revoked"],
        0
    );

    let done = by_the_command_line(&here).await;
    let told = |what: fn(&EventKind) -> bool| done.iter().filter(|kind| what(kind)).count();
    assert_eq!(told(|kind| matches!(kind, EventKind::SessionEnded { .. })), 1);
    assert_eq!(told(|kind| matches!(kind, EventKind::ConsentRevoked { .. })), 1);
}

/// What commands did, as the log has it.
pub async fn by_the_command_line(here: &Installation) -> Vec<EventKind> {
    let stores = storage::open_sql(&here.database()).await.unwrap();
    let all = stores.all_realms();
    while all.sequence_events(200).await.unwrap() > 0 {}
    let events = all.events_for("operators", 1_000).await.unwrap();
    let done = events.into_iter().map(|(_, event)| event);
    let done = done.filter(|event| event.actor == Actor::CommandLine);
    done.map(|event| event.kind).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_commands_at_once_while_the_server_writes() {
    let here = Installation::new();
    let _server = here.serve();
    here.person(ADA);
    let rp = here.client();
    let commands: Vec<_> = (0..20)
        .map(|number| {
            let name = format!("App {number}");
            let create = ["client", "create", "--name", &name, "--type", "public"];
            let mut command = here.command(&create);
            command.args(["--redirect-uri", "https://app.example.com/cb", "--json"]);
            command.spawn().unwrap()
        })
        .collect();
    let mut flows = 0;
    let answered = tokio::task::spawn_blocking(|| {
        let outputs = commands
            .into_iter()
            .map(|child| child.wait_with_output().unwrap());
        outputs.collect::<Vec<_>>()
    });
    while flows < 3 || !answered.is_finished() {
        rp.tokens(&mut here.browser(), ADA).await;
        flows += 1;
    }
    for output in answered.await.unwrap() {
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        document(output);
    }
    let clients = here.run(&["client", "list"]);
    assert_eq!(clients["items"].as_array().unwrap().len(), 21);
}

/// The command that makes a client with these keys.
fn creating<'a>(keys: &[&'a str]) -> Vec<&'a str> {
    let always = [
        "client",
        "create",
        "--name",
        "Signing App",
        "--type",
        "confidential",
        "--redirect-uri",
        "https://app.example.com/cb",
        "--auth-method",
        "private_key_jwt",
    ];
    [&always, keys].concat()
}

#[test]
fn the_keys_of_a_client_come_from_a_file_or_an_address() {
    let here = Installation::new();
    let write = |name: &str, document: &str| {
        let path = here.path(name);
        std::fs::write(&path, document).unwrap();
        path.display().to_string()
    };
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let public = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}]}}"#);
    let private = public.replace(r#""x""#, r#""d":"AA","x""#);
    let (public, private) = (write("public.json", &public), write("private.json", &private));
    let (empty, text) = (
        write("empty.json", r#"{"keys":[]}"#),
        write("text.json", "no keys"),
    );
    for keys in [["--jwks", &public], ["--jwks-uri", "http://127.0.0.1:1/jwks"]] {
        let made = here.run(&creating(&keys));
        assert!(made["client_id"].is_string());
        assert_eq!(made.get("client_secret"), None);
    }
    let listed = here.run(&["client", "list"]);
    assert_eq!(
        listed["items"][0]["token_endpoint_auth_method"],
        "private_key_jwt"
    );
    for (keys, problem) in [
        (&[][..], "needs a jwks or a jwks_uri"),
        (&["--jwks", private.as_str()], "the keys cannot be used"),
        (&["--jwks", empty.as_str()], "no key in it verifies signatures"),
        (&["--jwks", text.as_str()], "it is not JSON"),
        (&["--jwks", "missing.json"], "the file cannot be read"),
    ] {
        assert!(here.refused(&creating(keys)).contains(problem), "{keys:?}");
    }
}

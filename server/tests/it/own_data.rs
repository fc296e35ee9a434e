//! What people take along from their account, compared with the rows.

use crate::support::{
    Rows, a_client,
    belongings::{CLAIMS, choose_again, leave_everywhere, sign_in},
    security_key::signed,
};
use domain::clock::Timestamp;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

const ADA: &str = "ada.erasable@example.com";

/// How a column is told.
#[derive(Clone, Copy, Debug)]
enum As {
    Text,
    Moment,
    Scopes,
}

/// Which member is which column, told how.
type Members = &'static [(&'static str, &'static str, As)];

/// Arrays of the document, and of which table they tell.
const KEPT: [(&str, &str, Members); 11] = [
    (
        "sessions",
        "login_session",
        &[
            ("id", "id", As::Text),
            ("created_at", "created_at", As::Moment),
            ("authenticated_at", "authenticated_at", As::Moment),
            ("last_seen_at", "last_seen_at", As::Moment),
            ("expires_at", "expires_at", As::Moment),
            ("user_agent", "user_agent", As::Text),
            ("provider", "provider", As::Text),
        ],
    ),
    (
        "passkeys",
        "passkey",
        &[
            ("id", "id", As::Text),
            ("name", "display_name", As::Text),
            ("created_at", "created_at", As::Moment),
            ("last_used_at", "last_used_at", As::Moment),
        ],
    ),
    (
        "authorizations",
        "authorization_root",
        &[
            ("id", "id", As::Text),
            ("client_id", "client_id", As::Text),
            ("scopes", "scopes", As::Scopes),
            ("session", "login_session_id", As::Text),
            ("created_at", "created_at", As::Moment),
            ("revoked_at", "revoked_at", As::Moment),
        ],
    ),
    (
        "consents",
        "consent",
        &[
            ("client_id", "client_id", As::Text),
            ("scopes", "scopes", As::Scopes),
            ("declined", "declined", As::Scopes),
            ("granted_at", "granted_at", As::Moment),
            ("updated_at", "updated_at", As::Moment),
            ("expires_at", "expires_at", As::Moment),
        ],
    ),
    (
        "identities",
        "linked_identity",
        &[
            ("id", "id", As::Text),
            ("provider", "provider", As::Text),
            ("issuer", "issuer", As::Text),
            ("subject", "subject", As::Text),
            ("label", "label", As::Text),
            ("linked_at", "linked_at", As::Moment),
            ("last_used_at", "last_used_at", As::Moment),
        ],
    ),
    (
        "trusted_devices",
        "trusted_device",
        &[
            ("id", "id", As::Text),
            ("user_agent", "user_agent", As::Text),
            ("created_at", "created_at", As::Moment),
            ("last_used_at", "last_used_at", As::Moment),
            ("expires_at", "expires_at", As::Moment),
        ],
    ),
    (
        "devices",
        "device_authorization",
        &[
            ("client_id", "client_id", As::Text),
            ("scopes", "scopes", As::Scopes),
            ("created_at", "created_at", As::Moment),
            ("expires_at", "expires_at", As::Moment),
        ],
    ),
    (
        "terms",
        "accepted_terms",
        &[
            ("version", "version", As::Text),
            ("accepted_at", "accepted_at", As::Moment),
        ],
    ),
    (
        "mails",
        "mailed_code",
        &[
            ("to", "email", As::Text),
            ("created_at", "created_at", As::Moment),
            ("expires_at", "expires_at", As::Moment),
        ],
    ),
    (
        "identifiers",
        "user_identifier",
        &[
            ("value", "normalised", As::Text),
            ("verified_at", "verified_at", As::Moment),
        ],
    ),
    ("events", "activity", &[("id", "event_id", As::Text)]),
];

/// Tables whose rows are no items of an array: the member that tells of them, if what they hold may be told.
const OTHERWISE: [(&str, Option<&str>); 12] = [
    ("access_token", None),
    ("app_user", Some("profile")),
    ("authenticator", Some("authenticator")),
    ("federated_session", Some("sessions")),
    ("passkey_declined", Some("passkeys_offered_after")),
    ("past_password", Some("passwords_remembered")),
    ("picture", Some("picture")),
    ("recovery_code", Some("recovery_codes_left")),
    ("recovery_sheet", None),
    ("refresh_token", None),
    ("upstream_token", Some("kept_tokens")),
    ("user_password", Some("password")),
];

/// Every table with rows of somebody is told of, or holds nothing but secrets.
async fn nothing_is_kept_back(document: &Value, rows: &Rows) {
    let listed = KEPT.iter().map(|(_, table, _)| *table);
    let listed: BTreeSet<&str> = listed.chain(OTHERWISE.iter().map(|(table, _)| *table)).collect();
    let theirs = rows.of_people().await;
    let theirs: BTreeSet<&str> = theirs.keys().map(String::as_str).collect();
    assert_eq!(listed, theirs);
    for (table, member) in OTHERWISE {
        let told = member.is_none_or(|member| !document[member].is_null());
        assert!(told, "{table}");
    }
}

fn scopes(text: &str) -> BTreeSet<&str> {
    text.split(' ').filter(|scope| !scope.is_empty()).collect()
}

fn shown(value: Option<String>, how: As) -> String {
    match (value, how) {
        (None, _) => Value::Null.to_string(),
        (Some(text), As::Text) => text,
        (Some(micros), As::Moment) => Timestamp::from_micros(micros.parse().unwrap()).rfc3339(),
        (Some(text), As::Scopes) => format!("{:?}", scopes(&text)),
    }
}

fn told(value: &Value, how: As) -> String {
    match (value, how) {
        (Value::String(text), As::Scopes) => format!("{:?}", scopes(text)),
        (Value::String(text), As::Text | As::Moment) => text.clone(),
        (other, _) => other.to_string(),
    }
}

/// Each row of `table` is an item of the array `name`, and each item a row.
async fn agree(document: &Value, rows: &Rows, user: Uuid, index: usize) {
    let (name, table, members) = KEPT[index];
    let columns: Vec<&str> = members.iter().map(|(_, column, _)| *column).collect();
    let kept = rows.cells_of_person(&columns, table, user).await;
    assert!(!kept.is_empty(), "{table}");
    let kept: BTreeSet<Vec<String>> = kept
        .into_iter()
        .map(|row| {
            let cells = row.into_iter().zip(members);
            cells.map(|(value, (_, _, how))| shown(value, *how)).collect()
        })
        .collect();
    let items = document[name].as_array().unwrap().iter();
    let items: BTreeSet<Vec<String>> = items
        .map(|item| {
            let members = members.iter();
            members
                .map(|(member, _, how)| told(&item[*member], *how))
                .collect()
        })
        .collect();
    assert_eq!(items, kept, "{name}");
}

#[tokio::test]
async fn what_is_taken_along_says_what_the_rows_say() {
    let idp = super::start().await;
    let ada = idp.described_person(ADA, CLAIMS).await;
    choose_again(&idp, &ada).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    rp.tokens(&mut browser, ADA).await;
    let key = leave_everywhere(&idp, &mut browser, &ada).await;
    let interaction = browser.waiting().await;
    let again = key.sign_in(&mut browser, &interaction, &signed()).await;
    assert_eq!(again.status, 303, "{}", again.body);
    idp.mails().await;
    let answer = browser.post("/account/privacy/export", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"my-data.json\"")
    );
    let document = answer.json();
    let rows = idp.rows().await;
    nothing_is_kept_back(&document, &rows).await;
    for index in 0..KEPT.len() {
        agree(&document, &rows, ada.id.as_uuid(), index).await;
    }
    assert_eq!(document["profile"]["name"], "Ada Erasable");
    let claims: Value = serde_json::from_str(CLAIMS).unwrap();
    for claim in ["nickname", "phone_number", "address"] {
        assert_eq!(document["profile"]["claims"][claim], claims[claim], "{claim}");
    }
    let identity = &document["identities"][0];
    assert_eq!(
        (&identity["groups"], &identity["attributes"]),
        (&json!(["erasable-group"]), &json!({"desk": "4"}))
    );
    let added = rows
        .cells_of_person(&["created_at", "last_used_at"], "authenticator", ada.id.as_uuid())
        .await;
    let moment = |at: &Option<String>| shown(at.clone(), As::Moment);
    let app = &document["authenticator"];
    assert_eq!(told(&app["created_at"], As::Moment), moment(&added[0][0]));
    assert_eq!(told(&app["last_used_at"], As::Moment), moment(&added[0][1]));
    let elsewhere = document["sessions"].as_array().unwrap().iter();
    let addresses: Vec<&Value> = elsewhere.map(|session| &session["address"]).collect();
    assert!(addresses.contains(&&json!("203.0.113.77")), "{addresses:?}");
    let mut secrets = rows
        .texts_of_person("phc", "user_password", ada.id.as_uuid())
        .await;
    secrets.extend(rows.texts_of_person("public", "passkey", ada.id.as_uuid()).await);
    secrets.push("erasable-token".to_owned());
    for secret in &secrets {
        assert!(!answer.body.contains(secret));
    }
    idp.clock.advance(Duration::from_secs(700));
    let late = browser.post("/account/privacy/export", &[]).await;
    assert!(late.location().unwrap().starts_with("/login?interaction="));
    let stranger = idp.browser().post("/account/privacy/export", &[]).await;
    assert_ne!(stranger.status, 200);
    rows.close().await;
}

#[tokio::test]
async fn activity_as_a_file_says_what_happened_when_where_and_of_which_app() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    sign_in(&mut browser, ADA).await;
    idp.clock.advance(Duration::from_secs(60));
    rp.tokens(&mut browser, ADA).await;
    super::own_account::run(&idp, "batched events").await;
    let csv = browser
        .get("/account/activity/export?format=csv&topic=sign-in")
        .await;
    let lines: Vec<&str> = csv.body.trim_end().split("\r\n").collect();
    assert_eq!((lines.len(), lines[0]), (2, "at,kind,what,address,user_agent"));
    let signed_in = "\"2026-01-01T00:00:00Z\",\"user_signed_in\",\"Signed in\",\"";
    assert!(lines[1].starts_with(signed_in), "{}", csv.body);
    assert!(
        lines[1].ends_with("\",\"Remarkable/1.0 (Windows)\""),
        "{}",
        csv.body
    );
    let csv = browser
        .get("/account/activity/export?format=csv&topic=apps")
        .await
        .body;
    let allowed = "\"2026-01-01T00:01:00Z\",\"consent_granted\",\"App allowed: Test App\"";
    assert!(csv.contains(allowed) && !csv.contains(&rp.id), "{csv}");
    let json = browser.get("/account/activity/export?format=json").await.json();
    let events = json.as_array().unwrap();
    let rows = idp.rows().await;
    let kept = rows
        .texts_of_person("event_id", "activity", ada.id.as_uuid())
        .await;
    assert_eq!(events.len(), kept.len());
    rows.close().await;
    let of = |kind: &str| {
        let found = events.iter().find(|event| event["what"]["kind"] == kind);
        found.unwrap_or_else(|| panic!("{kind}: {json}"))
    };
    let granted = of("consent_granted");
    assert_eq!(granted["text"], "App allowed: Test App");
    assert_eq!(granted["what"]["client"], rp.id);
    let begun = of("user_signed_in");
    assert_eq!(
        (&begun["at"], &begun["user_agent"]),
        (&json!("2026-01-01T00:00:00Z"), &json!("Remarkable/1.0 (Windows)"))
    );
    let page = browser.get("/account/activity?topic=apps").await.body;
    assert!(
        page.contains("App allowed: Test App") && !page.contains(&rp.id),
        "{page}"
    );
    let (act, id) = (idp.act().await, rp.id.parse().unwrap());
    assert!(idp.runtime.services.clients.delete(&act, &id).await.unwrap());
    let page = browser.get("/account/activity?topic=apps").await.body;
    assert!(page.contains(&format!("App allowed: {}", rp.id)), "{page}");
    let stranger = idp.browser().get("/account/activity/export?format=json").await;
    assert_ne!(stranger.status, 200);
}

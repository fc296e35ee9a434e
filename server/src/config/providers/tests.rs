use super::*;
use crate::config::Config;
use domain::realm::RealmName;

const GOOGLE_TABLE: &str = r#"
[[providers]]
id = "google"
kind = "oidc"
issuer = "https://accounts.google.com"
client_id = "us"
client_secret = "hush-hush"
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn read(&self, toml: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let path = self.put("signet.toml", toml);
        let pairs = environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::from_sources(Some(path.as_ref()), pairs.collect())
    }
}

fn read(toml: &str) -> Result<Config, ConfigError> {
    Folder::new().read(toml, &[])
}

/// The Google table with one line more, or another instead of the line with that key.
fn google_with(line: &str) -> String {
    let key = line.split(' ').next().unwrap();
    let kept = GOOGLE_TABLE
        .lines()
        .filter(|old| old.split(' ').next() != Some(key));
    kept.chain([line]).collect::<Vec<_>>().join("\n")
}

fn registered(config: &ProviderConfig) -> &Registered {
    match &config.upstream {
        UpstreamConfig::Oidc(settings) => &settings.registered,
        UpstreamConfig::GitHub(settings) => &settings.registered,
    }
}

fn secret(config: &Config) -> String {
    match &registered(&config.providers[0]).credential {
        Credential::Secret(secret) => secret.expose().clone(),
        Credential::PrivateKey(_) => panic!("a secret was set"),
    }
}

fn private_key() -> String {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let der = STANDARD.encode(pair.to_pkcs8v1().unwrap());
    let label = "PRIVATE KEY";
    format!("-----BEGIN {label}-----\n{der}\n-----END {label}-----\n")
}

#[test]
fn few_keys_make_a_provider() {
    let config = read(GOOGLE_TABLE).unwrap();
    let google = registered(&config.providers[0]);
    assert_eq!(google.provider.id.as_str(), "google");
    assert_eq!(
        (google.provider.label.as_str(), google.provider.mark),
        ("Google", Mark::Google)
    );
    assert_eq!(google.provider.realms, [RealmName::Root]);
    assert_eq!(google.scopes, ["openid", "email", "profile"]);
    assert!(!config.providers[0].allow_private_network);
    assert!(!google.provider.trust_email && !google.provider.keeps_tokens);
    assert!(google.provider.admin_groups.is_empty());
    let patience = config.providers[0].patience;
    assert_eq!((patience.failures, patience.pause.as_secs()), (5, 30));
    let lettered = read(&google_with("mark = 'letter'")).unwrap();
    assert_eq!(registered(&lettered.providers[0]).provider.mark, Mark::Plain);
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn every_key_is_read() {
    let config = read(
        r#"
[[providers]]
id = "acme"
kind = "oidc"
issuer = "http://127.0.0.1:9000/tenant"
client_id = "us"
client_secret = "hush"
label = "Acme staff"
realms = ["root", "acme"]
domains = ["acme.example"]
scopes = "openid groups"
allow_private_network = true
trust_email = true
keep_tokens = true
admin_groups = ["IT admins", "/acme/owners"]
mark = "github"
breaker_failures = 3
breaker_pause = 60
[providers.claims]
email = "mail"
groups = "/realm_access/roles"
[providers.claims.attributes]
department = "dept"
"#,
    )
    .unwrap();
    assert!(config.providers[0].allow_private_network);
    let acme = registered(&config.providers[0]);
    assert_eq!(
        (acme.provider.label.as_str(), acme.provider.mark),
        ("Acme staff", Mark::GitHub)
    );
    let patience = config.providers[0].patience;
    assert_eq!((patience.failures, patience.pause.as_secs()), (3, 60));
    assert_eq!(acme.provider.realms, [RealmName::Root, "acme".parse().unwrap()]);
    assert_eq!(acme.provider.domains, ["acme.example"]);
    assert!(acme.provider.trust_email && acme.provider.keeps_tokens);
    assert_eq!(acme.scopes, ["openid", "groups"]);
    assert_eq!(
        Vec::from_iter(&acme.provider.admin_groups),
        ["/acme/owners", "IT admins"]
    );
    assert_eq!(acme.claims.email, "mail");
    assert_eq!(acme.claims.groups.as_deref(), Some("/realm_access/roles"));
    assert_eq!(acme.claims.attributes["department"], "dept");
}

#[test]
fn github_is_the_public_one_unless_a_server_is_named() {
    let table = "[[providers]]\nid = 'github'\nkind = 'github'\nclient_id = 'us'\nclient_secret = 'hush'\n";
    let urls = |toml: &str| match &read(toml).unwrap().providers[0].upstream {
        UpstreamConfig::GitHub(settings) => (settings.base_url.to_string(), settings.api_url.to_string()),
        UpstreamConfig::Oidc(_) => panic!("it is GitHub"),
    };
    let public = (
        "https://github.com/".to_owned(),
        "https://api.github.com/".to_owned(),
    );
    assert_eq!(urls(table), public);
    let own = urls(&format!("{table}base_url = 'https://git.acme.example'\n"));
    assert_eq!(own.1, "https://git.acme.example/api/v3");
    let both = format!("{table}base_url = 'http://localhost:1'\napi_url = 'http://localhost:2/api'\n");
    assert_eq!(urls(&both).1, "http://localhost:2/api");
}

#[test]
fn a_secret_may_be_in_the_file_a_file_of_its_own_or_the_environment_which_wins() {
    const VARIABLE: &str = "SIGNET_PROVIDER_GOOGLE_CLIENT_SECRET";
    const VARIABLE_FILE: &str = "SIGNET_PROVIDER_GOOGLE_CLIENT_SECRET_FILE";
    let folder = Folder::new();
    let one = folder.put("one", "from-a-file\n");
    let named = google_with(&format!("client_secret_file = '{one}'"));
    let only_file = named.replace("client_secret = \"hush-hush\"\n", "");
    let absent = GOOGLE_TABLE.replace("client_secret = \"hush-hush\"\n", "");
    assert_eq!(secret(&folder.read(GOOGLE_TABLE, &[]).unwrap()), "hush-hush");
    assert_eq!(secret(&folder.read(&only_file, &[]).unwrap()), "from-a-file");
    for toml in [GOOGLE_TABLE, &only_file, &absent] {
        assert_eq!(secret(&folder.read(toml, &[(VARIABLE, "env")]).unwrap()), "env");
        assert_eq!(
            secret(&folder.read(toml, &[(VARIABLE_FILE, &one)]).unwrap()),
            "from-a-file"
        );
    }
    let refused = |toml: &str, environment: &[(&str, &str)]| folder.read(toml, environment).unwrap_err().key;
    assert_eq!(refused(&absent, &[]), "providers.google.client_secret_file");
    assert_eq!(refused(&named, &[]), "providers.google.client_secret_file");
    assert_eq!(
        refused(GOOGLE_TABLE, &[(VARIABLE, "a"), (VARIABLE_FILE, &one)]),
        VARIABLE_FILE
    );
    assert_eq!(
        refused(&absent, &[(VARIABLE_FILE, "/nonexistent")]),
        VARIABLE_FILE
    );
    assert_eq!(
        refused(&absent, &[(VARIABLE, "")]),
        "providers.google.client_secret"
    );
    let other = "SIGNET_PROVIDER_GITHUB_CLIENT_SECRET";
    assert_eq!(refused(GOOGLE_TABLE, &[(other, "x")]), other);
    assert_eq!(refused("", &[(other, "x")]), other);
}

#[test]
fn a_dash_in_an_id_is_an_underscore_in_the_variable() {
    let toml = google_with("id = 'acme-2'").replace("client_secret = \"hush-hush\"\n", "");
    let variable = ("SIGNET_PROVIDER_ACME_2_CLIENT_SECRET", "env");
    assert_eq!(secret(&Folder::new().read(&toml, &[variable]).unwrap()), "env");
}

#[test]
fn what_is_wrong_is_named() {
    for (line, key) in [
        ("id = 'Google'", "providers.[0].id"),
        ("id = 'password'", "providers.[0].id"),
        ("id = 'otp'", "providers.[0].id"),
        ("id = 'code'", "providers.[0].id"),
        ("id = 'passkey'", "providers.[0].id"),
        ("id = 'resume'", "providers.[0].id"),
        ("kind = 'saml'", "providers.google.kind"),
        ("issuer = 'http://id.example.com'", "providers.google.issuer"),
        ("issuer = 'http://10.0.0.1'", "providers.google.issuer"),
        ("issuer = 'ftp://id.example.com'", "providers.google.issuer"),
        ("issuer = 'https://a:b@id.example.com'", "providers.google.issuer"),
        ("issuer = 'https://id.example.com?a'", "providers.google.issuer"),
        ("api_url = 'https://id.example.com'", "providers.google.api_url"),
        ("client_id = ''", "providers.google.client_id"),
        ("client_secret = ''", "providers.google.client_secret"),
        ("label = ' '", "providers.google.label"),
        ("mark = 'acme'", "providers.google.mark"),
        ("breaker_failures = 0", "providers.google.breaker_failures"),
        ("breaker_failures = 101", "providers.google.breaker_failures"),
        ("breaker_pause = 0", "providers.google.breaker_pause"),
        ("breaker_pause = 3601", "providers.google.breaker_pause"),
        ("realms = []", "providers.google.realms"),
        ("realms = ['A']", "providers.google.realms"),
        ("domains = ['Acme.example']", "providers.google.domains"),
        ("domains = ['a..b']", "providers.google.domains"),
        ("domains = ['a.example', 'a.example']", "providers.google.domains"),
        ("scopes = 'email'", "providers.google.scopes"),
        ("scopes = 'openid \"'", "providers.google.scopes"),
        ("secret = 'hush'", "providers.google.secret"),
        ("claims = { mail = 'x' }", "providers.google.mail"),
        ("claims = { email = '' }", "providers.google.claims"),
        (
            "private_key_file = '/nonexistent'",
            "providers.google.private_key_file",
        ),
    ] {
        let error = read(&google_with(line)).map(drop).unwrap_err();
        assert_eq!(error.key, key, "{line}");
        assert!(!error.to_string().contains("hush-hush"), "{error}");
    }
    for missing in ["id", "kind", "issuer", "client_id"] {
        let lines = GOOGLE_TABLE
            .lines()
            .filter(|line| line.split(' ').next() != Some(missing));
        let error = read(&lines.collect::<Vec<_>>().join("\n")).map(drop).unwrap_err();
        assert!(error.key.ends_with(missing), "{missing}: {error}");
    }
    let twice = format!("{GOOGLE_TABLE}{GOOGLE_TABLE}");
    assert_eq!(read(&twice).unwrap_err().key, "providers.google.id");
    assert_eq!(read("providers = 'google'").unwrap_err().key, "providers");
    let typed = read(&google_with("client_secret = ['hush-hush']")).unwrap_err();
    assert!(!format!("{typed} {typed:?}").contains("hush"), "{typed}");
}

#[test]
fn groups_that_make_administrators_are_named_to_the_letter_and_are_read() {
    let with = |groups: &str| google_with(&format!("admin_groups = {groups}"));
    let claims = "\n[providers.claims]\ngroups = 'groups'\n";
    assert!(read(&format!("{}{claims}", with("['owners']"))).is_ok());
    let error = read(&with("['owners']")).unwrap_err();
    assert_eq!(error.key, "providers.google.admin_groups", "no claim is read");
    let long = format!("['{}']", "a".repeat(257));
    for bad in [
        "[]",
        "['']",
        "['owners', '']",
        "[' ']",
        "['owners ']",
        "['a\tb']",
        &long,
    ] {
        let error = read(&format!("{}{claims}", with(bad))).unwrap_err();
        assert_eq!(error.key, "providers.google.admin_groups", "{bad}");
    }
}

#[test]
fn a_domain_belongs_to_one_provider_of_a_realm() {
    let first = google_with("domains = ['acme.example']");
    let second = first.replace("\"google\"", "\"other\"");
    assert_eq!(
        read(&format!("{first}\n{second}")).unwrap_err().key,
        "providers.other.domains"
    );
    let elsewhere = format!("{first}\n{second}\nrealms = ['acme']");
    assert_eq!(read(&elsewhere).unwrap().providers.len(), 2);
}

#[test]
fn a_key_of_our_own_takes_the_place_of_a_secret() {
    let folder = Folder::new();
    let absent = GOOGLE_TABLE.replace("client_secret = \"hush-hush\"\n", "");
    let good = folder.put("key.pem", &private_key());
    let toml = format!("{absent}private_key_file = '{good}'\nprivate_key_id = 'mine'");
    let config = folder.read(&toml, &[]).unwrap();
    let credential = &registered(&config.providers[0]).credential;
    assert_eq!(format!("{credential:?}"), "PrivateKey(ClientKey(ES256, mine))");
    let bad = folder.put("bad.pem", "hush");
    let toml = format!("{absent}private_key_file = '{bad}'");
    assert_eq!(
        folder.read(&toml, &[]).unwrap_err().key,
        "providers.google.private_key_file"
    );
    let both = format!("{GOOGLE_TABLE}private_key_file = '{good}'");
    assert_eq!(
        folder.read(&both, &[]).unwrap_err().key,
        "providers.google.private_key_file"
    );
}

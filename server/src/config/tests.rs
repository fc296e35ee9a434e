use super::*;
use std::time::Duration;

fn with(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_sources(
        None,
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
    )
}

fn refused_key(pairs: &[(&str, &str)]) -> String {
    with(pairs)
        .map(|_| "accepted".to_owned())
        .unwrap_or_else(|error| error.key)
}

#[test]
fn defaults_need_nothing() {
    let config = with(&[]).unwrap();
    assert_eq!(config.issuer.as_str(), "http://localhost:4000");
    assert_eq!(config.database_url.expose(), "sqlite://./data/signet.db");
    assert!(matches!(config.master_key, MasterKeySource::Made(_)));
}

#[test]
fn what_is_unsafe_or_unknown_is_named() {
    for (pairs, key) in [
        (&[("SIGNET_ISSUER", "http://id.example.com")][..], "SIGNET_ISSUER"),
        (
            &[("SIGNET_ISSUER", "https://id.example.com/path")],
            "SIGNET_ISSUER",
        ),
        (&[("SIGNET_ISSUER", "https://id.example.com")], "SIGNET_SMTP_URL"),
        (&[("SIGNET_LISTNE", "x")], "SIGNET_LISTNE"),
        (
            &[("SIGNET_GEO_DATABASE", "./nowhere.mmdb")],
            "SIGNET_GEO_DATABASE",
        ),
        (&[("SIGNET_GEO_DATABASE", "Cargo.toml")], "SIGNET_GEO_DATABASE"),
        (&[("SIGNET_CODE_LIFETIME", "601")], "SIGNET_CODE_LIFETIME"),
        (&[("SIGNET_CODE_LIFETIME", "0")], "SIGNET_CODE_LIFETIME"),
        (
            &[("SIGNET_DEVICE_CODE_LIFETIME", "1801")],
            "SIGNET_DEVICE_CODE_LIFETIME",
        ),
        (&[("SIGNET_DATABASE_URL", "mysql://x")], "SIGNET_DATABASE_URL"),
        (
            &[("SIGNET_DATABASE_URL", "postgres://x")],
            "SIGNET_MASTER_KEY_FILE",
        ),
        (
            &[("SIGNET_DATABASE_URL", "postgres://host:port/x")],
            "SIGNET_DATABASE_URL",
        ),
        (
            &[("SIGNET_DATABASE_URL", "sqlite::memory:")],
            "SIGNET_DATABASE_URL",
        ),
        (
            &[("SIGNET_EPHEMERAL_URL", "memcached://x")],
            "SIGNET_EPHEMERAL_URL",
        ),
        (
            &[("SIGNET_EPHEMERAL_URL", "redis://x/first")],
            "SIGNET_EPHEMERAL_URL",
        ),
        (&[("SIGNET_EVENTS_URL", "kafka://x")], "SIGNET_EVENTS_URL"),
        (&[("SIGNET_PASSWORD_POLICY", "strict")], "SIGNET_PASSWORD_POLICY"),
        (
            &[("SIGNET_LEAKED_PASSWORDS_URL", "https://leaked.example/range")],
            "SIGNET_LEAKED_PASSWORDS_URL",
        ),
        (&[("SIGNET_REGISTRATION", "on")], "SIGNET_REGISTRATION"),
        (
            &[("SIGNET_REGISTRATION_GRANTS", "implicit")],
            "SIGNET_REGISTRATION_GRANTS",
        ),
        (
            &[("SIGNET_REGISTRATION_SCOPES", "a\"b")],
            "SIGNET_REGISTRATION_SCOPES",
        ),
        (
            &[("SIGNET_REGISTRATION_HOSTS", "https://example.com")],
            "SIGNET_REGISTRATION_HOSTS",
        ),
        (&[("SIGNET_REGISTRATION_LIMIT", "0")], "SIGNET_REGISTRATION_LIMIT"),
        (&[("SIGNET_ACCESS_TOKEN_ALG", "HS256")], "SIGNET_ACCESS_TOKEN_ALG"),
        (
            &[("SIGNET_ADMIN_EMAIL", "ada@example.com")],
            "SIGNET_ADMIN_PASSWORD",
        ),
        (
            &[
                ("SIGNET_ADMIN_EMAIL", "ada@example.com"),
                ("SIGNET_ADMIN_PASSWORD_FILE", "/nonexistent"),
            ],
            "SIGNET_ADMIN_PASSWORD_FILE",
        ),
        (
            &[("SIGNET_TRUSTED_PROXIES", "10.0.0.0/99")],
            "SIGNET_TRUSTED_PROXIES",
        ),
        (
            &[("SIGNET_OUTBOUND_ALLOW", "10.0.0.0/8, intranet")],
            "SIGNET_OUTBOUND_ALLOW",
        ),
    ] {
        assert_eq!(refused_key(pairs), key, "{pairs:?}");
    }
}

#[test]
fn networks_are_ranges_or_addresses_and_a_text_or_an_array() {
    let expected: Vec<ipnet::IpNet> = ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128"]
        .map(|network| network.parse().unwrap())
        .into();
    let named = "10.0.0.0/8, 192.0.2.1,2001:db8::1";
    let config = with(&[("SIGNET_TRUSTED_PROXIES", named)]).unwrap();
    assert_eq!(config.trusted_proxies, expected);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("signet.toml");
    for written in [
        format!("'{named}'"),
        "['10.0.0.0/8', '192.0.2.1', '2001:db8::1']".to_owned(),
    ] {
        let text = format!("trusted_proxies = {written}\noutbound_allow = {written}\n");
        std::fs::write(&file, text).unwrap();
        let config = Config::from_sources(Some(&file), HashMap::new()).unwrap();
        assert_eq!(config.trusted_proxies, expected, "{written}");
        assert_eq!(config.outbound_allow, expected, "{written}");
    }
}

#[test]
fn clients_may_register_what_an_operator_says() {
    use domain::{client::GrantType, client_registration::RegistrationMode};
    let off = with(&[]).unwrap().settings.registration;
    assert_eq!(off.mode, RegistrationMode::Off);
    assert_eq!(off.grants, GrantType::DEFAULT.into());
    let said = with(&[
        ("SIGNET_REGISTRATION", "token"),
        (
            "SIGNET_REGISTRATION_GRANTS",
            "authorization_code, client_credentials",
        ),
        ("SIGNET_REGISTRATION_SCOPES", "openid garden"),
        ("SIGNET_REGISTRATION_HOSTS", "example.com,example.net"),
        ("SIGNET_REGISTRATION_LIMIT", "5"),
    ]);
    let policy = said.unwrap().settings.registration;
    assert_eq!(policy.mode, RegistrationMode::Token);
    assert_eq!(
        policy.grants,
        [GrantType::AuthorizationCode, GrantType::ClientCredentials].into()
    );
    assert_eq!(policy.scopes, Some("openid garden".parse().unwrap()));
    assert_eq!((policy.redirect_hosts.len(), policy.per_hour), (2, 5));
    for (pairs, per_hour) in [
        (vec![], 100),
        (vec![("SIGNET_REQUEST_LIMIT", "60")], 100),
        (vec![("SIGNET_REQUEST_LIMIT", "0")], u32::MAX),
        (
            vec![("SIGNET_REQUEST_LIMIT", "0"), ("SIGNET_REGISTRATION_LIMIT", "5")],
            5,
        ),
    ] {
        let policy = with(&pairs).unwrap().settings.registration;
        assert_eq!(policy.per_hour, per_hour, "{pairs:?}");
    }
}

#[test]
fn ephemeral_values_are_kept_where_the_address_says() {
    for url in [
        "memory:",
        "sql:",
        "redis://cache.example.com/3",
        "rediss://:secret@cache.example.com",
    ] {
        let config = with(&[("SIGNET_EPHEMERAL_URL", url)]).unwrap();
        assert_eq!(config.ephemeral_url.expose(), url);
    }
    let refused = with(&[("SIGNET_EPHEMERAL_URL", "redis://:secret@host:port")]).unwrap_err();
    assert!(!refused.to_string().contains("secret"), "{refused}");
}

#[test]
fn the_environment_wins_over_the_file_and_secrets_come_from_files() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("signet.toml");
    let secret = dir.path().join("password");
    std::fs::write(&file, "listen = '127.0.0.1:1'\ncode_lifetime = 30\n").unwrap();
    std::fs::write(&secret, "correct horse battery\n").unwrap();
    let environment = HashMap::from([
        ("SIGNET_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
        ("SIGNET_ADMIN_EMAIL".to_owned(), "ada@example.com".to_owned()),
        (
            "SIGNET_ADMIN_PASSWORD_FILE".to_owned(),
            secret.display().to_string(),
        ),
    ]);
    let config = Config::from_sources(Some(&file), environment).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.settings.lifetimes.code, Duration::from_secs(30));
    assert_eq!(config.administrator.unwrap().1.expose(), "correct horse battery");
    assert!(Config::from_sources(Some(&dir.path().join("absent.toml")), HashMap::new()).is_err());
}

#[test]
fn the_address_of_a_database_is_never_repeated() {
    const ADDRESS: &str = "postgres://signet:hunter2hunter2@db.example.com/signet";
    let config = with(&[("SIGNET_DATABASE_URL", ADDRESS), ("SIGNET_MASTER_KEY", "key")]).unwrap();
    assert_eq!(config.database_url.expose(), ADDRESS);
    assert!(!format!("{config:?}").contains("hunter2"));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("signet.toml");
    for text in [
        format!("database_url = \"{ADDRESS}"),
        format!("database_url = {ADDRESS}"),
        format!("database_url = [\"{ADDRESS}\"]"),
        format!(
            "database_url = \"{}\"",
            ADDRESS.replace("@db.example.com", "@db:port")
        ),
        format!("database_url = \"{}\"", ADDRESS.replace("postgres:", "mysql:")),
    ] {
        std::fs::write(&file, &text).unwrap();
        let error = Config::from_sources(Some(&file), HashMap::new()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn work_is_asked_of_networks_but_not_of_this_machine_unless_somebody_says_so() {
    let public = [
        ("SIGNET_ISSUER", "https://id.example.com"),
        ("SIGNET_SMTP_URL", "smtp://localhost"),
    ];
    let after = |pairs: &[(&str, &str)]| with(pairs).unwrap().settings.work_after;
    assert_eq!(after(&[]), None);
    assert_eq!(after(&[("SIGNET_WORK_AFTER", "5")]), Some(5));
    assert_eq!(after(&public), Some(3));
    let off = [&public[..], &[("SIGNET_WORK_AFTER", "0")]].concat();
    assert_eq!(after(&off), None);
    assert_eq!(
        refused_key(&[("SIGNET_WORK_AFTER", "1000001")]),
        "SIGNET_WORK_AFTER"
    );
}

#[test]
fn terms_have_an_address_and_a_version() {
    let url = ("SIGNET_TERMS_URL", "https://example.com/terms");
    let version = ("SIGNET_TERMS_VERSION", "2026-11");
    let settings = with(&[url, version]).unwrap().settings;
    let terms = settings.terms_of_use.unwrap();
    assert_eq!((terms.uri.as_str(), terms.version.as_str()), (url.1, version.1));
    assert!(with(&[]).unwrap().settings.terms_of_use.is_none());
    let public = [
        ("SIGNET_ISSUER", "https://id.example.com"),
        ("SIGNET_SMTP_URL", "smtp://localhost"),
    ];
    for (pairs, key) in [
        (&[url][..], "SIGNET_TERMS_VERSION"),
        (&[version], "SIGNET_TERMS_URL"),
        (&[url, ("SIGNET_TERMS_VERSION", "a b")], "SIGNET_TERMS_VERSION"),
        (
            &[("SIGNET_TERMS_URL", "javascript:alert(1)"), version],
            "SIGNET_TERMS_URL",
        ),
        (&[("SIGNET_PRIVACY_URL", "/privacy")], "SIGNET_PRIVACY_URL"),
    ] {
        assert_eq!(refused_key(pairs), key);
    }
    let plain = ("SIGNET_PRIVACY_URL", "http://example.com/privacy");
    assert!(with(&[plain]).is_ok());
    let plain = [&public[..], &[plain]].concat();
    assert_eq!(refused_key(&plain), "SIGNET_PRIVACY_URL");
}

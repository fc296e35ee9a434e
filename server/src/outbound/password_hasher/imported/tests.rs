use super::*;

const PASSWORD: &str = "correct horse battery staple";

/// Made by crypt(3) of libxcrypt, and by hashlib of Python (OpenSSL).
const MADE_ELSEWHERE: [&str; 8] = [
    "$2b$05$c2lnbmV0IHRlc3RzIHNhbO7DRPdbXY1ZbvLIYJk7lokbIpzvDJr2y",
    "$2a$05$c2lnbmV0IHRlc3RzIHNhbO7DRPdbXY1ZbvLIYJk7lokbIpzvDJr2y",
    "$scrypt$ln=10,r=8,p=1$c2FsdCBvZiBzaXh0ZWVuLg$psPPI5UXbBJQHgAmng+5XsOl4vlb8AXfipddMbErMP0",
    "$scrypt$ln=10,r=8,p=2$c2FsdCBvZiBzaXh0ZWVuLg$7osM+Bg2uhaemU0XnIcDFUHA2DfcU5OPohsLYptlkXxpq3nsiELYILtU5LyvJOtfZtirQyE9Z1eeZFKUVapYrA",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdCBvZiBzaXh0ZWVuLg$+pNIxHbq8QaCu7hW5a5n4pkeFEUi+4G7GclyZ39X7Pg",
    "$pbkdf2-sha512$i=1000$c2FsdCBvZiBzaXh0ZWVuLg$Y8NxEYAlpF9l+PKxqdPyL8jNEJKSCquFNng00U1QmgRIkmNcrYp2xFV6WUVMBiyoNJp+LUu8s7pMQ1hDGn3EsQ",
    "$pbkdf2-sha256$1000$....................$EmhuB16CdkffsoYq0tqJwWIQYPfaXsruXLViknd2pWA",
    "$pbkdf2-sha512$1000$c2FsdCBvZiBzaXh0ZWVuLg$Y8NxEYAlpF9l.PKxqdPyL8jNEJKSCquFNng00U1QmgRIkmNcrYp2xFV6WUVMBiyoNJp.LUu8s7pMQ1hDGn3EsQ",
];

#[test]
fn hashes_that_other_programs_made_verify_their_password_and_no_other() {
    for text in MADE_ELSEWHERE {
        let hash = Imported::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert!(hash.verifies(PASSWORD), "{text}");
        assert!(!hash.verifies("correct horse battery stable"), "{text}");
        assert!(!hash.verifies(""), "{text}");
    }
    let accents = "$2y$05$c2lnbmV0IHRlc3RzIHNhbOO9jKz6.w2Ihbk.YKh/ftaD695yN8XGm";
    assert!(Imported::parse(accents).unwrap().verifies("Grüße aus der Küche"));
}

#[test]
fn rfc9106_argon2id_of_several_lanes_verifies() {
    let salt = b"salt of sixteen.";
    for (memory, passes, lanes, length) in [(64, 1, 1, 32), (64, 3, 4, 32), (64, 1, 2, 24)] {
        let params = Params::new(memory, passes, lanes, Some(length)).unwrap();
        let mut hash = vec![0; length];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(PASSWORD.as_bytes(), salt, &mut hash)
            .unwrap();
        let (salt, hash) = (BASE64.encode(salt), BASE64.encode(hash));
        let text = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}");
        let parsed = Imported::parse(&text).unwrap();
        assert!(parsed.verifies(PASSWORD) && !parsed.verifies("another"), "{text}");
    }
}

#[test]
fn what_would_cost_too_much_or_is_no_such_hash_is_not_read() {
    const SALT: &str = "c2FsdCBvZiBzaXh0ZWVuLg";
    const HASH: &str = "psPPI5UXbBJQHgAmng+5XsOl4vlb8AXfipddMbErMP0";
    let of = |costs: &str| Imported::parse(&format!("{costs}${SALT}${HASH}")).is_some();
    for (costs, read) in [
        ("$scrypt$ln=17,r=8,p=1", true),
        ("$scrypt$ln=17,r=8,p=2", true),
        ("$scrypt$ln=18,r=4,p=1", false),
        ("$scrypt$ln=17,r=9,p=1", false),
        ("$scrypt$ln=17,r=8,p=3", false),
        ("$scrypt$ln=4294967295,r=8,p=1", false),
        ("$scrypt$ln=10,r=0,p=1", false),
        ("$scrypt$ln=10,r=8", false),
        ("$pbkdf2-sha256$i=2000000", true),
        ("$pbkdf2-sha256$i=2000001", false),
        ("$pbkdf2-sha256$i=0", false),
        ("$pbkdf2-sha1$i=1000", false),
        ("$argon2id$v=19$m=131072,t=8,p=1", true),
        ("$argon2id$v=19$m=131080,t=1,p=1", false),
        ("$argon2id$v=19$m=131072,t=9,p=1", false),
        ("$argon2id$v=19$m=1024,t=1,p=17", false),
        ("$argon2id$v=16$m=1024,t=1,p=1", false),
        ("$argon2i$v=19$m=1024,t=1,p=1", false),
        ("$5$rounds=1000", false),
    ] {
        assert_eq!(of(costs), read, "{costs}");
    }
    let bcrypt = |cost: &str| Imported::parse(&MADE_ELSEWHERE[0].replace("$05$", cost)).is_some();
    assert!(bcrypt("$04$") && bcrypt("$14$"));
    assert!(!bcrypt("$15$") && !bcrypt("$03$") && !bcrypt("$99$"));
    let long = format!("$pbkdf2-sha256$i=1000${SALT}${}", "A".repeat(512));
    let short = format!("$pbkdf2-sha256$i=1000${SALT}$AAAA");
    for text in ["", "$", "plain text", "$2b$", long.as_str(), short.as_str()] {
        assert!(Imported::parse(text).is_none(), "{text}");
    }
}

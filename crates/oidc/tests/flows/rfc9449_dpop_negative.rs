//! RFC 9449 §4.3, §7: what makes a proof no proof, each time at an endpoint that a good proof opens.

use crate::fixture::{Idp, Prover, RelyingParty, Request, dpop};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::ClientAlgorithm,
    testing::{a_client, a_user},
};
use oidc::{
    dpop::{DpopError, ProofHeader},
    token::TokenError,
    userinfo::UserinfoError,
};
use serde_json::{Value, json};

/// Why a proof is to be refused; none if it is good.
type Fault = Option<fn(&DpopError) -> bool>;

macro_rules! fault {
    ($fault:pat) => {
        Some((|error: &DpopError| matches!(error, $fault)) as fn(&DpopError) -> bool)
    };
}

struct Scene<'a> {
    idp: &'a Idp,
    rp: RelyingParty<'a>,
    holder: Prover,
    other: Prover,
    token: String,
}

impl<'a> Scene<'a> {
    async fn new(idp: &'a Idp) -> Self {
        let rp = idp.relying_party(a_client()).await;
        let browser = idp.signed_in(a_user()).await;
        let holder = Prover::new(ClientAlgorithm::Es256).await;
        let code = rp.redemption(&rp.code(&browser).await);
        let proof = holder.for_token(idp);
        let tokens = rp.token_with(&code, ProofHeader::One(&proof)).await.unwrap();
        Self {
            idp,
            token: tokens.access_token().to_owned(),
            rp,
            holder,
            other: Prover::new(ClientAlgorithm::Es256).await,
        }
    }

    /// What userinfo says.
    async fn userinfo(&self, proof: ProofHeader<'_>) -> Result<(), DpopError> {
        let told = self.idp.userinfo_with(dpop(&self.token), "GET", proof).await;
        match told {
            Ok(_) => Ok(()),
            Err(UserinfoError::Dpop(error)) => Err(error),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// What the token endpoint says.
    async fn token(&self, proof: ProofHeader<'_>) -> Result<(), DpopError> {
        let request = Request::of(&[("grant_type", "client_credentials")]);
        match self.rp.token_with(&request, proof).await {
            Ok(_) => Ok(()),
            Err(TokenError::Dpop(error)) => Err(error),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// The cases, as proofs for an endpoint.
    fn cases(&self, to: impl Fn(&Prover) -> crate::fixture::Proof<'_>) -> Vec<(&'static str, String, Fault)> {
        let good = || to(&self.holder);
        let claims = |name: &str| good().without(name).sign();
        let htu = good().claims()["htu"].as_str().unwrap().to_owned();
        let now = self.idp.now().seconds();
        let mut private = good().public_key().clone();
        private["d"] = URL_SAFE_NO_PAD.encode([1; 32]).into();
        let other_key = self.other.key.jwk();
        let stripped = good().sign().rsplit_once('.').unwrap().0.to_owned();
        vec![
            ("a good proof", good().sign(), None),
            ("not a JWT", "x".to_owned(), fault!(DpopError::Malformed)),
            ("not text", "\0".to_owned(), fault!(DpopError::Malformed)),
            (
                "two in one header",
                format!("{}, {}", good().sign(), good().sign()),
                fault!(DpopError::Malformed),
            ),
            ("no signature", stripped.clone(), fault!(DpopError::Malformed)),
            (
                "an empty signature",
                format!("{stripped}."),
                fault!(DpopError::Signature),
            ),
            ("no typ", claims("typ"), fault!(DpopError::Type)),
            (
                "another typ",
                good().header("typ", "JWT").sign(),
                fault!(DpopError::Type),
            ),
            ("no alg", claims("alg"), fault!(DpopError::Malformed)),
            (
                "alg none",
                good().header("alg", "none").sign(),
                fault!(DpopError::Algorithm),
            ),
            (
                "alg HS256",
                good().header("alg", "HS256").sign(),
                fault!(DpopError::Algorithm),
            ),
            (
                "alg ES384",
                good().header("alg", "ES384").sign(),
                fault!(DpopError::Algorithm),
            ),
            (
                "an alg that is not the key's",
                good().header("alg", "PS256").sign(),
                fault!(DpopError::Key),
            ),
            (
                "crit",
                good().header("crit", json!(["x"])).sign(),
                fault!(DpopError::Malformed),
            ),
            ("no jwk", claims("jwk"), fault!(DpopError::Key)),
            (
                "a jwk that is none",
                good().header("jwk", "x").sign(),
                fault!(DpopError::Key),
            ),
            (
                "a private jwk",
                good().header("jwk", private).sign(),
                fault!(DpopError::Key),
            ),
            (
                "a symmetric jwk",
                good().header("jwk", json!({"kty": "oct", "k": "AAAA"})).sign(),
                fault!(DpopError::Key),
            ),
            (
                "another jwk",
                good().header("jwk", other_key).sign(),
                fault!(DpopError::Signature),
            ),
            (
                "signed by another key",
                good().sign_by(&self.other),
                fault!(DpopError::Signature),
            ),
            ("no jti", claims("jti"), fault!(DpopError::Missing("jti"))),
            (
                "an empty jti",
                good().claim("jti", "").sign(),
                fault!(DpopError::Malformed),
            ),
            (
                "a long jti",
                good().claim("jti", "x".repeat(257)).sign(),
                fault!(DpopError::Malformed),
            ),
            (
                "a jti that is no text",
                good().claim("jti", 7).sign(),
                fault!(DpopError::Malformed),
            ),
            ("no htm", claims("htm"), fault!(DpopError::Missing("htm"))),
            (
                "another htm",
                good().claim("htm", "PUT").sign(),
                fault!(DpopError::Method),
            ),
            (
                "htm in lower case",
                good().claim("htm", "post").sign(),
                fault!(DpopError::Method),
            ),
            ("no htu", claims("htu"), fault!(DpopError::Missing("htu"))),
            (
                "an htu that is no text",
                good().claim("htu", json!([htu])).sign(),
                fault!(DpopError::Malformed),
            ),
            (
                "another htu",
                good().claim("htu", format!("{htu}x")).sign(),
                fault!(DpopError::Uri),
            ),
            (
                "htu elsewhere",
                good().claim("htu", htu.replace("id.", "it.")).sign(),
                fault!(DpopError::Uri),
            ),
            (
                "htu with a query",
                good().claim("htu", format!("{htu}?x=y")).sign(),
                None,
            ),
            (
                "htu with a fragment",
                good().claim("htu", format!("{htu}#x")).sign(),
                None,
            ),
            (
                "htu in upper case",
                good()
                    .claim("htu", htu.replace("https://id", "HTTPS://ID"))
                    .sign(),
                None,
            ),
            (
                "htu with the port",
                good().claim("htu", htu.replace(".com/", ".com:443/")).sign(),
                None,
            ),
            ("no iat", claims("iat"), fault!(DpopError::Missing("iat"))),
            (
                "an iat that is no number",
                good().claim("iat", "now").sign(),
                fault!(DpopError::Malformed),
            ),
            (
                "an hour old",
                good().claim("iat", now - 3_600).sign(),
                fault!(DpopError::Time),
            ),
            (
                "an hour ahead",
                good().claim("iat", now + 3_600).sign(),
                fault!(DpopError::Time),
            ),
            (
                "60 s old",
                good().claim("iat", now - 60).sign(),
                fault!(DpopError::Time),
            ),
            (
                "61 s ahead",
                good().claim("iat", now + 61).sign(),
                fault!(DpopError::Time),
            ),
            ("59 s old", good().claim("iat", now - 59).sign(), None),
            ("60 s ahead", good().claim("iat", now + 60).sign(), None),
            (
                "further claims and members",
                good().claim("exp", 1).claim("x", "y").header("x", "y").sign(),
                None,
            ),
            (
                "a nonce of somebody else",
                good().claim("nonce", "x").sign(),
                fault!(DpopError::Nonce),
            ),
            (
                "a nonce that is no text",
                good().claim("nonce", 1).sign(),
                fault!(DpopError::Malformed),
            ),
        ]
    }
}

fn judge(at: &str, (case, _, fault): &(&str, String, Fault), found: Result<(), DpopError>) {
    match (fault, found) {
        (None, Ok(())) => {}
        (Some(fault), Err(error)) => {
            assert!(fault(&error), "{at}, {case}: {error:?}");
            let code = error.code().as_str();
            let nonce = matches!(error, DpopError::Nonce);
            assert_eq!(
                code,
                if nonce {
                    "use_dpop_nonce"
                } else {
                    "invalid_dpop_proof"
                }
            );
        }
        (_, found) => panic!("{at}, {case}: {found:?}"),
    }
}

#[tokio::test]
async fn s4_3_whatever_is_wrong_with_a_proof_is_refused_and_a_good_one_still_works() {
    let idp = Idp::start().await;
    let scene = Scene::new(&idp).await;
    for case in scene.cases(|prover| prover.proof(&idp, "/token")) {
        judge("token", &case, scene.token(ProofHeader::One(&case.1)).await);
    }
    for case in scene.cases(|prover| prover.for_userinfo(&idp, &scene.token)) {
        judge("userinfo", &case, scene.userinfo(ProofHeader::One(&case.1)).await);
    }
    let good = scene.holder.for_userinfo(&idp, &scene.token).sign();
    assert!(scene.userinfo(ProofHeader::One(&good)).await.is_ok());
}

#[tokio::test]
async fn s7_1_at_a_resource_the_proof_names_the_token() {
    let idp = Idp::start().await;
    let scene = Scene::new(&idp).await;
    let good = scene.holder.for_userinfo(&idp, &scene.token);
    let other = Value::from(domain::secret::Digest::of("other").to_base64url());
    for (case, proof, fault) in [
        ("no proof", None, fault!(DpopError::Absent)),
        (
            "no ath",
            Some(good.clone().without("ath")),
            fault!(DpopError::TokenHash),
        ),
        (
            "another ath",
            Some(good.clone().claim("ath", other)),
            fault!(DpopError::TokenHash),
        ),
        (
            "the token itself",
            Some(good.clone().claim("ath", scene.token.as_str())),
            fault!(DpopError::Malformed),
        ),
        (
            "of another key",
            Some(scene.other.for_userinfo(&idp, &scene.token)),
            fault!(DpopError::OtherKey),
        ),
        ("good", Some(good.clone()), None),
        ("the same again", Some(good.clone()), fault!(DpopError::Replayed)),
    ] {
        let proof = proof.map(|proof| proof.sign());
        let header = proof.as_deref().map_or(ProofHeader::Absent, ProofHeader::One);
        let found = scene.userinfo(header).await;
        judge("userinfo", &(case, String::new(), fault), found);
    }
}

#[tokio::test]
async fn s4_3_there_is_one_header_at_most() {
    let idp = Idp::start().await;
    let scene = Scene::new(&idp).await;
    let several = ("several", String::new(), fault!(DpopError::Several));
    judge("token", &several, scene.token(ProofHeader::Several).await);
    judge("userinfo", &several, scene.userinfo(ProofHeader::Several).await);
}

#[tokio::test]
async fn a_long_proof_and_a_short_rsa_key_are_refused() {
    let idp = Idp::start().await;
    let scene = Scene::new(&idp).await;
    let long = scene.holder.proof(&idp, "/token").claim("x", "x".repeat(8_192));
    let long = ("long", long.sign(), fault!(DpopError::Malformed));
    judge("token", &long, scene.token(ProofHeader::One(&long.1)).await);
    let rsa = Prover::new(ClientAlgorithm::Ps256).await;
    let proof = rsa.proof(&idp, "/token");
    let mut jwk = proof.public_key().clone();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    jwk["n"] = URL_SAFE_NO_PAD.encode(&modulus[..255]).into();
    let short = (
        "2040 bits",
        proof.header("jwk", jwk).sign(),
        fault!(DpopError::Key),
    );
    judge("token", &short, scene.token(ProofHeader::One(&short.1)).await);
}

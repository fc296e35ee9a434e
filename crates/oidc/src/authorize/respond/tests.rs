use super::*;
use domain::{random::Random, testing::SeededRandom};

fn address(state: Option<&str>, mode: ResponseMode) -> ReturnAddress {
    let reply = ReplyTo {
        client_id: "app".parse().unwrap(),
        redirect_uri: domain::redirect_uri::RedirectUri::parse("https://app.example.com/cb?k=v").unwrap(),
        state: state.map(str::to_owned),
        response_mode: mode,
    };
    ReturnAddress {
        reply,
        issuer: "https://id.example.com".to_owned(),
    }
}

fn query_of(delivery: Delivery) -> Vec<(String, String)> {
    match delivery {
        Delivery::Redirect(uri) => url::Url::parse(&uri)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect(),
        Delivery::FormPost { fields, .. } => fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
    }
}

#[test]
fn s4_1_2_state_comes_back_exactly_whatever_it_holds() {
    let random: &dyn Random = &SeededRandom::new(7);
    for round in 0..300_u32 {
        let mut bytes = vec![0; (round % 64) as usize + 1];
        random.fill(&mut bytes);
        let state: String = if round % 2 == 0 {
            bytes.iter().map(|b| char::from(*b)).collect()
        } else {
            String::from_utf8_lossy(&bytes).into()
        };
        for mode in ResponseMode::ALL {
            let delivery = address(Some(&state), mode).error(AuthorizeError::Scope).delivery;
            let pairs = query_of(delivery);
            assert_eq!(pairs.iter().find(|(name, _)| name == "state").unwrap().1, state);
        }
    }
}

#[test]
fn rfc9207_s2_every_response_names_the_issuer() {
    let code = OpaqueToken::generate(
        domain::opaque::OpaqueKind::AuthorizationCode,
        &SeededRandom::new(1),
    );
    for mode in ResponseMode::ALL {
        let address = address(None, mode);
        for response in [address.code(&code), address.error(AuthorizeError::Scope)] {
            let pairs = query_of(response.delivery);
            assert!(
                pairs.contains(&("iss".to_owned(), "https://id.example.com".to_owned())),
                "{pairs:?}"
            );
            assert!(!pairs.iter().any(|(name, _)| name == "state"));
        }
    }
    let pairs = query_of(address(None, ResponseMode::Query).code(&code).delivery);
    assert!(
        pairs.contains(&("k".to_owned(), "v".to_owned())) && pairs.iter().any(|(_, v)| v == code.expose())
    );
    assert!(!format!("{:?}", address(None, ResponseMode::Query).code(&code)).contains(code.expose()));
}

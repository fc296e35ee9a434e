//! From configuration to the providers that others sign in through. Nobody is asked for anything yet.

use crate::{
    config::{Config, ProviderConfig, UpstreamConfig},
    outbound::{
        http_fetch::{AddressPolicy, GuardedHttp},
        upstreams::CountedUpstreams,
    },
};
use domain::{
    clock::Clock,
    federation::{Upstream, Upstreams},
    outbound::HttpFetch,
    random::Random,
};
use federation::{GitHub, OpenIdProvider, Outside};
use ipnet::IpNet;
use std::{
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

/// Networks of organisations (RFC 1918, RFC 4193), beside this machine.
fn private_networks() -> [IpNet; 4] {
    let v4 = |a, b, bits| IpNet::from(ipnet::Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), bits));
    let unique_local = ipnet::Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7);
    [
        v4(10, 0, 8),
        v4(172, 16, 12),
        v4(192, 168, 16),
        IpNet::from(unique_local),
    ]
}

/// What providers are reached by: public ones alike, also on a deployment that may otherwise reach this machine.
fn policy(config: &Config, private: bool) -> AddressPolicy {
    let mut allowed = config.outbound_allow.clone();
    if private {
        allowed.extend(private_networks());
    }
    AddressPolicy {
        allowed,
        loopback: private,
    }
}

/// The providers of `config`.
pub(super) fn open(config: &Config, clock: &Arc<dyn Clock>, random: &Arc<dyn Random>) -> Upstreams {
    let [public, private] = [false, true]
        .map(|private| -> Arc<dyn HttpFetch> { Arc::new(GuardedHttp::new(policy(config, private))) });
    let outside = |provider: &ProviderConfig| Outside {
        http: if provider.allow_private_network {
            private.clone()
        } else {
            public.clone()
        },
        clock: clock.clone(),
        random: random.clone(),
        observer: Arc::new(CountedUpstreams),
        patience: provider.patience,
    };
    let opened = config.providers.iter().map(|provider| -> Arc<dyn Upstream> {
        match &provider.upstream {
            UpstreamConfig::Oidc(settings) => {
                Arc::new(OpenIdProvider::new(settings.clone(), outside(provider)))
            }
            UpstreamConfig::GitHub(settings) => Arc::new(GitHub::new(settings.clone(), outside(provider))),
        }
    });
    Upstreams::new(opened.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn only_a_provider_that_may_live_there_is_reached_on_private_addresses() {
        let config = Config::from_sources(None, HashMap::new()).unwrap();
        let (public, private) = (policy(&config, false), policy(&config, true));
        for text in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "fd00::1",
        ] {
            let address = text.parse().unwrap();
            assert!(!public.permits(address), "{text}");
            assert!(private.permits(address), "{text}");
        }
        for text in ["169.254.169.254", "0.0.0.0", "fe80::1", "100.100.100.200"] {
            assert!(!private.permits(text.parse().unwrap()), "{text}");
        }
    }
}

//! Which addresses requests to other servers may reach (RFC 9700 §4.16; IANA's special-purpose address registries).
//!
//! What is not plainly public is refused, and so are IPv6 forms that lead to an IPv4 address behind the network's
//! back; an operator may open private networks by name.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an operator allows beyond public addresses.
#[derive(Clone, Debug, Default)]
pub struct AddressPolicy {
    /// Networks that may be reached although they are not public.
    pub allowed: Vec<IpNet>,
    /// Whether this machine may be reached, and by http: the deployment is one of development.
    pub loopback: bool,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(head: [u16; 4], bits: u8) -> Ipv6Net {
    let [a, b, c, d] = head;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), bits)
}

/// IPv4 that is not public.
const SPECIAL_V4: [Ipv4Net; 16] = [
    // This network (RFC 791 §3.2).
    v4(0, 0, 0, 0, 8),
    // Private use (RFC 1918).
    v4(10, 0, 0, 0, 8),
    // Shared by carriers (RFC 6598); one cloud's metadata is here.
    v4(100, 64, 0, 0, 10),
    // Loopback (RFC 1122 §3.2.1.3).
    v4(127, 0, 0, 0, 8),
    // A public address that one cloud serves its metadata from.
    v4(168, 63, 129, 16, 32),
    // Link-local (RFC 3927); most clouds' metadata is here.
    v4(169, 254, 0, 0, 16),
    // Private use (RFC 1918).
    v4(172, 16, 0, 0, 12),
    // Protocol assignments (RFC 6890 §2.1).
    v4(192, 0, 0, 0, 24),
    // Documentation (RFC 5737).
    v4(192, 0, 2, 0, 24),
    // Relays of 6to4 (RFC 7526).
    v4(192, 88, 99, 0, 24),
    // Private use (RFC 1918).
    v4(192, 168, 0, 0, 16),
    // Benchmarking (RFC 2544).
    v4(198, 18, 0, 0, 15),
    // Documentation (RFC 5737).
    v4(198, 51, 100, 0, 24),
    // Documentation (RFC 5737).
    v4(203, 0, 113, 0, 24),
    // Multicast (RFC 1112 §4).
    v4(224, 0, 0, 0, 4),
    // Reserved, and the broadcast address (RFC 1112 §4).
    v4(240, 0, 0, 0, 4),
];

/// All of IPv6 that is global unicast (RFC 4291 §2.4); the rest is refused.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// What of [`GLOBAL_V6`] is not public.
const SPECIAL_V6: [Ipv6Net; 4] = [
    // Protocol assignments, Teredo among them (RFC 2928, RFC 4380).
    v6([0x2001, 0, 0, 0], 23),
    // Documentation (RFC 3849).
    v6([0x2001, 0x0db8, 0, 0], 32),
    // 6to4 (RFC 3056), which carries an IPv4 address.
    v6([0x2002, 0, 0, 0], 16),
    // Documentation (RFC 9637).
    v6([0x3fff, 0, 0, 0], 20),
];

/// The well-known prefix of NAT64 (RFC 6052 §2.1): how hosts without IPv4 reach public IPv4 servers.
const NAT64: Ipv6Net = v6([0x0064, 0xff9b, 0, 0], 96);

impl AddressPolicy {
    /// Whether `address` may be reached.
    pub fn permits(&self, address: IpAddr) -> bool {
        // A mapped address is sent as the IPv4 address it holds.
        let address = address.to_canonical();
        is_public(address)
            || (self.loopback && address.is_loopback())
            || self.allowed.iter().any(|net| net.contains(&address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) if NAT64.contains(&v6) => {
            let [.., a, b, c, d] = v6.octets();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(v6) => GLOBAL_V6.contains(&v6) && !SPECIAL_V6.iter().any(|net| net.contains(&v6)),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(policy: &AddressPolicy, text: &str) -> bool {
        policy.permits(text.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_permitted() {
        let policy = AddressPolicy::default();
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001:81b::200e",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(permits(&policy, text), "{text}");
        }
    }

    #[test]
    fn what_is_not_public_is_refused_in_every_form() {
        let policy = AddressPolicy::default();
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            let v4: Ipv4Addr = text.parse().unwrap();
            let [a, b, c, d] = v4.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for form in [
                text.to_owned(),
                format!("::ffff:{text}"),
                format!("::{text}"),
                format!("64:ff9b::{text}"),
                format!("64:ff9b:1::{text}"),
                format!("2002:{high:x}:{low:x}::1"),
                format!("2001:0:{high:x}:{low:x}::{:x}:{:x}", !high, !low),
            ] {
                assert!(!permits(&policy, &form), "{form}");
            }
        }
        for text in [
            "::",
            "::1",
            "100::1",
            "2001:db8::1",
            "2001:2::1",
            "2001:10::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!permits(&policy, text), "{text}");
        }
    }

    #[test]
    fn an_operator_opens_networks_and_a_loopback_deployment_this_machine() {
        let policy = AddressPolicy {
            allowed: vec!["10.1.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()],
            loopback: false,
        };
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "fd00:1::9"] {
            assert!(permits(&policy, text), "{text}");
        }
        for text in ["10.2.0.1", "fd00:2::9", "127.0.0.1", "::1", "64:ff9b::10.1.2.3"] {
            assert!(!permits(&policy, text), "{text}");
        }
        let local = AddressPolicy {
            loopback: true,
            ..AddressPolicy::default()
        };
        for text in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"] {
            assert!(permits(&local, text), "{text}");
        }
        for text in ["10.0.0.1", "0.0.0.0", "::", "169.254.169.254"] {
            assert!(!permits(&local, text), "{text}");
        }
    }
}

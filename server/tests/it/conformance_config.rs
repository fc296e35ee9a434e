//! The certification plan Config OP.

super::conformance::modules! { () => oidcc_discovery_endpoint_verification }

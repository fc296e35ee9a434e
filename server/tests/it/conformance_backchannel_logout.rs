//! The certification plan Back-Channel Logout OP.

super::conformance::modules! { in backchannel_logout =>
    oidcc_backchannel_logout_discovery_endpoint_verification oidcc_backchannel_rp_initiated_logout
}

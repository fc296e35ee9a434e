//! The certification plan Front-Channel Logout OP.

super::conformance::modules! { in frontchannel_logout =>
    oidcc_frontchannel_logout_discovery_endpoint_verification oidcc_frontchannel_rp_initiated_logout
}

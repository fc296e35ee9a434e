//! The certification plan 3rd-party-init login OP.

super::conformance::modules! { in third_party_login =>
    oidcc_3rd_party_init_login oidcc_3rd_party_init_login_nohttps
}

//! The certification plan Dynamic OP.

super::conformance::modules! { in dynamic =>
    oidcc_idtoken_rs256 oidcc_idtoken_unsigned oidcc_userinfo_rs256
    oidcc_ensure_redirect_uri_in_authorization_request oidcc_redirect_uri_query_ok
    oidcc_redirect_uri_query_mismatch oidcc_redirect_uri_query_added oidcc_redirect_uri_regfrag
    oidcc_discovery_endpoint_verification oidcc_server oidcc_registration_logo_uri
    oidcc_registration_policy_uri oidcc_registration_tos_uri oidcc_registration_jwks_uri
    oidcc_registration_sector_uri oidcc_registration_sector_bad oidcc_server_rotate_keys
    oidcc_refresh_token_rp_key_rotation oidcc_request_uri_unsigned oidcc_request_uri_signed_rs256
    oidcc_ensure_request_object_with_redirect_uri oidcc_refresh_token
    oidcc_ensure_client_assertion_with_iss_aud_succeeds
}

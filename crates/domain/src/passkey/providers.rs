//! Names of well-known passkey providers by AAGUID, as their makers publish them. A courtesy to readers: an AAGUID is
//! not vouched for, and nothing is decided by it.

/// Model identifiers and names, by identifier.
const PROVIDERS: [(u128, &str); 17] = [
    (0x08987058_cadc_49c7_8d27_8d1a6d7a5a1c, "Windows Hello"),
    (0x0ea242b4_43c4_4a1b_8b17_dd6d0b6baec6, "Keeper"),
    (0x39a5647e_1853_446c_a1f6_a79bae9f5bc7, "IDmelon"),
    (0x50726f74_6f6e_5061_7373_50726f746f6e, "Proton Pass"),
    (0x531126d6_e717_415c_9320_3d9aa6981239, "Dashlane"),
    (0x53414d53_554e_4700_0000_000000000000, "Samsung Pass"),
    (0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2, "Windows Hello"),
    (0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9, "Windows Hello"),
    (0xadce0002_35bc_c60a_648b_0b25f1f05503, "Chrome on Mac"),
    (0xb5397666_4885_aa6b_cebf_e52262a439a2, "Chromium"),
    (0xb84e4048_15dc_4dd0_8640_f4f60813c8af, "NordPass"),
    (0xbada5566_a7aa_401f_bd96_45619a55120d, "1Password"),
    (0xd548826e_79b4_db40_a3d8_11116f7e8349, "Bitwarden"),
    (
        0xdd4ec289_e01d_41c9_bb89_70fa845d4bf2,
        "iCloud Keychain (managed)",
    ),
    (0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4, "Google Password Manager"),
    (0xf3809540_7f14_49c1_a8b3_8f813b225541, "Enpass"),
    (0xfbfc3007_154e_4ecc_8c0b_6e020557d7bd, "iCloud Keychain"),
];

/// The name of a provider.
pub(super) fn name(aaguid: [u8; 16]) -> Option<&'static str> {
    let id = u128::from_be_bytes(aaguid);
    let at = PROVIDERS.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    PROVIDERS.get(at).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_found() {
        for (id, expected) in PROVIDERS {
            assert_eq!(name(id.to_be_bytes()), Some(expected));
        }
        assert_eq!(name([0; 16]), None);
    }
}

//! Well-known passkey providers by AAGUID, as their makers publish them. A courtesy to readers: an AAGUID is not vouched
//! for, and nothing is decided by it.

/// A maker of what keeps passkeys, whom people know by a mark that can be told when it is small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Keeper {
    Bitwarden,
    Chrome,
    Dashlane,
    Enpass,
    Google,
    ICloud,
    KeePassXc,
    KeeperSecurity,
    LastPass,
    OnePassword,
    Proton,
    Yubico,
}

/// A name that people know and the maker whose mark stands before it.
type Known = (&'static str, Option<Keeper>);

const YUBIKEY: Known = ("YubiKey", Some(Keeper::Yubico));
const SECURITY_KEY: Known = ("Security Key by Yubico", Some(Keeper::Yubico));
const WINDOWS: Known = ("Windows Hello", None);

/// Model identifiers and what is known of them, by identifier.
const PROVIDERS: [(u128, Known); 35] = [
    (0x08987058_cadc_4b81_b6e1_30de50dcbe96, WINDOWS),
    (
        0x0ea242b4_43c4_4a1b_8b17_dd6d0b6baec6,
        ("Keeper", Some(Keeper::KeeperSecurity)),
    ),
    (0x149a2021_8ef6_4133_96b8_81f8d5b7f1f5, SECURITY_KEY),
    (0x19083c3d_8383_4b18_bc03_8f1c9ab2fd1b, YUBIKEY),
    (0x2fc0579f_8113_47ea_b116_bb5a8db9202a, YUBIKEY),
    (0x39a5647e_1853_446c_a1f6_a79bae9f5bc7, ("IDmelon", None)),
    (
        0x50726f74_6f6e_5061_7373_50726f746f6e,
        ("Proton Pass", Some(Keeper::Proton)),
    ),
    (
        0x531126d6_e717_415c_9320_3d9aa6981239,
        ("Dashlane", Some(Keeper::Dashlane)),
    ),
    (0x53414d53_554e_4700_0000_000000000000, ("Samsung Pass", None)),
    (0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2, WINDOWS),
    (0x6d44ba9b_f6ec_2e49_b930_0c8fe920cb73, SECURITY_KEY),
    (0x73bb0cd4_e502_49b8_9c6f_b59445bf720b, YUBIKEY),
    (0x771b48fd_d3d4_4f74_9232_fc157ab0507a, ("Edge on Mac", None)),
    (0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9, WINDOWS),
    (0xa25342c0_3cdc_4414_8e46_f4807fca511c, YUBIKEY),
    (0xa4e9fc6d_4cbe_4758_b8ba_37598bb5bbaa, SECURITY_KEY),
    (
        0xadce0002_35bc_c60a_648b_0b25f1f05503,
        ("Chrome on Mac", Some(Keeper::Chrome)),
    ),
    (0xb5397666_4885_aa6b_cebf_e52262a439a2, ("Chromium", None)),
    (
        0xb78a0a55_6ef8_d246_a042_ba0f6d55050c,
        ("LastPass", Some(Keeper::LastPass)),
    ),
    (0xb84e4048_15dc_4dd0_8640_f4f60813c8af, ("NordPass", None)),
    (
        0xbada5566_a7aa_401f_bd96_45619a55120d,
        ("1Password", Some(Keeper::OnePassword)),
    ),
    (0xc1f9a0bc_1dd2_404a_b27f_8e29047a43fd, YUBIKEY),
    (0xc5ef55ff_ad9a_4b9f_b580_adebafe026d0, YUBIKEY),
    (0xcb69481e_8ff7_4039_93ec_0a2729a154a8, YUBIKEY),
    (
        0xd3452668_01fd_4c12_926c_83a4204853aa,
        ("Microsoft Password Manager", None),
    ),
    (
        0xd548826e_79b4_db40_a3d8_11116f7e8349,
        ("Bitwarden", Some(Keeper::Bitwarden)),
    ),
    (0xd8522d9f_575b_4866_88a9_ba99fa02f35b, YUBIKEY),
    (
        0xdd4ec289_e01d_41c9_bb89_70fa845d4bf2,
        ("iCloud Keychain (managed)", Some(Keeper::ICloud)),
    ),
    (
        0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4,
        ("Google Password Manager", Some(Keeper::Google)),
    ),
    (0xee882879_721c_4913_9775_3dfcce97072a, YUBIKEY),
    (
        0xf3809540_7f14_49c1_a8b3_8f813b225541,
        ("Enpass", Some(Keeper::Enpass)),
    ),
    (0xf8a011f3_8c0a_4d15_8006_17111f9edc7d, SECURITY_KEY),
    (0xfa2b99dc_9e39_4257_8f92_4a30d23c4118, YUBIKEY),
    (
        0xfbfc3007_154e_4ecc_8c0b_6e020557d7bd,
        ("iCloud Keychain", Some(Keeper::ICloud)),
    ),
    (
        0xfdb141b2_5d84_443e_8a35_4698c205a502,
        ("KeePassXC", Some(Keeper::KeePassXc)),
    ),
];

/// What is known of a model.
pub(super) fn of(aaguid: [u8; 16]) -> Option<Known> {
    let id = u128::from_be_bytes(aaguid);
    let at = PROVIDERS.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    PROVIDERS.get(at).map(|(_, known)| *known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_found() {
        for (id, expected) in PROVIDERS {
            assert_eq!(of(id.to_be_bytes()), Some(expected));
        }
        assert_eq!(of([0; 16]), None);
    }
}

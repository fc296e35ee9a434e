//! How pages look is the operator's to say, and nobody's to misuse: colours that cannot be read and files that are no
//! pictures are refused, and a picture is served as pixels and nothing else.

use crate::{
    operators::felt,
    support::{Answer, Browser, RelyingParty, installation::Installation},
};
use domain::secret::Digest;
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
const SCRIPT: &[u8] = b"<script>alert(1)</script>";

/// A picture that ends in something else.
fn polyglot() -> Vec<u8> {
    let pixels = RgbImage::from_pixel(8, 8, Rgb([122, 0, 25]));
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, ImageFormat::Png).unwrap();
    [&png.into_inner(), SCRIPT].concat()
}

/// The address of the picture on the page before the app.
async fn shown(browser: &mut Browser, rp: &RelyingParty) -> Option<String> {
    let start = browser.get(&rp.authorize_url(&[])).await;
    let page = browser.follow(start).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once("\"/logos/")?;
    Some(format!("/logos/{}", rest.split('"').next().unwrap()))
}

fn is_only_pixels(answer: &Answer) {
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert_eq!(answer.header("set-cookie"), None);
    assert!(answer.body.contains("PNG") && !answer.body.contains("script"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logo_is_served_as_pixels_under_what_it_is_and_nothing_else_is() {
    let here = Installation::new();
    let _server = here.serve();
    let (mut browser, rp) = (here.browser(), here.client());
    let (file, svg) = (here.path("logo.png"), here.path("logo.svg"));
    std::fs::write(&file, polyglot()).unwrap();
    std::fs::write(&svg, SVG).unwrap();
    let update = |file: &std::path::Path| {
        ["client", "update", &rp.id, "--theme-logo", file.to_str().unwrap()].map(str::to_owned)
    };
    let refused = here.refused(&update(&svg).each_ref().map(String::as_str));
    assert!(refused.contains("must be a PNG, JPEG or WebP"), "{refused}");
    assert_eq!(shown(&mut browser, &rp).await, None);
    here.run(&update(&file).each_ref().map(String::as_str));
    felt(async || shown(&mut browser, &rp).await.is_some(), true).await;
    let logo = shown(&mut browser, &rp).await.unwrap();
    is_only_pixels(&browser.get(&logo).await);
    here.run(&["realm", "create", "acme"]);
    felt(
        async || browser.get("/realms/acme/login").await.status.as_u16(),
        303,
    )
    .await;
    let named = |bytes: &[u8]| format!("/logos/{}.png", Digest::of(bytes).to_base64url());
    for missing in [
        format!("/realms/acme{logo}"),
        named(&polyglot()),
        named(SVG.as_bytes()),
        logo.replace(".png", ".svg"),
        logo.replace(".png", ""),
        "/logos/..%2Fsignet.db".to_owned(),
        "/logos/.png".to_owned(),
    ] {
        assert_eq!(browser.get(&missing).await.status, 404, "{missing}");
    }
}

#[test]
fn colours_that_cannot_be_read_are_refused_by_commands_and_settings() {
    let here = Installation::new();
    let rp = here.client();
    for (flag, key, colour) in [
        ("--theme-accent", "SIGNET_THEME_ACCENT", "#ffcc00"),
        ("--theme-accent-dark", "SIGNET_THEME_ACCENT_DARK", "#101010"),
    ] {
        for whose in [["realm", "update", "root"], ["client", "update", &rp.id]] {
            let refused = here.refused(&[&whose[..], &[flag, colour]].concat());
            assert!(refused.contains("where 4.5:1 is needed"), "{refused}");
        }
        let mut server = here.command(&["serve"]);
        let output = server.env(key, colour).output().unwrap();
        assert!(!output.status.success(), "{key}={colour}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(key) && said.contains("4.5:1"), "{said}");
    }
    here.run(&["client", "update", &rp.id, "--theme-accent", "#7a0019"]);
}

#[test]
fn a_setting_that_names_no_picture_starts_no_server() {
    let here = Installation::new();
    std::fs::write(here.path("logo.svg"), SVG).unwrap();
    for file in ["logo.svg", "missing.png"] {
        let mut server = here.command(&["serve"]);
        let output = server.env("SIGNET_THEME_LOGO", here.path(file)).output().unwrap();
        assert!(!output.status.success(), "{file}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("SIGNET_THEME_LOGO"), "{said}");
    }
}

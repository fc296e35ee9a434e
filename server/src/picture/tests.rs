use super::*;
use image::{Rgb, RgbImage};

const RED: Rgb<u8> = Rgb([122, 0, 25]);
const BLUE: Rgb<u8> = Rgb([0, 25, 122]);

fn written(pixels: RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    written(RgbImage::from_pixel(width, height, RED), format)
}

fn read_again(png: &[u8]) -> RgbImage {
    let read = image::load_from_memory_with_format(png, ImageFormat::Png);
    read.unwrap().into_rgb8()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text)
}

/// A chunk of a PNG: its length, name, content and check value.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [&name[..], content].concat();
    let mut check = !0_u32;
    for byte in &named {
        check ^= u32::from(*byte);
        for _ in 0..8 {
            check = if check & 1 == 1 {
                (check >> 1) ^ 0xedb8_8320
            } else {
                check >> 1
            };
        }
    }
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], &named, &(!check).to_be_bytes()].concat()
}

/// The PNG with `more` after its header.
fn with_chunks(png: &[u8], more: &[u8]) -> Vec<u8> {
    let header = 8 + 25;
    [&png[..header], more, &png[header..]].concat()
}

#[test]
fn pictures_are_made_small_and_written_anew() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = picture(600, 300, format);
        assert_eq!(
            read_again(&anew(&bytes).unwrap()).dimensions(),
            (256, 128),
            "{format:?}"
        );
        assert_eq!(
            read_again(&square(&bytes).unwrap()).dimensions(),
            (256, 256),
            "{format:?}"
        );
    }
    let small = square(&picture(20, 30, ImageFormat::Png)).unwrap();
    assert_eq!(read_again(&small).dimensions(), (20, 20));
}

#[test]
fn what_an_app_shows_of_itself_is_square_with_nothing_beside_it() {
    for (width, height) in [(300, 30), (16, 16), (1, 4_000), (96, 96)] {
        let shown = image::load_from_memory(&small(&picture(width, height, ImageFormat::Png)).unwrap());
        let shown = shown.unwrap().into_rgba8();
        assert_eq!(shown.dimensions(), (96, 96), "{width} by {height}");
        let middle = (0..96).any(|at| shown.get_pixel(at, 48)[3] == 255);
        assert!(middle, "{width} by {height}");
        let beside = if width == height { 255 } else { 0 };
        assert_eq!(shown.get_pixel(1, 1)[3], beside, "{width} by {height}");
    }
}

#[test]
fn of_a_picture_the_middle_is_kept() {
    let mut pixels = RgbImage::from_pixel(30, 10, RED);
    for (x, y) in (10..20).flat_map(|x| (0..10).map(move |y| (x, y))) {
        pixels.put_pixel(x, y, BLUE);
    }
    let middle = read_again(&square(&written(pixels, ImageFormat::Png)).unwrap());
    assert!(middle.pixels().all(|pixel| *pixel == BLUE));
}

#[test]
fn nothing_but_pixels_is_kept() {
    const SCRIPT: &[u8] = b"<script>alert(1)</script>";
    let png = picture(8, 8, ImageFormat::Png);
    let text = chunk(b"tEXt", &[b"Comment\0", SCRIPT].concat());
    let jpeg = picture(8, 8, ImageFormat::Jpeg);
    let comment = [b"\xff\xfe\x00\x1b", SCRIPT].concat();
    for bytes in [
        [&png, SCRIPT].concat(),
        with_chunks(&png, &text),
        [&jpeg[..2], &comment, &jpeg[2..]].concat(),
        [&jpeg, SCRIPT].concat(),
    ] {
        assert!(holds(&bytes, SCRIPT));
        for made in [anew(&bytes).unwrap(), square(&bytes).unwrap()] {
            assert!(!holds(&made, b"script"));
        }
    }
}

/// A photograph says where and how it was taken; only which way it was held is of use.
#[test]
fn what_a_camera_notes_is_gone_and_the_picture_is_the_right_way_up() {
    let mut pixels = RgbImage::from_pixel(16, 16, RED);
    for (x, y) in (8..16).flat_map(|x| (0..16).map(move |y| (x, y))) {
        pixels.put_pixel(x, y, BLUE);
    }
    let jpeg = written(pixels, ImageFormat::Jpeg);
    // Two entries: the maker (ASCII) and the orientation (6: turned to the left).
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x0c\0\0\0\x26");
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend(b"\0\0\0\0GPS52.5N13E\0");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let photograph = [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat();
    assert!(holds(&photograph, b"GPS52.5N"));
    let made = square(&photograph).unwrap();
    assert!(!holds(&made, b"GPS52.5N") && !holds(&made, b"Exif") && !holds(&made, b"eXIf"));
    let seen = read_again(&made);
    let reddish = |x, y| seen.get_pixel(x, y)[0] > seen.get_pixel(x, y)[2];
    assert!(
        reddish(2, 2) && reddish(13, 2),
        "what was on the left is at the top"
    );
    assert!(!reddish(2, 13) && !reddish(13, 13));
}

#[test]
fn of_a_picture_that_moves_the_first_is_kept() {
    let still = picture(4, 4, ImageFormat::Png);
    let frames = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let shown = |number: u8| {
        let mut shown = vec![0, 0, 0, number, 0, 0, 0, 4, 0, 0, 0, 4];
        shown.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0]);
        chunk(b"fcTL", &shown)
    };
    let other = written(RgbImage::from_pixel(4, 4, BLUE), ImageFormat::Png);
    let at = other.windows(4).position(|part| part == b"IDAT").unwrap();
    let length = u32::from_be_bytes(other[at - 4..at].try_into().unwrap());
    let data = &other[at + 4..at + 4 + usize::try_from(length).unwrap()];
    let second = [shown(1), chunk(b"fdAT", &[&[0, 0, 0, 2], data].concat())].concat();
    let mut moving = with_chunks(&still, &[frames, shown(0)].concat());
    moving.splice(moving.len() - 12..moving.len() - 12, second);
    let seen = read_again(&square(&moving).unwrap());
    assert!(seen.dimensions() == (4, 4) && seen.pixels().all(|pixel| *pixel == RED));
}

#[test]
fn what_is_no_picture_is_refused() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let mut broken = picture(64, 64, ImageFormat::Png);
    broken.truncate(60);
    for bytes in [
        &svg[..],
        b"",
        &broken,
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
    ] {
        assert!(matches!(square(bytes), Err(PictureError::NotAPicture)));
    }
    let large = [picture(8, 8, ImageFormat::Png), vec![0; LARGEST]].concat();
    assert!(matches!(square(&large), Err(PictureError::TooLarge)));
}

/// A few bytes that say they are a great many pixels.
#[test]
fn more_pixels_than_memory_is_for_are_refused_before_they_are_there() {
    let mut header = picture(8, 8, ImageFormat::Png);
    let claimed = |width: u32, height: u32, depth: u8, colours: u8| {
        let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let content = [&sides[..], &[depth, colours, 0, 0, 0]].concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &content)].concat()
    };
    let rest = header.split_off(8 + 25);
    for (width, height, depth, colours) in [
        (30_000, 30_000, 8, 6),
        (u32::from(u16::MAX), 1, 8, 2),
        (WIDEST + 1, 1, 8, 0),
        (WIDEST, WIDEST, 16, 6),
    ] {
        let bomb = [claimed(width, height, depth, colours), rest.clone()].concat();
        let refused = square(&bomb);
        assert!(matches!(refused, Err(PictureError::TooManyPixels)), "{refused:?}");
    }
    let line = square(&picture(WIDEST, 1, ImageFormat::Png)).unwrap();
    assert_eq!(read_again(&line).dimensions(), (1, 1));
    let mut wide = picture(8, 8, ImageFormat::Jpeg);
    let at = wide.windows(2).position(|part| part == [0xff, 0xc0]).unwrap();
    wide[at + 5..at + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(square(&wide), Err(PictureError::TooManyPixels)));
}

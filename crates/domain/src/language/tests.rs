use super::*;

#[test]
fn rfc4647_s3_4_a_tag_is_answered_in_the_nearest_language_there_is() {
    for (tag, language) in [
        ("en-GB", Language::English),
        ("de", Language::German),
        ("DE-ch", Language::German),
        ("fr-CA", Language::French),
        ("es-419", Language::Spanish),
        ("pt", Language::Portuguese),
        ("pt-BR", Language::Portuguese),
        ("pt-PT", Language::Portuguese),
        ("ja-JP", Language::Japanese),
        ("zh", Language::Chinese),
        ("zh-CN", Language::Chinese),
        ("zh-Hans-SG", Language::Chinese),
        ("zh_CN", Language::Chinese),
        ("ar-EG", Language::Arabic),
    ] {
        assert_eq!(Language::of_tag(tag), Some(language), "{tag}");
    }
    for tag in [
        "",
        "se",
        "sv-SE",
        "zh-Hant",
        "*",
        "und",
        "i-klingon",
        "e",
        "deutsch!",
        "de\u{0}",
    ] {
        assert_eq!(Language::of_tag(tag), None, "{tag}");
    }
}

#[test]
fn every_language_is_found_by_its_own_tag_and_by_no_other_case_of_it() {
    assert_eq!(TAGS.len(), Language::ALL.len());
    for language in Language::ALL {
        assert_eq!(Language::parse(language.as_str()), Some(language));
        assert_eq!(Language::of_tag(language.as_str()), Some(language));
    }
    assert_eq!(Language::parse("DE"), None);
    assert_eq!(Language::parse("pt"), None);
}

#[test]
fn s3_1_2_1_ui_locales_come_in_order_of_preference() {
    assert_eq!(Language::of_list("se fr-CA fr en"), Some(Language::French));
    assert_eq!(Language::of_list("  ja   en "), Some(Language::Japanese));
    assert_eq!(Language::of_list("se xx"), None);
    assert_eq!(Language::of_list(""), None);
}

#[test]
fn rfc9110_s12_5_4_weights_decide_and_what_weighs_nothing_is_not_wanted() {
    for (header, language) in [
        ("de", Some(Language::German)),
        ("fr;q=0.3, ja;q=0.9, en;q=0.5", Some(Language::Japanese)),
        ("sv, da;q=0.9, es-MX;q=0.8, en;q=0.1", Some(Language::Spanish)),
        ("fr;q=0, en;q=0.2", Some(Language::English)),
        ("de ; q=0.5 , ar", Some(Language::Arabic)),
        (
            "de;q=nan, fr;q=2, es;q=-1, ja;q=x, en;q=0.1",
            Some(Language::English),
        ),
        ("*", None),
        ("fr;q=0", None),
        (",,;q=1,", None),
    ] {
        assert_eq!(Language::accepted(header), language, "{header}");
    }
}

#[test]
fn lists_and_tags_are_looked_at_up_to_a_length() {
    let many = |count: usize| format!("{}de", "xx,".repeat(count));
    assert_eq!(Language::accepted(&many(MAX_TAGS - 1)), Some(Language::German));
    assert_eq!(Language::accepted(&many(MAX_TAGS)), None);
    let spaced = |count: usize| format!("{}de", "xx ".repeat(count));
    assert_eq!(Language::of_list(&spaced(MAX_TAGS - 1)), Some(Language::German));
    assert_eq!(Language::of_list(&spaced(MAX_TAGS)), None);
    let far = |count: usize| format!("{},de", "x".repeat(count));
    assert_eq!(
        Language::accepted(&far(MAX_LIST_BYTES - 3)),
        Some(Language::German)
    );
    assert_eq!(Language::accepted(&far(MAX_LIST_BYTES - 2)), None);
    assert_eq!(Language::accepted(&"é".repeat(MAX_LIST_BYTES)), None);
    let long = |variants: usize| format!("de{}", "-abcde".repeat(variants));
    assert_eq!(Language::of_tag(&long(5)), Some(Language::German));
    assert_eq!(Language::of_tag(&long(6)), None);
}

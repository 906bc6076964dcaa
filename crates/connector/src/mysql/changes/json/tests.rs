//! Documents, written by hand and damaged by chance. Those of a real server are compared in the
//! connector's own tests.

use super::*;
use proptest::prelude::*;

/// `{"a": 1, "b": [1, 2, 3], "c": "x"}` as a server stores it.
fn document() -> Vec<u8> {
    let array = [&[3, 0, 13, 0][..], &[5, 1, 0], &[5, 2, 0], &[5, 3, 0]].concat();
    let keys = [&[32, 0, 1, 0][..], &[33, 0, 1, 0], &[34, 0, 1, 0]].concat();
    // Behind the heads (4), the keys (12) and the slots (9) come the texts of the keys.
    let values = [&[5, 1, 0][..], &[2, 28, 0], &[12, 41, 0]].concat();
    let mut out = [&[0, 3, 0, 43, 0][..], &keys, &values, b"abc", &array, &[1, b'x']].concat();
    for (place, at) in [(5, 25), (9, 26), (13, 27)] {
        out[place] = at;
    }
    out
}

fn text(document: &[u8]) -> Result<String, Wrong> {
    let mut out = Vec::new();
    print(document, &mut out)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[test]
fn a_document_is_printed_as_the_server_does() {
    assert_eq!(text(&document()).unwrap(), r#"{"a": 1, "b": [1, 2, 3], "c": "x"}"#);
    assert_eq!(text(&[]).unwrap(), "null");
    assert_eq!(text(&[4, 2]).unwrap(), "false");
    assert_eq!(text(b"\x0c\x05a\"\n\x01\\").unwrap(), r#""a\"\n\u0001\\""#);
    assert_eq!(text(&[10, 255, 255, 255, 255, 255, 255, 255, 255]).unwrap(), u64::MAX.to_string());
    assert_eq!(text(&[15, 246, 4, 3, 2, 0x80, 0x05]).unwrap(), "0.05");
    assert_eq!(text(&[15, 15, 2, b'h', b'i']).unwrap(), "\"base64:type15:aGk=\"");
}

#[test]
fn floats_have_the_servers_layout() {
    for (number, expected) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (1e14, "100000000000000.0"),
        (1e15, "1e15"),
        (1_234_567_890_123_456.0, "1.234567890123456e15"),
        (-1_559_528_654_031_016.5, "-1559528654031016.5"),
        (123_456_789_012_345.0, "123456789012345.0"),
        (0.000_001, "0.000001"),
        (1.5e-15, "0.0000000000000015"),
        (1.5e-16, "1.5e-16"),
        (1e-14, "0.00000000000001"),
        (-1.797_693_134_862_315_7e308, "-1.7976931348623157e308"),
        (5e-324, "5e-324"),
    ] {
        let mut out = Vec::new();
        scalar::double(number, &mut out).unwrap();
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}

#[test]
fn changes_are_made_to_the_document_as_it_was() {
    let change = |operation: u8, way: &str, value: Option<&[u8]>| {
        let mut out = vec![operation, u8::try_from(way.len()).unwrap()];
        out.extend_from_slice(way.as_bytes());
        if let Some(value) = value {
            out.push(u8::try_from(value.len()).unwrap());
            out.extend_from_slice(value);
        }
        out
    };
    let after = |changes: &[Vec<u8>]| {
        let mut out = Vec::new();
        changed(&document(), &changes.concat(), &mut out)?;
        Ok::<_, Wrong>(String::from_utf8_lossy(&out).into_owned())
    };
    let number = |number: u8| vec![5, number, 0];
    let changes = [
        change(0, "$.a", Some(&number(2))),
        change(0, "$.b[1]", Some(&number(99))),
        change(1, "$.b[0]", Some(&number(7))),
        change(1, "$.aa", Some(&[4, 0])),
        change(2, "$.c", None),
    ];
    assert_eq!(after(&changes).unwrap(), r#"{"a": 2, "b": [7, 1, 99, 3], "aa": null}"#);
    assert_eq!(after(&[]).unwrap(), text(&document()).unwrap());
    assert_eq!(after(&[change(0, "$", Some(&number(5)))]).unwrap(), "5");
    for bad in [
        change(2, "$.z", None),
        change(0, "$.b[9]", Some(&number(1))),
        change(1, "$.a", Some(&number(1))),
        change(0, "$.a.b", Some(&number(1))),
        change(9, "$.a", None),
        change(0, "$.a", Some(&number(1)))[..4].to_vec(),
    ] {
        assert!(after(&[bad]).is_err());
    }
}

/// An array that lies within itself, twice at each depth.
#[test]
fn a_document_that_contains_itself_ends() {
    let mut bytes = vec![2];
    bytes.extend_from_slice(&[2, 0, 10, 0, 2, 0, 0, 2, 0, 0]);
    assert_eq!(text(&bytes), Err(BAD));
}

proptest! {
    #[test]
    fn damage_is_an_error_or_another_document(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = document();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        drop(text(&bytes));
        drop(text(&bytes[..cut.index(bytes.len())]));
        let mut out = Vec::new();
        let _ = changed(&document(), &bytes, &mut out);
    }

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(text(&bytes));
    }
}

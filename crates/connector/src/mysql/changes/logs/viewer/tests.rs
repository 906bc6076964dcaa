//! Which event a moment begins with, in logs made by hand.

use super::super::super::event::{Checksum, written};
use super::super::super::place::FilePlace;
use super::*;

fn see(finding: &mut Finding, bytes: &[u8]) -> bool {
    finding.see(&Event::read(bytes, Checksum::Crc32).unwrap()).unwrap()
}

/// An event that ends there.
fn ending(next: u32) -> Vec<u8> {
    let mut bytes = written(kind::XID, 100, 0, &[0; 8]);
    let end = bytes.len() - 4;
    bytes[13..17].copy_from_slice(&next.to_le_bytes());
    let sum = crc32fast::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn files_may_be_larger_than_four_bytes_tell() {
    let place = FilePlace { file: "b.000001".into(), at: 4, server: "s".into() };
    let mut finding = Finding::new(Place::File(place), i64::MAX, i64::MAX);
    for next in [4_000_000_000, 100, 4_000_000_000, 50] {
        assert!(see(&mut finding, &ending(next)));
    }
    let Place::File(place) = finding.place else { panic!() };
    assert_eq!(place.at, (2 << 32) + 50);
}

/// MariaDB gives the number again of what a crash cut off.
#[test]
fn what_a_crash_cut_off_is_not_passed_over() {
    let gtid = |at: u32| {
        let body = [&5_u64.to_le_bytes()[..], &[0; 4], &[0], &[0; 6]].concat();
        written(kind::MARIADB_GTID, at, 0, &body)
    };
    let list = [&[1, 0, 0, 0][..], &[0; 4], &[1, 0, 0, 0], &4_u64.to_le_bytes()].concat();
    let list = written(kind::MARIADB_GTID_LIST, 100, 0, &list);
    let mut finding = Finding::new(Place::Domains(Default::default()), 0, 200);
    assert!(see(&mut finding, &list) && see(&mut finding, &gtid(100)));
    assert_eq!(finding.place.position().to_string(), "mariadb-gtid:0-1-5");
    assert!(see(&mut finding, &list) && !see(&mut finding, &gtid(200)));
    assert_eq!(finding.place.position().to_string(), "mariadb-gtid:0-1-4");
}

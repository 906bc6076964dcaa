//! Methods that no server here has, and servers that lie about theirs.

use super::*;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use aws_lc_rs::{digest, pbkdf2};
use std::num::NonZeroU32;

const NONCE: &[u8] = b"abcdefghijklmnopqrstABCDEFGHIJKL";

fn proof(method: Method, password: &str, encrypted: bool) -> Proof<'_> {
    Proof::new(method, NONCE, password.as_bytes(), encrypted).unwrap()
}

fn said(answer: Result<Move, WireError>) -> Vec<u8> {
    match answer.unwrap() {
        Move::Say(words) => words,
        Move::Listen => panic!("nothing was said"),
    }
}

#[test]
fn methods_are_known_by_their_names() {
    for method in Method::ALL {
        assert_eq!(Method::named(method.name().as_bytes()), Some(method));
    }
    for other in ["mysql_clear_password", "mysql_old_password", "", "auth_gssapi_client"] {
        assert_eq!(Method::named(other.as_bytes()), None);
        assert_eq!(Method::first(other.as_bytes()), Method::Native);
    }
    assert_eq!(Method::first(b"caching_sha2_password"), Method::CachingSha2);
    // The greeting has too short a nonce for it.
    assert_eq!(Method::first(b"client_ed25519"), Method::Native);
}

#[test]
fn a_password_crosses_a_plain_connection_only_for_the_servers_key() {
    let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
    let pem = pem(der.as_ref());
    let key = OaepPrivateDecryptingKey::new(key).unwrap();
    for method in [Method::CachingSha2, Method::Sha256] {
        let proof = proof(method, "a password longer than the nonce", false);
        let sealed = said(proof.respond(pem.as_bytes()));
        let mut room = vec![0; key.min_output_size()];
        let text = key.decrypt(&OAEP_SHA1_MGF1SHA1, &sealed, &mut room, None).unwrap();
        let nonce = NONCE[..20].iter().cycle();
        let text: Vec<u8> = text.iter().zip(nonce).map(|(byte, mask)| byte ^ mask).collect();
        assert_eq!(text, b"a password longer than the nonce\0");
    }
}

/// Base64 in lines.
fn pem(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut body = String::from("-----BEGIN PUBLIC KEY-----\n");
    for (line, bytes) in der.chunks(3).enumerate() {
        let mut group = [0; 4];
        group[1..=bytes.len()].copy_from_slice(bytes);
        let number = u32::from_be_bytes(group);
        for digit in 0..4 {
            match digit <= bytes.len() {
                true => body.push(DIGITS[(number >> (18 - 6 * digit)) as usize & 63].into()),
                false => body.push('='),
            }
        }
        if line % 16 == 15 {
            body.push('\n');
        }
    }
    body + "\n-----END PUBLIC KEY-----\n"
}

#[test]
fn keys_that_are_none_are_refused_without_a_panic() {
    let broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    let open = "-----BEGIN PUBLIC KEY-----\n";
    for key in ["", "x", "\x05", open, broken, "-----BEGIN RSA PUBLIC KEY-----"] {
        for method in [Method::CachingSha2, Method::Sha256] {
            let answer = proof(method, "secret", false).respond(key.as_bytes());
            assert!(matches!(answer, Err(WireError::Protocol(_))), "{key:?}: {answer:?}");
        }
    }
}

#[test]
fn an_encrypted_connection_carries_the_password_itself() {
    let caching = proof(Method::CachingSha2, "secret", true);
    assert_eq!(caching.opening().len(), 32);
    assert_eq!(caching.respond(&[CACHE_HIT]).unwrap(), Move::Listen);
    assert_eq!(said(caching.respond(&[CACHE_MISS])), b"secret\0");
    assert_eq!(proof(Method::Sha256, "secret", true).opening(), b"secret\0");
    let plain = proof(Method::CachingSha2, "secret", false);
    assert_eq!(said(plain.respond(&[CACHE_MISS])), [CACHING_SHA2_KEY_WANTED]);
    assert_eq!(proof(Method::Sha256, "secret", false).opening(), [SHA256_KEY_WANTED]);
}

#[test]
fn an_empty_password_proves_nothing() {
    for method in [Method::Native, Method::CachingSha2, Method::Sha256] {
        assert_eq!(proof(method, "", false).opening(), b"");
    }
}

#[test]
fn ed25519_signs_the_nonce_with_the_password() {
    // What MariaDB's manual gives as the key of this password.
    const KEY: [u8; 32] = [
        0x64, 0x88, 0x14, 0x44, 0x45, 0x20, 0xe4, 0xf5, 0x60, 0x43, 0xa2, 0xec, 0x92, 0x15, 0xe6,
        0x3b, 0xe7, 0x99, 0x2d, 0x2d, 0x27, 0x0b, 0xc6, 0xde, 0xe8, 0x73, 0xe3, 0x61, 0x64, 0x78,
        0x60, 0x96,
    ];
    let signature = proof(Method::Ed25519, "secret", false).opening();
    UnparsedPublicKey::new(&ED25519, KEY).verify(NONCE, &signature).unwrap();
}

#[test]
fn parsec_signs_both_nonces_with_a_key_from_the_password() {
    let proof = proof(Method::Parsec, "secret", false);
    assert_eq!(proof.opening(), b"");
    let mut question = vec![b'P', 1];
    question.extend([7; 18]);
    let answer = said(proof.respond(&question));
    let mut seed = [0; digest::SHA256_OUTPUT_LEN];
    let rounds = NonZeroU32::new(2_048).unwrap();
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, rounds, &[7; 18], b"secret", &mut seed);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref());
    let signed = [NONCE, &answer[..32]].concat();
    key.verify(&signed, &answer[32..]).unwrap();
}

#[test]
fn what_a_method_does_not_know_is_refused() {
    let mut slow = vec![b'P', MOST_DOUBLINGS + 1];
    slow.extend([7; 18]);
    for said in [&b""[..], b"P", b"P\x01short", b"Q\x01aaaaaaaaaaaaaaaaaa", &slow] {
        let answer = proof(Method::Parsec, "secret", false).respond(said);
        assert!(matches!(answer, Err(WireError::Protocol(_))), "{said:?}");
    }
    assert!(proof(Method::Native, "secret", false).respond(b"more").is_err());
    assert!(proof(Method::CachingSha2, "secret", true).respond(b"\x05").is_err());
    for (method, length) in [(Method::Native, 19), (Method::Ed25519, 31), (Method::Parsec, 31)] {
        assert!(Proof::new(method, &NONCE[..length], b"secret", false).is_err());
    }
}

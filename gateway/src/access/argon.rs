//! argon2id, in memory that goes back to the system at once.
//!
//! glibc maps a large block for itself, but takes the first one of a size that is freed for a
//! sign to keep such blocks, in the arena of each thread that ever had one: a few logins, and an
//! idle process is five times its size. Blocks of more than 32 MiB it never keeps. So more is
//! reserved than is needed; what is never touched takes no memory.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

/// What glibc calls `DEFAULT_MMAP_THRESHOLD_MAX`, and a little more.
const NEVER_KEPT: usize = 33 << 20;

const COST: Params = match Params::new(19 * 1024, 2, 1, None) {
    Ok(params) => params,
    Err(_) => panic!("these are valid parameters"),
};

/// Hashes a password with a fresh salt, to a PHC string.
pub fn hash(password: &[u8]) -> Result<String, Error> {
    let salt = Salt::generate();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&COST)?,
        salt: Some(salt),
        hash: Some(output(password, &salt, COST, Params::DEFAULT_OUTPUT_LEN)?),
    };
    Ok(hash.to_string())
}

/// Whether a password has this hash, at the cost that the hash itself names.
pub fn fits(password: &[u8], hash: &str) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash)?;
    let ours = hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into());
    let (Some(salt), Some(expected), true) = (&hash.salt, &hash.hash, ours) else {
        return Err(Error::Algorithm);
    };
    let found = output(password, salt, Params::try_from(&hash)?, expected.len())?;
    // Outputs are compared in constant time.
    Ok(found == *expected)
}

fn output(password: &[u8], salt: &[u8], cost: Params, length: usize) -> Result<Output, Error> {
    let blocks = cost.block_count();
    let mut memory = Vec::with_capacity(blocks.max(NEVER_KEPT / Block::SIZE));
    memory.resize(blocks, Block::new());
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..length).ok_or(Error::OutputSize)?;
    let argon2id = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost);
    argon2id.hash_password_into_with_memory(password, salt, out, &mut memory)?;
    Ok(Output::new(out)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordVerifier;

    /// The resident memory of this process, in KiB.
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
    }

    #[test]
    fn a_hash_fits_its_password_alone_and_others_can_check_it() {
        let made = hash(b"aaBB11!!").expect("hashes");
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
        assert!(fits(b"aaBB11!!", &made).expect("checks"));
        assert!(!fits(b"aaBB11!?", &made).expect("checks"));
        assert_ne!(hash(b"aaBB11!!").expect("hashes"), made, "salts differ");
        let independent = Argon2::default().verify_password(b"aaBB11!!", made.as_str());
        assert_eq!(independent, Ok(()));
    }

    #[test]
    fn a_hash_is_checked_at_the_cost_it_was_made_with() {
        // From the reference implementation: argon2 "somesalt" -id -t 2 -m 16 -p 1, "password".
        let reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
            CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(fits(b"password", reference).expect("checks"));
        assert!(!fits(b"passwore", reference).expect("checks"));
    }

    #[test]
    fn other_algorithms_and_broken_hashes_are_errors_not_answers() {
        let made = hash(b"x").expect("hashes");
        for wrong in [
            "".to_owned(),
            "plain".to_owned(),
            made.replace("argon2id", "argon2i"),
            made.replace("v=19", "v=16"),
            made.rsplit_once('$').expect("parts").0.to_owned(),
        ] {
            assert!(fits(b"x", &wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn memory_goes_back_whichever_thread_had_it() {
        let hash_once = || drop(hash(b"aaBB11!!").expect("hashes"));
        hash_once();
        let before = resident();
        for _ in 0..6 {
            std::thread::spawn(hash_once).join().expect("hashes");
            hash_once();
        }
        let grown = resident().saturating_sub(before);
        assert!(grown < 10 * 1024, "{grown} KiB stayed");
    }
}

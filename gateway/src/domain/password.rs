//! What a password must look like, and passwords made at random.

use secrecy::SecretString;

pub const SPECIALS: &str = r"~!@#%^&*_-+=\|(){}:;,.?/[]";
const SHORTEST: usize = 8;
const LONGEST: usize = 32;
/// How many of each class there must be.
const OF_EACH: usize = 2;

/// One thing that is wrong with a password. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    #[error("it must have {SHORTEST} to {LONGEST} characters")]
    Length,
    #[error("it must have at least {OF_EACH} digits")]
    Digits,
    #[error("it must have at least {OF_EACH} upper-case letters")]
    Upper,
    #[error("it must have at least {OF_EACH} lower-case letters")]
    Lower,
    #[error("it must have at least {OF_EACH} of {SPECIALS}")]
    Specials,
    #[error("it may hold only the letters A to Z and a to z, digits, and {SPECIALS}")]
    Foreign,
}

/// Everything that is wrong with a password; nothing when it is fine.
pub fn faults(password: &str) -> Vec<PasswordFault> {
    use PasswordFault as F;
    let count = |class: fn(char) -> bool| password.chars().filter(|c| class(*c)).count();
    let known = |c: char| c.is_ascii_alphanumeric() || SPECIALS.contains(c);
    [
        (F::Length, (SHORTEST..=LONGEST).contains(&password.chars().count())),
        (F::Digits, count(|c| c.is_ascii_digit()) >= OF_EACH),
        (F::Upper, count(|c| c.is_ascii_uppercase()) >= OF_EACH),
        (F::Lower, count(|c| c.is_ascii_lowercase()) >= OF_EACH),
        (F::Specials, count(|c| SPECIALS.contains(c)) >= OF_EACH),
        (F::Foreign, password.chars().all(known)),
    ]
    .into_iter()
    .filter_map(|(fault, holds)| (!holds).then_some(fault))
    .collect()
}

/// Makes a password that keeps the rules, of random bytes that `random` gives without end.
///
/// Letters and digits that look alike are left out, and the specials are those that survive
/// copying through a shell, a URL or a chat.
pub fn generate(random: impl FnMut() -> u8) -> SecretString {
    const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const LOWER: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
    const DIGITS: &[u8] = b"23456789";
    const PLAIN_SPECIALS: &[u8] = b"@%^_-+=:,.";
    const OF_CLASS: [(&[u8], usize); 4] =
        [(UPPER, 5), (LOWER, 6), (DIGITS, 3), (PLAIN_SPECIALS, 2)];
    let mut dice = Dice(random);
    let mut characters: Vec<char> = Vec::with_capacity(LONGEST);
    for (class, wanted) in OF_CLASS {
        characters.extend((0..wanted).map(|_| char::from(class[dice.below(class.len())])));
    }
    for last in (1..characters.len()).rev() {
        characters.swap(last, dice.below(last + 1));
    }
    characters.into_iter().collect::<String>().into()
}

/// Numbers drawn evenly: bytes past the last whole multiple are thrown away.
struct Dice<R>(R);

impl<R: FnMut() -> u8> Dice<R> {
    /// A number below `sides`, which is 1 to 256.
    fn below(&mut self, sides: usize) -> usize {
        let even = 256 - 256 % sides;
        loop {
            let drawn = usize::from((self.0)());
            if drawn < even {
                return drawn % sides;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn a_password_that_keeps_the_rules_has_no_faults() {
        for fine in [r"aaBB11\\", "~!@#%^&*_-+=|(){}:;,.?/[]12AbCd", "xY12?aB/"] {
            assert_eq!(faults(fine), [], "{fine}");
        }
    }

    #[test]
    fn every_rule_is_kept_separately() {
        use PasswordFault::{Digits, Foreign, Length, Lower, Specials, Upper};
        for (password, expected) in [
            ("aB1?cD2", vec![Length, Specials]),
            ("aB1?cD2!", vec![]),
            ("aaBB1x!!", vec![Digits]),
            ("aaBb11!!", vec![Upper]),
            ("aABB11!!", vec![Lower]),
            ("aaBB111!", vec![Specials]),
            ("aaBB11!! ", vec![Foreign]),
            ("aaBB11!!$", vec![Foreign]),
            ("aaBB11!!é", vec![Foreign]),
            ("aaBB11!!\u{0}", vec![Foreign]),
            ("", vec![Length, Digits, Upper, Lower, Specials]),
        ] {
            assert_eq!(faults(password), expected, "{password:?}");
        }
        assert_eq!(faults(&format!("aaBB11!!{}", "x".repeat(24))), []);
        assert_eq!(faults(&format!("aaBB11!!{}", "x".repeat(25))), [Length]);
    }

    #[test]
    fn a_fault_says_what_is_missing_but_never_the_password() {
        assert_eq!(PasswordFault::Digits.to_string(), "it must have at least 2 digits");
        assert!(PasswordFault::Specials.to_string().contains(SPECIALS));
    }

    #[test]
    fn generated_passwords_keep_the_rules_and_differ() {
        let mut state = 1u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(state >> 24).expect("eight bits are left")
        };
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            let password = generate(&mut random);
            assert_eq!(faults(password.expose_secret()), []);
            assert!(seen.insert(password.expose_secret().to_owned()));
        }
    }

    #[test]
    fn dice_are_even_and_refuse_what_would_load_them() {
        let mut bytes = [255, 250, 249, 7].into_iter();
        let mut dice = Dice(|| bytes.next().expect("enough bytes"));
        // 250 is the largest multiple of ten: 250 to 255 are thrown away.
        assert_eq!((dice.below(10), dice.below(10)), (9, 7));
    }
}

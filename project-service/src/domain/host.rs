//! A host, as one can be typed: a name or an IP address, and nothing that a resolver, a driver or a
//! URL would read as something else.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

const NAME_MAX: usize = 253;
const LABEL_MAX: usize = 63;

/// A host in its one spelling: lower case, no final dot, IPv6 shortest and without brackets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host(String);

/// Why a text is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostFault {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than {NAME_MAX} characters")]
    TooLong,
    #[error(
        "it is neither a host name nor an IP address; ports, paths and sockets do not belong here"
    )]
    NotAHost,
    #[error("it is not ASCII; write an international name in its xn-- form")]
    NotAscii,
    #[error("this address stands for no single machine")]
    NoMachine,
}

impl Host {
    pub fn parse(text: &str) -> Result<Self, HostFault> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = bare {
            let ip: Ipv6Addr = inner.parse().map_err(|_| HostFault::NotAHost)?;
            return of_ip(ip.into());
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return of_ip(ip);
        }
        of_name(text.strip_suffix('.').unwrap_or(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn of_ip(ip: IpAddr) -> Result<Host, HostFault> {
    let ip = ip.to_canonical();
    let broadcast = matches!(ip, IpAddr::V4(v4) if v4.is_broadcast());
    if ip.is_unspecified() || ip.is_multicast() || broadcast {
        return Err(HostFault::NoMachine);
    }
    Ok(Host(ip.to_string()))
}

fn of_name(name: &str) -> Result<Host, HostFault> {
    if name.is_empty() {
        return Err(HostFault::Empty);
    }
    if !name.is_ascii() {
        return Err(HostFault::NotAscii);
    }
    if name.len() > NAME_MAX {
        return Err(HostFault::TooLong);
    }
    // Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses, each in its own way.
    let last = name.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|b| b.is_ascii_digit())
        || last.strip_prefix("0x").or(last.strip_prefix("0X")).is_some();
    if numeric || !name.split('.').all(is_label) {
        return Err(HostFault::NotAHost);
    }
    Ok(Host(name.to_ascii_lowercase()))
}

/// Underscores are no part of a host name by the book, yet container networks are full of them.
fn is_label(label: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=LABEL_MAX).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_has_one_spelling() {
        for (text, host) in [
            ("DB.Example.COM.", "db.example.com"),
            ("mysql_1", "mysql_1"),
            ("10.0.0.1", "10.0.0.1"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("[::1]", "::1"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(Host::parse(text).map(|h| h.0), Ok(host.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "/var/run/mysqld/mysqld.sock",
            "/cloudsql/a:b:c",
            "db:3306",
            "db/../etc",
            "db?x=1",
            "db#x",
            "user@db",
            "db,other",
            "a b",
            "db\n",
            "db\0",
            "'; DROP TABLE data_sources; --",
            "../../etc/passwd",
            "%2Ftmp",
            "..",
            "a..b",
            "-a",
            "[db]",
            "[10.0.0.1]",
            "fe80::1%eth0",
            "127.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "1.2.3.4.5",
        ] {
            assert_eq!(Host::parse(text), Err(HostFault::NotAHost), "{text}");
        }
        assert_eq!(Host::parse(""), Err(HostFault::Empty));
        assert_eq!(Host::parse("."), Err(HostFault::Empty));
        assert_eq!(Host::parse("bücher.example"), Err(HostFault::NotAscii));
        assert_eq!(Host::parse("🦀"), Err(HostFault::NotAscii));
        assert_eq!(Host::parse(&"a.".repeat(200)), Err(HostFault::TooLong));
        assert_eq!(Host::parse(&"a".repeat(64)), Err(HostFault::NotAHost));
        for text in ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255"] {
            assert_eq!(Host::parse(text), Err(HostFault::NoMachine), "{text}");
        }
    }
}

//! Where a call comes from, when proxies stand in between.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a range such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let wrong = || NotANetwork(text.to_owned());
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let prefix: u8 = prefix.map_or(Ok(widest), |p| p.parse().map_err(|_| wrong()))?;
        // An IPv4 address in IPv6 clothes is held against IPv4 ones.
        let (base, before) = (base.to_canonical(), base);
        let undressed = if base == before { 0 } else { 96 };
        match prefix.checked_sub(undressed) {
            Some(rest) if prefix <= widest => Ok(Self { base, prefix: rest }),
            _ => Err(wrong()),
        }
    }
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                base.to_bits() & mask == ip.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                base.to_bits() & mask == ip.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The address of the client: that of the connection, or, where it is a trusted proxy, the last
/// one in `X-Forwarded-For` that is none. What stands further left the client wrote itself.
pub fn client(peer: IpAddr, forwarded: Option<&str>, trusted: &[Network]) -> IpAddr {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut client = peer.to_canonical();
    let mut hops = forwarded.unwrap_or_default().rsplit(',');
    while is_trusted(client) {
        match hops.next().and_then(|hop| forwarded_address(hop.trim())) {
            Some(hop) => client = hop.to_canonical(),
            None => break,
        }
    }
    client
}

/// Some proxies write the port behind the address.
fn forwarded_address(hop: &str) -> Option<IpAddr> {
    hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// What counts as one client: an IPv4 address, or the /64 that one IPv6 client has to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| text.parse().expect("a network")).collect()
    }

    #[test]
    fn networks_hold_what_they_say() {
        let cases = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::1", "127.0.0.1", false),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "11.1.2.3", false),
            ("::/0", "fe80::1", true),
        ];
        for (network, address, inside) in cases {
            let network: Network = network.parse().expect("a network");
            assert_eq!(network.contains(ip(address)), inside, "{network:?} {address}");
        }
    }

    #[test]
    fn other_texts_are_no_networks() {
        for wrong in [
            "",
            "ten",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "::ffff:10.0.0.0/95",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_a_stranger_forwards_is_not_believed() {
        let trusted = networks(&["10.0.0.0/8"]);
        assert_eq!(client(ip("1.2.3.4"), Some("9.9.9.9"), &trusted), ip("1.2.3.4"));
        assert_eq!(client(ip("10.0.0.1"), Some("9.9.9.9"), &[]), ip("10.0.0.1"));
    }

    #[test]
    fn trusted_proxies_are_looked_through_from_the_right() {
        let trusted = networks(&["10.0.0.0/8"]);
        let of = |forwarded| client(ip("10.0.0.1"), forwarded, &trusted);
        assert_eq!(of(Some("6.6.6.6, 9.9.9.9, 10.0.0.2")), ip("9.9.9.9"));
        assert_eq!(of(Some("6.6.6.6, rubbish, 10.0.0.2")), ip("10.0.0.2"));
        assert_eq!(of(Some("9.9.9.9:4711, [::ffff:10.0.0.3]:80")), ip("9.9.9.9"));
        assert_eq!(of(Some("")), ip("10.0.0.1"));
        assert_eq!(of(None), ip("10.0.0.1"));
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        assert_eq!(Origin::from(ip("2001:db8::1")), Origin::from(ip("2001:db8::ffff:1")));
        assert_ne!(Origin::from(ip("2001:db8::1")), Origin::from(ip("2001:db8:0:1::1")));
        assert_ne!(Origin::from(ip("1.2.3.4")), Origin::from(ip("1.2.3.5")));
    }
}

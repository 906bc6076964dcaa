//! Whether two addresses are one server.

use super::super::side::Side;
use oms_connector::ProbeReport;
use std::{collections::BTreeSet, net::IpAddr};
use tokio::net::lookup_host;

/// Whether both are the same server, by what it says of itself, or else by where it is.
pub async fn is_same(
    (source, found): (&Side, &ProbeReport),
    (target, there): (&Side, &ProbeReport),
) -> bool {
    match (&found.identity, &there.identity) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => {
            let (from, to) = (&source.address, &target.address);
            source.kind == target.kind
                && from.port == to.port
                && tenant(&from.user) == tenant(&to.user)
                && is_one(&places(&from.host).await, &places(&to.host).await)
        }
    }
}

/// Behind one address of OceanBase there may be many tenants, each with databases of its own.
fn tenant(user: &str) -> Option<&str> {
    user.split_once('@').map(|(_, tenant)| tenant)
}

/// Where a host is: its addresses, or its name where nobody knows them. This machine is one place
/// under all of its own addresses for itself.
async fn places(host: &str) -> BTreeSet<String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let found = lookup_host((bare.as_str(), 0)).await;
    let places: BTreeSet<String> =
        found.into_iter().flatten().map(|address| place(address.ip())).collect();
    match places.is_empty() {
        false => places,
        true if bare == "localhost" => BTreeSet::from([HERE.to_owned()]),
        true => BTreeSet::from([bare]),
    }
}

const HERE: &str = "here";

fn place(address: IpAddr) -> String {
    let address = address.to_canonical();
    if address.is_loopback() || address.is_unspecified() {
        HERE.to_owned()
    } else {
        address.to_string()
    }
}

fn is_one(ours: &BTreeSet<String>, theirs: &BTreeSet<String>) -> bool {
    !ours.is_disjoint(theirs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_machine_has_many_names() {
        let all = [
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "127.1.2.3",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
        ];
        for host in all {
            assert!(is_one(&places(host).await, &places("127.0.0.1").await), "{host}");
        }
        for host in ["192.0.2.7", "2001:db8::7", "no-such-host.invalid"] {
            assert!(!is_one(&places(host).await, &places("localhost").await), "{host}");
            assert!(is_one(&places(host).await, &places(host).await), "{host}");
        }
    }

    #[test]
    fn tenants_are_told_apart() {
        assert_eq!(tenant("root@shop#cluster"), Some("shop#cluster"));
        assert_ne!(tenant("root@shop"), tenant("root@bank"));
        assert_eq!(tenant("root"), None);
    }
}

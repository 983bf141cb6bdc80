//! Where a request comes from, as limits on attempts count it.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::request::Parts;
use leptos::prelude::use_context;

use super::guard::ClientAddress;

/// The address of the client whose request is being answered.
#[must_use]
pub fn address() -> String {
    let parts = use_context::<Parts>();
    let address = parts.and_then(|parts| parts.extensions.get::<ClientAddress>().copied());
    address.map_or_else(|| "unknown".to_owned(), |address| counted(address.0))
}

/// A household has one IPv4 address and a whole /64 of IPv6.
fn counted(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_counts_as_one() {
        for (address, counts) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(counted(address.parse().expect("an address")), counts);
        }
    }
}

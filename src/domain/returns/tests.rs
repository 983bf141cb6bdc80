//! What is left of a purchase, whatever came back before.

use proptest::prelude::*;

use super::*;
use crate::domain::purchase::{Flags, MemberRef};

fn purchase(lines: &[(i64, i64)]) -> Purchase {
    let line = |(quantity, amount): &(i64, i64)| Line {
        sku: None,
        category: None,
        quantity: *quantity,
        amount: Money(*amount),
        flags: Flags::default(),
    };
    Purchase {
        source: "till".to_owned(),
        document_id: "r-1".to_owned(),
        member: MemberRef::ExternalId("c-1".to_owned()),
        store: None,
        purchased_at: "2026-11-20T08:00:00Z".parse().expect("an instant"),
        amount: Money(lines.iter().map(|(_, amount)| amount).sum()),
        lines: lines.iter().map(line).collect(),
    }
}

fn one(line: i16, quantity: i64) -> What {
    What::Lines(vec![LineReturn { line, quantity }])
}

fn amounts(parts: &[Part]) -> Vec<(i16, i64, i64)> {
    parts.iter().map(|part| (part.line, part.quantity, part.amount)).collect()
}

#[test]
fn three_thirds_of_ten_cents_are_ten_cents() {
    let bought = purchase(&[(3, 10)]);
    let mut back = Vec::new();
    for expected in [3, 4, 3] {
        let parts = parts(&bought, &back, &one(1, 1)).expect("one is left");
        assert_eq!(amounts(&parts), [(1, 1, expected)]);
        back.extend(parts);
    }
    assert_eq!(remaining(&bought, &back), None);
    let refused = parts(&bought, &back, &What::Everything).expect_err("nothing is left");
    assert_eq!(refused.code, Code::AlreadyReturned);
}

#[test]
fn more_than_is_left_is_refused_with_what_is_left() {
    let bought = purchase(&[(3, 900), (1, 100)]);
    let back = parts(&bought, &[], &one(1, 2)).expect("three are left");
    let refused = parts(&bought, &back, &one(1, 2)).expect_err("one is left");
    assert_eq!(refused.fields[0].message, "Only 1 of line 1 are left to return");
    assert!(parts(&bought, &back, &one(3, 1)).is_err(), "there is no line 3");
    assert!(parts(&bought, &back, &one(0, 1)).is_err(), "nor a line 0");
    assert!(parts(&bought, &back, &What::Amount(Money(401))).is_err(), "400 are left");
    let twice = What::Lines(vec![LineReturn { line: 1, quantity: 1 }, LineReturn { line: 1, quantity: 1 }]);
    assert!(parts(&bought, &[], &twice).is_err());
}

#[test]
fn a_refund_without_goods_is_spread_over_the_lines() {
    let bought = purchase(&[(1, 100), (2, 200), (1, 1)]);
    let back = parts(&bought, &[], &What::Amount(Money(100))).expect("301 are left");
    assert_eq!(amounts(&back), [(1, 0, 33), (2, 0, 67)]);
    let left = remaining(&bought, &back).expect("201 are left");
    assert_eq!((left.amount, left.quantity()), (Money(201), 4));
}

#[test]
fn a_purchase_without_lines_comes_back_by_amount_or_whole() {
    let bought = Purchase { lines: Vec::new(), ..purchase(&[(1, 500)]) };
    let back = parts(&bought, &[], &What::Amount(Money(200))).expect("500 are left");
    assert_eq!(amounts(&back), [(0, 0, 200)]);
    assert_eq!(remaining(&bought, &back).map(|left| left.amount), Some(Money(300)));
    assert_eq!(amounts(&parts(&bought, &back, &What::Everything).expect("300 are left")), [(0, 0, 300)]);
    assert!(parts(&bought, &back, &one(1, 1)).is_err());
}

fn anything() -> impl Strategy<Value = What> {
    prop_oneof![
        1 => Just(What::Everything),
        6 => (1_i16..6, 1_i64..4).prop_map(|(line, quantity)| one(line, quantity)),
        3 => (1_i64..3_000).prop_map(|amount| What::Amount(Money(amount))),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_back_in_whatever_order_never_exceeds_what_was_bought(
        lines in prop::collection::vec((0_i64..5, 0_i64..10_000), 0..5),
        tries in prop::collection::vec(anything(), 0..12),
    ) {
        let bought = purchase(&lines);
        let mut back: Vec<Part> = Vec::new();
        for what in tries {
            let Ok(parts) = parts(&bought, &back, &what) else { continue };
            prop_assert!(parts.iter().all(|part| part.quantity >= 0 && part.amount >= 0));
            back.extend(parts);
            let sum: i64 = back.iter().map(|part| part.amount).sum();
            let left = remaining(&bought, &back);
            prop_assert_eq!(left.as_ref().map_or(0, |left| left.amount.0), bought.amount.0 - sum);
            if let Some(left) = left {
                prop_assert_eq!(left.lines.iter().map(|line| line.amount.0).sum::<i64>(), left.amount.0);
                prop_assert!(left.lines.iter().all(|line| line.quantity >= 0 && line.amount.0 >= 0));
            }
        }
        // Whatever came before: returning everything leaves nothing.
        if let Ok(rest) = parts(&bought, &back, &What::Everything) {
            back.extend(rest);
        }
        prop_assert_eq!(remaining(&bought, &back), None);
    }
}

proptest! {
    /// The method of the largest remainder: each line gets its exact share cut to a whole cent, and those
    /// with the largest remainders get one cent more, until the amount is spent.
    #[test]
    fn an_amount_is_split_to_lines_by_the_largest_remainder(
        lines in prop::collection::vec((1_i64..5, 0_i64..10_000), 1..9),
        part in 1_i64..1_000,
    ) {
        let bought = purchase(&lines);
        let all = bought.amount.0;
        let amount = all * part / 1_000;
        prop_assume!(amount > 0);
        let parts = parts(&bought, &[], &What::Amount(Money(amount))).expect("no more than there is");
        prop_assert_eq!(parts.iter().map(|part| part.amount).sum::<i64>(), amount);
        let shares = (1_i16..).zip(&lines).map(|(number, (_, price))| {
            let got = parts.iter().find(|part| part.line == number).map_or(0, |part| part.amount);
            (price * amount / all, price * amount % all, got, *price)
        });
        let shares: Vec<(i64, i64, i64, i64)> = shares.collect();
        for (whole, remainder, got, price) in &shares {
            let is_more = got - whole;
            let is_fair = is_more == 0 || (is_more == 1 && *remainder > 0);
            prop_assert!(*got <= *price && is_fair, "{:?}", shares);
        }
        let remainders = |is_lucky: bool| {
            let of = shares.iter().filter(move |(whole, _, got, _)| (got > whole) == is_lucky);
            of.map(|(_, remainder, ..)| *remainder)
        };
        let (lucky, others) = (remainders(true).min(), remainders(false).max());
        prop_assert!(lucky.is_none_or(|least| others.is_none_or(|most| least >= most)), "{:?}", shares);
    }
}

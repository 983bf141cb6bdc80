//! What people buy: prices as in a good bakery, baskets as people fill them.

use super::{
    chance::Chance,
    people::{Person, Rhythm, Taste},
};
use crate::domain::{
    points::Money,
    purchase::{Flags, Line},
};

/// One thing on the shelf: item code, category, price in cents.
pub type Good = (&'static str, &'static str, i64);

pub const ESPRESSO: Good = ("espresso", "coffee", 260);
pub const FILTER: Good = ("filter-coffee", "coffee", 330);
pub const FLAT_WHITE: Good = ("flat-white", "coffee", 380);
pub const CAPPUCCINO: Good = ("cappuccino", "coffee", 370);
pub const OAT_LATTE: Good = ("oat-latte", "coffee", 430);
pub const COLD_BREW: Good = ("cold-brew", "coffee", 420);
pub const ROLL: Good = ("rye-roll", "bakery", 170);
pub const CROISSANT: Good = ("croissant", "bakery", 240);
pub const KNOT: Good = ("cinnamon-knot", "bakery", 290);
pub const PLUM_CAKE: Good = ("plum-cake", "bakery", 420);
pub const RYE_LOAF: Good = ("rye-loaf", "bakery", 520);
pub const SPELT_LOAF: Good = ("spelt-loaf", "bakery", 560);
pub const STOLLEN: Good = ("winter-stollen", "bakery", 1_250);
pub const HOUSE_BEANS: Good = ("house-beans-250g", "beans", 980);
pub const HUILA: Good = ("huila-250g", "beans", 1_150);
pub const JUNIPER_MINT: Good = ("juniper-mint", "tea", 310);
pub const EARL_GREY: Good = ("earl-grey", "tea", 300);
pub const PLUM_JAM: Good = ("plum-jam", "pantry", 550);
pub const GRANOLA: Good = ("granola", "pantry", 720);
pub const CRACKERS: Good = ("rye-crackers", "pantry", 460);
pub const HONEY: Good = ("town-honey", "pantry", 840);
pub const FILTER_PAPERS: Good = ("filter-papers", "things", 450);
pub const DRIPPER: Good = ("dripper", "things", 2_100);
pub const MUG: Good = ("stoneware-mug", "things", 2_400);

/// One basket; `month` tells the season.
pub fn basket(chance: &mut Chance, person: &Person, month: i8, weekend: bool) -> Vec<Line> {
    let mut lines = Vec::with_capacity(3);
    let first = match person.taste {
        Taste::Coffee => coffee(chance, month),
        Taste::Tea => *chance.pick(&[(JUNIPER_MINT, 3), (EARL_GREY, 2)]),
        Taste::Bakery => bread(chance, weekend),
        Taste::Beans if chance.happens(0.22) => *chance.pick(&[(HOUSE_BEANS, 3), (HUILA, 2)]),
        Taste::Beans => *chance.pick(&[(ESPRESSO, 3), (FILTER, 3)]),
    };
    let several = weekend && first.1 == "bakery" && first.2 < RYE_LOAF.2;
    add(&mut lines, first, if several { chance.between(1, 4) } else { 1 });
    beside(chance, &mut lines, person, month, weekend);
    lines
}

fn coffee(chance: &mut Chance, month: i8) -> Good {
    if (6..=8).contains(&month) && chance.happens(0.35) {
        return COLD_BREW;
    }
    *chance.pick(&[(FLAT_WHITE, 30), (CAPPUCCINO, 24), (ESPRESSO, 14), (FILTER, 18), (OAT_LATTE, 14)])
}

fn bread(chance: &mut Chance, weekend: bool) -> Good {
    if chance.happens(if weekend { 0.5 } else { 0.3 }) {
        return *chance.pick(&[(RYE_LOAF, 3), (SPELT_LOAF, 2)]);
    }
    *chance.pick(&[(CROISSANT, 4), (ROLL, 3), (KNOT, 3)])
}

/// What goes along with it: a second cup at the weekend, something sweet, now and then a gift.
fn beside(chance: &mut Chance, lines: &mut Vec<Line>, person: &Person, month: i8, weekend: bool) {
    let at_ease = weekend || person.rhythm == Rhythm::Afternoon;
    if chance.happens(if at_ease { 0.42 } else { 0.24 }) {
        add(lines, *chance.pick(&[(CROISSANT, 4), (KNOT, 4), (ROLL, 3), (PLUM_CAKE, 2)]), 1);
    }
    if person.taste != Taste::Coffee && chance.happens(0.25) {
        add(lines, coffee(chance, month), 1);
    }
    if weekend && chance.happens(0.22) {
        add(lines, coffee(chance, month), 1);
    }
    if chance.happens(0.035) {
        add(
            lines,
            *chance.pick(&[(PLUM_JAM, 4), (GRANOLA, 4), (CRACKERS, 4), (HONEY, 2), (FILTER_PAPERS, 2)]),
            1,
        );
    }
    let gifts = if month == 12 { 0.06 } else { 0.006 };
    if chance.happens(gifts) {
        add(lines, *chance.pick(&[(MUG, 3), (DRIPPER, 2), (HUILA, 4), (HOUSE_BEANS, 4), (HONEY, 4)]), 1);
    }
    if month == 12 && chance.happens(0.07) {
        add(lines, STOLLEN, 1);
    }
}

/// Puts something into the basket; the same thing again is one line of more.
pub fn add(lines: &mut Vec<Line>, (sku, category, price): Good, quantity: i64) {
    if let Some(line) = lines.iter_mut().find(|line| line.sku.as_deref() == Some(sku)) {
        line.quantity += quantity;
        line.amount = Money(line.quantity * price);
        return;
    }
    lines.push(Line {
        sku: Some(sku.to_owned()),
        category: Some(category.to_owned()),
        quantity,
        amount: Money(quantity * price),
        flags: Flags::default(),
    });
}

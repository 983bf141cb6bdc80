//! Returns: which part of a purchase came back, and what is left of it. The rest is evaluated again with the
//! rules and facts of the day, and the difference is taken back: any sequence of partial returns that gives
//! everything back ends at exactly zero.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    points::Money,
    purchase::{Line, Purchase, misdated},
    refusal::{Code, FieldError, Refusal},
};

/// A return as its source tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The till, shop or script: the same that sent the purchase.
    pub source: String,
    /// One effect per (source, document id), for ever.
    pub document_id: String,
    /// The document id of the purchase.
    pub purchase_id: String,
    pub returned_at: Timestamp,
    pub what: What,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Everything that was not returned before.
    Everything,
    /// Some of some lines.
    Lines(Vec<LineReturn>),
    /// A part of the price, with no goods: spread over the lines by what is left of each.
    Amount(Money),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReturn {
    /// The line of the purchase, counted from 1.
    pub line: i16,
    pub quantity: i64,
}

/// What was returned of one line, in one return or in several together; line 0 is a purchase without lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub line: i16,
    pub quantity: i64,
    pub amount: i64,
}

impl Return {
    /// Refuses what no shop would send, naming the field and what to do.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: &str| errors.push(FieldError::new(field, message));
        let no_id = |id: &str| id.trim().is_empty() || id.len() > 200 || id.contains('\0');
        if self.source.is_empty() || self.source.len() > 60 {
            wrong("source", "Name the source in 1 to 60 characters");
        }
        if no_id(&self.document_id) {
            wrong("id", "Give the return an id of 1 to 200 characters");
        }
        if no_id(&self.purchase_id) {
            wrong("purchase", "Name the purchase by its id of 1 to 200 characters");
        }
        if let Some(why) = misdated("return", self.returned_at, now) {
            wrong("returned_at", &why);
        }
        match &self.what {
            What::Lines(lines) if lines.is_empty() => {
                wrong("lines", "Name the lines that came back, or leave the field out to return everything");
            }
            What::Lines(lines) if lines.iter().any(|line| line.line < 1 || line.quantity < 1) => {
                wrong("lines", "Each line needs its number, counted from 1, and a quantity of 1 or more");
            }
            What::Amount(amount) if amount.0 < 1 => wrong("amount", "Return an amount above 0"),
            _ => {}
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(errors)) }
    }
}

/// What a return takes from a purchase of which `before` came back already.
///
/// Refuses more than is left (`already_returned` when nothing is), and lines that the purchase does not have.
pub fn parts(purchase: &Purchase, before: &[Part], what: &What) -> Result<Vec<Part>, Refusal> {
    let left = left(purchase, before);
    if left.iter().all(is_nothing) && (purchase.amount.0 > 0 || purchase.quantity() > 0) {
        let message = "All of this purchase was returned before; nothing is left to return";
        return Err(Refusal::new(Code::AlreadyReturned, message));
    }
    match what {
        What::Everything => Ok(left),
        What::Lines(lines) => by_lines(purchase, before, &left, lines),
        What::Amount(amount) => by_amount(&left, amount.0),
    }
}

/// What is left of a purchase; `None` when nothing is.
#[must_use]
pub fn remaining(purchase: &Purchase, returned: &[Part]) -> Option<Purchase> {
    let left = left(purchase, returned);
    if left.iter().all(is_nothing) {
        return None;
    }
    let amount = Money(left.iter().map(|part| part.amount).sum());
    let lines = purchase
        .lines
        .iter()
        .zip(&left)
        .filter(|(_, part)| !is_nothing(part))
        .map(|(line, part)| Line { quantity: part.quantity, amount: Money(part.amount), ..line.clone() });
    Some(Purchase { amount, lines: lines.collect(), ..purchase.clone() })
}

fn is_nothing(part: &Part) -> bool {
    part.quantity == 0 && part.amount == 0
}

/// What is left of each line.
fn left(purchase: &Purchase, returned: &[Part]) -> Vec<Part> {
    let of = |line: i16, quantity: i64, amount: i64| {
        let back = returned.iter().filter(|part| part.line == line);
        let (mut quantity, mut amount) = (quantity, amount);
        for part in back {
            quantity -= part.quantity;
            amount -= part.amount;
        }
        Part { line, quantity: quantity.max(0), amount: amount.max(0) }
    };
    if purchase.lines.is_empty() {
        return vec![of(0, 0, purchase.amount.0)];
    }
    (1..).zip(&purchase.lines).map(|(number, line)| of(number, line.quantity, line.amount.0)).collect()
}

fn by_lines(
    purchase: &Purchase,
    before: &[Part],
    left: &[Part],
    lines: &[LineReturn],
) -> Result<Vec<Part>, Refusal> {
    let mut parts: Vec<Part> = Vec::with_capacity(lines.len());
    for wanted in lines {
        let found = left.iter().zip(&purchase.lines).find(|(part, _)| part.line == wanted.line);
        let Some((left, line)) = found else {
            return Err(wrong_lines(format!("The purchase has no line {}", wanted.line)));
        };
        if parts.iter().any(|part| part.line == wanted.line) {
            return Err(wrong_lines(format!("Line {} stands twice; add its quantities up", wanted.line)));
        }
        if wanted.quantity > left.quantity {
            return Err(wrong_lines(format!(
                "Only {} of line {} are left to return",
                left.quantity, wanted.line
            )));
        }
        let back: i64 = before.iter().filter(|part| part.line == wanted.line).map(|part| part.quantity).sum();
        // The last piece takes what is left, so that nothing of a cent is lost or made on the way.
        let amount = if wanted.quantity == left.quantity {
            left.amount
        } else {
            let share = |quantity| share(line.amount.0, quantity, line.quantity);
            (share(back + wanted.quantity) - share(back)).min(left.amount)
        };
        parts.push(Part { line: wanted.line, quantity: wanted.quantity, amount });
    }
    Ok(parts)
}

fn wrong_lines(message: String) -> Refusal {
    Refusal::invalid(vec![FieldError::new("lines", message)])
}

/// The price of so many of a line's things, rounded half up.
fn share(amount: i64, quantity: i64, all: i64) -> i64 {
    let exact = i128::from(amount) * i128::from(quantity) * 2 + i128::from(all);
    i64::try_from(exact.div_euclid(i128::from(all) * 2)).unwrap_or(amount)
}

/// Spreads an amount over the lines by what is left of each; the largest remainders get the odd cents.
fn by_amount(left: &[Part], amount: i64) -> Result<Vec<Part>, Refusal> {
    let all: i64 = left.iter().map(|part| part.amount).sum();
    if amount > all {
        let message = "More than is left of the purchase; return what is left by naming no amount";
        return Err(Refusal::invalid(vec![FieldError::new("amount", message)]));
    }
    let exact = |part: &Part| i128::from(part.amount) * i128::from(amount);
    let whole = |part: &Part| i64::try_from(exact(part) / i128::from(all)).unwrap_or(0);
    let mut parts: Vec<Part> =
        left.iter().map(|part| Part { line: part.line, quantity: 0, amount: whole(part) }).collect();
    let mut odd = amount - parts.iter().map(|part| part.amount).sum::<i64>();
    let mut order: Vec<usize> = (0..left.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(exact(&left[*index]) % i128::from(all)), *index));
    for index in order {
        if odd == 0 {
            break;
        }
        parts[index].amount += 1;
        odd -= 1;
    }
    parts.retain(|part| part.amount > 0);
    Ok(parts)
}

#[cfg(test)]
mod tests;

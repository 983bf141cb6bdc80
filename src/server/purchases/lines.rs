//! The lines of a purchase as they are stored: in its own row and in few bytes, for most purchases are read
//! whole and never again. SQL reads them one by one from the view `purchase_lines`.

use serde::{Deserialize, Serialize};

use crate::domain::{
    points::Money,
    purchase::{Flags, Line},
};

/// Sku, category, quantity, amount in minor units, flags.
#[derive(Debug, Serialize, Deserialize)]
struct Packed<S>(Option<S>, Option<S>, i64, i64, i16);

/// Nothing where there are no lines.
pub fn pack(lines: &[Line]) -> serde_json::Result<Option<String>> {
    if lines.is_empty() {
        return Ok(None);
    }
    let packed = lines.iter().map(|line| {
        let (sku, category) = (line.sku.as_deref(), line.category.as_deref());
        Packed(sku, category, line.quantity, line.amount.0, line.flags.bits())
    });
    serde_json::to_string(&packed.collect::<Vec<_>>()).map(Some)
}

pub fn unpack(stored: Option<&str>) -> serde_json::Result<Vec<Line>> {
    let packed: Vec<Packed<String>> = stored.map(serde_json::from_str).transpose()?.unwrap_or_default();
    let line = packed.into_iter().map(|Packed(sku, category, quantity, amount, flags)| Line {
        sku,
        category,
        quantity,
        amount: Money(amount),
        flags: Flags::of_bits(flags),
    });
    Ok(line.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::purchase::Flag;

    #[test]
    fn lines_read_back_as_they_were() {
        let line = |sku: Option<&str>, category: Option<&str>, flags| Line {
            sku: sku.map(str::to_owned),
            category: category.map(str::to_owned),
            quantity: 2,
            amount: Money(760),
            flags,
        };
        let shipping = Flags::default().with(Flag::Shipping);
        let lines = vec![line(Some("A\"1"), None, Flags::default()), line(None, Some("½"), shipping)];
        let packed = pack(&lines).expect("json");
        assert_eq!(packed.as_deref(), Some(r#"[["A\"1",null,2,760,0],[null,"½",2,760,2]]"#));
        assert_eq!(unpack(packed.as_deref()).expect("lines"), lines);
        assert_eq!((pack(&[]).expect("none"), unpack(None).expect("none")), (None, vec![]));
    }
}

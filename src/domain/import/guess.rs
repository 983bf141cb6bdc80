//! A first mapping, from the names of the columns and the look of their values. A person confirms it.

use jiff::tz::TimeZone;

use super::{
    DateOrder, DecimalSign, Field, Mapping,
    cells::{self, Currency},
    column_name,
};

/// Names that shops give to columns, the likeliest first; compared without case, spaces and signs.
fn names(field: Field) -> std::str::SplitWhitespace<'static> {
    let names = match field {
        Field::Member => {
            "customerid memberid customer member customernumber customerno clientid client householdid
             household userid user cardnumber card email buyer kundennummer kunde klant cliente"
        }
        Field::Date => {
            "purchasedat date datetime timestamp transactiontimestamp transactiondate purchasedate orderdate
             invoicedate createdat created time day datum fecha"
        }
        Field::Amount => {
            "amount total totalamount salesvalue netamount grandtotal subtotal linetotal revenue sales value
             paid price sum betrag bedrag umsatz montant importe"
        }
        Field::Quantity => "quantity qty units items count pieces menge aantal",
        Field::Basket | Field::Id => {
            "basketid basket receiptid receipt receiptnumber receiptno orderid order ordernumber transactionid
             transaction invoice invoiceid invoiceno purchaseid documentid belegnummer bonnummer id"
        }
        Field::Sku => "sku productid product itemid item articleid article stockcode ean upc barcode artikel",
        Field::Category => "category productcategory department group productgroup kind type kategorie",
        Field::Store => "storeid store shop shopid branch location channel filiale",
    };
    names.split_whitespace()
}

/// What the file's first rows suggest. Where they allow two readings, the choice stays open.
#[must_use]
pub fn mapping(header: &[String], rows: &[Vec<String>], currency: Currency) -> Mapping {
    let sample = Sample { rows, currency };
    let mut taken = Vec::new();
    let mut mapping = Mapping::default();
    for field in [
        Field::Date,
        Field::Amount,
        Field::Quantity,
        Field::Member,
        Field::Sku,
        Field::Category,
        Field::Store,
    ] {
        if let Some(place) =
            by_name(field, header, &taken, &sample).or_else(|| by_look(field, header, &taken, &sample))
        {
            taken.push(place);
            mapping.columns.insert(field, column_name(header, place));
        }
    }
    if let Some(place) = by_name(Field::Basket, header, &taken, &sample) {
        // Rows that name their items are lines; so are rows that share their number.
        let lines = mapping.columns.contains_key(&Field::Sku) || sample.repeats(place);
        let field = if lines { Field::Basket } else { Field::Id };
        mapping.columns.insert(field, column_name(header, place));
    }
    let place_of =
        |field: Field| mapping.column(field).and_then(|name| header.iter().position(|title| title == name));
    let date_order = place_of(Field::Date).and_then(|place| sample.date_order(place));
    let decimal = place_of(Field::Amount).and_then(|place| sample.decimal(place));
    Mapping { date_order, decimal, ..mapping }
}

fn by_name(field: Field, header: &[String], taken: &[usize], sample: &Sample) -> Option<usize> {
    let titles: Vec<String> = header
        .iter()
        .map(|title| title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
        .collect();
    let fits = |place: &usize| !taken.contains(place) && sample.suits(field, *place);
    names(field).find_map(|name| {
        let mut places = titles.iter().enumerate().filter(|(_, title)| title.as_str() == name);
        places.find_map(|(place, _)| Some(place).filter(fits))
    })
}

/// Without a name that is known: the first column of dates, the first of amounts with a fraction.
fn by_look(field: Field, header: &[String], taken: &[usize], sample: &Sample) -> Option<usize> {
    let telling = |place: &usize| match field {
        Field::Date => true,
        Field::Amount => sample.values(*place).any(|value| value.contains(['.', ','])),
        _ => false,
    };
    let free = |place: &usize| !taken.contains(place);
    (0..header.len()).filter(free).find(|place| telling(place) && sample.suits(field, *place))
}

struct Sample<'a> {
    rows: &'a [Vec<String>],
    currency: Currency<'a>,
}

impl<'a> Sample<'a> {
    fn values(&self, place: usize) -> impl Iterator<Item = &'a str> {
        self.rows
            .iter()
            .filter_map(move |row| row.get(place))
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    }

    /// Whether most values of a column can be what the field holds. A column without values can be anything
    /// but required.
    fn suits(&self, field: Field, place: usize) -> bool {
        let can_be = |value: &str| match field {
            Field::Date => [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)]
                .into_iter()
                .any(|order| cells::instant(value, order, &TimeZone::UTC).is_ok()),
            Field::Amount => [None, Some(DecimalSign::Point), Some(DecimalSign::Comma)]
                .into_iter()
                .any(|decimal| cells::amount(value, self.currency, decimal).is_ok()),
            Field::Quantity => cells::quantity(value, None).is_ok(),
            _ => true,
        };
        let (can, all) =
            self.values(place).fold((0, 0), |(can, all), value| (can + usize::from(can_be(value)), all + 1));
        if all == 0 { self.rows.is_empty() || !Field::REQUIRED.contains(&field) } else { can * 2 > all }
    }

    fn repeats(&self, place: usize) -> bool {
        let values: Vec<&str> = self.values(place).collect();
        values.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// The one order that reads more of the dates, if one does.
    fn date_order(&self, place: usize) -> Option<DateOrder> {
        let read = |order| {
            self.values(place).filter(|value| cells::instant(value, order, &TimeZone::UTC).is_ok()).count()
        };
        let (plain, day, month) =
            (read(None), read(Some(DateOrder::DayFirst)), read(Some(DateOrder::MonthFirst)));
        match day.cmp(&month) {
            _ if plain >= day.max(month) => None,
            std::cmp::Ordering::Greater => Some(DateOrder::DayFirst),
            std::cmp::Ordering::Less => Some(DateOrder::MonthFirst),
            std::cmp::Ordering::Equal => None,
        }
    }

    fn decimal(&self, place: usize) -> Option<DecimalSign> {
        let read = |decimal| {
            self.values(place).filter(|value| cells::amount(value, self.currency, decimal).is_ok()).count()
        };
        let (plain, point, comma) =
            (read(None), read(Some(DecimalSign::Point)), read(Some(DecimalSign::Comma)));
        match point.cmp(&comma) {
            _ if plain >= point.max(comma) => None,
            std::cmp::Ordering::Greater => Some(DecimalSign::Point),
            std::cmp::Ordering::Less => Some(DecimalSign::Comma),
            std::cmp::Ordering::Equal => None,
        }
    }
}

//! Laws of the import: no line is lost, the same rows are the same documents, and what can be read in two
//! ways is refused.

use std::fmt::Write;

use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::{
    DateOrder, DecimalSign, Field, Mapping,
    cells::{self, Currency},
    guess,
    purchases::{Assembler, Candidate, Survey, Yield},
    rows::RowReader,
    table::{Line, Record, Records, delimiter, split},
};
use crate::domain::{points::Money, program::Program, purchase::MemberRef};

const EUR: Currency = Currency { code: "EUR", digits: 2 };

fn program() -> Program {
    Program {
        name: "Our shop".into(),
        tagline: String::new(),
        address: String::new(),
        time_zone: "Europe/Amsterdam".into(),
        currency: "EUR".into(),
        currency_digits: 2,
        points_expiry: crate::domain::expiry::Expiry::Never,
        pending_days: 0,
        welcome_points: 0,
        is_demo: false,
    }
}

fn lines(text: &str) -> impl Iterator<Item = Line> {
    let lines: Vec<Line> = text
        .split('\n')
        .zip(1..)
        .map(|(text, number)| Line { number, text: text.to_owned(), cut: false })
        .collect();
    lines.into_iter()
}

/// A digest that is good enough to tell rows apart.
fn digest(content: &str) -> [u8; 32] {
    let mut state = [0xcbf2_9ce4_8422_2325_u64, 1, 2, 3];
    for (index, byte) in content.bytes().enumerate() {
        for (lane, part) in state.iter_mut().enumerate() {
            *part =
                (*part ^ (u64::from(byte) + lane as u64 * 257 + index as u64)).wrapping_mul(0x100_0000_01b3);
        }
    }
    let mut digest = [0; 32];
    for (place, part) in digest.chunks_mut(8).zip(state) {
        place.copy_from_slice(&part.to_le_bytes());
    }
    digest
}

fn assembler(mapping: &str, header: &str) -> Assembler {
    let mapping = Mapping::parse(mapping).expect("a mapping");
    let header: Vec<String> = header.split(',').map(str::to_owned).collect();
    let reader = RowReader::new(&mapping, &header, &program()).expect("a mapping that fits");
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().expect("an instant");
    Assembler::new(reader, "till".into(), now, digest)
}

/// Reads the text, which begins with its header; takes what came out after every `batch` rows.
fn read(mapping: &str, text: &str, batch: usize) -> Yield {
    let (header, rest) = text.split_once('\n').unwrap_or((text, ""));
    let width = header.split(',').count();
    let mut survey = Survey::default();
    let basket = header.split(',').position(|title| title == "basket");
    let records =
        || Records::new(lines(rest).map(|line| Line { number: line.number + 1, ..line }), ',', width);
    for record in records() {
        if let (Ok(cells), Some(basket)) = (record.cells, basket) {
            survey.take(&cells[basket]);
        }
    }
    let mut assembler = assembler(mapping, header).holding(survey.scattered());
    let mut all = Yield::default();
    let mut part = Yield::default();
    for (index, record) in records().enumerate() {
        assembler.take(record, &mut part);
        if index % batch == 0 {
            all.candidates.append(&mut part.candidates);
            all.rejects.append(&mut part.rejects);
        }
    }
    assembler.finish(&mut part);
    all.candidates.append(&mut part.candidates);
    all.rejects.append(&mut part.rejects);
    all
}

const PLAIN: &str = "member=customer,date=date,amount=amount";
const BASKETS: &str = "member=customer,date=date,amount=amount,basket=basket";

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn is_blank(line: &str) -> bool {
    let mut cells = Vec::new();
    split(line, ',', &mut cells) && cells.iter().all(|cell| cell.trim().is_empty())
}

/// Digits and separators in an order that dates may have.
const NEARLY_A_DATE: &str =
    concat!("[0-9]{1,4}[-/. T:]?[0-9]{1,4}[-/. T:]?[0-9]{1,4}", "[-/. T:+]?[0-9:.+APMZ -]{0,12}");

proptest! {
    #[test]
    fn rows_read_back_as_they_were_written(
        rows in prop::collection::vec(prop::collection::vec("[a-z,\"\n ;é]{1,8}", 3), 1..20),
    ) {
        let text: Vec<String> =
            rows.iter().map(|row| row.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(",")).collect();
        // A row of nothing but space says nothing; whether it is passed over depends on its line breaks.
        let says_something = |row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
        let text = text.join("\n");
        let read = Records::new(lines(&text), ',', 3).map(|row| row.cells.expect("cells"));
        let read: Vec<Vec<String>> = read.filter(says_something).collect();
        let written: Vec<Vec<String>> = rows.into_iter().filter(says_something).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn no_line_is_lost_however_broken(text in "[a\",\n ]{0,200}") {
        let kept = |lines: Vec<String>| lines.into_iter().filter(|line| !is_blank(line)).collect::<Vec<_>>();
        let read: Vec<Record> = Records::new(lines(&text), ',', 2).collect();
        let seen = read.iter().flat_map(|record| record.text.split('\n').map(str::to_owned)).collect();
        prop_assert_eq!(kept(seen), kept(text.split('\n').map(str::to_owned).collect()));
        prop_assert!(read.windows(2).all(|pair| pair[0].line < pair[1].line));
    }

    #[test]
    fn no_cell_makes_the_reader_panic(text in "\\PC{0,30}") {
        for decimal in [None, Some(DecimalSign::Point), Some(DecimalSign::Comma)] {
            let _ = cells::amount(&text, EUR, decimal);
            let _ = cells::quantity(&text, decimal);
        }
        for order in [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)] {
            let _ = cells::instant(&text, order, &TimeZone::UTC);
        }
        let _ = Mapping::parse(&text);
        let _ = delimiter(&text);
    }

    #[test]
    fn dates_that_nearly_are_make_no_panic(text in NEARLY_A_DATE) {
        for order in [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)] {
            let _ = cells::instant(&text, order, &TimeZone::UTC);
        }
    }

    #[test]
    fn an_amount_reads_back_in_every_way_of_writing_it(minor in -99_999_999_i64..99_999_999) {
        let money = Money(minor);
        let plain = money.decimal(2);
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
        let (whole, cents) = digits.split_once('.').expect("cents");
        let grouped = |separator: char| {
            let mut out = String::new();
            for (index, digit) in whole.chars().enumerate() {
                if index > 0 && (whole.len() - index).is_multiple_of(3) { out.push(separator); }
                out.push(digit);
            }
            out
        };
        for text in [
            plain.clone(),
            format!("{sign}{}.{cents}", grouped(',')),
            format!("{sign}{},{cents}", grouped('.')),
            format!("{sign}{},{cents} €", grouped(' ')),
            format!("€{sign}{}.{cents}", grouped('\'')),
            format!("{sign}EUR {whole},{cents}"),
        ] {
            prop_assert_eq!(cells::amount(&text, EUR, None), Ok(money), "{}", text);
        }
    }

    #[test]
    fn the_same_rows_are_the_same_documents(
        rows in prop::collection::vec((0..3_u8, 1..3_u8, 0..3_u8), 0..60),
        batch in 1..10_usize,
    ) {
        let mut text = "customer,date,amount\n".to_owned();
        for (customer, day, amount) in &rows {
            writeln!(text, "{customer},1997-01-0{day},{amount}.00").expect("a string takes it");
        }
        let once = read(PLAIN, &text, 1).candidates;
        let again = read(PLAIN, &text, batch).candidates;
        prop_assert_eq!(&once, &again);
        let mut ids: Vec<&str> = once.iter().map(|found| found.purchase.document_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), rows.len(), "honest duplicates are documents of their own");
    }

    #[test]
    fn a_longer_export_keeps_the_documents_of_a_shorter_one(
        rows in prop::collection::vec((0..3_u8, 0..3_u8), 1..40),
        cut in 0..40_usize,
    ) {
        let text = |rows: &[(u8, u8)]| {
            let rows = rows.iter().map(|(customer, amount)| format!("\n{customer},1997-01-01,{amount}.00"));
            format!("customer,date,amount{}", rows.collect::<String>())
        };
        let cut = cut.min(rows.len());
        let (short, long) = (read(PLAIN, &text(&rows[..cut]), 7), read(PLAIN, &text(&rows), 7));
        let ids = |read: &Yield| -> Vec<_> {
            read.candidates.iter().map(|found| found.purchase.document_id.clone()).collect()
        };
        prop_assert_eq!(&ids(&short)[..], &ids(&long)[..cut]);
    }

    #[test]
    fn baskets_are_whole_wherever_their_rows_stand(
        rows in prop::collection::vec((0..5_u8, 1..100_u8), 1..40).prop_shuffle(),
    ) {
        let text = |rows: &[(u8, u8)]| {
            let row = |(basket, amount): &_| format!("\nb{basket},c{basket},1997-01-01,{amount}.00");
            let rows = rows.iter().map(row);
            format!("basket,customer,date,amount{}", rows.collect::<String>())
        };
        let mut sorted = rows.clone();
        sorted.sort_by_key(|(basket, _)| *basket);
        let summary = |read: Yield| {
            let mut sums: Vec<(String, i64, usize)> = read
                .candidates
                .iter()
                .map(|Candidate { purchase, .. }| {
                    (purchase.document_id.clone(), purchase.amount.0, purchase.lines.len())
                })
                .collect();
            sums.sort();
            (sums, read.rejects.len())
        };
        prop_assert_eq!(summary(read(BASKETS, &text(&rows), 3)), summary(read(BASKETS, &text(&sorted), 1)));
    }
}

#[test]
fn rows_become_purchases_and_broken_ones_say_why() {
    let text = "customer,date,amount\n7,1997-01-01,11.77\n,1997-01-01,1\n7,1997-02-30,1\n\
                7,1997-01-01,-5\n7,1997-01-01\n7,1/2/1997,1\n7,2099-01-01,1\n\n\
                8,1997-01-01T10:00:00-05:00,0\n7,1950-01-01,1";
    let out = read(PLAIN, text, 100);
    let [first, second] = &out.candidates[..] else { panic!("two purchases: {out:?}") };
    assert_eq!(first.purchase.amount, Money(1_177));
    assert_eq!(first.purchase.member, MemberRef::ExternalId("7".into()));
    assert_eq!(first.purchase.purchased_at.to_string(), "1996-12-31T23:00:00Z", "midnight in Amsterdam");
    assert_eq!((second.purchase.amount, second.origins[0].line), (Money(0), 10));
    assert_eq!(second.purchase.purchased_at.to_string(), "1997-01-01T15:00:00Z");
    let reasons: Vec<(u64, &str)> =
        out.rejects.iter().map(|reject| (reject.origin.line, reject.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (3, "The customer is missing"),
            (4, "\"1997-02-30\" is a day that does not exist"),
            (5, "The amount is negative: returns can't be imported yet"),
            (6, "The row has 2 cells, the header 3"),
            (
                7,
                "\"1/2/1997\" has no certain order of day and month: choose it in the mapping \
                 (date_format=dmy or date_format=mdy)"
            ),
            (8, "The purchase lies more than a day in the future; check the date"),
            (11, "The purchase is dated before 1990; check the date, and the clock of the till"),
        ]
    );
}

#[test]
fn a_basket_with_a_broken_row_is_left_out_whole() {
    let text = "basket,customer,date,amount\na,1,1997-01-01,1\na,1,1997-01-01,x\n\
                a,1,1997-01-01,2\nb,1,1997-01-01,3\nb,2,1997-01-01,3\nc,1,1997-01-01,4";
    let out = read(BASKETS, text, 100);
    let ids: Vec<&str> = out.candidates.iter().map(|c| c.purchase.document_id.as_str()).collect();
    assert_eq!(ids, ["c"]);
    assert_eq!(out.rejects.len(), 5);
}

#[test]
fn amounts_that_can_be_read_in_two_ways_are_refused() {
    for text in ["1,234", "1.234", "12.345"] {
        assert!(cells::amount(text, EUR, None).is_err_and(|reason| reason.contains("decimal=")), "{text}");
    }
    assert_eq!(cells::amount("1,234", EUR, Some(DecimalSign::Point)), Ok(Money(123_400)));
    assert_eq!(cells::amount("1.234", EUR, Some(DecimalSign::Comma)), Ok(Money(123_400)));
    assert_eq!(cells::amount("1,234", Currency { code: "JPY", digits: 0 }, None), Ok(Money(1_234)));
    assert_eq!(cells::amount("(5.00)", EUR, None), Ok(Money(-500)));
    assert_eq!(cells::amount("$5", EUR, None), Ok(Money(500)));
    for text in ["", "x", "1.2.3", "12,34,56", "USD 5", "£5", "five", "x12", "1e3", "0.125", "--5"] {
        assert!(cells::amount(text, EUR, None).is_err(), "{text}");
    }
    assert_eq!(cells::quantity("3.0", None), Ok(3));
    assert!(cells::quantity("0.345", None).is_err());
}

#[test]
fn dates_are_read_as_shops_write_them() {
    let zone = TimeZone::get("America/New_York").expect("a zone");
    let read = |text: &str, order| cells::instant(text, order, &zone).map(|at| at.to_string());
    for (text, order, at) in [
        ("1997-01-31", None, "1997-01-31T05:00:00Z"),
        ("19970131", None, "1997-01-31T05:00:00Z"),
        ("1997/1/31", None, "1997-01-31T05:00:00Z"),
        ("1/31/1997", Some(DateOrder::MonthFirst), "1997-01-31T05:00:00Z"),
        ("31.1.1997", Some(DateOrder::DayFirst), "1997-01-31T05:00:00Z"),
        ("2017-01-01 13:39:43", None, "2017-01-01T18:39:43Z"),
        ("2017-01-01T13:39", None, "2017-01-01T18:39:00Z"),
        ("1/1/2017 1:39 PM", Some(DateOrder::MonthFirst), "2017-01-01T18:39:00Z"),
        ("1/1/2017 12:00:00 am", Some(DateOrder::MonthFirst), "2017-01-01T05:00:00Z"),
        ("2017-01-01T13:39:43.250+02:00", None, "2017-01-01T11:39:43.25Z"),
        ("2017-01-01 13:39:43 UTC", None, "2017-01-01T13:39:43Z"),
        ("20170101T133943Z", None, ""),
    ] {
        let got = read(text, order);
        assert_eq!(got.as_deref().unwrap_or_default(), at, "{text}: {got:?}");
    }
    for text in [
        "31/1/1997",
        "1/31/97",
        "42735",
        "yesterday",
        "1997-13-01",
        "0001-01-01",
        "2017-01-01 25:00",
        "1997-01-01 noon",
    ] {
        assert!(read(text, None).is_err(), "{text}");
    }
    assert!(read("31/1/1997", Some(DateOrder::MonthFirst)).is_err());
    for text in ["9999-12-31", "0001-01-01"] {
        let told = read(text, None).expect_err("out of range");
        assert!(told.contains("not in the years 1900 to 2200"), "{told}");
    }
}

#[test]
fn a_mapping_reads_back_and_names_what_is_wrong() {
    let mapping =
        Mapping::parse("member=customer_id, date=#2,amount=Total,date_format=DD.MM.YYYY,decimal=comma")
            .expect("a mapping");
    assert_eq!(mapping.column(Field::Date), Some("#2"));
    assert_eq!((mapping.date_order, mapping.decimal), (Some(DateOrder::DayFirst), Some(DecimalSign::Comma)));
    let json = serde_json::to_string(&mapping).expect("JSON");
    assert_eq!(serde_json::from_str::<Mapping>(&json).expect("a mapping"), mapping);
    let header = ["customer_id", "when", "total"].map(str::to_owned);
    assert!(mapping.resolve(&header).is_ok(), "case does not matter");
    let complaint = |text: &str| {
        let read = Mapping::parse(text).and_then(|mapping| mapping.resolve(&header).map(|_| ()));
        read.expect_err("a refusal").message
    };
    assert!(
        complaint("member=client,date=when,amount=total")
            .contains("\"client\", which the file does not have")
    );
    assert!(complaint("member=customer_id,date=when").contains("the amount"));
    assert!(complaint("member=customer_id,date=when,amount=total,id=#1,basket=#2").contains("not both"));
    assert!(complaint("member=#9,date=when,amount=total").contains("column 9, but there are 3"));
    assert!(complaint("who=customer_id").contains("no field \"who\""));
    assert!(complaint("date_format=sometimes").contains("date_format"));
}

fn guessed(header: &str, rows: &[&str]) -> Mapping {
    let row = |text: &str| text.split(';').map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = rows.iter().map(|text| row(text)).collect();
    guess::mapping(&row(header), &rows, EUR)
}

#[test]
fn a_guess_knows_what_shops_call_their_columns() {
    let plain = guessed("customer_id;date;quantity;amount", &["00001;1997-01-01;1;11.77"]);
    assert_eq!(
        plain,
        Mapping::parse("member=customer_id,date=date,amount=amount,quantity=quantity").expect("ok")
    );
    let lines = guessed(
        "basket_id;household_id;store_id;transaction_timestamp;product_id;department;product_category;\
         quantity;sales_value",
        &["31198515072;1419;32004;2017-01-01 13:39:43;1037894;GROCERY;SOFT DRINKS;1;1.0"],
    );
    let wanted = "basket=basket_id,member=household_id,store=store_id,date=transaction_timestamp,\
                  sku=product_id,category=product_category,quantity=quantity,amount=sales_value";
    assert_eq!(lines, Mapping::parse(wanted).expect("ok"));
    let german =
        guessed("Belegnummer;Kunde;Datum;Betrag", &["1;K7;31.12.2025;12,50", "2;K8;1.12.2025;1.234,00"]);
    assert_eq!((german.column(Field::Member), german.date_order), (Some("Kunde"), Some(DateOrder::DayFirst)));
    let open = guessed("Customer;Date;Order ID;Total", &["a;1/2/2025;17;$1.50", "b;3/4/2025;18;$2.00"]);
    assert_eq!((open.date_order, open.column(Field::Id)), (None, Some("Order ID")));
    let by_look = guessed("a;b;c", &["x;2025-01-01;3.50"]);
    assert_eq!((by_look.column(Field::Date), by_look.column(Field::Amount)), (Some("b"), Some("c")));
}

#[test]
fn the_header_tells_the_delimiter() {
    assert_eq!(delimiter("a,b,c"), Some(','));
    assert_eq!(delimiter("a;b,c;d"), Some(';'));
    assert_eq!(delimiter("\"a,b\"\tc"), Some('\t'));
    assert_eq!(delimiter("just words"), None);
    assert_eq!(delimiter("\"never closed"), None);
}

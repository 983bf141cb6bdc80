//! The form of a challenge, back and forth.

use super::*;
use crate::domain::challenge::library;

#[test]
fn a_form_reads_back_as_the_challenge_it_shows() {
    let day = "2026-11-01".parse().expect("a day");
    for ready in library(2, day) {
        let mut challenge = ready.challenge;
        challenge.rule.audience.tag = vec!["press".to_owned()];
        let form = ChallengeForm::of(&challenge, 2);
        assert!(form.steps.iter().all(|step| step.metric.is_empty()), "plain fields do: {form:?}");
        assert_eq!(form.read(2), Ok(challenge.clone()));
        challenge.rule.reward = Reward::Badge { badge: "regular".to_owned(), level: Level::Silver };
        challenge.rule.rounds = 1;
        // An hour of the day has no field of its own.
        challenge.rule.steps[0].metric.r#where.quantity.min = Some(2);
        assert_eq!(ChallengeForm::of(&challenge, 2).read(2), Ok(challenge));
    }
}

#[test]
fn every_field_that_is_wrong_is_named_as_on_the_page() {
    let mut form = ChallengeForm::empty("2026-11-01".parse().expect("a day"));
    form.steps[1] = StepForm {
        title: "Two weekends".to_owned(),
        target: "some".to_owned(),
        weekdays: "saturday".to_owned(),
        ..StepForm::default()
    };
    form.last = "soon".to_owned();
    let fields = |form: &ChallengeForm| {
        let wrong = form.read(2).expect_err("wrong fields");
        wrong.fields.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let unread = ["form[steps][0][weekdays]", "form[steps][0][target]", "form[last]"];
    let others = ["form[challenge]", "form[name]", "form[description]"];
    assert_eq!(fields(&form), [&unread[..], &others].concat(), "what can't be read comes first");
    form.steps[1] = StepForm { title: "Two".to_owned(), target: "0".to_owned(), ..StepForm::default() };
    form.last = form.first.clone();
    let named = ["form[challenge]", "form[name]", "form[description]", "form[steps][0][target]"];
    assert_eq!(fields(&form), named);
}

#[test]
fn steps_are_shown_where_they_are_named() {
    let mut form = ChallengeForm::empty("2026-11-01".parse().expect("a day"));
    assert_eq!((form.steps.len(), form.open_steps()), (10, 3));
    form.steps[2].title = "Third".to_owned();
    form.steps[9].store = "Canal Street".to_owned();
    let wrong = form.read(2).expect_err("what is to be done is missing").fields;
    assert!(wrong.iter().any(|error| error.field == "form[steps][1][target]"), "{wrong:?}");
    form.make_room();
    assert_eq!((form.steps[0].title.as_str(), form.steps[1].store.as_str()), ("Third", "Canal Street"));
    assert_eq!((form.steps.len(), form.open_steps()), (10, 3));
    form.steps[5].title = "Another".to_owned();
    assert_eq!(form.open_steps(), 4);
}

#[test]
fn an_end_that_no_day_follows_is_refused_in_words() {
    let mut form = ChallengeForm::of(&library(2, jiff::civil::date(9_988, 12, 1))[0].challenge, 2);
    for (last, fits) in [("9990-12-30", true), ("9999-12-31", false), ("9998-01-01", false)] {
        form.last = last.to_owned();
        let told = form.read(2).err().map(|refused| refused.fields).unwrap_or_default();
        assert_eq!(told.is_empty(), fits, "{last}: {told:?}");
        let named = told.iter().all(|error| error.field == "form[last]" && error.message.contains("9990"));
        assert!(named, "{told:?}");
    }
    let mut challenge = library(2, jiff::civil::date(9_998, 12, 1)).remove(0).challenge;
    challenge.rule.until = Date::MAX;
    let wrong = check_challenge(&challenge).expect_err("refused").fields;
    assert_eq!(wrong[0].field, "/rule/until", "in JSON too");
}

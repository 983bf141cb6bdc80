//! The evaluator: a pure function of rules, facts and document. Stages: base -> multiplier -> bonus ->
//! limits, budgets and caps -> round. Multipliers add their extras to the base; they never multiply each
//! other.

use super::{
    Effect, Facts, MICRO, Most, Occasion, Rounding, Rulebook, Stacking, Stage, Step, Trace, Trigger, Why,
    book::Ready,
    condition::{self, Counted, Moment},
};

/// A rule that counts, with what it gives so far.
struct Fired<'a> {
    ready: &'a Ready,
    counted: Counted,
    micro: i128,
    /// What a limit took of it, and of which period.
    limited: Option<(super::Period, i128)>,
}

/// What an occasion earns, given these facts. Judged at the time of the occasion, not at the time we heard of
/// it.
pub(super) fn evaluate(book: &Rulebook, facts: &Facts, occasion: &Occasion<'_>) -> Trace {
    let moment = Moment::new(book, facts, occasion);
    let mut trace = Trace { amount: occasion.amount, rounding: book.rounding, ..Trace::default() };
    let mut fired: Vec<Fired<'_>> = Vec::new();
    let mut caps: Vec<&Ready> = Vec::new();
    let mut reads = condition::Reads::default();
    for ready in book.triggered(occasion.kind).iter().map(|place| &book.rules[*place]) {
        if !moment.is_candidate(ready) {
            continue;
        }
        reads.add(book, ready);
        match moment.counts(ready) {
            Err(why) => trace.missed.0.push((ready.rule.rule_no, why)),
            Ok(_) if matches!(ready.rule.definition.effect, Effect::Cap { .. }) => caps.push(ready),
            Ok(counted) => fired.push(Fired { ready, counted, micro: 0, limited: None }),
        }
    }
    let base = give(occasion, &mut fired);
    for one in &mut fired {
        limit(one, facts);
    }
    stack(book, facts, &mut fired, &mut trace);
    let mut total = write_rules(book, facts, &fired, occasion, &mut trace);
    if let Some(percent) = tier_percent(facts, occasion) {
        let micro = base * i128::from(percent - 100) / 100;
        total += micro;
        if micro > 0 {
            trace.steps.push(Step::Tier { percent, micro: super::clamp(micro) });
        }
        reads.tier = true;
    }
    for ready in caps {
        total -= cap(ready, facts, total, &mut trace);
    }
    trace.points = super::clamp(round(book.rounding, total));
    trace.facts = reads.of(facts);
    trace
}

/// The tier multiplies purchases, where it gives more than everybody has.
fn tier_percent(facts: &Facts, occasion: &Occasion<'_>) -> Option<i32> {
    let (_, percent) = facts.tier.as_ref()?;
    (occasion.kind.is_none() && *percent > 100).then_some(*percent)
}

/// Base, multipliers, bonus. Gives the base of the rules that stand by themselves, which the tier multiplies.
fn give(occasion: &Occasion<'_>, fired: &mut [Fired<'_>]) -> i128 {
    let mut standing = 0;
    for one in fired.iter_mut() {
        one.micro = points(one.ready, &one.counted);
        if one.ready.campaign.is_none() && is_base(one.ready) {
            standing += one.micro;
        }
    }
    for place in 0..fired.len() {
        let Effect::Multiplier { percent } = fired[place].ready.rule.definition.effect else { continue };
        let multiplier = fired[place].ready;
        // A multiplier sees what stands by itself and what its own campaign gives.
        let seen = |one: &&Fired<'_>| {
            is_base(one.ready) && (one.ready.campaign.is_none() || one.ready.campaign == multiplier.campaign)
        };
        let base: i128 = fired.iter().filter(seen).map(|one| share(one, multiplier, occasion)).sum();
        fired[place].micro = base * i128::from(percent - 100) / 100;
    }
    standing
}

fn is_base(ready: &Ready) -> bool {
    match &ready.rule.definition.effect {
        Effect::PerMoney { stage, .. }
        | Effect::PerItem { stage, .. }
        | Effect::PerVisit { stage, .. }
        | Effect::Fixed { stage, .. } => *stage == Stage::Base,
        Effect::Multiplier { .. } | Effect::Cap { .. } => false,
    }
}

/// What a rule gives for what it counted, in millionths of a point.
fn points(ready: &Ready, counted: &Counted) -> i128 {
    let times = match &ready.rule.definition.effect {
        Effect::PerMoney { points, .. } => {
            return i128::from(*points) * i128::from(counted.amount) * MICRO / i128::from(ready.per);
        }
        Effect::PerItem { points, .. } => i128::from(*points) * i128::from(counted.quantity),
        Effect::Fixed { points, .. } if ready.rule.definition.on == Trigger::Line => {
            i128::from(*points) * i128::from(counted.lines)
        }
        Effect::Fixed { points, .. } | Effect::PerVisit { points, .. } => i128::from(*points),
        Effect::Multiplier { .. } | Effect::Cap { .. } => 0,
    };
    times * MICRO
}

/// The part of a base that a multiplier multiplies: all of it, or that of its lines.
fn share(base: &Fired<'_>, multiplier: &Ready, occasion: &Occasion<'_>) -> i128 {
    let definition = &multiplier.rule.definition;
    if definition.when.lines.is_any() && definition.on != Trigger::Line {
        return base.micro;
    }
    let for_lines = match base.ready.rule.definition.effect {
        Effect::PerMoney { .. } | Effect::PerItem { .. } => true,
        _ => base.ready.rule.definition.on == Trigger::Line,
    };
    if !for_lines {
        return 0;
    }
    let both = condition::counted(occasion, |line| {
        condition::line_counts(&base.ready.rule.definition, line) && condition::line_counts(definition, line)
    });
    points(base.ready, &both)
}

/// The limits of the rule itself.
fn limit(one: &mut Fired<'_>, facts: &Facts) {
    for (limit, name) in &one.ready.limits {
        let Most::Points(most) = limit.most else { continue };
        let left = (i128::from(most) * MICRO - i128::from(facts.used_of(name))).max(0);
        if one.micro > left {
            let taken = one.micro - left;
            let before = one.limited.map_or(0, |(_, micro)| micro);
            one.limited = Some((limit.per, before + taken));
            one.micro = left;
        }
    }
}

/// What a campaign gives after limits and budget.
fn campaign_sum(book: &Rulebook, facts: &Facts, fired: &[Fired<'_>], place: usize) -> i128 {
    let sum: i128 = fired.iter().filter(|one| one.ready.campaign == Some(place)).map(|one| one.micro).sum();
    sum.min(budget_left(book, facts, place))
}

fn budget_left(book: &Rulebook, facts: &Facts, place: usize) -> i128 {
    let campaign = &book.campaigns[place];
    let left = |budget: i64| i128::from(budget) * MICRO - i128::from(facts.used_of(&campaign.budget_name));
    campaign.campaign.settings.budget.map_or(i128::MAX, |budget| left(budget).max(0))
}

/// Which campaigns count beside each other; the rules of the others are put down as missed.
fn stack(book: &Rulebook, facts: &Facts, fired: &mut Vec<Fired<'_>>, trace: &mut Trace) {
    let mut places: Vec<usize> = fired.iter().filter_map(|one| one.ready.campaign).collect();
    places.sort_unstable();
    places.dedup();
    if places.len() < 2 {
        return;
    }
    let policy = |place: usize| book.campaigns[place].campaign.settings.stacking;
    let best_of = |stacking: Stacking, by_priority: bool| {
        places.iter().copied().filter(|place| policy(*place) == stacking).max_by_key(|place| {
            let campaign = &book.campaigns[*place].campaign;
            let sum = campaign_sum(book, facts, fired, *place);
            let priority = i128::from(campaign.settings.priority);
            let order = if by_priority { (priority, sum) } else { (sum, priority) };
            (order, std::cmp::Reverse(campaign.campaign_no))
        })
    };
    let alone = best_of(Stacking::Exclusive, true);
    let best = best_of(Stacking::Best, false);
    let stays = |place: usize| match alone {
        Some(alone) => place == alone,
        None => policy(place) != Stacking::Best || Some(place) == best,
    };
    let gone = |one: &Fired<'_>| one.ready.campaign.is_some_and(|place| !stays(place));
    trace
        .missed
        .0
        .extend(fired.iter().filter(|one| gone(one)).map(|one| (one.ready.rule.rule_no, Why::Stacking)));
    fired.retain(|one| !gone(one));
}

/// Writes the steps of the rules and what limits and budgets took; gives the sum.
fn write_rules(
    book: &Rulebook,
    facts: &Facts,
    fired: &[Fired<'_>],
    occasion: &Occasion<'_>,
    trace: &mut Trace,
) -> i128 {
    let mut total = 0;
    for one in fired {
        let rule_no = one.ready.rule.rule_no;
        let taken = one.limited.map_or(0, |(_, micro)| micro);
        let counted = one.counted.told(one.ready, occasion);
        trace.steps.push(Step::Rule { rule_no, micro: super::clamp(one.micro + taken), counted });
        if let Some((per, micro)) = one.limited {
            trace.steps.push(Step::Cap { rule_no, per, micro: super::clamp(-micro) });
        }
        total += one.micro;
    }
    let mut places: Vec<usize> = fired.iter().filter_map(|one| one.ready.campaign).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        let given = fired.iter().filter(|one| one.ready.campaign == Some(place)).map(|one| one.micro);
        let over = given.sum::<i128>() - budget_left(book, facts, place);
        if over > 0 {
            let campaign_no = book.campaigns[place].campaign.campaign_no;
            trace.steps.push(Step::Budget { campaign_no, micro: super::clamp(-over) });
            total -= over;
        }
    }
    total
}

/// What a cap on everything takes. Its use is counted in whole points, so rounding can't go past it.
fn cap(ready: &Ready, facts: &Facts, total: i128, trace: &mut Trace) -> i128 {
    let mut over = 0;
    for (limit, name) in &ready.limits {
        let Most::Points(most) = limit.most else { continue };
        let left = (i128::from(most) * MICRO - i128::from(facts.used_of(name))).max(0);
        over = over.max(total - left);
        if total > left {
            let (rule_no, micro) = (ready.rule.rule_no, super::clamp(left - total));
            trace.steps.push(Step::Cap { rule_no, per: limit.per, micro });
        }
    }
    if over <= 0 {
        trace.missed.0.push((ready.rule.rule_no, Why::NotNeeded));
    }
    over.max(0)
}

fn round(rounding: Rounding, micro: i128) -> i128 {
    match rounding {
        Rounding::HalfUp => (micro + MICRO / 2).div_euclid(MICRO),
        Rounding::Down => micro.div_euclid(MICRO),
        Rounding::Up => (micro + MICRO - 1).div_euclid(MICRO),
    }
}

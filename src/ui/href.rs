//! Every URL of ours as a function, so that a link can't be misspelt.

use jiff::civil::Date;
use uuid::Uuid;

use crate::domain::{
    catalogue::Search,
    ids::{ImportId, MailId, MemberId, RedemptionId, RewardId},
    leaderboard::Place,
    query::query_value,
};

/// `fn name() -> String` for each path that has no variable part.
macro_rules! paths {
    ($($name:ident $path:literal),+ $(,)?) => {$(
        #[must_use]
        pub fn $name() -> String {
            $path.to_owned()
        }
    )+};
}

paths! {
    landing "/",
    join "/join",
    sign_in "/sign-in",
    forgot_password "/forgot",
    home "/home",
    rewards "/rewards",
    badges "/badges",
    challenges "/challenges",
    join_challenge "/rpc/join_challenge",
    leaderboard "/leaderboard",
    activity "/activity",
    profile "/me",
    style_guide "/styleguide",
    staff "/staff",
    staff_members "/staff/members",
    staff_rewards "/staff/rewards",
    staff_tiers "/staff/tiers",
    staff_badges "/staff/badges",
    staff_edit_badge "/staff/badges/edit",
    staff_new_badge "/staff/badges/edit?badge=",
    save_badge "/rpc/save_badge",
    switch_on_badge "/rpc/switch_on_badge",
    retire_badge "/rpc/retire_badge",
    staff_challenges "/staff/challenges",
    staff_edit_challenge "/staff/challenges/edit",
    staff_new_challenge "/staff/challenges/edit?challenge=",
    save_challenge "/rpc/save_challenge",
    switch_on_challenge "/rpc/switch_on_challenge",
    end_challenge "/rpc/end_challenge",
    staff_leaderboards "/staff/leaderboards",
    save_leaderboard "/rpc/save_leaderboard",
    close_leaderboard "/rpc/close_leaderboard",
    create_season "/rpc/create_season",
    exclude_member "/rpc/exclude_member",
    staff_vouchers "/staff/vouchers",
    staff_imports "/staff/imports",
    staff_keys "/staff/keys",
    create_key "/rpc/create_key",
    revoke_key "/rpc/revoke_key",
    api "/api",
    api_document "/api/openapi.json",
    staff_rules "/staff/rules",
    staff_rules_json "/staff/rules/json",
    staff_basket "/staff/rules/try",
    staff_campaigns "/staff/campaigns",
    save_rule "/rpc/save_rule",
    end_rule "/rpc/end_rule",
    save_campaign "/rpc/save_campaign",
    apply_draft "/rpc/apply_draft",
    discard_draft "/rpc/discard_draft",
    ask_replay "/rpc/ask_replay",
    staff_mails "/staff/mails",
    staff_audit "/staff/audit",
    join_program "/rpc/join_program",
    send_sign_in "/rpc/sign_in",
    upload_import "/staff/imports/upload",
    start_import "/rpc/start_import",
    stop_import "/rpc/stop_import",
    sign_out "/rpc/sign_out",
    ask_for_link "/rpc/ask_for_link",
    choose_password "/rpc/choose_password",
    confirm_address "/rpc/confirm_address",
    ask_for_confirmation "/rpc/ask_for_confirmation",
    leave "/me/leave",
    change_address "/rpc/change_address",
    say_birthday "/rpc/say_birthday",
    correct_birthday "/rpc/correct_birthday",
    own_data "/me/data.json",
    leave_program "/rpc/leave_program",
    erase_member "/rpc/erase_member",
    retry_mail "/rpc/retry_mail",
    choose_theme "/rpc/choose_theme",
    adjust_points "/rpc/adjust_points",
    freeze_wallet "/rpc/freeze_wallet",
    thaw_wallet "/rpc/thaw_wallet",
    staff_adjustments "/staff/adjustments",
    staff_wallets "/staff/wallets",
    declare_wallet_rate "/rpc/declare_wallet_rate",
    set_adjustment_limit "/rpc/set_adjustment_limit",
    staff_tags "/staff/tags",
    put_tag_on "/rpc/put_tag_on",
    take_tag_off "/rpc/take_tag_off",
    save_wallet_kind "/rpc/save_wallet_kind",
    approve_adjustment "/rpc/approve_adjustment",
    decline_adjustment "/rpc/decline_adjustment",
    cancel_redemption "/rpc/cancel_redemption",
    staff_new_reward "/staff/rewards/new",
    create_reward "/rpc/create_reward",
    edit_reward "/rpc/edit_reward",
    apply_rules "/rpc/apply_rules",
    publish_reward "/rpc/publish_reward",
    withdraw_reward "/rpc/withdraw_reward",
    restock_reward "/rpc/restock_reward",
    edit_tiers "/rpc/edit_tiers",
    unlimit_reward "/rpc/unlimit_reward",
    redeem_reward "/rpc/redeem_reward",
    take_voucher "/rpc/take_voucher",
    rename_member "/rpc/rename_member",
    choose_board_name "/rpc/choose_board_name",
    leave_leaderboards "/rpc/leave_leaderboards",
    join_leaderboards "/rpc/join_leaderboards",
    home_tier "/home#tier",
    profile_boards "/me#boards",
    profile_zone "/me#days",
    streak "/streak",
    choose_zone "/rpc/choose_zone",
    staff_streak "/staff/streak",
    save_streak "/rpc/save_streak",
}

/// The form of a rule, or of a new one of a campaign.
#[must_use]
pub fn staff_rule_edit(rule: &str, campaign: &str) -> String {
    found("/staff/rules/edit".to_owned(), &[("rule", &rule.to_owned()), ("campaign", &campaign.to_owned())])
}

/// The form of a campaign, or of a new one.
#[must_use]
pub fn staff_campaign_edit(campaign: &str) -> String {
    found("/staff/campaigns/edit".to_owned(), &[("campaign", &campaign.to_owned())])
}

/// A draft of the rules.
#[must_use]
pub fn staff_draft(draft: Uuid) -> String {
    format!("/staff/rules/drafts/{draft}")
}

/// A part of a list.
#[must_use]
pub fn shown(list: &str, which: &str) -> String {
    found(list.to_owned(), &[("show", &which.to_owned())])
}

/// The staff's list of mails, from the one after `mail` on.
#[must_use]
pub fn staff_mails_before(mail: MailId) -> String {
    format!("/staff/mails?before={mail}")
}

/// One mail with its text.
#[must_use]
pub fn staff_mail(mail: MailId) -> String {
    format!("/staff/mails/{mail}")
}

/// One import.
#[must_use]
pub fn staff_import(import: ImportId) -> String {
    format!("/staff/imports/{import}")
}

/// The report of the rows that an import could not take.
#[must_use]
pub fn import_rejects(import: ImportId) -> String {
    format!("/staff/imports/{import}/rejects.csv")
}

/// What staff changed, of one subject or of all.
#[must_use]
pub fn staff_audit_of(subject: Option<&str>) -> String {
    subject.map_or_else(staff_audit, |subject| format!("{}?subject={}", staff_audit(), query_value(subject)))
}

/// What staff changed, from the one after `event` on.
#[must_use]
pub fn staff_audit_before(subject: Option<&str>, event: Uuid) -> String {
    let start = staff_audit_of(subject);
    let joint = if subject.is_some() { '&' } else { '?' };
    format!("{start}{joint}before={event}")
}

/// Rewards of one kind, or `now`: those that can be had.
#[must_use]
pub fn rewards_shown(filter: &str) -> String {
    format!("/rewards?show={filter}#catalogue")
}

/// The activity of the month that a day is in.
#[must_use]
pub fn activity_in(day: Date) -> String {
    format!("/activity?month={}", crate::domain::program::month_key(day))
}

/// A board in a period, of a store, tier or cohort, from below a place on.
#[must_use]
pub fn leaderboard_of(
    board: &str,
    period: Option<&str>,
    segment: Option<&str>,
    after: Option<Place>,
) -> String {
    let [period, segment] = [period, segment].map(|part| part.unwrap_or_default().to_owned());
    let after = after.map(|after| after.to_string()).unwrap_or_default();
    let parts = [("board", &board.to_owned()), ("period", &period), ("segment", &segment), ("after", &after)];
    found(leaderboard(), &parts)
}

/// One board, where staff change it.
#[must_use]
pub fn staff_leaderboard(board: &str) -> String {
    found(staff_leaderboards(), &[("board", &board.to_owned())])
}

/// One badge, where staff change it.
#[must_use]
pub fn staff_badge(badge: &str) -> String {
    format!("/staff/badges/edit?badge={}", query_value(badge))
}

/// A challenge, where staff change or copy it.
#[must_use]
pub fn staff_challenge(challenge: &str) -> String {
    format!("/staff/challenges/edit?challenge={}", query_value(challenge))
}

/// One reward, where staff change it.
#[must_use]
pub fn staff_reward(reward: RewardId) -> String {
    format!("/staff/rewards/{reward}")
}

/// Where staff are asked whether a reward should really go.
#[must_use]
pub fn staff_withdraw_reward(reward: RewardId) -> String {
    format!("/staff/rewards/{reward}/withdraw")
}

/// The rewards that match.
#[must_use]
pub fn staff_rewards_found(search: &Search) -> String {
    let after = search.after.map(|after| after.to_string()).unwrap_or_default();
    let parts = [("q", &search.words), ("state", &search.state), ("sort", &search.sort), ("after", &after)];
    found(staff_rewards(), &parts)
}

/// One member.
#[must_use]
pub fn staff_member(member: MemberId) -> String {
    format!("/staff/members/{member}")
}

/// Where staff are asked whether a member should really be erased.
#[must_use]
pub fn staff_erase_member(member: MemberId) -> String {
    format!("/staff/members/{member}/erase")
}

/// The kinds of wallets, one of them to be changed.
#[must_use]
pub fn staff_wallet(wallet: &str) -> String {
    found(staff_wallets(), &[("wallet", &wallet.to_owned())])
}

/// The members that match, from the one after `after` on.
#[must_use]
pub fn staff_members_found(words: &str, after: Option<MemberId>) -> String {
    let after = after.map(|after| after.to_string()).unwrap_or_default();
    found(staff_members(), &[("q", &words.to_owned()), ("after", &after)])
}

/// Where staff are asked whether a redemption should really be cancelled.
#[must_use]
pub fn staff_cancel_redemption(member: MemberId, redemption: RedemptionId) -> String {
    format!("/staff/members/{member}/redemptions/{redemption}/cancel")
}

/// A path with those parts of a query that are not empty.
fn found(path: String, parts: &[(&str, &String)]) -> String {
    let given = parts.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = given.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// The inbox, of what is older than a moment.
#[must_use]
pub fn inbox(before: Option<Uuid>) -> String {
    before.map_or_else(|| "/inbox".to_owned(), |before| format!("/inbox?before={before}"))
}

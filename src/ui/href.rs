//! Every URL of ours as a function, so that a link can't be misspelt.

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
    forgot_password "/forgot-password",
    home "/home",
    rewards "/rewards",
    badges "/badges",
    leaderboard "/leaderboard",
    activity "/activity",
    profile "/me",
    style_guide "/styleguide",
    staff "/staff",
    staff_members "/staff/members",
    staff_rewards "/staff/rewards",
    staff_imports "/staff/imports",
    staff_mails "/staff/mails",
    sign_out "/rpc/sign_out",
    choose_theme "/rpc/choose_theme",
}

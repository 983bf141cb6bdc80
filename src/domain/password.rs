//! What a password must be: long enough, and not one that everybody tries first. No rules about kinds of
//! characters, which NIST SP 800-63B advises against.

use std::fmt;

use super::email::Email;

pub const SHORTEST: usize = 8;
pub const LONGEST: usize = 128;

/// Those of eight characters or more that stand at the top of every list of leaked passwords.
const COMMON: &str = "\
    12345678 123456789 1234567890 0123456789 01234567 0987654321 987654321 9876543210 87654321 \
    11111111 111111111 1111111111 00000000 0000000000 22222222 33333333 44444444 55555555 66666666 \
    77777777 88888888 888888888 99999999 999999999 12341234 12344321 11223344 1122334455 112233445566 \
    11112222 12121212 123123123 1231231234 123321123 123454321 12345679 123456781 123456780 \
    12345678910 123456789a 123456789q 12345678a 1234567a 123456aa 1234qwer 123qwe123 123qweasd \
    12qwaszx 147258369 147852369 159357258 159753456 19841984 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y \
    1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qaz1qaz 31415926 3rjs1la7qe 789456123 741852963 a1234567 a12345678 \
    a123456789 a1b2c3d4 aa123456 aa12345678 aaaaaaaa abc12345 abc123456 abc123abc abcd1234 abcd12345 \
    abcdefgh abcdefghi abcdefg1 adgjmptw administrator admin123 admin1234 admin12345 alexander \
    alexandra anderson apple123 arsenal1 asdf1234 asdfasdf asdfghjk asdfghjkl asdfjkl1 asdasdasd \
    asd123456 azertyui azertyuiop babygirl backspace badminton barcelona baseball basketball bismillah \
    blink182 bonjour1 butterfly caroline changeme changeme1 changeme123 charlie1 charlotte chelsea1 \
    chocolate chris123 christian christopher computer computer1 cookie123 courtney creative daniel123 \
    danielle december default1 demo1234 dolphins dragon123 drowssap einstein elephant elizabeth \
    facebook football football1 fortnite fuckyou1 garfield gfhjkmgfhjkm gonzalez goodluck google123 \
    guitar123 hahahaha hallo123 hannah123 hello123 hello1234 hellohello hellokitty ihateyou iloveyou \
    iloveyou1 iloveyou2 iloveyou3 iloveyou! iloveme1 internet jasmine1 jennifer jessica1 jonathan \
    jordan23 justinbieber killer123 kristina lastname laurel123 letmein1 letmein123 letmein! liverpool \
    liverpool1 lollipop lovelove loveyou1 loyalty1 loyalty123 manchester marseille marvin123 master123 \
    matthew1 maverick mercedes metallica michael1 michelle michigan midnight minecraft monkey12 \
    monkey123 mustang1 mypassword mynoob123 myspace1 naruto123 nicholas nicole123 nintendo november \
    october1 p@ssw0rd p@ssword p@55w0rd pa55word passw0rd passw0rd1 password password! password0 \
    password01 password1 password1! password10 password11 password12 password123 password123! \
    password1234 password12345 password2 password21 password3 password7 password9 passwort passwort1 \
    passpass password. patricia pakistan pass1234 pass12345 pokemon1 pokemon123 portugal princess \
    princess1 princess123 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxed qazwsxedc qwaszx12 qwe123456 \
    qweasd123 qweasdzxc qweqweqwe qwer1234 qwerqwer qwert123 qwert1234 qwert12345 qwerty11 qwerty12 \
    qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyui qwertyuiop qwertyuiop1 realmadrid rockstar1 \
    samantha samsung1 scorpion sebastian secret123 september shadow12 skateboard snickers soccer12 \
    spiderman spongebob starwars starwars1 stephanie steelers sunflower sunshine sunshine1 super123 \
    superman superman1 superstar swordfish target123 tazmania test1234 test12345 test123456 testtest \
    testing1 testing123 thailand thankyou trustno1 twilight unknown1 valentina vanessa1 veronica \
    victoria vfhbyfvfhbyf volleyball warcraft welcome01 welcome1 welcome12 welcome123 welcome2 \
    welcome! whatever whatever1 william1 wolverine woaini520 woaini1314 xxxxxxxx yourmom1 yugioh123 \
    zaq12wsx zaq1zaq1 zaqxswcde zxcvbnm1 zxcvbnm123 zxcvbnma zzzzzzzz";

/// A password that was accepted. It prints as dots.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Accepts a password for the account of this address, or says in a sentence why not.
    pub fn parse(text: &str, email: &Email) -> Result<Self, String> {
        let length = text.chars().count();
        if length < SHORTEST {
            return Err(format!("Use at least {SHORTEST} characters; a few words in a row are good"));
        }
        if length > LONGEST {
            return Err(format!("Use at most {LONGEST} characters"));
        }
        let lower = text.to_lowercase();
        if COMMON.split_whitespace().any(|common| common == lower) {
            return Err("Too many people use this one, so it is tried first. Choose another".to_owned());
        }
        let name = email.as_str().split('@').next().unwrap_or_default();
        if lower == email.as_str() || lower == name {
            return Err("Choose something other than your e-mail address".to_owned());
        }
        if lower.chars().all(|c| lower.starts_with(c)) {
            return Err("Use more than one character over and over".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn maya() -> Email {
        Email::parse("maya.ortiz@example.org").expect("an address")
    }

    proptest! {
        #[test]
        fn length_is_counted_in_characters(text in "\\PC{0,140}") {
            let length = text.chars().count();
            if Password::parse(&text, &maya()).is_ok() {
                prop_assert!((SHORTEST..=LONGEST).contains(&length));
            }
        }
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for text in [
            "password1",
            "PassWord123",
            "qwertyuiop",
            "ååååååååå",
            "Maya.Ortiz",
            "maya.ortiz@EXAMPLE.org",
            "kurz",
        ] {
            assert!(Password::parse(text, &maya()).is_err(), "{text}");
        }
        for text in ["correct horse", "åäöåäöåä", "Tr0ub4dor&3", &"ab".repeat(64)] {
            assert!(Password::parse(text, &maya()).is_ok(), "{text}");
        }
        assert!(Password::parse(&"ab".repeat(65), &maya()).is_err(), "too long");
    }

    #[test]
    fn a_password_never_prints() {
        let password = Password::parse("correct horse", &maya()).expect("accepted");
        assert!(!format!("{password:?}").contains("horse"));
    }
}

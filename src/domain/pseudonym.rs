//! The name that leaderboards show until a member chooses their own: two gentle words, drawn by chance.

const QUALITIES: &str = "\
    Amber Ample Azure Balmy Bold Brave Bright Brisk Calm Candid Cheery Clear Clever Cosy Crisp Curious \
    Daring Deft Dreamy Eager Early Easy Fair Fleet Fond Frank Free Fresh Gentle Giddy Glad Golden \
    Grand Green Hale Happy Hardy Hazel Hearty Honest Humble Ivory Jolly Jovial Keen Kind Lively Lofty \
    Loyal Lucky Lunar Mellow Merry Mild Misty Modest Neat Nimble Noble Opal Patient Placid Plucky \
    Polite Proud Quick Quiet Rapid Ready Rosy Royal Ruby Rustic Sage Sandy Serene Sharp Shiny Silent \
    Silver Simple Sleek Smart Smooth Snowy Snug Solar Spry Stately Steady Still Sturdy Sunny Swift \
    Tidy Tranquil True Upbeat Vivid Warm Wise Witty Woody Zesty";

const THINGS: &str = "\
    Acorn Alder Almond Anise Apple Apricot Ash Aspen Aster Badger Basil Bay Beech Berry Birch Bluebell \
    Briar Brook Cedar Cherry Chestnut Chive Citrus Clover Clove Comet Coral Cricket Crocus Cypress \
    Daisy Dove Elder Elm Falcon Fennel Fern Fig Finch Fir Fox Garnet Ginger Hare Hawk Heather Heron \
    Holly Hyssop Iris Ivy Jasmine Jay Juniper Kestrel Lark Laurel Lavender Lemon Lichen Lilac Lily \
    Linden Lotus Lupin Magnolia Maple Marten Meadow Mint Moss Myrtle Nettle Nutmeg Oak Olive Orchid \
    Osprey Otter Owl Peach Pear Pepper Pine Plover Plum Poplar Poppy Quince Raven Reed Robin Rose \
    Rowan Rye Saffron Sorrel Sparrow Spruce Swallow Tansy Thistle Thrush Thyme Tulip Violet Walnut \
    Willow Wren Yarrow Yew";

/// The pseudonym of a number drawn by chance: "Quiet Juniper".
#[must_use]
pub fn pseudonym(chance: u64) -> String {
    let qualities: Vec<&str> = QUALITIES.split_whitespace().collect();
    let things: Vec<&str> = THINGS.split_whitespace().collect();
    let (first, second) = (chance % (1 << 32), chance >> 32);
    format!("{} {}", pick(&qualities, first), pick(&things, second))
}

/// The same with a number behind it, for a name that somebody else has: "Quiet Juniper 274".
#[must_use]
pub fn numbered(pseudonym: &str, chance: u64) -> String {
    format!("{pseudonym} {}", 2 + chance % 9_998)
}

fn pick<'a>(words: &[&'a str], chance: u64) -> &'a str {
    let place = usize::try_from(chance).unwrap_or(0) % words.len().max(1);
    words.get(place).copied().unwrap_or("Laurel")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pseudonym_is_two_words_that_fit(chance in any::<u64>()) {
            let name = pseudonym(chance);
            prop_assert_eq!(name.split(' ').count(), 2);
            prop_assert!(name.len() <= 40);
        }
    }

    #[test]
    fn there_are_many_and_no_word_stands_twice() {
        for words in [QUALITIES, THINGS] {
            let unique: HashSet<&str> = words.split_whitespace().collect();
            assert_eq!(unique.len(), words.split_whitespace().count());
            assert!(unique.len() >= 100, "{}", unique.len());
        }
        assert_eq!(pseudonym(0), "Amber Acorn");
        assert_eq!(pseudonym(1 << 32), "Amber Alder");
        assert_eq!(pseudonym(1), "Ample Acorn");
    }
}

//! Points, dates and plurals in words.

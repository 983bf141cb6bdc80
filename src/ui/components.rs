//! Buttons, fields, tables: parts that know no noun of ours.

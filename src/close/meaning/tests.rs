//! The tables held against each other and against the policy.
